/** Tells which system errors are transient and say nothing about the file itself. */
import { codeOf, reasonOfPath } from "../fault/reason.ts";
import type { Unreadable } from "./file_record.ts";

/**
 * Errors that last until a person changes something. All others are transient: no more descriptors (EMFILE, ENFILE), a
 * disk or network failure (EIO, ESTALE, ENETUNREACH, ENOTCONN), and unknown errors.
 */
const PERMANENT = new Set([
  "ENOENT",
  "ENOTDIR",
  "EISDIR",
  "ELOOP",
  "EACCES",
  "EPERM",
  "ENAMETOOLONG",
  "EFBIG",
  "ECHANGED",
  "EOUTSIDE",
  "ENOTPLAIN",
]);

/**
 * Whether an error means only that a file could not be read at this time. `ENOENT` means that it does not exist, but
 * only if its directory does.
 */
export function isTransient(error: unknown): boolean {
  return !PERMANENT.has(codeOf(error));
}

export function unreadable(path: string, error: unknown): Unreadable {
  return { path, reason: reasonOfPath(path, error), ...isTransient(error) ? { transient: true } : {} };
}
