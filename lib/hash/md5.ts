/**
 * MD5, which names images on the wire (RFC 1321). It finds transmission errors; it proves nothing about who made them.
 */
import { createHash, type Hash } from "node:crypto";

/** A new MD5, of no bytes yet. */
export function newMd5(): Hash {
  return createHash("md5");
}

/** The MD5 of `bytes`: 32 lower-case hexadecimal digits. */
export function md5Of(bytes: Uint8Array): string {
  return newMd5().update(bytes).digest("hex");
}
