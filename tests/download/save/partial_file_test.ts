import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { Buffer } from "node:buffer";
import { basename, join } from "node:path";
import { PartialFile, type Received } from "../../../lib/download/save/partial_file.ts";
import { SAVE_HERE, type SaveService, SaveWorkers } from "../../../lib/download/save/save_service.ts";
import { md5Of } from "../../../lib/hash/md5.ts";
import { BlockPool } from "../../../lib/net/block_pool.ts";
import { Fault, isFault } from "../../../lib/fault/fault.ts";
import { resumablePath } from "../../../lib/files/temporary.ts";
import type { Image } from "../../../lib/protocol/image.ts";
import { needing } from "../../needs.ts";
import { image, namesIn, tempDir } from "../../support.ts";

/** A stream of `bytes` in pieces of `size`. */
async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}

type Options = Parameters<typeof PartialFile.open>[2];

/** Fills a file's blocks with what comes. */
async function put(file: PartialFile, source: AsyncIterable<Uint8Array>): Promise<void> {
  async function* blocks(): AsyncGenerator<Uint8Array> {
    let [block, filled] = [await file.block(), 0];
    for await (let piece of source) {
      while (piece.length > 0) {
        const n = Math.min(block.length - filled, piece.length);
        block.set(piece.subarray(0, n), filled);
        filled += n;
        piece = piece.subarray(n);
        if (filled < block.length) continue;
        yield block;
        [block, filled] = [await file.block(), 0];
      }
    }
    if (filled > 0) yield block.subarray(0, filled);
  }
  await file.receive(ReadableStream.from(blocks()));
}

/** All of a stream into a file of the directory. */
async function receive(
  directory: string,
  image: Image,
  source: AsyncIterable<Uint8Array>,
  options?: Options,
): Promise<Received> {
  const file = await PartialFile.open(directory, image, options);
  try {
    await put(file, source);
    return await file.finish();
  } finally {
    await file.discard();
  }
}

/** The service of the calling thread, which has nothing to close. */
function here(): Disposable & { service: SaveService } {
  return { service: SAVE_HERE, [Symbol.dispose]: () => {} };
}

/** An MD5 service that is closed when the test ends. */
function background(): Disposable & { service: SaveWorkers } {
  const service = new SaveWorkers();
  return { service, [Symbol.dispose]: () => service.close() };
}

Deno.test("the right bytes become a file, in whatever pieces they arrive", async () => {
  const { bytes, md5 } = image(1, 10_000);
  for (const size of [1, 7, 256, 4_096, 10_000]) {
    await using dir = await tempDir();
    const received = await receive(dir.path, { md5, name: "cat.gif" }, pieces(bytes, size));
    deepStrictEqual(received, { kind: "saved", path: join(dir.path, "cat.gif"), bytes: bytes.length });
    deepStrictEqual(await Deno.readFile(join(dir.path, "cat.gif")), bytes);
    deepStrictEqual(await namesIn(dir.path), ["cat.gif"]);
  }
});

Deno.test("an existing file is never overwritten, and no image is saved under two names", async () => {
  const { bytes, md5 } = image(1);
  const mine = new TextEncoder().encode("mine");
  await using dir = await tempDir({ "cat.gif": mine, "cat (2).gif": mine });
  const received = await receive(dir.path, { md5, name: "cat.gif" }, pieces(bytes, 999));
  strictEqual(received.kind === "saved" && basename(received.path), "cat (3).gif");
  deepStrictEqual(await Deno.readFile(join(dir.path, "cat.gif")), mine);
  deepStrictEqual(await namesIn(dir.path), ["cat (2).gif", "cat (3).gif", "cat.gif"]);
});

Deno.test("several images of one name saved at once get different numbers", async () => {
  await using dir = await tempDir();
  const images = Array.from({ length: 20 }, (_, i) => image(i));
  await Promise.all(images.map(({ bytes, md5 }) => receive(dir.path, { md5, name: "cat.gif" }, pieces(bytes, 500))));
  strictEqual((await namesIn(dir.path)).filter((name) => /^cat( \(\d+\))?\.gif$/.test(name)).length, 20);
});

