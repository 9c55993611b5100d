/** The command `get` with the real program: what it saves and how it continues. How it fails stands in failures_test.ts. */
import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { md5Of } from "../../lib/hash/md5.ts";
import { encodeName } from "../../lib/protocol/name.ts";
import { startTracker } from "../../mod.ts";
import { say } from "../fake/baseline_client.ts";
import { ANSWERS, BaselinePeer, deadPort } from "../fake/baseline_peer.ts";
import { PARTS, RangePeer } from "../fake/range_peer.ts";
import { needing } from "../needs.ts";
import { image, namesIn, Program, tempDir } from "../support.ts";

const cat = image(1, 50_000);
const dog = image(2, 60_000);

async function get(...args: string[]): Promise<{ code: number; output: string; stdout: string }> {
  await using program = Program.start("client", "get", ...args);
  return { code: await program.exit(), output: program.output, stdout: program.stdout };
}

Deno.test("get fetches the named images into a directory, shares nothing, and reports the outcome", async () => {
  const tracker = startTracker({ host: "127.0.0.1", port: 0 });
  await using _closing = { [Symbol.asyncDispose]: () => tracker.close() };
  const { port } = tracker.address;
  await using cats = new BaselinePeer(ANSWERS.sends(cat.bytes));
  await using liar = new BaselinePeer(ANSWERS.sends(cat.bytes));
  await say(port, `REG x ${cats.address.port} ${cat.md5},my%20cat.gif`);
  await say(port, `REG y ${liar.address.port} ${dog.md5},dog.gif`);
  await using dir = await tempDir({ "notes.txt": new Uint8Array([65]) });
  const at = `127.0.0.1:${port}`;
  const out = join(dir.path, "new");

  const first = await get(at, "my cat.gif", "-o", out);
  strictEqual(first.code, 0, first.output);
  match(first.output, /Saved as my cat\.gif/);
  deepStrictEqual(await Deno.readFile(join(out, "my cat.gif")), cat.bytes);
  const again = await get(at, cat.md5, "-o", out, "--json");
  strictEqual(again.code, 0, again.output);
  deepStrictEqual(again.stdout.trim().split("\n").map((it) => JSON.parse(it).kind), ["here", "done"]);
  const all = await get(at, cat.md5, "-o", out);
  strictEqual(all.code, 0, all.output);
  match(all.output, /Already here as my cat\.gif: nothing to download\./);
  strictEqual(tracker.counts().peers, 2);

  deepStrictEqual(await namesIn(out), ["my cat.gif"]);
});

Deno.test("parts of an earlier run are resumed, and do not count as received", async () => {
  const whale = image(3, 8_000_000);
  const tracker = startTracker({ host: "127.0.0.1", port: 0 });
  await using _closing = { [Symbol.asyncDispose]: () => tracker.close() };
  await using giver = new RangePeer(PARTS.gives(whale.bytes));
  await say(tracker.address.port, `REG x ${giver.address.port} ${whale.md5},whale.gif`);
  await using dir = await tempDir({ [`.idp2pi-${whale.md5}.part`]: whale.bytes.subarray(0, 5_000_000) });
  const { code, output } = await get(`127.0.0.1:${tracker.address.port}`, "--all", "-o", dir.path);
  strictEqual(code, 0, output);
  deepStrictEqual(giver.asked.map(({ offset }) => offset), [5_000_000]);
  match(output, /Saved as whale\.gif \(8 MB, MD5 verified\)/);
  match(output, /1 image downloaded \(3 MB\)/);
});

Deno.test(
  needing(
    ["unix"],
    "an unreachable peer is shown once, with the time for retries, and Ctrl-C ends them at once",
    async () => {
      const tracker = startTracker({ host: "127.0.0.1", port: 0 });
      await using _closing = { [Symbol.asyncDispose]: () => tracker.close() };
      const { port } = tracker.address;
      const dead = deadPort();
      await say(port, `REG x ${dead} ${cat.md5},cat.gif;${dog.md5},dog.gif`);
      await using dir = await tempDir();
      await using program = Program.start("client", "get", `127.0.0.1:${port}`, "--all", "-o", dir.path, "--json");
      await program.shows(new RegExp(`Cannot connect to 127\\.0\\.0\\.1:${dead} .* Retrying in 5s`));
      program.kill("SIGINT");
      let retries = 0;
      const listener = Deno.listen({ hostname: "127.0.0.1", port: dead });
      const accepting = listener.accept().then((conn) => {
        retries++;
        conn.close();
      }, () => {}); // It was closed.
      strictEqual(await program.exit(), 1);
      listener.close();
      await accepting;
      strictEqual(retries, 0, "it does not wait for the next attempt");
      strictEqual(program.output.split("Retrying").length - 1, 1, program.output);
      match(program.output, /Interrupted: run the same command again/);
      strictEqual(program.stdout, "");
    },
  ),
);

