/**
 * Which of the system's errors say how things are, and which only that it could not look just now.
 *
 * @module
 */
import { codeOf, reasonOfPath } from "../fault/reason.ts";
import type { Unreadable } from "./facts.ts";

/**
 * What is so until somebody changes it. Everything else may pass: descriptors that run out (EMFILE, ENFILE), a disk or a
 * network that fails (EIO, ESTALE, ENETUNREACH, ENOTCONN), and what no list knows.
 */
const FACTS = new Set([
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
 * Whether an error says how a file is, rather than that it could not be looked at. `ENOENT` does so only while the
 * directory around the file is there.
 */
export function isFact(error: unknown): boolean {
  return FACTS.has(codeOf(error));
}

/** What to say of a file or directory that could not be read. */
export function unreadable(path: string, error: unknown): Unreadable {
  return { path, reason: reasonOfPath(path, error), ...isFact(error) ? {} : { passing: true } };
}
