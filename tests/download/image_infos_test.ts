import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { ImageInfos, type ImageInfosOptions } from "../../lib/download/image_infos.ts";
import { InfoCache } from "../../lib/download/info_cache.ts";
import { PeerBook } from "../../lib/download/peers/peer_book.ts";
import { CacheFile } from "../../lib/files/cache_file.ts";
import { SharedFolder } from "../../lib/folder/shared_folder.ts";
import { bindTcp, localAddress } from "../../lib/net/listen.ts";
import { servePeers } from "../../lib/peer/peer_server.ts";
import type { Address } from "../../lib/protocol/address.ts";
import type { ListedImage } from "../../lib/protocol/image.ts";
import type { ImageInfo } from "../../lib/protocol/peer_reply.ts";
import { ANSWERS, BaselinePeer, deadPort } from "../fake/baseline_peer.ts";
import { PARTS, RangePeer } from "../fake/range_peer.ts";
import { image, infoWith, soon, tempDir } from "../support.ts";

const { bytes, md5 } = image(1, 100_000);

const info = (size: number): ImageInfo => infoWith({ size });

const listed = (md5: string, ...peers: Address[]): ListedImage => ({ md5, name: `${md5}.gif`, peers });

/** MD5s that nobody has. */
const madeUp = (count: number): string[] => Array.from({ length: count }, (_, i) => i.toString(16).padStart(32, "0"));

async function infosWith(
  options: Partial<ImageInfosOptions>,
  act: (infos: ImageInfos) => Promise<void>,
): Promise<void> {
  const ending = new AbortController();
  using book = new PeerBook();
  const infos = new ImageInfos({ book, signal: ending.signal, own: () => undefined, isSelf: () => false, ...options });
  try {
    await act(infos);
  } finally {
    ending.abort();
    await infos.ended();
  }
}

Deno.test("the properties of an image come from a peer that understands INF, and other peers are not asked again", async () => {
  await using baseline = new BaselinePeer(ANSWERS.sends(bytes));
  await using ours = new RangePeer(PARTS.gives(bytes), { [md5]: bytes.length });
  await using lacks = new RangePeer(PARTS.gives(bytes));
  const dead = { host: "127.0.0.1", port: deadPort() };
  await infosWith({}, async (infos) => {
    const ask = async (...peers: Address[]): Promise<ImageInfo | undefined> => {
      await infos.request([]);
      await infos.request([listed(md5, ...peers)]);
      return infos.get(md5);
    };
    deepStrictEqual(await ask(lacks.address, ours.address, baseline.address, dead), info(bytes.length));
    strictEqual(await ask(baseline.address), undefined);
    strictEqual(await ask(dead), undefined);
    strictEqual(await ask(lacks.address), undefined);
    strictEqual(await ask(), undefined);
    // Who only knows GET is not asked in vain again, and nothing is fetched for it.
    const { length } = baseline.requests;
    strictEqual(await ask(baseline.address), undefined);
    strictEqual(baseline.requests.length, length);
    deepStrictEqual(baseline.requests.filter((it) => it.startsWith("GET")), []);
  });
});

Deno.test("peers that answer slowly for ever, as many as are asked at a time, do not delay the others for ever", async () => {
  await using stack = new AsyncDisposableStack();
  const others = madeUp(300);
  const slow = Array.from({ length: 8 }, () => {
    const listener = stack.adopt(Deno.listen({ hostname: "127.0.0.1", port: 0 }), (it) => it.close());
    void (async () => {
      for await (const conn of listener) {
        const timer = setInterval(() => {
          conn.write(new TextEncoder().encode("ERR NOT_SHARED\n")).catch(() => clearInterval(timer));
        }, 50);
        stack.defer(() => clearInterval(timer));
        stack.defer(() => conn.close());
      }
    })().catch(() => {}); // The listener was closed.
    return localAddress(listener);
  });
  await using ours = new RangePeer(PARTS.gives(bytes), { [md5]: bytes.length });
  await infosWith({ peerMs: 1_500 }, async (infos) => {
    const images = others.map((it) => listed(it, ...slow));
    await soon(infos.request([...images, listed(md5, ours.address)]), "the end of all requests");
    strictEqual(infos.get(md5)?.size, bytes.length);
  });
});

Deno.test("thousands of images are requested on one connection of each peer, each image once", async () => {
  const files = Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`${i}.gif`, image(i, 1_000 + i).bytes]));
  await using dir = await tempDir(files);
  const folder = new SharedFolder(dir.path, { onStale: () => {} });
  await folder.scan();
  const ending = new AbortController();
  const peers = [0, 1].map(() => bindTcp("127.0.0.1", 0)[0]);
  const serving = peers.map((listener) => servePeers(listener, folder, ending.signal));
  const addresses = peers.map(localAddress);
  const changes: number[] = [];
  await infosWith({}, async (infos) => {
    infos.onChange = () => changes.push(infos.progress.known);
    const images = folder.images.map((it) => listed(it.md5, ...addresses));
    // Some that nobody has are among them: they end nothing.
    await infos.request([
      ...images.slice(0, 500),
      ...madeUp(100).map((it) => listed(it, ...addresses)),
      ...images.slice(500),
    ]);
    for (const { md5, size } of folder.images) strictEqual(infos.get(md5)?.size, size);
    deepStrictEqual(infos.progress, { known: 1_000, total: 1_100, isRunning: false });
    deepStrictEqual(changes, changes.toSorted((a, b) => a - b));
  });
  ending.abort();
  await Promise.all(serving);
});

