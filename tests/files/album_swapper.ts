/** A thread that puts a link to outside in the place of a directory, and the directory back, again and again. */
/// <reference lib="deno.worker" />
import { join } from "node:path";

interface Swaps {
  readonly inside: string;
  readonly outside: string;
  readonly times: number;
  /** How many files got their names inside, and how many did not: it goes on until there are some, on a busy machine. */
  readonly counts: Int32Array;
}

/** How many of each are enough; however few there are, it ends after so many times as many swaps. */
const ENOUGH = 3;
const MOST = 10;

self.onmessage = ({ data: { inside, outside, times, counts } }: MessageEvent<Swaps>) => {
  const [album, aside, link] = ["album", ".aside", ".link"].map((name) => join(inside, name));
  Deno.symlinkSync(outside, link);
  /** Something that was made in this place meanwhile is moved away. */
  let moved = 0;
  const put = (what: string): void => {
    for (;;) {
      try {
        if (exists(album)) Deno.renameSync(album, join(inside, `made ${moved++}`));
        return Deno.renameSync(what, album);
      } catch {
        // Once more: it was made again.
      }
    }
  };
  const never = new Int32Array(new SharedArrayBuffer(4));
  for (
    let i = 0;
    i < times || (i < MOST * times && Math.min(Atomics.load(counts, 0), Atomics.load(counts, 1)) < ENOUGH);
    i++
  ) {
    Deno.renameSync(album, aside);
    put(link);
    Deno.renameSync(album, link);
    put(aside);
    if (i % 64 === 0) Atomics.wait(never, 0, 0, 1); // Else little would get in.
  }
  self.postMessage("done");
};

function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}
