import { strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { SharedFolder } from "../../lib/folder/shared_folder.ts";
import { pause } from "../../lib/net/pause.ts";
import { RateLimit, UNLIMITED } from "../../lib/net/rate_limit.ts";
import { sendImage } from "../../lib/peer/send_image.ts";
import { SilenceGuard } from "../../lib/net/tcp.ts";
import { image, tempDir } from "../support.ts";

/**
 * Sends an image of `length` bytes to one who takes `bytes` every `ms` milliseconds, of a clock that stands still
 * otherwise: a busy machine does not make that one slower. Returns how many bytes went.
 */
async function send(
  [bytes, ms]: readonly [number, number],
  stall: number,
  length: number,
  limit: RateLimit = UNLIMITED,
): Promise<number> {
  await using dir = await tempDir({ "cat.gif": image(1, length).bytes });
  using folder = new SharedFolder(dir.path);
  await folder.scan();
  using file = await Deno.open(join(dir.path, "cat.gif"));
  const { now } = performance;
  let time = performance.now();
  if (ms > 0) performance.now = () => time;
  using _clock = { [Symbol.dispose]: () => void (performance.now = now) };
  const reader = {
    write: (block: Uint8Array) => {
      time += ms;
      return Promise.resolve(Math.min(bytes, block.length));
    },
    close: () => {},
  };
  const conn = reader as unknown as Deno.TcpConn;
  using guard = new SilenceGuard(conn, 60_000);
  const ending = new AbortController().signal;
  const part = { offset: 0, length };
  return await sendImage(conn, file, folder.images[0], part, {
    guard,
    stall,
    limit,
    crowd: 1,
    isShared: () => true,
    ending,
  });
}

Deno.test("a reader that takes single bytes is closed, and a slow one is not", async () => {
  const went = await send([1, 5], 100, 2_000);
  strictEqual(went > 1 && went < 100, true, `${went}`);
  strictEqual(await send([11, 10], 100, 2_000), 2_000);
});

Deno.test("our own rate limit does not make a reader count as slow", async () => {
  strictEqual(await send([2_000, 0], 1, 2_000, new RateLimit(5_000)), 2_000);
});

Deno.test("a disk that fails while the block before is sent ends only that image", async () => {
  await using dir = await tempDir({ "cat.gif": image(1, 200_000).bytes });
  using folder = new SharedFolder(dir.path);
  await folder.scan();
  using opened = await Deno.open(join(dir.path, "cat.gif"));
  let reads = 0;
  const file = {
    read: (into: Uint8Array) => ++reads > 1 ? Promise.reject(new Error("Input/output error")) : opened.read(into),
    seek: (at: number, whence: Deno.SeekMode) => opened.seek(at, whence),
    statSync: () => opened.statSync(),
  };
  const conn = { write: (block: Uint8Array) => pause(20).then(() => block.length), close: () => {} };
  const to = conn as unknown as Deno.TcpConn;
  using guard = new SilenceGuard(to, 60_000);
  const part = { offset: 0, length: 200_000 };
  // With so many others its blocks are small.
  const ending = new AbortController().signal;
  const options = { guard, stall: 60_000, limit: UNLIMITED, crowd: 100_000, isShared: () => true, ending };
  strictEqual(await sendImage(to, file, folder.images[0], part, options), 64 << 10);
});
