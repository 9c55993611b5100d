import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { PeerThumbnails } from "../../lib/app/thumbnails/peer_thumbnails.ts";
import { SharedFolder } from "../../lib/folder/shared_folder.ts";
import { bindTcp, localAddress } from "../../lib/net/listen.ts";
import { servePeers } from "../../lib/peer/peer_server.ts";
import { type MakeThumbnail, type ThumbnailFile, ThumbnailQueue } from "../../lib/peer/thumbnail_queue.ts";
import { MAX_THUMBNAIL_BYTES } from "../../lib/protocol/limits.ts";
import { PATIENT } from "../app/preview/pictures.ts";
import { image, PATIENCE_MS, SAMPLES, soon, tempDir } from "../support.ts";

const CAT = image(1);
const DOG = image(2);
const SMALL: ThumbnailFile = { type: "image/webp", bytes: new Uint8Array(1_000).fill(7) };

/** A peer that shares both images, and makes thumbnails so. */
async function sharing(
  make?: MakeThumbnail,
): Promise<AsyncDisposable & { port: number; folder: SharedFolder; asked: Promise<void> }> {
  const asked = Promise.withResolvers<void>();
  const thumbnails: MakeThumbnail | undefined = make && ((...request) => {
    asked.resolve();
    return make(...request);
  });
  const dir = await tempDir({ "cat.gif": CAT.bytes, "dog.gif": DOG.bytes });
  const folder = new SharedFolder(dir.path, { onStale: () => {} });
  await folder.scan();
  const [listener] = bindTcp("127.0.0.1", 0);
  const ending = new AbortController();
  const serving = servePeers(listener, folder, ending.signal, { thumbnails });
  return {
    port: localAddress(listener).port,
    folder,
    asked: asked.promise,
    async [Symbol.asyncDispose](): Promise<void> {
      ending.abort();
      await serving;
      await dir[Symbol.asyncDispose]();
    },
  };
}

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** Sends this, and reads until so many bytes have come, or the end. */
async function ask(port: number, request: string, length = Infinity): Promise<Uint8Array> {
  using conn = await Deno.connect({ hostname: "127.0.0.1", port });
  await conn.write(new TextEncoder().encode(request));
  const buffer = new Uint8Array(1 << 20);
  let filled = 0;
  while (filled < length) {
    const n = await soon(conn.read(buffer.subarray(filled)), "an answer");
    if (n === null) break;
    filled += n;
  }
  return buffer.slice(0, filled);
}

Deno.test("THM gets a header and the thumbnail, in order with other requests on one connection", async () => {
  const asked: [string, number][] = [];
  await using peer = await sharing(({ md5 }, pixels) => {
    asked.push([md5, pixels]);
    return Promise.resolve(md5 === CAT.md5 ? SMALL : null);
  });
  const head = "OK 1000 image/webp\n";
  const last = `OK 2000 0 5 `;
  const requests = `THM ${CAT.md5} 256\nTHM ${DOG.md5} 16\r\nTHM ${image(3).md5} 99\nRNG ${CAT.md5} 0 5\n`;
  const expected = `ERR NO_THUMBNAIL\nERR NOT_SHARED\n${last}`;
  const all = await ask(peer.port, requests, head.length + 1_000 + expected.length);
  strictEqual(text(all.subarray(0, head.length)), head);
  deepStrictEqual(all.slice(head.length, head.length + 1_000), SMALL.bytes);
  strictEqual(text(all.slice(head.length + 1_000)).startsWith(expected), true);
  deepStrictEqual(asked, [[CAT.md5, 256], [DOG.md5, 16]]);
});

Deno.test("a peer that makes none, one that fails, and one too large are refused; wrong forms are closed", async () => {
  const line = async (make?: MakeThumbnail): Promise<string> => {
    await using peer = await sharing(make);
    return text(await ask(peer.port, `THM ${CAT.md5} 256\n`, 8));
  };
  strictEqual(await line(), "ERR NO_THUMBNAIL\n");
  strictEqual(await line(() => Promise.reject(new Error("the file changed"))), "ERR BUSY\n");
  strictEqual(await line(() => Promise.resolve("busy")), "ERR BUSY\n");
  const large = { ...SMALL, bytes: new Uint8Array(MAX_THUMBNAIL_BYTES + 1) };
  strictEqual(await line(() => Promise.resolve(large)), "ERR NO_THUMBNAIL\n");
  await using peer = await sharing(() => Promise.resolve(SMALL));
  for (const form of [`THM ${CAT.md5} 15\n`, `THM ${CAT.md5}\n`, `THM ${CAT.md5} 9999\n`, `THM cat.gif 256\n`]) {
    strictEqual((await ask(peer.port, form)).length, 0, form);
  }
});

