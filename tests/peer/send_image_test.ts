import { strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { SharedFolder } from "../../lib/folder/shared_folder.ts";
import { pause } from "../../lib/net/pause.ts";
import { RateLimit, UNLIMITED } from "../../lib/net/rate_limit.ts";
import { sendImage } from "../../lib/peer/send_image.ts";
import { SilenceGuard } from "../../lib/net/tcp.ts";
import { image, tempDir } from "../support.ts";

/** Sends an image of 2,000 bytes to one who takes so many at a time, with this wait before each; returns how many went. */
async function send(bytes: number, ms: number, stall: number, limit: RateLimit = UNLIMITED): Promise<number> {
  await using dir = await tempDir({ "cat.gif": image(1).bytes });
  using folder = new SharedFolder(dir.path);
  await folder.scan();
  using file = await Deno.open(join(dir.path, "cat.gif"));
  const reader = {
    write: (block: Uint8Array) => pause(ms).then(() => Math.min(bytes, block.length)),
    close: () => {},
  };
  const conn = reader as unknown as Deno.TcpConn;
  using guard = new SilenceGuard(conn, 60_000);
  const ending = new AbortController().signal;
  const part = { offset: 0, length: 2_000 };
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
  const went = await send(1, 5, 100);
  strictEqual(went > 1 && went < 100, true, `${went}`);
  strictEqual(await send(50, 10, 100), 2_000);
});

Deno.test("our own rate limit does not make a reader count as slow", async () => {
  strictEqual(await send(2_000, 0, 1, new RateLimit(5_000)), 2_000);
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