Deno.test("requests that a peer did not answer before it broke off go to another peer", async () => {
  const md5s = madeUp(600);
  const sizes = Object.fromEntries(md5s.map((it, i) => [it, i + 1]));
  await using honest = new RangePeer(PARTS.gives(bytes), sizes);
  let answered = 0;
  using breaking = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const serving = (async () => {
    for await (const conn of breaking) {
      await conn.read(new Uint8Array(1_000));
      answered++;
      await conn.write(new TextEncoder().encode("OK 1 image/gif 0 0 0 0\nOK 2 image/gif 0 0 0 0\n"));
      conn.close();
    }
  })();
  await infosWith({}, async (infos) => {
    const { port } = breaking.addr as Deno.NetAddr;
    await infos.request(md5s.map((it) => listed(it, { host: "127.0.0.1", port }, honest.address)));
    md5s.forEach((it, i) => deepStrictEqual(infos.get(it), info(i + 1)));
    strictEqual(answered, 1);
  });
  breaking.close();
  await serving.catch(() => {});
});

Deno.test("silent, talkative and lying peers only cost a limited time", async () => {
  const answers = [
    "",
    "OK 5 image/gif 0 0\n",
    "OK 99999999999 image/gif 0 0 0 0\n",
    "OK 5 image/gif 0 0 0 0",
    "OK 5 0 5 0\nhello",
    "O".repeat(500),
    `OK 5 image/${"x".repeat(500)} 0 0 0 0\n`,
    "\n",
  ];
  for (const answer of answers) {
    await using lying = new RangePeer(PARTS.gives(bytes), {});
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const open: Deno.Conn[] = [];
    const serving = (async () => {
      for await (const conn of listener) {
        open.push(conn);
        await conn.write(new TextEncoder().encode(answer));
      }
    })();
    await infosWith({}, async (infos) => {
      const { port } = listener.addr as Deno.NetAddr;
      await soon(infos.request([listed(md5, { host: "127.0.0.1", port }, lying.address)], 500), "its end");
      strictEqual(infos.get(md5), undefined, answer);
      strictEqual(infos.progress.isRunning, false);
    });
    open.forEach((conn) => conn.close());
    listener.close();
    await serving.catch(() => {});
  }
});

Deno.test("of a list of thousands of peers at most a hundred are asked, those with the most images first", async () => {
  const { connect } = Deno;
  const dialled = new Set<string>();
  Object.assign(Deno, {
    connect: ({ hostname }: Deno.ConnectOptions): Promise<never> => {
      dialled.add(hostname!);
      return Promise.reject(new Deno.errors.ConnectionRefused("Connection refused (os error 111)"));
    },
  });
  try {
    await infosWith({}, async (infos) => {
      const peers = (i: number): Address[] =>
        Array.from({ length: 5 }, (_, j) => ({ host: `10.8.${j}.${i % 250}`, port: 5_000 }));
      const often = { host: "10.7.7.7", port: 5_000 };
      await infos.request(madeUp(2_000).map((md5, i) => listed(md5, ...peers(i), ...i < 100 ? [often] : [])));
    });
  } finally {
    Object.assign(Deno, { connect });
  }
  ok(dialled.size > 50 && dialled.size <= 100, `${dialled.size} peers`);
  ok(dialled.has("10.7.7.7"));
});

Deno.test("a new list ends the requests for the one before", async () => {
  await using ours = new RangePeer(PARTS.gives(bytes), { [md5]: 5 });
  using silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  await infosWith({}, async (infos) => {
    const { port } = silent.addr as Deno.NetAddr;
    const first = infos.request(madeUp(10).map((it) => listed(it, { host: "127.0.0.1", port })));
    await soon(infos.request([listed(md5, ours.address)]), "the second list");
    await first;
    deepStrictEqual(infos.get(md5), info(5));
  });
});

Deno.test("properties are kept over runs, and an image that exists here has its own", async () => {
  await using dir = await tempDir();
  const path = join(dir.path, "cache.sqlite");
  await using ours = new RangePeer(PARTS.gives(bytes), { [md5]: 5 });
  {
    using file = new CacheFile(path);
    await infosWith({ cache: new InfoCache(file) }, (infos) => infos.request([listed(md5, ours.address)]));
  }
  using file = new CacheFile(path);
  const cache = new InfoCache(file);
  const { connections } = ours;
  await infosWith({ cache }, async (infos) => {
    await infos.request([listed(md5, ours.address)]);
    deepStrictEqual(infos.get(md5), info(5));
  });
  await infosWith({ cache, own: () => info(bytes.length) }, async (infos) => {
    await infos.request([listed(md5, ours.address)]);
    deepStrictEqual(infos.get(md5), info(bytes.length));
  });
  strictEqual(ours.connections, connections);
});

Deno.test("the cache of properties is limited, and keeps the latest", async () => {
  await using dir = await tempDir();
  using file = new CacheFile(join(dir.path, "cache.sqlite"));
  const cache = new InfoCache(file, 1_000);
  const md5s = madeUp(1_010);
  cache.put(new Map(md5s.slice(0, 1_000).map((it) => [it, info(1)])));
  cache.put(new Map([[md5s[0], info(2)]]));
  cache.put(new Map(md5s.slice(1_000).map((it) => [it, info(1)])));
  deepStrictEqual([...cache.find(md5s).keys()].sort(), [md5s[0], ...md5s.slice(11)]);
  deepStrictEqual(cache.find(md5s.slice(0, 1)).get(md5s[0]), info(2));
});