Deno.test("wrong bytes leave nothing behind and are reported", async () => {
  const { bytes } = image(1);
  await using dir = await tempDir();
  const received = await receive(dir.path, { md5: image(2).md5, name: "cat.gif" }, pieces(bytes, 100));
  deepStrictEqual(received, { kind: "other", bytes: 2_000, md5: image(1).md5, head: bytes.slice(0, 256) });
  deepStrictEqual(await namesIn(dir.path), []);
});

Deno.test("a stream that breaks leaves nothing behind, and throws its own error", async () => {
  const { bytes, md5 } = image(1);
  await using dir = await tempDir();
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield* pieces(bytes.subarray(0, 500), 100);
    throw new Error("the wire was cut");
  }
  await rejects(receive(dir.path, { md5, name: "cat.gif" }, broken()), /the wire was cut/);
  deepStrictEqual(await namesIn(dir.path), []);
});

Deno.test("a missing directory is one clear fault", async () => {
  const { bytes, md5 } = image(1);
  await using dir = await tempDir();
  const gone = join(dir.path, "gone");
  await rejects(
    receive(gone, { md5, name: "cat.gif" }, pieces(bytes, 100)),
    (error) => error instanceof Fault && error.code === "not-written" && error.message.includes("does not exist"),
  );
});

Deno.test(needing(["mounts"], "a full disk is one clear fault and leaves nothing behind", async () => {
  await using dir = await tempDir();
  const mount = await new Deno.Command("mount", { args: ["-t", "tmpfs", "-o", "size=64k", "tmpfs", dir.path] })
    .output();
  strictEqual(mount.success, true, new TextDecoder().decode(mount.stderr));
  try {
    const { bytes, md5 } = image(1, 200_000);
    await rejects(
      receive(dir.path, { md5, name: "cat.gif" }, pieces(bytes, 16_384)),
      (error) => error instanceof Fault && error.code === "disk-full",
    );
    deepStrictEqual(await namesIn(dir.path), []);
  } finally {
    await new Deno.Command("umount", { args: [dir.path] }).output();
  }
}));

/** The next sync fails for want of room; a system reports lost bytes once, and says nothing of them when asked again. */
function failingSync(): Disposable {
  const { syncData } = Deno.FsFile.prototype;
  let calls = 0;
  Deno.FsFile.prototype.syncData = function (): Promise<void> {
    return ++calls === 1 ? Promise.reject(Object.assign(new Error("full"), { code: "ENOSPC" })) : syncData.call(this);
  };
  return { [Symbol.dispose]: () => void (Deno.FsFile.prototype.syncData = syncData) };
}

Deno.test("bytes that the disk once failed to write are not published, even after room was made", async () => {
  const { bytes, md5 } = image(1, 3_000_000);
  await using dir = await tempDir({ [basename(resumablePath("", "a".repeat(32)))]: bytes }); // It can give way.
  using _failing = failingSync();
  const receiving = receive(dir.path, { md5, name: "cat.gif" }, pieces(bytes, bytes.length));
  await rejects(receiving, (error) => isFault(error, "disk-full"));
  deepStrictEqual((await namesIn(dir.path)).filter((name) => name.startsWith("cat")), []);
});

Deno.test("bytes that the disk once failed to write are not resumed", async () => {
  await using dir = await tempDir();
  using _failing = failingSync();
  const bytes = new Uint8Array(40 << 20);
  const file = await PartialFile.open(dir.path, { md5: "a".repeat(32), name: "cat.gif" }, { resume: true });
  await put(file, pieces(bytes, bytes.length));
  await file.keep();
  deepStrictEqual(await namesIn(dir.path), []);
});

