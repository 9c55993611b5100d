/**
 * MD5, which names images on the wire (RFC 1321). It detects transmission errors, but proves nothing about who made a
 * file.
 */
import { createHash, type Hash } from "node:crypto";

/** Starts a new MD5. */
export function newMd5(): Hash {
  return createHash("md5");
}

/** The MD5 of `bytes`: 32 lower-case hexadecimal digits. */
export function md5Of(bytes: Uint8Array): string {
  return newMd5().update(bytes).digest("hex");
}
