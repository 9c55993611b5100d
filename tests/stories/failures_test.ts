/**
 * Failures forced on the real client, one for each thing that goes wrong for people: the exit code of README, the
 * sentence on standard error, and what a program reads with `--json`.
 */
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { startTracker } from "../../mod.ts";
import { say } from "../fake/baseline_client.ts";
import { ANSWERS, BaselinePeer, deadPort } from "../fake/baseline_peer.ts";
import { needing } from "../needs.ts";
import { image, Program, tempDir } from "../support.ts";
import { disk } from "../support_disk.ts";
import { type Shown, shown } from "../support_json.ts";

const cat = image(1, 50_000);
const dog = image(2, 60_000);

/** Where things fail. */
interface World extends AsyncDisposable {
  /** A tracker that lists cat.gif, of an honest peer, and dog.gif, of two who send something else. */
  readonly at: string;
  /** A tracker that lists nothing, one that is not there, and a TCP port that somebody has. */
  readonly empty: string;
  readonly silent: string;
  readonly taken: number;
  /** A directory, and a file. */
  readonly dir: string;
  readonly file: string;
}

async function world(): Promise<World> {
  await using stack = new AsyncDisposableStack();
  const trackers = [0, 1].map(() => startTracker({ host: "127.0.0.1", port: 0 }));
  trackers.forEach((tracker) => stack.defer(() => tracker.close()));
  const [full, empty] = trackers.map(({ address }) => address.port);
  const [honest, ...liars] = [0, 1, 2].map(() => stack.use(new BaselinePeer(ANSWERS.sends(cat.bytes))).address.port);
  await say(full, `REG x ${honest} ${cat.md5},cat.gif`);
  for (const liar of liars) await say(full, `REG y${liar} ${liar} ${dog.md5},dog.gif`);
  const { path } = stack.use(await tempDir({ "notes.txt": new Uint8Array([65]) }));
  const listener = Deno.listen({ port: 0 }); // On all interfaces, as the client takes its port.
  stack.defer(() => listener.close());
  const moved = stack.move();
  return {
    at: `127.0.0.1:${full}`,
    empty: `127.0.0.1:${empty}`,
    silent: `127.0.0.1:${deadPort()}`,
    taken: listener.addr.port,
    dir: path,
    file: join(path, "notes.txt"),
    [Symbol.asyncDispose]: () => moved.disposeAsync(),
  };
}

/** A failure that is forced. */
interface Failure {
  readonly exit: number;
  readonly what: string;
  readonly args: (w: World) => string[];
  /** On standard error, in both forms of the output. */
  readonly message: RegExp;
  /** The code of the `error` object, or what the last object is; the command knows no `--json` without it. */
  readonly json?: string | Partial<Shown>;
}

const done = (fetched: number, failed: number, ...unknown: string[]): Partial<Shown> => (
  { version: 1, kind: "done", fetched, here: 0, failed, unknown }
);
const NO_LIST = /“idp2pi-client list” shows/;
const SILENT = /has not answered yet.*\n.*did not answer within 10 seconds: check the address/;

