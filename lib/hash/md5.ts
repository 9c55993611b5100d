/**
 * MD5, which names images on the wire (RFC 1321). It finds transmission errors; it proves nothing about who made them.
 *
 * @module
 */
import { createHash } from "node:crypto";

/** An MD5 that grows with the bytes that pass by. */
export interface Md5 {
  /** Takes in the next bytes, at once: the caller may reuse them. */
  update(bytes: Uint8Array): unknown;
  /** The MD5 of all bytes so far, 32 lower-case hexadecimal digits; nothing can be added after it. */
  digest(encoding: "hex"): string;
  /** One of the same bytes so far, which goes on for itself. */
  copy(): Md5;
}

/** A new MD5, of no bytes yet. */
export function newMd5(): Md5 {
  return createHash("md5");
}

/** The MD5 of `bytes`: 32 lower-case hexadecimal digits. */
export function md5Of(bytes: Uint8Array): string {
  return createHash("md5").update(bytes).digest("hex");
}

/** Bytes read at a time: larger reads gain nothing more (64 KiB would halve the rate). */
const READ_BYTES = 1 << 20;

/**
 * The MD5 of an open file, from where it stands to its end.
 *
 * @param seen Called with the bytes of each piece, for progress.
 */
export async function md5OfFile(
  file: Pick<Deno.FsFile, "read">,
  seen: (bytes: number) => void = () => {},
): Promise<string> {
  const hash = newMd5();
  const buffer = new Uint8Array(READ_BYTES);
  for (let n = await file.read(buffer); n !== null; n = await file.read(buffer)) {
    hash.update(buffer.subarray(0, n));
    seen(n);
  }
  return hash.digest("hex");
}