Deno.test("a download that is discarded during a write waits for the sync that this write begins", async () => {
  await using dir = await tempDir();
  const { syncData, write } = Deno.FsFile.prototype;
  using _restored = { [Symbol.dispose]: () => void Object.assign(Deno.FsFile.prototype, { syncData, write }) };
  const discarding = Promise.withResolvers<void>();
  let [written, begun, ended] = [0, 0, 0];
  Deno.FsFile.prototype.write = async function (bytes): Promise<number> {
    const n = await write.call(this, bytes);
    if ((written += n) === 32 << 20) await discarding.promise;
    return n;
  };
  Deno.FsFile.prototype.syncData = async function (): Promise<void> {
    begun++;
    await syncData.call(this);
    ended++;
  };
  const file = await PartialFile.open(dir.path, { md5: "a".repeat(32), name: "cat.gif" });
  await put(file, pieces(new Uint8Array(32 << 20), 1 << 20)); // The last block begins the first sync.
  const discarded = file.discard();
  discarding.resolve();
  await discarded;
  deepStrictEqual([begun, ended], [1, 1]);
  deepStrictEqual(await namesIn(dir.path), []);
});

Deno.test("MD5s are the same in workers, over many blocks and streams at once", async () => {
  using workers = background();
  await using dir = await tempDir();
  const images = [0, 1, 5_000, 1 << 20, (1 << 20) + 1, 9_000_000].map((size, i) => image(i, Math.max(6, size)));
  await Promise.all(images.map(async ({ bytes, md5 }, i) => {
    const received = await receive(dir.path, { md5, name: `${i}.gif` }, pieces(bytes, 300_000), workers);
    strictEqual(received.kind, "saved", `${bytes.length} bytes`);
    strictEqual(Buffer.compare(await Deno.readFile(join(dir.path, `${i}.gif`)), bytes), 0);
  }));
});

for (
  const [where, open] of [["here", here], [
    "beside",
    background,
  ]] as const
) {
  Deno.test(`the bytes of an earlier attempt are resumed, with MD5s taken ${where}`, async () => {
    using md5s = open();
    const options = { resume: true, service: md5s.service };
    const { bytes, md5 } = image(1, 5_000_000);
    const cat = { md5, name: "cat.gif" };
    await using dir = await tempDir();
    for (const [from, to] of [[0, 1_234_567], [1_234_567, 4_999_999]]) {
      const file = await PartialFile.open(dir.path, cat, options);
      strictEqual(file.held, from);
      await put(file, pieces(bytes.subarray(from, to), 65_536));
      await file.keep();
      deepStrictEqual(await namesIn(dir.path), [`.idp2pi-${md5}.part`]);
    }
    const last = await PartialFile.open(dir.path, cat, options);
    await put(last, pieces(bytes.subarray(4_999_999), 1));
    strictEqual((await last.finish()).kind, "saved");
    await last.keep();
    deepStrictEqual(await namesIn(dir.path), ["cat.gif"]);
    strictEqual(Buffer.compare(await Deno.readFile(join(dir.path, "cat.gif")), bytes), 0);
  });

  Deno.test(`wrong bytes are discarded and fetched again, with MD5s taken ${where}`, async () => {
    using md5s = open();
    const { bytes, md5 } = image(1, 3_000_000);
    await using dir = await tempDir({ [`.idp2pi-${md5}.part`]: image(2, 1_000_000).bytes });
    const file = await PartialFile.open(dir.path, { md5, name: "cat.gif" }, { resume: true, service: md5s.service });
    await put(file, pieces(bytes.subarray(file.held), 100_000));
    strictEqual((await file.finish()).kind, "other");
    strictEqual(file.held, 0);
    await put(file, pieces(bytes, 100_000));
    strictEqual((await file.finish()).kind, "saved");
    await file.keep();
    deepStrictEqual(await namesIn(dir.path), ["cat.gif"]);
  });
}

