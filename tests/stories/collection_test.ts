/** A photographer's collection: what arrives is what was there, path, bytes and time; and what baseline programs see of it. */
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { dirname, join, relative } from "node:path";
import { md5Of } from "../../lib/hash/md5.ts";
import { startTracker } from "../../mod.ts";
import { download, readList, say } from "../fake/baseline_client.ts";
import * as b from "../formats/builders.ts";
import { image, imageBytes, Program, SAMPLES, tempDir } from "../support.ts";

/** What is in a directory: bytes as an MD5, and when it was modified, in seconds. */
type Tree = Map<string, { readonly md5: string; readonly modified: number }>;

const ALBUMS = ["", "2023", "2023/lisboa", "2024/são paulo/dia 1", "2024/são paulo/dia 2", "família, férias; etc"];

/** Writes a file, modified on another day than all others, between 2001 and 2024. */
async function put(path: string, bytes: Uint8Array, day: number): Promise<void> {
  await Deno.mkdir(dirname(path), { recursive: true });
  await Deno.writeFile(path, bytes);
  const time = new Date(Date.UTC(2001, 0, 1 + day, 12, 34, 56));
  await Deno.utime(path, time, time);
}

/** Fills a directory with `each` images an album of the same names, a sample of each format in all of them, and no images. */
async function fill(root: string, each: number): Promise<void> {
  const samples: [string, Uint8Array][] = [];
  for await (const { name } of Deno.readDir(SAMPLES)) {
    if (name !== "README.md") samples.push([name, await Deno.readFile(join(SAMPLES, name))]);
  }
  const half = (await Deno.readFile(join(SAMPLES, "sunset.jpg"))).subarray(0, -20);
  for (const [at, album] of ALBUMS.entries()) {
    for (let i = 0; i < each; i++) {
      const name = `DSC_${`${i}`.padStart(4, "0")}.gif`;
      await put(join(root, album, name), imageBytes(1 + at * each + i, 400), at * each + i);
    }
    for (const [name, bytes] of samples) await put(join(root, album, name), bytes, at);
    await put(
      join(root, album, "DSC_9999.CR2"),
      b.tiff({ entries: [[262, 3, [32_803]], [271, 2, b.text("Canon\0")]] }),
      at,
    );
    await put(join(root, album, "film.mp4"), b.join(b.ftyp("isom", "mp42"), b.box("mdat", [at])), at);
    await put(join(root, album, "DSC_0001.xmp"), b.text("<x:xmpmeta/>"), at);
    await put(join(root, album, "copying.jpg"), half, at);
  }
}

async function treeOf(root: string, at = root): Promise<Tree> {
  const tree: Tree = new Map();
  for await (const { name, isDirectory } of Deno.readDir(at)) {
    const path = join(at, name);
    if (isDirectory) { for (const [inner, it] of await treeOf(root, path)) tree.set(inner, it); }
    else {
      const modified = Math.floor((await Deno.stat(path)).mtime!.getTime() / 1_000);
      tree.set(relative(root, path).replaceAll("\\", "/"), { md5: md5Of(await Deno.readFile(path)), modified });
    }
  }
  return tree;
}

/** The images of a tree that are shared: of those with the same bytes, the one that comes first. */
function sharedOf(tree: Tree): Tree {
  const isImage = (path: string): boolean => /\.(gif|bmp|heic|avif|tiff|png|webp|jpg)$/.test(path);
  return new Map([...tree].filter(([path]) => isImage(path) && !path.endsWith("copying.jpg")));
}

async function get(...args: string[]): Promise<{ code: number; output: string }> {
  await using program = Program.start("client", "get", ...args, "--json");
  await program.shows(/"kind":"done"/); // Each image that arrives is a line: a busy machine may take its time.
  return { code: await program.exit(), output: program.output };
}

Deno.test("a collection of 1,000 files arrives with the same paths, bytes and times", async () => {
  await using there = await tempDir();
  await using here = await tempDir();
  await fill(there.path, 155);
  const all = await treeOf(there.path);
  ok(all.size >= 1_000);
  await using tracker = startTracker({ host: "127.0.0.1", port: 0 });
  const at = `127.0.0.1:${tracker.address.port}`;
  await using sharing = Program.start("client", "share", at, there.path, "--json");
  await sharing.shows(/"kind":"registered"/);
  const { code, output } = await get(at, "--all", "-o", here.path);
  strictEqual(code, 0, output.slice(-2_000));

  const arrived = await treeOf(here.path);
  const shared = sharedOf(all);
  deepStrictEqual(
    new Set([...arrived.values()].map(({ md5 }) => md5)),
    new Set([...shared.values()].map((it) => it.md5)),
  );
  strictEqual(arrived.size, new Set([...shared.values()].map(({ md5 }) => md5)).size, "each image once");
  for (const [path, it] of arrived) deepStrictEqual(it, shared.get(path), path);

  const again = await get(at, "--all", "-o", here.path);
  strictEqual(again.code, 0, again.output);
  match(again.output, /"kind":"done".*"fetched":0/);
  deepStrictEqual(await treeOf(here.path), arrived);
});

Deno.test("a baseline client lists and fetches an image of an album by one flat name", async () => {
  await using there = await tempDir();
  const { bytes, md5 } = image(7);
  await put(join(there.path, "2024/são paulo", "DSC_0001.gif"), bytes, 1);
  await using tracker = startTracker({ host: "127.0.0.1", port: 0 });
  const { port } = tracker.address;
  await using sharing = Program.start("client", "share", `127.0.0.1:${port}`, there.path, "--json");
  await sharing.shows(/"kind":"registered"/);
  const [listed] = readList(await say(port, "LST"));
  deepStrictEqual([listed.md5, listed.name], [md5, "2024%2Fsão%20paulo%2FDSC_0001.gif"]);
  deepStrictEqual(await download(listed), bytes);
});
