/** Standard streams: complete writes, and a terminal that may be closed at any time. */
import type process from "node:process";
import { codeOf } from "../../../fault/reason.ts";

/** The wait before a full pipe is retried, in milliseconds. */
const WOULD_BLOCK_MS = 5;

export type Output = typeof Deno.stdout | typeof Deno.stderr;

export function writeAll(to: Output, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) {
    try {
      done += to.writeSync(bytes.subarray(done));
    } catch (error) {
      // The parent process may have made the pipe non-blocking.
      if (!(error instanceof Deno.errors.WouldBlock)) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WOULD_BLOCK_MS);
    }
  }
}

/** Whether a write failed because the reader is gone: a closed pipe, or a closed terminal window. */
export function isClosed(error: unknown, isTerminal: boolean): boolean {
  return error instanceof Deno.errors.BrokenPipe || (isTerminal && codeOf(error) === "EIO");
}

/**
 * Opens standard input and output for libraries, and calls `onGone` if the terminal was closed: writes then fail, at
 * once or later, which must not end the program before it has unregistered. Returns whether the terminal is still open.
 */
export function openStreams(of: Pick<typeof process, "stdin" | "stdout">, onGone: () => void): boolean {
  try {
    const { stdin, stdout } = of;
    for (const stream of [stdin, stdout]) stream.on("error", onGone);
    const write = stdout.write.bind(stdout) as (...args: unknown[]) => boolean;
    stdout.write = (...args: unknown[]): boolean => {
      try {
        return write(...args);
      } catch {
        onGone();
        return false;
      }
    };
    return true;
  } catch {
    onGone();
    return false;
  }
}
