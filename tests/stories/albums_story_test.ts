/** A collection in directories, through the real programs: it arrives as it was, and baseline programs see flat names. */
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { dirname, join } from "node:path";
import { md5Of } from "../../lib/hash/md5.ts";
import { Peer, startTracker } from "../../mod.ts";
import { download, readList, say } from "../fake/baseline_client.ts";
import { ANSWERS, BaselinePeer } from "../fake/baseline_peer.ts";
import { filesWithin, image, Program, tempDir } from "../support.ts";

/** Ten albums with the same names in each, as cameras give them, one within another, and some without. */
const COLLECTION = new Map([
  ...["lisboa", "porto", "férias de verão", "2024/rio", "2024/rio/tag 1"].flatMap((album) =>
    [1, 2, 3].map((n) => `${album}/DSC_000${n}.jpg`)
  ),
  "DSC_0001.jpg",
  "a, b; 100%.gif",
].map((path, i) => [path, image(i, 300 + i).bytes]));

async function collection(): Promise<AsyncDisposable & { path: string }> {
  const dir = await tempDir();
  for (const [path, bytes] of COLLECTION) {
    await Deno.mkdir(join(dir.path, dirname(path)), { recursive: true });
    await Deno.writeFile(join(dir.path, path), bytes);
  }
  return dir;
}

async function get(...args: string[]): Promise<string> {
  await using program = Program.start("client", "get", ...args);
  strictEqual(await program.exit(), 0, program.output);
  return program.output;
}

/** What is in a directory: paths and MD5s. */
async function contents(path: string): Promise<Record<string, string>> {
  const paths = await filesWithin(path);
  return Object.fromEntries(
    await Promise.all(paths.map(async (it) => [it, md5Of(await Deno.readFile(join(path, it)))])),
  );
}

const basenames = (paths: Iterable<string>): string[] => [...paths].map((path) => path.split("/").at(-1)!);

Deno.test("a collection arrives once with its directories, or without them if requested", async () => {
  const tracker = startTracker({ host: "127.0.0.1", port: 0 });
  await using _closing = { [Symbol.asyncDispose]: () => tracker.close() };
  const { port } = tracker.address;
  const at = `127.0.0.1:${port}`;
  await using source = await collection();
  await using target = await tempDir();
  const out = join(target.path, "out");
  {
    await using sharing = Program.start("client", "share", at, source.path);
    await sharing.shows(/Registered/);
    const listed = readList(await say(port, "LST"));
    ok(listed.some(({ name }) => name === "lisboa%2FDSC_0001.jpg"), "a baseline program sees a flat name");
    for (const it of listed) strictEqual(md5Of(await download(it)), it.md5);

    match(await get(at, "--all", "-o", out), new RegExp(`${COLLECTION.size} images downloaded`));
    deepStrictEqual(await contents(out), await contents(source.path));
    match(await get(at, "--all", "-o", out), new RegExp(`All ${COLLECTION.size} images are already here`));

    const flat = join(target.path, "flat");
    await get(at, "--all", "-o", flat, "--flat");
    const names = await filesWithin(flat);
    strictEqual(names.length, COLLECTION.size);
    ok(names.every((name) => !name.includes("/")), names.join());
    deepStrictEqual(Object.values(await contents(flat)).sort(), Object.values(await contents(source.path)).sort());
    match(await get(at, "--all", "-o", flat), /already here/); // Also without --flat, as earlier versions saved it.
    sharing.kill("SIGTERM"); // It unregisters: the next one names the images.
    await sharing.exit();
  }
  await using sharing = Program.start("client", "share", at, source.path, "--flat");
  await sharing.shows(/Registered/);
  const listed = readList(await say(port, "LST")).map(({ name }) => decodeURIComponent(name));
  deepStrictEqual(listed.sort(), basenames(COLLECTION.keys()).sort());
});

Deno.test("albums of one name from two peers merge, whatever separator a baseline peer sends", async () => {
  const tracker = startTracker({ host: "127.0.0.1", port: 0 });
  await using _closing = { [Symbol.asyncDispose]: () => tracker.close() };
  const { port } = tracker.address;
  const [one, two, three] = [image(1), image(2), image(3)];
  await using slash = new BaselinePeer(ANSWERS.sends(one.bytes));
  await using backslash = new BaselinePeer(ANSWERS.sends(two.bytes));
  await using encoded = new BaselinePeer(ANSWERS.sends(three.bytes));
  await say(port, `REG x ${slash.address.port} ${one.md5},lisboa/a.gif`);
  await say(port, `REG y ${backslash.address.port} ${two.md5},lisboa\\a.gif`);
  await say(port, `REG z ${encoded.address.port} ${three.md5},lisboa%2Fb.gif`);
  await using dir = await tempDir();
  await get(`127.0.0.1:${port}`, "--all", "-o", dir.path);
  deepStrictEqual(await filesWithin(dir.path), ["lisboa/a (2).gif", "lisboa/a.gif", "lisboa/b.gif"]);
});

Deno.test("an image that a peer fetched into an album is shared under its path, and is not read again", async () => {
  const tracker = startTracker({ host: "127.0.0.1", port: 0 });
  await using _closing = { [Symbol.asyncDispose]: () => tracker.close() };
  await using source = await collection();
  await using target = await tempDir();
  const config = { tracker: tracker.address, host: "127.0.0.1", watch: false };
  await using ana = await Peer.start({ ...config, directory: source.path });
  await using bob = await Peer.start({ ...config, directory: target.path });
  await ana.tracker.register();
  await bob.tracker.register();
  const { images } = await bob.tracker.list();
  await bob.downloads.fetchAll(images);
  deepStrictEqual(bob.folder.images.map(({ name }) => name), [...COLLECTION.keys()].sort());
  let read = 0;
  await bob.folder.scan({ onProgress: ({ bytes }) => read = bytes });
  strictEqual(read, 0);
  deepStrictEqual(bob.folder.images.map(({ path }) => path), [...COLLECTION.keys()].sort());
});

Deno.test("a peer that shares no subdirectories makes none, and has what it fetched", async () => {
  const tracker = startTracker({ host: "127.0.0.1", port: 0 });
  await using _closing = { [Symbol.asyncDispose]: () => tracker.close() };
  const it = image(1);
  await using ana = new BaselinePeer(ANSWERS.sends(it.bytes));
  await say(tracker.address.port, `REG x ${ana.address.port} ${it.md5},lisboa%2Fa.gif`);
  await using dir = await tempDir();
  const config = { tracker: tracker.address, host: "127.0.0.1", watch: false };
  await using bob = await Peer.start({ ...config, directory: dir.path, recursive: false });
  const { images } = await bob.tracker.list();
  await bob.downloads.fetchAll(images);
  strictEqual((await Deno.lstat(join(dir.path, "a.gif"))).isFile, true);
  deepStrictEqual((await bob.downloads.fetchAll(images)).map(({ kind }) => kind), ["here"]);
});
