/** Which file of the name of a finished download is the image, is replaced, or is left alone. */
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { Buffer } from "node:buffer";
import { basename, join } from "node:path";
import { publish } from "../../../lib/download/save/publish.ts";
import { makeTemporary } from "../../../lib/files/temporary.ts";
import { needing } from "../../needs.ts";
import { image, namesIn, soon, tempDir } from "../../support.ts";

/** A directory with a file `cat.gif` that nobody has written to for so many milliseconds. */
async function withCat(bytes: Uint8Array, rest = 11_000): Promise<AsyncDisposable & { path: string }> {
  const dir = await tempDir({ "cat.gif": bytes });
  const at = new Date(Date.now() - rest);
  await Deno.utime(join(dir.path, "cat.gif"), at, at);
  return dir;
}

/** Gives an image the name `cat.gif`; returns the name that it has. */
async function publishImage(directory: string, { bytes, md5 }: ReturnType<typeof image>): Promise<string> {
  const temporary = makeTemporary(directory, md5);
  using file = temporary.file;
  for (let done = 0; done < bytes.length;) done += file.writeSync(bytes.subarray(done));
  return basename(await soon(publish(temporary, directory, "cat.gif"), "the name"));
}

for (const size of [2_000, 3_000_000]) {
  const it = image(1, size);
  const { bytes } = it;
  for (
    const [what, there, fate] of [
      ["empty", new Uint8Array(), "replaced"],
      ["the beginning of the image", bytes.subarray(0, 1_500), "replaced"],
      ["the image but for its last byte", bytes.subarray(0, size - 1), "replaced"],
      ["the image", bytes, "the image"],
      ["the beginning of the image, changed", bytes.slice(0, 1_500).fill(7, 1_400, 1_401), "kept"],
      ["the image, changed at its end", bytes.slice().fill(7, size - 1), "kept"],
      ["the image and one byte more", new Uint8Array([...bytes, 0]), "kept"],
      ["of the same size", image(2, size).bytes, "kept"],
    ] as const
  ) {
    Deno.test(`a file under the name of an image of ${size} bytes that is ${what} is ${fate}`, async () => {
      await using dir = await withCat(there);
      const isKept = fate === "kept";
      strictEqual(await publishImage(dir.path, it), isKept ? "cat (2).gif" : "cat.gif");
      deepStrictEqual(await namesIn(dir.path), isKept ? ["cat (2).gif", "cat.gif"] : ["cat.gif"]);
      strictEqual(Buffer.compare(await Deno.readFile(join(dir.path, "cat.gif")), isKept ? there : bytes), 0);
    });
  }
}

Deno.test("a file that another program may be writing is not touched, even if clocks differ", async () => {
  const it = image(1);
  for (const there of [new Uint8Array(), it.bytes.slice(0, 1_500)]) {
    for (const rest of [0, 5_000, -60_000]) {
      await using dir = await withCat(there, rest);
      strictEqual(await publishImage(dir.path, it), "cat (2).gif");
      deepStrictEqual(await Deno.readFile(join(dir.path, "cat.gif")), there);
    }
  }
});

Deno.test("a locked file of another program is not waited for long, and not changed", async () => {
  await using dir = await withCat(new Uint8Array());
  using other = await Deno.open(join(dir.path, "cat.gif"), { read: true, write: true });
  other.lockSync(true);
  strictEqual(await publishImage(dir.path, image(1)), "cat (2).gif");
  strictEqual(other.statSync().size, 0);
});

Deno.test(needing(["linux", "mounts"], "if an unreadable file has the name, the image gets a number", async () => {
  await using dir = await withCat(new Uint8Array());
  const path = join(dir.path, "cat.gif");
  // It says that it has 4,096 bytes, and fails to be read with EINVAL.
  const mount = await new Deno.Command("mount", { args: ["--bind", "/sys/class/net/lo/speed", path] }).output();
  strictEqual(mount.success, true, new TextDecoder().decode(mount.stderr));
  try {
    strictEqual(await publishImage(dir.path, image(1, 10_000)), "cat (2).gif");
  } finally {
    await new Deno.Command("umount", { args: [path] }).output();
  }
}));