Deno.test("two fetches of one image into one directory do not share a temporary file", async () => {
  const { bytes, md5 } = image(1, 5_000_000);
  const cat = { md5, name: "cat.gif" };
  await using dir = await tempDir({ [`.idp2pi-${md5}.part`]: bytes.subarray(0, 1_000_000) });
  const files = await Promise.all([1, 2].map(() => PartialFile.open(dir.path, cat, { resume: true })));
  deepStrictEqual(files.map(({ held }) => held).sort(), [0, 1_000_000]);
  await Promise.all(files.map((file) => put(file, pieces(bytes.subarray(file.held), 99_999))));
  const path = join(dir.path, "cat.gif");
  deepStrictEqual(
    await Promise.all(files.map((file) => file.finish())),
    files.map(() => ({ kind: "saved", path, bytes: bytes.length })),
  );
  deepStrictEqual(await namesIn(dir.path), ["cat.gif"]);
});

for (const size of [2_000, 3_000_000]) {
  const { bytes, md5 } = image(1, size);
  const save = (directory: string): Promise<Received> =>
    receive(directory, { md5, name: "cat.gif" }, pieces(bytes, size));

  Deno.test(`an image of ${size} bytes saved several times at once exists once, beside other files of its name`, async () => {
    const mine = image(2, size).bytes;
    await using dir = await tempDir({ "cat.gif": mine, "cat (2).gif": mine.slice(0, 100) });
    const paths = (await Promise.all([1, 2, 3].map(() => save(dir.path)))).map((it) => it.kind === "saved" && it.path);
    deepStrictEqual(paths, paths.map(() => join(dir.path, "cat (3).gif")));
    deepStrictEqual(await namesIn(dir.path), ["cat (2).gif", "cat (3).gif", "cat.gif"]);
    strictEqual(Buffer.compare(await Deno.readFile(join(dir.path, "cat.gif")), mine), 0);
  });

  Deno.test(`a file with the beginning of an image of ${size} bytes that was just written is kept`, async () => {
    for (const there of [new Uint8Array(), bytes.slice(0, 1_500)]) {
      await using dir = await tempDir({ "cat.gif": there });
      await save(dir.path);
      deepStrictEqual(await Deno.readFile(join(dir.path, "cat.gif")), there);
      strictEqual(Buffer.compare(await Deno.readFile(join(dir.path, "cat (2).gif")), bytes), 0);
    }
  });
}

Deno.test(
  needing(["unix"], "links, directories and protected files under the name of an image are not changed", async () => {
    const { bytes, md5 } = image(1);
    await using outside = await tempDir({ "empty": new Uint8Array() });
    await using dir = await tempDir();
    await Deno.symlink(join(outside.path, "empty"), join(dir.path, "cat.gif"));
    await Deno.symlink(join(outside.path, "nowhere"), join(dir.path, "cat (2).gif"));
    await Deno.mkdir(join(dir.path, "cat (3).gif"));
    await new Deno.Command("mkfifo", { args: [join(dir.path, "cat (4).gif")] }).output();
    const received = await receive(dir.path, { md5, name: "cat.gif" }, pieces(bytes, 999));
    strictEqual(received.kind === "saved" && basename(received.path), "cat (5).gif");
    deepStrictEqual(await namesIn(outside.path), ["empty"]);
    strictEqual((await Deno.stat(join(outside.path, "empty"))).size, 0);
  }),
);

Deno.test(needing(["links"], "a temporary file of ours that is a link to another place is not touched", async () => {
  const { bytes, md5 } = image(1);
  const secret = new TextEncoder().encode("not ours");
  await using outside = await tempDir({ "secret": secret });
  await using dir = await tempDir();
  await Deno.symlink(join(outside.path, "secret"), join(dir.path, `.idp2pi-${md5}.part`));
  strictEqual((await receive(dir.path, { md5, name: "a.gif" }, pieces(bytes, 99), { resume: true })).kind, "saved");
  deepStrictEqual(await Deno.readFile(join(outside.path, "secret")), secret);
}));

