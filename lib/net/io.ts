/** Reads and writes files and connections. */
import { resolve } from "node:path";

/**
 * Makes a path absolute. Below a current directory whose name is not UTF-8 it returns the path itself, which then fails
 * to open, with the reason.
 */
export function absolutePath(path: string): string {
  try {
    return resolve(path);
  } catch {
    return path;
  }
}

/**
 * The most bytes that are written at once. Linux keeps the bytes of one write together in memory if it can, and large
 * pieces may be expensive to allocate. On ext4 in a virtual machine, writing a GiB took 1.1 s of processor time by 1
 * MiB, and 0.2 s by 256 KiB; `deno run -A tests/bench/transfer.ts` shows the effect on a download.
 */
export const WRITE_BYTES = 256 << 10;

/** Writes all of `bytes`; a single `write` may take only some of them. */
export async function writeAll(to: { write(bytes: Uint8Array): Promise<number> }, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) done += await to.write(bytes.subarray(done, done + WRITE_BYTES));
}
