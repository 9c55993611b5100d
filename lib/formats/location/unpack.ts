/** Metadata that are packed. */
import { inflateSync } from "node:zlib";
import { type ImageBytes, UnfinishedError } from "../bytes.ts";

/**
 * Packed bytes of an image, unpacked.
 *
 * @param how One of the functions of node:zlib; that for zlib's own format when left out.
 * @throws {UnfinishedError} They are damaged, or become more than an image may have.
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