Deno.test("a temporary file that is also published, left by a process killed between two names, is not written to", async () => {
  const { bytes, md5 } = image(1, 5_000_000);
  const changed = image(2, 1_000_000).bytes; // By its owner, since it was saved.
  await using dir = await tempDir({ "cat.gif": changed });
  await Deno.link(join(dir.path, "cat.gif"), join(dir.path, `.idp2pi-${md5}.part`));
  const received = await receive(dir.path, { md5, name: "cat.gif" }, pieces(bytes, 99_999), { resume: true });
  strictEqual(received.kind === "saved" && basename(received.path), "cat (2).gif");
  strictEqual(Buffer.compare(await Deno.readFile(join(dir.path, "cat.gif")), changed), 0);
});

Deno.test("an attempt without bytes leaves nothing", async () => {
  await using dir = await tempDir();
  const file = await PartialFile.open(dir.path, { md5: image(1).md5, name: "cat.gif" }, { resume: true });
  await file.keep();
  deepStrictEqual(await namesIn(dir.path), []);
});

Deno.test("a stream whose worker failed has no MD5, rather than that of its last bytes", async () => {
  using workers = background();
  const { service } = workers;
  const block = service.memory.take(10);
  const [stream, ...others] = Array.from({ length: 9 }, () => service.open());
  await stream.update(block);
  // Of several workers each fails, with a block that cannot be.
  for (const other of others) {
    await rejects(Promise.resolve(other.update({ buffer: block.buffer, length: -1 } as Uint8Array)));
  }
  const next = Array.from({ length: 8 }, () => service.open());
  await Promise.all(next.map((it) => it.update(block)));
  await rejects(Promise.resolve(stream.update(block)), /a stream does not begin with its first block/);
  await rejects(stream.digest(), /a stream does not begin with its first block/);
  deepStrictEqual(await Promise.all(next.map((it) => it.digest())), next.map(() => md5Of(block))); // It fails alone.
});

Deno.test("only the memory of saved images is reused", async () => {
  await using dir = await tempDir();
  let allocated = 0;
  const memory = new BlockPool((bytes) => {
    allocated++;
    return new ArrayBuffer(bytes);
  });
  const service = { ...SAVE_HERE, memory };
  const { bytes, md5 } = image(1, 3 << 20);
  const wrong = { md5: image(2).md5, name: "dog.gif" };
  await receive(dir.path, wrong, pieces(bytes, 1 << 20), { service });
  const blocks = allocated;
  await receive(dir.path, { md5, name: "cat.gif" }, pieces(bytes, 1 << 20), { service });
  strictEqual(allocated, 2 * blocks);
  await receive(dir.path, { md5, name: "cat.gif" }, pieces(bytes, 1 << 20), { service });
  strictEqual(allocated, 2 * blocks);
});

Deno.test("a download keeps the time of its peer's file, unless it is absurd or not wanted", async () => {
  const long = Math.floor(Date.now() / 1_000) - 10 * 365 * 86_400;
  const cases: [modified: number, keepTime: boolean, isKept: boolean][] = [
    [long, true, true],
    [long, false, false],
    [0, true, false],
    [86_400, true, false],
    [Math.floor(Date.now() / 1_000) + 3_600, true, false],
    [253_402_300_799, true, false],
  ];
  for (const size of [2_000, 3_000_000]) {
    for (const service of [here, background]) {
      await using dir = await tempDir();
      using saving = service();
      for (const [i, [modified, keepTime, isKept]] of cases.entries()) {
        const { bytes, md5 } = image(i, size);
        const options = { keepTime, service: saving.service };
        const file = await PartialFile.open(dir.path, { md5, name: `${i}.gif` }, options);
        await file.expect(size, modified);
        await put(file, pieces(bytes, 1 << 20));
        const received = await file.finish();
        if (received.kind !== "saved") throw new Error(received.kind);
        const { mtime } = await Deno.stat(received.path);
        const age = (Date.now() - mtime!.getTime()) / 1_000;
        if (isKept) strictEqual(mtime!.getTime(), modified * 1_000);
        else strictEqual(age > -1 && age < 60, true, `${modified}: ${mtime}`);
        await file.discard();
      }
    }
  }
});
