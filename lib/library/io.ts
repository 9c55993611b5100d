/**
 * Small help with reading and writing.
 *
 * @module
 */

/** Writes all of `bytes`: one `write` may take only a part of them. */
export async function writeAll(to: { write(bytes: Uint8Array): Promise<number> }, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) done += await to.write(bytes.subarray(done));
}
