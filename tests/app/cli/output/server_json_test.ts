/** Every line that the server shows to programs is of the shape that schema/server-v1.json documents. */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Ajv2020 } from "ajv/dist/2020.js";
import { LINES_PER_SECOND } from "../../../../lib/app/cli/output/event_log.ts";
import { PORTUGUESE } from "../../../../lib/app/words/pt/words.ts";
import { say } from "../../../fake/baseline_client.ts";
import { ANSWERS, BaselinePeer, deadPort } from "../../../fake/baseline_peer.ts";
import { needing } from "../../../needs.ts";
import { Datagrams, image, Program, programCommand, quietPort, ROOT, soon, tempDir } from "../../../support.ts";
import { Network } from "../../../support_network.ts";
import { Redis } from "../../../server/shared/redis.ts";

const [schema, client] = await Promise.all(
  ["server-v1.json", "v1.json"].map(async (name) => JSON.parse(await Deno.readTextFile(join(ROOT, "schema", name)))),
);
const validate = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true }).compile(schema);

interface Shown {
  readonly kind: string;
  readonly event?: string;
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

/** A server on a free port of 127.0.0.1, and that port. */
async function server(...args: string[]): Promise<{ program: Program; port: number }> {
  const program = Program.start("server", "--host", "127.0.0.1", "--port", "0", ...args);
  const [, port] = await program.shows(/"event":"listening".*?"port":(\d+)/);
  return { program, port: Number(port) };
}

/** The events of a tracker in a private network, and of one that shares its registry. */
const ANNOUNCING = ["announced", "not-announced"];
const SHARING = ["sharing", "outgrown"];

const [cat, dog] = [image(1), image(2)];

Deno.test(
  needing(["unix"], "every line of a whole session has the documented shape, and every event is reported", async () => {
    await using dir = await tempDir({ "state.sqlite": new TextEncoder().encode("no database at all") });
    const { program, port } = await server(
      ...["--strict", "--verbose", "--json", "--lease", "10", "--http", "0"],
      ...["--state", join(dir.path, "state.sqlite")],
    );
    await using tracker = program;
    const living = new BaselinePeer(ANSWERS.closes());
    const own = living.address.port;
    strictEqual(await say(port, `REG ana ${own} ${cat.md5},cat.gif`), "OK 1_REGISTERED_IMAGES");
    await tracker.shows(/"event":"answered"/);
    await say(port, "LST");
    {
      using conn = await Deno.connect({ hostname: "127.0.0.1", port });
      await conn.write(new TextEncoder().encode("CHG\n"));
      await tracker.shows(/"event":"changes"/);
      await conn.write(new TextEncoder().encode("FND 10 0 cat\n"));
      await tracker.shows(/"event":"found"/);
    }
    await say(port, `UPD ana ${own} ${cat.md5},cat.gif;${dog.md5},dog.gif`);
    await say(port, `UPD ana ${own} ${cat.md5},cat.gif;${dog.md5},dog.gif`);
    const dead = deadPort();
    await say(port, `REG ben ${dead} ${dog.md5},dog.gif`);
    await tracker.shows(/"event":"unreachable"/);
    await say(port, `UPD wrong ${dead} ${dog.md5},dog.gif`);
    await say(port, "\x1b]0;owned\x07 \u202e");
    await say(port, `END ben ${dead}`);
    {
      // As another program that reads the state file would, for a moment.
      using other = new DatabaseSync(join(dir.path, "state.sqlite"));
      other.exec("BEGIN IMMEDIATE");
      await say(port, `UPD ana ${own} ${cat.md5},cat.gif`);
      await tracker.shows(/"event":"state-lost"/);
    }
    await tracker.shows(/"event":"state-written"/);
    await living[Symbol.asyncDispose]();
    await tracker.shows(/"event":"lapsed"/);
    using flood = new Datagrams(port);
    for (let i = 0; i < 3 * LINES_PER_SECOND; i++) await flood.send("ERR INVALID_MESSAGE_FORMAT");
    await tracker.shows(/"event":"more"/);
    tracker.kill("SIGHUP");
    await tracker.shows(/"event":"signal"/);
    tracker.kill("SIGTERM");
    strictEqual(await tracker.exit(), 0);

    const objects = shown(tracker.stdout);
    const events = objects.map(({ event }) => event);
    deepStrictEqual([events.find((it) => it !== "state-damaged"), events.at(-1)], ["listening", "ended"]);
    const documented: string[] = schema.$defs.log.oneOf.map(({ $ref }: { $ref: string }) => $ref.split("/").at(-1)!);
    const others = documented.filter((it) => ![...ANNOUNCING, ...SHARING].includes(it));
    deepStrictEqual([...new Set(events)].sort(), others.sort());
    deepStrictEqual(new Set(objects.map(({ kind }) => kind)), new Set(["log"]));
    ok(!/[\p{Cc}\p{Cf}]/u.test(tracker.stdout.replaceAll("\n", "")), "nothing controls a terminal");
    ok(!/\bana\b/.test(tracker.stdout), "no password");
  }),
);

Deno.test(needing(["hosts"], "whether a tracker is announced has the documented shape too", async () => {
  await using network = await Network.start(15, { free: "10.77.0.1/24", taken: "10.77.0.2/24" });
  const take = "import signal, socket; it = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM); " +
    "it.bind(('::', 5353)); print('taken', flush=True); signal.pause()";
  await network.start("taken", /taken/, "python3", "-c", take);
  const announced = await Promise.all(["free", "taken"].map(async (host) => {
    const program = ["--unset=IDP2PI_SERVER_NO_ANNOUNCE", ...programCommand("server"), "--json"];
    const { printed } = await network.start(host, /"event":"(?:not-)?announced".*\n/, "env", ...program);
    return shown(printed.slice(0, printed.lastIndexOf("\n"))).map(({ event }) => event).at(-1);
  }));
  deepStrictEqual(announced, ANNOUNCING);
}));

Deno.test(
  needing(["redis-server"], "that a tracker shares its registrations has the documented shape too", async () => {
    await using redis = await Redis.start();
    const { program } = await server("--json", "--registry", redis.url);
    await using tracker = program;
    await tracker.shows(/"event":"sharing".*\n/);
    const { engine, others } = shown(tracker.stdout).find(({ event }) => event === "sharing")!;
    deepStrictEqual([engine, others], [`127.0.0.1:${redis.port}`, 0]);
  }),
);

Deno.test("the effective settings and errors of the server are objects too", async () => {
  const { program, port } = await server("--json");
  await using _tracker = program;
  const taken = ["--host", "127.0.0.1", "--port", `${port}`];
  await using dir = await tempDir({ "server.toml": new TextEncoder().encode(`json = true\n`) });
  const cases: [string[], number, Record<string, unknown>][] = [
    [["config", "--json"], 0, { kind: "config", found: false }],
    [["--json", "--port", "x"], 2, { kind: "error", exit: 2, code: "bad-free-port" }],
    [["--json", "--bogus"], 2, { kind: "error", exit: 2, code: "unknown-option" }],
    [["--json", ...taken], 1, { kind: "error", exit: 1, code: "port-in-use" }],
    [["--config", join(dir.path, "server.toml"), ...taken], 1, { kind: "error", exit: 1, code: "port-in-use" }],
  ];
  await Promise.all(cases.map(async ([args, exit, expected]) => {
    await using it = Program.start("server", ...args);
    strictEqual(await it.exit(), exit, it.output);
    const objects = shown(it.stdout);
    strictEqual(objects.length, 1);
    for (const [key, value] of Object.entries(expected)) {
      strictEqual(objects[0][key], value, `${args.join(" ")}: ${key}`);
    }
  }));
});

Deno.test(needing(["unix"], "quiet prints nothing for programs either", async () => {
  const port = quietPort();
  await using program = Program.start("server", "--host", "127.0.0.1", "--port", `${port}`, "--json", "--quiet");
  await soon(listens(port), "a server that listens");
  strictEqual(await say(port, "LST"), "ERR NO_IMAGES_AVAILABLE");
  program.kill("SIGTERM");
  strictEqual(await program.exit(), 0);
  strictEqual(program.output, "");
}));

Deno.test("the schema names every reason, and defines common objects as the client's schema does", () => {
  const { refused, ignored } = schema.$defs;
  deepStrictEqual(
    [...refused.properties.reason.enum, ...ignored.properties.reason.enum].sort(),
    Object.keys(PORTUGUESE.refusals).sort(),
  );
  for (const name of ["address", "port", "time", "fault", "setting", "config", "error"]) {
    deepStrictEqual(schema.$defs[name], client.$defs[name], name);
  }
});

/** Waits until something listens on a TCP port. */
async function listens(port: number): Promise<void> {
  for (;;) {
    try {
      return (await Deno.connect({ hostname: "127.0.0.1", port })).close();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
