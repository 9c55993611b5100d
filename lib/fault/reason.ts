/**
 * Why the system refused something, in a few words for a person.
 *
 * @module
 */

/** What the system's error codes mean, in English. */
export const REASONS = {
  EACCES: "no permission",
  EPERM: "no permission",
  EROFS: "read-only file system",
  ENOENT: "it does not exist",
  ENOTDIR: "not a directory",
  EISDIR: "it is a directory",
  ENOSPC: "disk full",
  EDQUOT: "disk quota used up",
  EMFILE: "too many open files",
  ENFILE: "too many open files",
  ENOMEM: "out of memory",
  ENAMETOOLONG: "name too long",
  EIO: "the disk failed",
  ESTALE: "the network drive has to be mounted again",
  ELOOP: "it is a link",
  EFBIG: "too large",
  EILSEQ: "not UTF-8",
  EBADNAME: "its name is not UTF-8", // Ours: such a file cannot be opened.
  ENOTPLAIN: "it is no plain file", // Ours too.
  ECHANGED: "it changed while it was read", // Ours too.
  ENOTOURS: "it is a database of another program", // Ours too.
  ENEWER: "it was written by a newer version", // Ours too.
  EOUTSIDE: "it leads out of the directory", // Ours too.
  ECONNREFUSED: "connection refused",
  ECONNRESET: "connection reset",
  EPIPE: "connection closed",
  EHOSTUNREACH: "no route to it",
  ENETUNREACH: "network unreachable",
  ETIMEDOUT: "timed out",
} as const;

/** The words for one of the system's errors. */
export type Reason = typeof REASONS[keyof typeof REASONS];

/** The system's error code, such as `ENOSPC`; empty when it gave none. */
export function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code === "string") return code;
  return error instanceof DOMException && error.name === "TimeoutError" ? "ETIMEDOUT" : "";
}

/** Whether this machine lacks something just now: that tells nothing of the file, peer or tracker that was meant. */
export function isShortage(error: unknown): boolean {
  return ["EMFILE", "ENFILE", "ENOMEM", "ENOBUFS"].includes(codeOf(error));
}

/** A few English words for an error of the system. */
export function reasonOf(error: unknown): string {
  const code = codeOf(error);
  if (code in REASONS) return REASONS[code as keyof typeof REASONS];
  return error instanceof Error ? error.message.replace(/\s*\(os error \d+\).*$/s, "") : String(error);
}

/**
 * Why a path cannot be read. A name that is not UTF-8 is given to us with U+FFFD in the place of some of its bytes, and
 * then there is no file of that name.
 */
export function reasonOfPath(path: string, error: unknown): string {
  return codeOf(error) === "ENOENT" && path.includes("\ufffd") ? REASONS.EBADNAME : reasonOf(error);
}