Deno.test("a crowd from one source is refused, and images are still served; later all is as before", async () => {
  const made = Promise.withResolvers<ThumbnailFile>();
  let running = 0;
  await using peer = await sharing(() => {
    running++;
    return made.promise;
  });
  const request = `THM ${CAT.md5} 256\n`;
  const first = Array.from({ length: 8 }, () => ask(peer.port, request, 1_019));
  while (running < 8) await new Promise((resolve) => setTimeout(resolve, 1));
  strictEqual(text(await ask(peer.port, request, 8)), "ERR BUSY\n");
  deepStrictEqual(await ask(peer.port, `GET ${CAT.md5}`), CAT.bytes);
  made.resolve(SMALL);
  for (const { length } of await Promise.all(first)) strictEqual(length, 1_019);
  strictEqual((await ask(peer.port, request, 1_019)).length, 1_019);
  strictEqual(running, 9);
});

Deno.test("a peer that ends does not wait for a thumbnail", async () => {
  const peer = await sharing(() => new Promise(() => {}));
  const asking = ask(peer.port, `THM ${CAT.md5} 256\n`).catch(() => null);
  await soon(peer.asked, "the request");
  await soon(Promise.resolve(peer[Symbol.asyncDispose]()), "the end");
  await asking;
});

Deno.test("an image that is unshared while its thumbnail is made is not shown", async () => {
  await using peer = await sharing(async (_image, _pixels, folder) => {
    await folder.chosen.change((choices) => ({ ...choices, images: new Map([[CAT.md5, false]]) }));
    return SMALL;
  });
  strictEqual(text(await ask(peer.port, `THM ${CAT.md5} 256\n`, 8)), "ERR NOT_SHARED\n");
});

Deno.test("a thumbnail that is late, as the first one while its decoder starts, is made for the next request", async () => {
  await using dir = await tempDir({ "moon.png": await Deno.readFile(join(SAMPLES, "moon.png")) });
  const folder = new SharedFolder(dir.path, { onStale: () => {} });
  await folder.scan();
  await using thumbnails = new PeerThumbnails(null, undefined, PATIENT);
  const asked = (maxMs: number): Promise<unknown> =>
    new ThumbnailQueue(thumbnails.make, new AbortController().signal, maxMs)
      .make(folder.images[0], 64, folder, "127.0.0.1");
  strictEqual(await asked(1), "BUSY");
  const made = await soon(asked(PATIENCE_MS), "the thumbnail") as ThumbnailFile;
  strictEqual(made.type, "image/webp");
});

Deno.test("while images are sent, one thumbnail is made at a time; else several are", async () => {
  const ending = new AbortController();
  const running: PromiseWithResolvers<ThumbnailFile>[] = [];
  const make: MakeThumbnail = () => {
    running.push(Promise.withResolvers());
    return running.at(-1)!.promise;
  };
  await using peer = await sharing();
  const [cat] = peer.folder.images;
  for (const isSending of [false, true]) {
    const queue = new ThumbnailQueue(make, ending.signal);
    if (isSending) queue.noteSending();
    const both = [1, 2].map(() => queue.make(cat, 256, peer.folder, "10.0.0.1"));
    await Promise.resolve();
    await new Promise((resolve) => setTimeout(resolve, 0));
    strictEqual(running.length, isSending ? 1 : 2);
    running.splice(0).forEach(({ resolve }) => resolve(SMALL));
    const poll = async (): Promise<void> => {
      while (isSending && running.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    };
    await soon(poll(), "the second one");
    running.splice(0).forEach(({ resolve }) => resolve(SMALL));
    deepStrictEqual(await soon(Promise.all(both), "both"), [SMALL, SMALL]);
  }
  ending.abort();
});
