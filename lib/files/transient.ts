/** Which errors of the system are transient, and say nothing about the file itself. */
import { codeOf, reasonOfPath } from "../fault/reason.ts";
import type { Unreadable } from "./file_record.ts";

/**
 * Errors that last until somebody changes something. Everything else is transient: descriptors that run out (EMFILE, ENFILE), a disk
 * or a network that fails (EIO, ESTALE, ENETUNREACH, ENOTCONN), and what no list knows.
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
 * Whether an error says only that a file could not be read at this time. `ENOENT` says that it does not exist only while
 * the directory around it does.
 */
export function isTransient(error: unknown): boolean {
  return !PERMANENT.has(codeOf(error));
}

export function unreadable(path: string, error: unknown): Unreadable {
  return { path, reason: reasonOfPath(path, error), ...isTransient(error) ? { transient: true } : {} };
}
