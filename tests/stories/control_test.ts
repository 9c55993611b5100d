/** Running clients, seen and stopped by commands, each a real program. */
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { startTracker } from "../../mod.ts";
import { fetchImage } from "../../lib/download/fetch.ts";
import { BaselineTracker } from "../fake/baseline_tracker.ts";
import { needing } from "../needs.ts";
import { image, namesIn, Program, ROOT, soon, tempDir } from "../support.ts";

const validate = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true })
  .compile(JSON.parse(await Deno.readTextFile(join(ROOT, "schema", "v1.json"))));
const [cat, dog] = [image(1, 5_000), image(2, 6_000)];

interface Ran {
  readonly code: number;
  readonly output: string;
  readonly stdout: string;
  // deno-lint-ignore no-explicit-any -- An object of whatever shape; the schema has said which.
  readonly json: any;
}

/** Runs commands of the client, whose cache is in this directory, one after the other. */
function runner(cache: string): (...args: string[]) => Promise<Ran> {
  return async (...args) => {
    await using program = Program.startIn(cache, "client", ...args);
    const code = await program.exit();
    const { output, stdout } = program;
    if (!args.includes("--json")) return { code, output, stdout, json: null };
    const json = JSON.parse(stdout.trim().split("\n").at(-1)!);
    ok(validate(json), `${stdout}\n${JSON.stringify(validate.errors)}`);
    return { code, output, stdout, json };
  };
}

Deno.test(needing(["terminal"], "two clients are shown and stopped, and a killed one is skipped", async () => {
  await using tracker = closing(startTracker({ host: "127.0.0.1", port: 0 }));
  const at = `127.0.0.1:${tracker.value.address.port}`;
  await using cache = await tempDir();
  await using anaDir = await tempDir({ "cat.gif": cat.bytes });
  await using benDir = await tempDir({ "dog.gif": dog.bytes });
  await using other = await tempDir();
  const run = runner(cache.path);
  const running = join(cache.path, "idp2pi", "running");

  const none = await run("status");
  deepStrictEqual([none.code, none.stdout], [4, ""]);
  match(none.output, /None of your clients is running/);
  const empty = await run("status", "--json");
  deepStrictEqual([empty.code, empty.json], [4, { version: 1, kind: "status", clients: [] }]);
  const nobody = await run("stop", "--json");
  deepStrictEqual([nobody.code, nobody.json.code, nobody.json.exit], [4, "no-client", 4]);

  await using ana = Program.startIn(cache.path, "client", "share", at, anaDir.path);
  const [, anasPort] = await ana.shows(/on TCP port (\d+).*Registered/s);
  const listed = [{ host: "127.0.0.1", port: Number(anasPort) }];
  await soon(fetchImage({ md5: cat.md5, name: "cat.gif", peers: listed }, other.path), "the download");
  await ana.shows(/downloaded cat\.gif/);
  const one = await run("status");
  strictEqual(one.code, 0);
  match(one.output, new RegExp(`^${anaDir.path}\\n +sharing +1 image \\(5 kB\\)\\n +address +[0-9.:]+:${anasPort}`));
  match(
    one.output,
    new RegExp(`tracker +${at}, registered\\n +sent +1 image \\(5 kB\\)\\n +running +since \\d\\d:\\d\\d`),
  );

  match((await run("status", "--lang", "pt")).output, new RegExp(`tracker +${at}, registrado`));

  await using ben = Program.startInTerminalIn(cache.path, "client", at, benDir.path);
  const [, bensPort] = await ben.shows(/on\s+TCP\s+port\s+(\d+).*Registered.*6 quit/s);
  const both = await run("status", "--json");
  strictEqual(both.code, 0);
  deepStrictEqual(
    both.json.clients.map(({ directory, port, registered, lost, images }: Record<string, unknown>) => ({
      directory,
      port,
      registered,
      lost,
      images,
    })),
    [
      { directory: anaDir.path, port: Number(anasPort), registered: true, lost: null, images: 1 },
      { directory: benDir.path, port: Number(bensPort), registered: true, lost: null, images: 1 },
    ],
  );
  deepStrictEqual(both.json.clients[0].served, { images: 1, bytes: 5_000 });
  strictEqual((await namesIn(running)).length, 2);

  const which = await run("stop");
  strictEqual(which.code, 2);
  match(which.output, new RegExp(`: ${anasPort} \\(${anaDir.path}\\), ${bensPort} \\(${benDir.path}\\)`));
  const nowhere = await run("stop", "1", "--json");
  deepStrictEqual([nowhere.code, nowhere.json.code], [4, "no-client-at"]);
  const noPort = await run("stop", "0", "--json");
  deepStrictEqual([noPort.code, noPort.json.code], [2, "bad-port"]);

  const stopped = await run("encerrar", bensPort, "--lang", "pt");
  deepStrictEqual([stopped.code, stopped.stdout], [0, "O cliente foi encerrado.\n"]);
  await ben.shows(/Stopped by “idp2pi-client stop”.*Quitting/s);
  strictEqual(await ben.exit(), 0);
  strictEqual((await namesIn(running)).length, 1);

  await ana.cut();
  strictEqual((await namesIn(running)).length, 1);
  strictEqual((await run("status")).code, 4);
  deepStrictEqual(await namesIn(running), []);
}));

Deno.test(
  needing(["unix"], "a client suspended like a job is named, and continues unaffected", async () => {
    await using tracker = closing(startTracker({ host: "127.0.0.1", port: 0 }));
    await using cache = await tempDir();
    await using dir = await tempDir({ "cat.gif": cat.bytes });
    const run = runner(cache.path);
    const args = ["share", `127.0.0.1:${tracker.value.address.port}`, dir.path, "--json"];
    await using client = Program.startIn(cache.path, "client", ...args);
    await client.shows(/"kind":"registered"/);
    client.kill("SIGSTOP");
    const status = await run("status");
    deepStrictEqual([status.code, status.stdout], [4, ""]);
    match(status.output, /does not answer: resume it if it is suspended/);
    const stop = await run("stop", "--json");
    deepStrictEqual([stop.code, stop.json.code], [1, "client-silent"]);
    client.kill("SIGCONT");
    const stopped = await run("stop", "--json");
    deepStrictEqual([stopped.code, stopped.json.kind], [0, "ended"]);
    strictEqual(await client.exit(), 0);
    strictEqual(client.stdout.match(/"kind":"ended"/g)?.length, 1);
  }),
);

Deno.test("the state of a client says why the tracker does not list it, in the reader's language", async () => {
  using tracker = new BaselineTracker({ refuses: "ERR TRACKER_FULL" });
  await using cache = await tempDir();
  await using dir = await tempDir({ "cat.gif": cat.bytes });
  const run = runner(cache.path);
  const at = `127.0.0.1:${tracker.port}`;
  await using client = Program.startIn(cache.path, "client", "share", at, dir.path);
  await client.shows(/TRACKER_FULL/);
  const { json: { clients: [{ registered, lost }] } } = await run("status", "--json", "--lang", "pt");
  deepStrictEqual([registered, lost.code], [false, "tracker-refused"]);
  match(lost.message, /^O tracker .*TRACKER_FULL/);
  match((await run("status")).output, new RegExp(`tracker +${at}, not registered\\n +The tracker`));
  strictEqual((await run("stop")).code, 0);
});

/** Closes `value` when the test ends. */
function closing<T extends { close(): Promise<unknown> }>(value: T): AsyncDisposable & { value: T } {
  return { value, [Symbol.asyncDispose]: async () => void await value.close() };
}
