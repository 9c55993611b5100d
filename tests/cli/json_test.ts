/** Every line that `--json` shows is of the shape that schema/v1.json documents. */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { jsonLine } from "../../lib/cli/json.ts";
import { say } from "../fake/baseline_client.ts";
import { ANSWERS, BaselinePeer, deadPort } from "../fake/baseline_peer.ts";
import { image, Program, ROOT, soon, tempDir } from "../support.ts";
import { startTracker } from "../../mod.ts";
import { fetchImage } from "../../lib/net/fetch.ts";
import { nameArbitrary } from "../wire/arbitraries.ts";

const schema = JSON.parse(await Deno.readTextFile(join(ROOT, "schema", "v1.json")));
const validate = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true }).compile(schema);

interface Shown {
  readonly kind: string;
  readonly [key: string]: unknown;
}

/** The objects of an output, each of a documented shape. */
function shown(output: string): Shown[] {
  return output.trim().split("\n").map((line): Shown => {
    const value: unknown = JSON.parse(line);
    ok(validate(value), `${line}\n${JSON.stringify(validate.errors)}`);
    return value as Shown;
  });
}

/** What a command shows on standard output, and its exit code. */
async function run(...args: string[]): Promise<{ code: number; objects: Shown[] }> {
  await using program = Program.start("client", ...args);
  const code = await program.exit();
  return { code, objects: shown(program.stdout) };
}

const cat = image(1, 50_000);

Deno.test("list, doctor and config show one object, of the documented shape", async () => {
  await using tracker = closing(startTracker({ host: "127.0.0.1", port: 0 }));
  const at = `127.0.0.1:${tracker.value.address.port}`;
  deepStrictEqual(await run("list", at, "--json"), {
    code: 4,
    objects: [{ version: 1, kind: "list", tracker: at, complete: true, images: [] }],
  });
  await say(tracker.value.address.port, `REG x 5000 ${cat.md5},%1B[2J%E2%80%AE.gif`);
  const { code, objects: [list] } = await run("list", at, "--json");
  strictEqual(code, 0);
  deepStrictEqual(list.images, [{ index: 1, md5: cat.md5, name: "\x1b[2J\u202e.gif", peers: ["127.0.0.1:5000"] }]);

  await using dir = await tempDir({ "cat.gif": cat.bytes });
  const doctor = await run("doctor", at, dir.path, "--json", "--lang", "pt");
  deepStrictEqual([doctor.code, doctor.objects[0].kind, doctor.objects[0].exit], [0, "doctor", 0]);
  const config = await run("config", "--json", "--password", "secret");
  strictEqual(config.objects[0].kind, "config");
  strictEqual(JSON.stringify(config.objects).includes("secret"), false);
});

Deno.test("what fails is an object too, with the exit code", async () => {
  const cases: [string[], number, string][] = [
    [["list", "no.such.host.invalid", "--json"], 3, "host-unknown"],
    [["list", "--json", "--port", "1"], 2, "option-elsewhere"],
    [["share", `127.0.0.1:${deadPort()}`, "/no/such/place", "--json"], 1, "directory-missing"],
  ];
  await Promise.all(cases.map(async ([args, exit, code]) => {
    const told = await run(...args);
    deepStrictEqual([told.code, told.objects.length], [exit, 1]);
    const [error] = told.objects;
    deepStrictEqual([error.kind, error.code, error.exit], ["error", code, exit]);
  }));
});

Deno.test("get shows an object for what became of each image, and the sum", async () => {
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

Deno.test("share shows an object for each thing that happens", async () => {
  await using tracker = closing(startTracker({ host: "127.0.0.1", port: 0 }));
  const left = { [`.idp2pi-${image(2).md5}.part`]: image(2).bytes.subarray(0, 500) };
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
});

Deno.test("a name is the same string in JSON, and nothing in the line steers a terminal", () => {
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
