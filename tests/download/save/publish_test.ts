/** Which file of the name of a finished download is the image, is completed, or is left alone; in which directory it is. */
import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { Buffer } from "node:buffer";
import { join, relative } from "node:path";
import { publish } from "../../../lib/download/save/publish.ts";
import { PlainFile } from "../../../lib/files/plain_file.ts";
import { makeTemporary } from "../../../lib/files/temporary.ts";
import { needing } from "../../needs.ts";
import { HOSTILE_NAMES } from "../../hostile_names.ts";
import { filesWithin, image, namesIn, soon, tempDir } from "../../support.ts";

/** A directory with a file `cat.gif` that nobody has written to for so many milliseconds. */
async function withCat(bytes: Uint8Array, rest = 11_000): Promise<AsyncDisposable & { path: string }> {
  const dir = await tempDir({ "cat.gif": bytes });
  const at = new Date(Date.now() - rest);
  await Deno.utime(join(dir.path, "cat.gif"), at, at);
  return dir;
}

/** Gives an image a name; returns the path that it has within the directory. */
async function publishImage(
  directory: string,
  { bytes, md5 }: ReturnType<typeof image>,
  name = "cat.gif",
): Promise<string> {
  const temporary = makeTemporary(directory, md5);
  using file = temporary.file;
  for (let done = 0; done < bytes.length;) done += file.writeSync(bytes.subarray(done));
  return relative(directory, await soon(publish(temporary, directory, name), "the name")).replaceAll("\\", "/");
}

