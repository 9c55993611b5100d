/** Every line that `--json` shows is of the shape that schema/v1.json documents. */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { jsonLine } from "../../../../lib/app/cli/output/json.ts";
import { say } from "../../../fake/baseline_client.ts";
import { ANSWERS, BaselinePeer } from "../../../fake/baseline_peer.ts";
import { needing } from "../../../needs.ts";
import { image, Program, soon, tempDir } from "../../../support.ts";
import { type Shown, shown } from "../../../support_json.ts";
import { startTracker } from "../../../../mod.ts";
import { PARTS, RangePeer } from "../../../fake/range_peer.ts";
import { fetchImage } from "../../../../lib/download/fetch.ts";
import { nameArbitrary } from "../../../protocol/arbitraries.ts";

/** What a command shows on standard output, and its exit code. */
async function run(...args: string[]): Promise<{ code: number; objects: Shown[] }> {
  await using program = Program.start("client", ...args);
  const code = await program.exit();
  return { code, objects: shown(program.stdout) };
}

const cat = image(1, 50_000);

Deno.test("list, doctor and config print one object each, of the documented shape", async () => {
  await using tracker = closing(startTracker({ host: "127.0.0.1", port: 0 }));
  const at = `127.0.0.1:${tracker.value.address.port}`;
  deepStrictEqual(await run("list", at, "--json"), {
    code: 4,
    objects: [{ version: 1, kind: "list", tracker: at, complete: true, images: [] }],
  });
  await say(tracker.value.address.port, `REG x 5000 ${cat.md5},lisboa%2F%1B[2J%E2%80%AE.gif`);
  const { code, objects: [list] } = await run("list", at, "--json");
  strictEqual(code, 0);
  const image = {
    index: 1,
    md5: cat.md5,
    name: "lisboa/\x1b[2J\u202e.gif",
    album: "lisboa",
    peers: ["127.0.0.1:5000"],
  };
  deepStrictEqual(list.images, [image]);
  deepStrictEqual((await run("list", at, "lisboa/", "--json")).objects[0].images, [image]);
  deepStrictEqual(await run("list", at, "porto/", "--json"), { code: 4, objects: [{ ...list, images: [] }] });

  await using dir = await tempDir({ "cat.gif": cat.bytes });
  const doctor = await run("doctor", at, dir.path, "--json", "--lang", "pt");
  deepStrictEqual([doctor.code, doctor.objects[0].kind, doctor.objects[0].exit], [0, "doctor", 0]);
  const config = await run("config", "--json", "--password", "secret");
  strictEqual(config.objects[0].kind, "config");
  strictEqual(JSON.stringify(config.objects).includes("secret"), false);
});

Deno.test("list shows the reported properties of each image, sorted as requested, in one object or one for each", async () => {
  await using tracker = closing(startTracker({ host: "127.0.0.1", port: 0 }));
  const { port } = tracker.value.address;
  const [dog, bird] = [image(2), image(3)];
  const infos = { [cat.md5]: "50000 image/jpeg 640 480 1717180200 1717145000", [dog.md5]: "70000 image/png 0 0 0 0" };
  await using peer = new RangePeer(PARTS.gives(cat.bytes), infos);
  const images = `${cat.md5},cat.gif;${bird.md5},bird.gif;${dog.md5},dog.gif`;
  await say(port, `REG x ${peer.address.port} ${images}`);
  const at = `127.0.0.1:${port}`;
  const peers = [`127.0.0.1:${peer.address.port}`];
  const common = { album: "", peers };
  const listed = [
    { index: 3, md5: dog.md5, name: "dog.gif", ...common, size: 70_000, type: "image/png" },
    {
      index: 1,
      md5: cat.md5,
      name: "cat.gif",
      ...common,
      size: 50_000,
      type: "image/jpeg",
      width: 640,
      height: 480,
      modified: "2024-05-31T18:30:00.000Z",
      taken: "2024-05-31T08:43:20.000Z",
    },
    { index: 2, md5: bird.md5, name: "bird.gif", ...common },
  ];
  const { code, objects: [list] } = await run("list", at, "--json", "--sort", "size");
  deepStrictEqual([code, list.images], [0, listed]);
  const { objects } = await run("list", at, "--jsonl", "--sort", "date");
  deepStrictEqual(objects, [1, 2, 0].map((i) => ({ version: 1, kind: "image", ...listed[i] })));
  await using long = Program.start("client", "list", at, "--long", "--sort=size", "cat.gif", "dog.gif");
  strictEqual(await long.exit(), 0);
  const lines = long.stdout.trimEnd().split("\n").map((line) => line.trim().split(/ {2,}/));
  deepStrictEqual(lines.map(([first]) => first), ["#", "3", "1"]);
  deepStrictEqual(lines[2], ["1", "1", "50 kB", "640×480", "jpeg", "2024-05-31", "2024-05-31", "cat.gif"]);
});

