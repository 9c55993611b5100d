/** Small helpers for reading and writing. */
import { resolve } from "node:path";

/**
 * A path from the root, or the path itself below a current directory whose name is not UTF-8: opening it fails then, with
 * the reason.
 */
export function absolutePath(path: string): string {
  try {
    return resolve(path);
  } catch {
    return path;
  }
}

/**
 * Most bytes that are written at once: Linux keeps what one write brings in one piece of memory where it can, and large
 * pieces may be expensive to get. On ext4 in a virtual machine, writing a GiB by 1 MiB took 1.1 s of the processor's time, by
 * 256 KiB 0.2 s; `deno run -A tests/bench/transfer.ts` shows what it is to a download.
 */
export const WRITE_BYTES = 256 << 10;

/** Writes all of `bytes`: one `write` may take only a part of them. */
export async function writeAll(to: { write(bytes: Uint8Array): Promise<number> }, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) done += await to.write(bytes.subarray(done, done + WRITE_BYTES));
}
