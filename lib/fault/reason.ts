/** Says in a few words for a person why the system refused something. */

/** System error codes in English words. */
export const REASONS = {
  EACCES: "no permission",
  EPERM: "no permission",
  EROFS: "read-only file system",
  ENOENT: "does not exist",
  ENOTDIR: "not a directory",
  EISDIR: "is a directory",
  ENOSPC: "disk full",
  EDQUOT: "disk quota exceeded",
  EMFILE: "too many open files",
  ENFILE: "too many open files",
  ENOMEM: "out of memory",
  ENAMETOOLONG: "name too long",
  EIO: "disk error",
  ESTALE: "stale network drive: mount it again",
  ELOOP: "is a link",
  EFBIG: "too large",
  EXDEV: "on another drive",
  EILSEQ: "not UTF-8",
  EBADNAME: "file name is not UTF-8", // Our own code: such a file cannot be opened.
  ENOTPLAIN: "not a regular file", // Our own.
  ECHANGED: "changed while being read", // Our own.
  ENOTOURS: "database of another program", // Our own.
  EDAMAGED: "damaged", // Our own.
  ENEWER: "written by a newer version", // Our own.
  EPASSWORD: "user or password refused", // Our own, as the next four: of a shared registry.
  ENOPERM: "no permission",
  EFULL: "its memory is full",
  ENOTREADY: "it takes no changes now",
  ENOPRIMARY: "the Sentinel knows no primary of this name",
  EOUTSIDE: "points outside the directory", // Our own.
  EADDRINUSE: "in use by another program",
  ECONNREFUSED: "connection refused",
  ECONNRESET: "connection reset",
  EPIPE: "connection closed",
  EHOSTUNREACH: "no route to host",
  ENETUNREACH: "network unreachable",
  ETIMEDOUT: "timed out",
} as const;

/** The words for a system error. */
export type Reason = typeof REASONS[keyof typeof REASONS];

/** The system error code, such as `ENOSPC`; empty if the error has none. */
export function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code === "string") return code;
  return error instanceof DOMException && error.name === "TimeoutError" ? "ETIMEDOUT" : "";
}

/** Whether this machine lacks a resource now, which says nothing about the file, peer or tracker. */
export function isShortage(error: unknown): boolean {
  return ["EMFILE", "ENFILE", "ENOMEM", "ENOBUFS"].includes(codeOf(error));
}

/** A few English words for a system error. */
export function reasonOf(error: unknown): string {
  const code = codeOf(error);
  if (code in REASONS) return REASONS[code as keyof typeof REASONS];
  return error instanceof Error ? error.message.replace(/\s*\(os error \d+\).*$/s, "") : String(error);
}

/**
 * Why a path cannot be read. The system replaces bytes of a name that are not UTF-8 by U+FFFD, and no file has the
 * resulting name.
 */
export function reasonOfPath(path: string, error: unknown): string {
  return codeOf(error) === "ENOENT" && path.includes("\ufffd") ? REASONS.EBADNAME : reasonOf(error);
}