for (const size of [2_000, 3_000_000]) {
  const it = image(1, size);
  const { bytes } = it;
  for (
    const [what, there, fate] of [
      ["empty", new Uint8Array(), "completed"],
      ["the beginning of the image", bytes.subarray(0, 1_500), "completed"],
      ["the image but for its last byte", bytes.subarray(0, size - 1), "completed"],
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

Deno.test("an image of an album is saved into its directory, beside others, and never twice", async () => {
  await using dir = await tempDir();
  strictEqual(await publishImage(dir.path, image(1), "lisboa/cat.gif"), "lisboa/cat.gif");
  strictEqual(await publishImage(dir.path, image(1), "lisboa/cat.gif"), "lisboa/cat.gif");
  strictEqual(await publishImage(dir.path, image(2), "lisboa/cat.gif"), "lisboa/cat (2).gif");
  strictEqual(await publishImage(dir.path, image(3), "lisboa/tag 1/cat.gif"), "lisboa/tag 1/cat.gif");
  strictEqual(await publishImage(dir.path, image(4), "cat.gif"), "cat.gif");
  await Promise.all([5, 6, 7, 8].map((seed) => publishImage(dir.path, image(seed), "porto/a/b/cat.gif")));
  deepStrictEqual(await filesWithin(dir.path), [
    "cat.gif",
    "lisboa/cat (2).gif",
    "lisboa/cat.gif",
    "lisboa/tag 1/cat.gif",
    "porto/a/b/cat (2).gif",
    "porto/a/b/cat (3).gif",
    "porto/a/b/cat (4).gif",
    "porto/a/b/cat.gif",
  ]);
});

Deno.test(
  needing(["linux", "mounts"], "an image whose album is read-only or elsewhere is saved all the same", async () => {
    await using dir = await tempDir();
    await using elsewhere = await tempDir();
    const mount = async (...args: string[]): Promise<void> => {
      const { success, stderr } = await new Deno.Command("mount", { args }).output();
      strictEqual(success, true, new TextDecoder().decode(stderr));
    };
    const albums = ["bound", "other"].map((name) => join(dir.path, name));
    for (const album of albums) await Deno.mkdir(album);
    await mount("--bind", elsewhere.path, albums[0]); // Of the same disk, and yet nothing can be linked into it.
    await mount("-t", "tmpfs", "-o", "size=1m", "none", albums[1]);
    try {
      strictEqual(await publishImage(dir.path, image(1), "bound/a.gif"), "a.gif");
      strictEqual(await publishImage(dir.path, image(2), "other/b.gif"), "other (2)/b.gif");
      deepStrictEqual(await namesIn(elsewhere.path), []);
      deepStrictEqual(await namesIn(albums[1]), []);
    } finally {
      for (const album of albums) await new Deno.Command("umount", { args: [album] }).output();
    }
  }),
);

Deno.test("an image that cannot get its name leaves no directory behind", async () => {
  await using dir = await tempDir();
  await Deno.mkdir(join(dir.path, "mine"));
  const temporary = makeTemporary(dir.path, image(1).md5);
  using _open = temporary.file;
  temporary.file.writeSync(image(1).bytes);
  await Deno.remove(temporary.path);
  await rejects(publish(temporary, dir.path, "mine/lisboa/cat.gif"));
  deepStrictEqual(await namesIn(join(dir.path, "mine")), []);
  await rejects(publish(temporary, dir.path, "lisboa/cat.gif"));
  deepStrictEqual(await namesIn(dir.path), ["mine"]);
});

Deno.test("an image of any name is saved within the directory, and found there", async () => {
  await using parent = await tempDir();
  const path = join(parent.path, "in");
  await Deno.mkdir(path);
  const saved = new Map<string, string>();
  for (const [i, name] of HOSTILE_NAMES.entries()) saved.set(await publishImage(path, image(i, 300), name), name);
  strictEqual(saved.size, HOSTILE_NAMES.length);
  deepStrictEqual(await filesWithin(path), [...saved.keys()].sort());
  deepStrictEqual(await namesIn(parent.path), ["in"]);
});

/** Puts a link to `outside` in the place of a directory just before the next call of a function, and it back after it. */
function swapAround(
  call: "linkSync" | "mkdirSync" | "renameSync",
  directory: string,
  outside: string,
  back: boolean,
): Disposable {
  const original = Deno[call] as (...args: unknown[]) => void;
  const rename = Deno.renameSync;
  const away = `${directory}.away`;
  const restore = (): void => {
    Deno.removeSync(directory);
    rename(away, directory);
  };
  let timer: ReturnType<typeof setTimeout> | undefined;
  const put = (fn: typeof original): void => void Object.assign(Deno, { [call]: fn });
  put((...args) => {
    put(original);
    rename(directory, away);
    Deno.symlinkSync(outside, directory);
    original(...args);
    if (back) timer = setTimeout(restore, 20);
  });
  return {
    [Symbol.dispose](): void {
      put(original);
      clearTimeout(timer);
    },
  };
}

Deno.test("where two names of one file look like two files, an album has its images all the same", async () => {
  await using dir = await tempDir();
  const [{ lstatSync }, { open }] = [Deno, PlainFile];
  const other = <T extends { ino: number | null }>(info: T): T => ({ ...info, ino: info.ino! + 1 });
  const isTemporary = (path: string | URL): boolean => /idp2pi-[^/]*\.part$/.test(`${path}`);
  Deno.lstatSync = (path) => isTemporary(path) ? lstatSync(path) : other(lstatSync(path));
  PlainFile.open = async (path) => {
    const file = await open(path);
    return Object.defineProperty(file, "opened", { value: other(file.opened) });
  };
  using _restored = {
    [Symbol.dispose](): void {
      Deno.lstatSync = lstatSync;
      PlainFile.open = open;
    },
  };
  for (const path of ["lisboa/cat.gif", "lisboa/cat (2).gif"]) {
    const it = image(path.length);
    strictEqual(await publishImage(dir.path, it, "lisboa/cat.gif"), path);
    deepStrictEqual(await Deno.readFile(join(dir.path, path)), it.bytes);
  }
});

/** A file system without links. */
function withoutLinks(): Disposable {
  const { linkSync } = Deno;
  Deno.linkSync = () => {
    throw Object.assign(new Error("Operation not permitted"), { code: "EPERM" });
  };
  return { [Symbol.dispose]: () => void (Deno.linkSync = linkSync) };
}

for (const back of [false, true]) {
  const then = back ? ", and a directory again," : "";
  Deno.test(
    needing(["links"], `an album that becomes a link as an image gets its name${then} leads nowhere`, async () => {
      await using outside = await tempDir();
      await using inside = await tempDir();
      for (
        const [call, album, name] of [
          ["linkSync", "a", "a/x.gif"],
          ["mkdirSync", "b", "b/sub/x.gif"],
          ["renameSync", "c", "c/x.gif"],
        ] as const
      ) {
        using _links = call === "renameSync" ? withoutLinks() : null;
        await Deno.mkdir(join(inside.path, album));
        using _swapping = swapAround(call, join(inside.path, album), outside.path, back);
        const path = await publishImage(inside.path, image(1), name);
        ok([name, name.replace(album, `${album} (2)`)].includes(path), path);
        deepStrictEqual(await namesIn(outside.path), []);
        deepStrictEqual(await Deno.readFile(join(inside.path, path)), image(1).bytes);
      }
    }),
  );
}
