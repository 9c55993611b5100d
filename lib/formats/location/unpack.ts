/** Decompresses metadata. */
import { inflateSync } from "node:zlib";
import { type ImageBytes, UnfinishedError } from "../bytes.ts";

/**
 * Decompresses bytes of an image.
 *
 * @param how A function of node:zlib; default: that for zlib's own format.
 * @throws {UnfinishedError} They are damaged, or become longer than an image may have.
 */
export function unpack(bytes: ImageBytes, packed: Uint8Array, how: typeof inflateSync = inflateSync): Uint8Array {
  try {
    const unpacked = how(packed, { maxOutputLength: Math.max(1, bytes.hold(0)) });
    bytes.hold(unpacked.length);
    return unpacked;
  } catch (error) {
    throw new UnfinishedError("it cannot be unpacked", { cause: error });
  }
}