Deno.test("get prints an object for the outcome of each image, and one with the counts", async () => {
  await using tracker = closing(startTracker({ host: "127.0.0.1", port: 0 }));
  const { port } = tracker.value.address;
  await using peer = new BaselinePeer(ANSWERS.sends(cat.bytes));
  await using dir = await tempDir();
  const dog = image(2);
  await say(port, `REG x ${peer.address.port} ${cat.md5},cat.gif;${dog.md5},dog.gif`);
  const args = ["get", `127.0.0.1:${port}`, "cat.gif", "*.gif", "bird", "-o", dir.path, "--json"];
  const { code, objects } = await run(...args);
  strictEqual(code, 5);
  deepStrictEqual(objects.map(({ kind }) => kind).sort(), ["done", "failed", "fetched"]);
  deepStrictEqual(objects.at(-1), { version: 1, kind: "done", fetched: 1, here: 0, failed: 1, unknown: ["bird"] });
});

Deno.test(needing(["unix"], "share prints an object for each event", async () => {
  await using tracker = closing(startTracker({ host: "127.0.0.1", port: 0 }));
  const want = `${JSON.stringify({ want: image(2).md5, name: "dog.gif" })}\n`;
  const left = { [`.idp2pi-${crypto.randomUUID()}.queue`]: new TextEncoder().encode(want) };
  await using dir = await tempDir({ "cat.gif": cat.bytes, ...left });
  await using other = await tempDir();
  await using sharing = Program.start("client", "share", `127.0.0.1:${tracker.value.address.port}`, dir.path, "--json");
  await sharing.shows(/"kind":"registered"/);
  const port = Number(/"port":(\d+)/.exec(sharing.stdout)![1]);
  const peers = [{ host: "127.0.0.1", port }];
  await soon(fetchImage({ md5: cat.md5, name: "cat.gif", peers }, other.path), "the download");
  await sharing.shows(/"kind":"served"/);
  sharing.kill("SIGTERM");
  strictEqual(await sharing.exit(), 0);
  const objects = shown(sharing.stdout);
  deepStrictEqual(objects.map(({ kind }) => kind), ["sharing", "registered", "served", "ended"]);
  strictEqual(objects[0].unfinished, 1);
}));

Deno.test("a name is the same string in JSON, and nothing in the line controls a terminal", () => {
  fc.assert(fc.property(fc.oneof(nameArbitrary, fc.string({ unit: "binary" })), (name) => {
    const line = jsonLine("list", { name });
    strictEqual(JSON.parse(line).name, name);
    ok(!/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(line), JSON.stringify(line));
  }));
});

/** Closes `value` when the test ends. */
function closing<T extends { close(): Promise<unknown> }>(value: T): AsyncDisposable & { value: T } {
  return { value, [Symbol.asyncDispose]: async () => void await value.close() };
}

Deno.test("visible characters are unchanged in JSON, and all others are escaped", () => {
  const all = Array.from({ length: 0x11_0000 }, (_, code) => String.fromCodePoint(code));
  all.push("\ud800x", "x\udc00");
  const text = jsonLine("x", { all: all.join("") });
  const parsed: { readonly all: string } = JSON.parse(text);
  strictEqual(parsed.all, all.join(""));
  const unseen = /(?! )[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/u;
  strictEqual(unseen.exec(text), null);
  for (const seen of ["é", "猫", "👍", "\u0301", "€", "١"]) ok(text.includes(seen), seen);
});
