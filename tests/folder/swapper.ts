/** A thread that swaps a file with a link to one outside, and a directory with a link to one outside, again and again. */
/// <reference lib="deno.worker" />
import { join } from "node:path";

interface Swaps {
  readonly inside: string;
  readonly outside: string;
  readonly times: number;
  /** How often it swaps at most while the first number in `given` is 0. */
  readonly most: number;
  readonly given: Int32Array;
}

self.onmessage = ({ data: { inside, outside, times, most, given } }: MessageEvent<Swaps>) => {
  const [file, link] = [join(inside, "file.gif"), join(inside, ".link")];
  const [directory, way] = [join(inside, "sub"), join(inside, ".way")];
  Deno.symlinkSync(join(outside, "file.gif"), link);
  Deno.symlinkSync(outside, way);
  const swap = (a: string, b: string): void => {
    Deno.renameSync(a, join(inside, ".spare"));
    Deno.renameSync(b, a);
    Deno.renameSync(join(inside, ".spare"), b);
  };
  const never = new Int32Array(new SharedArrayBuffer(4));
  for (let i = 0; i < times || (i < most && Atomics.load(given, 0) === 0); i++) {
    swap(file, link);
    swap(directory, way);
    // Now and then all stays for a moment as it is, so that something else than swaps can be met.
    if (i % 16 < 2) Atomics.wait(never, 0, 0, i % 32 < 16 ? 5 : 1);
  }
  self.postMessage("done");
};