Deno.test("a peer that never closes a connection costs no image and is named once; dangerous names and contents are reported", async () => {
  const tracker = startTracker({ host: "127.0.0.1", port: 0 });
  await using _closing = { [Symbol.asyncDispose]: () => tracker.close() };
  const text = new TextEncoder().encode("no image");
  const all = new Map([cat, dog, { bytes: text, md5: md5Of(text) }].map(({ bytes, md5 }) => [md5, bytes]));
  await using peer = new BaselinePeer((conn, md5) => ANSWERS.stays(all.get(md5)!)(conn, md5));
  const [one, two, three] = [...all.keys()];
  const images = `${one},cat.gif;${two},setup.exe;${three},-rf`;
  await say(tracker.address.port, `REG x ${peer.address.port} ${images}`);
  const at = `127.0.0.1:${tracker.address.port}`;
  await using dir = await tempDir();
  const { code, output } = await get(at, "--all", "-o", dir.path);
  strictEqual(code, 0, output);
  deepStrictEqual(await namesIn(dir.path), ["-rf", "cat.gif", "setup.exe"]);
  strictEqual(output.split("did not close the connection").length, 2, output);
  match(output, /setup\.exe has the file name of a program/);
  match(output, /-rf begins with a dash/);
  match(output, /Not shared: its content is not an image/);
  await using other = await tempDir();
  const json = await get(at, "2-3", "-o", other.path, "--json");
  const warnings = json.stdout.trim().split("\n").map((it) => JSON.parse(it)).filter((it) => it.kind === "fetched")
    .map(({ file, warnings }) => [file, warnings]).sort();
  deepStrictEqual(warnings, [["-rf", ["no-image", "dash", "unclosed"]], ["setup.exe", ["program", "unclosed"]]]);
});

Deno.test("get removes the temporary files of killed runs, but none that a run is writing", async () => {
  const tracker = startTracker({ host: "127.0.0.1", port: 0 });
  await using _closing = { [Symbol.asyncDispose]: () => tracker.close() };
  await using giver = new RangePeer(PARTS.gives(cat.bytes));
  await say(tracker.address.port, `REG x ${giver.address.port} ${cat.md5},cat.gif`);
  const left = [1, 2].map((i) => `.idp2pi-${dog.md5}-${i}1234567-89ab-cdef-0123-456789abcdef.part`);
  const resumable = `.idp2pi-${dog.md5}.part`;
  await using dir = await tempDir(Object.fromEntries([...left, resumable].map((name) => [name, new Uint8Array(9)])));
  using alive = await Deno.open(join(dir.path, left[1]), { read: true, write: true });
  await alive.lock(true);
  const { code, output } = await get(`127.0.0.1:${tracker.address.port}`, "--all", "-o", dir.path);
  strictEqual(code, 0, output);
  deepStrictEqual(await namesIn(dir.path), [left[1], resumable, "cat.gif"].sort());
});

Deno.test("two programs that fetch the same images into one directory leave each image once", async () => {
  const images = Array.from(
    { length: 20 },
    (_, i) => ({ ...image(i + 10, i < 3 ? 2_000_000 : 30_000), name: `${i % 5}.gif` }),
  );
  const tracker = startTracker({ host: "127.0.0.1", port: 0 });
  await using _closing = { [Symbol.asyncDispose]: () => tracker.close() };
  await using giver = new RangePeer((conn, asked) =>
    PARTS.gives(images.find(({ md5 }) => md5 === asked.md5)!.bytes)(conn, asked)
  );
  await say(
    tracker.address.port,
    `REG x ${giver.address.port} ${images.map((it) => `${it.md5},${it.name}`).join(";")}`,
  );
  await using dir = await tempDir();
  const run = (): ReturnType<typeof get> => get(`127.0.0.1:${tracker.address.port}`, "--all", "-o", dir.path);
  for (const { code, output } of await Promise.all([run(), run()])) strictEqual(code, 0, output);
  strictEqual((await namesIn(dir.path)).length, images.length);
});

Deno.test("get takes an album with the albums in it, and of a name in several albums says where they are", async () => {
  const files = ["lisboa/DSC_1.gif", "lisboa/praia/DSC_1.gif", "porto/DSC_1.gif", "--all/x.gif"]
    .map((name, i) => ({ name, ...image(i + 20) }));
  const tracker = startTracker({ host: "127.0.0.1", port: 0 });
  await using _closing = { [Symbol.asyncDispose]: () => tracker.close() };
  await using giver = new RangePeer((conn, asked) =>
    PARTS.gives(files.find(({ md5 }) => md5 === asked.md5)!.bytes)(conn, asked)
  );
  const { port } = tracker.address;
  await say(port, `REG x ${giver.address.port} ${files.map((it) => `${it.md5},${encodeName(it.name)}`).join(";")}`);
  await using dir = await tempDir();
  const { code, output } = await get(`127.0.0.1:${port}`, "-o", dir.path, "--", "lisboa/", "DSC_1.gif", "--all/");
  strictEqual(code, 5, output);
  match(
    output,
    /“DSC_1\.gif” matches the end of several names: lisboa\/DSC_1\.gif, lisboa\/praia\/DSC_1\.gif, porto\//,
  );
  for (const { name, bytes } of [files[0], files[1], files[3]]) {
    deepStrictEqual(await Deno.readFile(join(dir.path, name)), bytes, name);
  }
  deepStrictEqual(await namesIn(dir.path), ["--all", "lisboa"]);
});
