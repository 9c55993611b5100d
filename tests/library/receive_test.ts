import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { basename, join } from "node:path";
import { receive } from "../../lib/library/receive.ts";
import { Fault } from "../../lib/wire/fault.ts";
import { image, namesIn, tempDir } from "../support.ts";

/** A stream of `bytes` in pieces of `size`. */
async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}

Deno.test("the right bytes become a file, whatever pieces they come in", async () => {
  const { bytes, md5 } = image(1, 10_000);
  for (const size of [1, 7, 256, 4_096, 10_000]) {
    await using dir = await tempDir();
    const received = await receive(dir.path, { md5, name: "cat.gif" }, pieces(bytes, size));
    deepStrictEqual(received, { kind: "saved", path: join(dir.path, "cat.gif"), bytes: bytes.length });
    deepStrictEqual(await Deno.readFile(join(dir.path, "cat.gif")), bytes);
    deepStrictEqual(await namesIn(dir.path), ["cat.gif"]);
  }
});

Deno.test("an existing file is never overwritten, nor is one saved under two names", async () => {
  const { bytes, md5 } = image(1);
  const mine = new TextEncoder().encode("mine");
  await using dir = await tempDir({ "cat.gif": mine, "cat (2).gif": mine });
  const received = await receive(dir.path, { md5, name: "cat.gif" }, pieces(bytes, 999));
  strictEqual(received.kind === "saved" && basename(received.path), "cat (3).gif");
  deepStrictEqual(await Deno.readFile(join(dir.path, "cat.gif")), mine);
  deepStrictEqual(await namesIn(dir.path), ["cat (2).gif", "cat (3).gif", "cat.gif"]);
});

Deno.test("many of one name at once get each a number", async () => {
  await using dir = await tempDir();
  const images = Array.from({ length: 20 }, (_, i) => image(i));
  await Promise.all(images.map(({ bytes, md5 }) => receive(dir.path, { md5, name: "cat.gif" }, pieces(bytes, 500))));
  strictEqual((await namesIn(dir.path)).filter((name) => /^cat( \(\d+\))?\.gif$/.test(name)).length, 20);
});

Deno.test("wrong bytes leave nothing behind and tell what came", async () => {
  const { bytes } = image(1);
  await using dir = await tempDir();
  const received = await receive(dir.path, { md5: image(2).md5, name: "cat.gif" }, pieces(bytes, 100));
  deepStrictEqual(received, { kind: "other", bytes: 2_000, md5: image(1).md5, head: bytes.slice(0, 256) });
  deepStrictEqual(await namesIn(dir.path), []);
});

Deno.test("a stream that breaks leaves nothing behind, and its own error", async () => {
  const { bytes, md5 } = image(1);
  await using dir = await tempDir();
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield* pieces(bytes.subarray(0, 500), 100);
    throw new Error("the wire was cut");
  }
  await rejects(receive(dir.path, { md5, name: "cat.gif" }, broken()), /the wire was cut/);
  deepStrictEqual(await namesIn(dir.path), []);
});

Deno.test("a directory that is gone is one clear fault", async () => {
  const { bytes, md5 } = image(1);
  await using dir = await tempDir();
  const gone = join(dir.path, "gone");
  await rejects(
    receive(gone, { md5, name: "cat.gif" }, pieces(bytes, 100)),
    (error) => error instanceof Fault && error.code === "not-written" && error.message.includes("it does not exist"),
  );
});

// Only root may mount a small file system of its own; CI runs as root.
const notRoot = Deno.uid() !== 0;

Deno.test("a full disk is one clear fault and leaves nothing behind", { ignore: notRoot }, async () => {
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
});