const FAILURES: Failure[] = [
  {
    exit: 1,
    what: "a file instead of the directory to save into",
    args: (w) => ["get", w.at, "1", "-o", w.file],
    message: /Cannot write to \S+notes\.txt \(not a directory\): check/,
    json: "not-written",
  },
  {
    exit: 1,
    what: "a file instead of the directory to share",
    args: (w) => [w.at, w.file],
    message: /Cannot use the directory \S+notes\.txt \(not a directory\): check/,
  },
  {
    exit: 1,
    what: "a single file that is not an image",
    args: (w) => ["share", w.at, w.file],
    message: /Not shared: \S+notes\.txt \(not an image\)/,
    json: { kind: "ended" },
  },
  {
    exit: 1,
    what: "a missing directory",
    args: (w) => ["share", w.at, join(w.dir, "none")],
    message: /\S+none does not exist: check its spelling, or create the directory/,
    json: "directory-missing",
  },
  {
    exit: 1,
    what: "a port in use",
    args: (w) => ["share", w.at, w.dir, "--port", `${w.taken}`],
    message: /TCP port \d+ is already in use on this machine: stop the program that uses it, or choose another/,
    json: "port-in-use",
  },
  {
    exit: 2,
    what: "an unknown option",
    args: (w) => ["list", w.at, "--bogus"],
    message: /Unknown option --bogus\.\n.*Usage: idp2pi-client list /s,
    json: "unknown-option",
  },
  {
    exit: 2,
    what: "an option of other commands",
    args: (w) => ["list", w.at, "--port", "1"],
    message: /does not apply to “idp2pi-client list”/,
    json: "option-elsewhere",
  },
  {
    exit: 2,
    what: "a missing operand",
    args: (w) => ["share", w.at],
    message: /Missing argument <directory>/,
    json: "missing-operand",
  },
  {
    exit: 2,
    what: "nothing chosen to fetch",
    args: (w) => ["get", w.at],
    message: /No images selected: .*--all/,
    json: "nothing-chosen",
  },
  {
    exit: 2,
    what: "a bad port",
    args: () => ["list", "127.0.0.1:70000"],
    message: /Invalid value “127.0.0.1:70000” for <tracker>/,
    json: "bad-tracker-port",
  },
  {
    exit: 2,
    what: "a bad password",
    args: (w) => [w.at, w.dir, "--password", "a b"],
    message: /Invalid value “a b” for --password/,
  },
  {
    exit: 2,
    what: "a mistyped command",
    args: (w) => ["lits", w.at],
    message: /Unknown command “lits”\. Did you mean “list”/,
  },
  { exit: 3, what: "a silent tracker", args: (w) => ["list", w.silent], message: SILENT, json: "tracker-silent" },
  {
    exit: 3,
    what: "a silent tracker while fetching",
    args: (w) => ["get", w.silent, "--all"],
    message: SILENT,
    json: "tracker-silent",
  },
  {
    exit: 3,
    what: "a host without an address",
    args: () => ["list", "x.invalid"],
    message: /Cannot resolve the host name x\.invalid: check its spelling/,
    json: "host-unknown",
  },
  {
    exit: 3,
    what: "a host without an address before sharing",
    args: (w) => ["x.invalid", w.dir],
    message: /the host name x\.invalid:/,
  },
  {
    exit: 4,
    what: "an empty list",
    args: (w) => ["list", w.empty],
    message: /^No images are shared yet\.\n$/m,
    json: { kind: "list", images: [] },
  },
  {
    exit: 4,
    what: "a pattern that matches nothing",
    args: (w) => ["get", w.at, "*.tiff"],
    message: /No image in the list matches “\*\.tiff”\.\n.*“idp2pi-client list” shows/,
    json: done(0, 0, "*.tiff"),
  },
  {
    exit: 4,
    what: "names and numbers that select nothing",
    args: (w) => ["get", w.at, "bird.gif", "9"],
    message: NO_LIST,
    json: done(0, 0, "bird.gif", "9"),
  },
  {
    exit: 4,
    what: "a peer that shares nothing",
    args: (w) => ["get", w.at, "--all", "--from", "192.0.2.1"],
    message: NO_LIST,
    json: done(0, 0),
  },
  {
    exit: 5,
    what: "one of two images that no peer sends",
    args: (w) => ["get", w.at, "*.gif"],
    message: /dog\.gif could not be downloaded/,
    json: done(1, 1),
  },
  {
    exit: 5,
    what: "a word that selects nothing beside one that does",
    args: (w) => ["get", w.at, "1", "9"],
    message: /No image in the list matches “9”/,
    json: done(1, 0, "9"),
  },
  {
    exit: 6,
    what: "a wrong MD5 from every peer",
    args: (w) => ["get", w.at, "dog.gif"],
    message: /dog\.gif could not be downloaded\. (\S+ sent data that is not the image: 50000 bytes .*){2}/,
    json: done(0, 1),
  },
];

/**
 * Runs the client, without and with `--json`, and holds what it shows against what is documented.
 *
 * @param into Where `get` saves, if not given: each run has a directory of its own, or one would find what the
 * other has fetched.
 */
async function fails(
  { exit, message, json }: Omit<Failure, "what" | "args">,
  args: readonly string[],
  into: string,
): Promise<void> {
  const run = async (...more: string[]): Promise<Program> => {
    const saving = args[0] === "get" && !args.includes("-o") ? ["-o", join(into, `new${more.join("")}`)] : [];
    await using program = Program.start("client", ...args, ...saving, ...more);
    strictEqual(await program.exit(), exit, program.output);
    ok(!/please report|\n +at /.test(program.output), program.output);
    return program;
  };
  const [plain, forPrograms] = await Promise.all([run(), json === undefined ? null : run("--json")]);
  match(plain.stderr, message);
  if (!forPrograms) return;
  const last = shown(forPrograms.stdout).at(-1)!;
  if (typeof json === "string") {
    deepStrictEqual([last.kind, last.code, last.exit], ["error", json, exit]);
    match(forPrograms.stderr, message);
    ok(forPrograms.stderr.includes(String(last.message)), "the sentence is the same in both places");
    strictEqual(plain.stdout.replace(/^Looking for images in .*\n/, ""), ""); // Told before anything is known.
  } else for (const [key, value] of Object.entries(json!)) deepStrictEqual(last[key], value, key);
}

for (const failure of FAILURES) {
  Deno.test(`exit code ${failure.exit}: ${failure.what}`, async () => {
    await using w = await world();
    await fails(failure, failure.args(w), w.dir);
  });
}

Deno.test("each documented exit code is tested", () => {
  deepStrictEqual([...new Set(FAILURES.map(({ exit }) => exit))], [1, 2, 3, 4, 5, 6]);
});

Deno.test(needing(["mounts"], "exit code 1: a full disk", async () => {
  await using w = await world();
  await using dir = await tempDir();
  await using _small = await disk(dir.path, "20k");
  const message = /The disk of \S+ is full: free space and download the image again\./;
  await fails({ exit: 1, message, json: "disk-full" }, ["get", w.at, "cat.gif"], dir.path);
}));
