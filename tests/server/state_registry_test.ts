import { deepStrictEqual, match, ok, strictEqual, throws } from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import { openState } from "../../lib/server/state_registry.ts";
import { startTracker } from "../../lib/server/tracker_server.ts";
import { isFault } from "../../lib/fault/fault.ts";
import { say } from "../fake/baseline_client.ts";
import { deadPort } from "../fake/baseline_peer.ts";
import { needing } from "../needs.ts";
import { Datagrams, namesIn, Program, soon, tempDir } from "../support.ts";
import { CAT, DOG } from "../protocol/arbitraries.ts";

Deno.test("registrations survive a restart with images, names, passwords and order", async () => {
  await using dir = await tempDir();
  const state = join(dir.path, "state.db");
  const first = startTracker({ host: "127.0.0.1", port: 0, state });
  await say(first.address.port, `REG one 5000 ${CAT},cat.png;${DOG},dog%20one.png`);
  await say(first.address.port, `REG two 5001 ${DOG},dog.png`);
  await say(first.address.port, `REG three 5002 ${CAT},x.png`);
  await say(first.address.port, "END three 5002");
  const list = await say(first.address.port, "LST");
  await first.close();
  const second = startTracker({ host: "127.0.0.1", port: 0, state });
  strictEqual(await say(second.address.port, "LST"), list);
  strictEqual(await say(second.address.port, "END wrong 5000"), "ERR IP_REGISTERED_WITH_DIFFERENT_PASSWORD");
  strictEqual(await say(second.address.port, "END one 5000"), "OK CLIENT_FINISHED");
  await second.close();
  if (Deno.build.os !== "windows") strictEqual((await Deno.stat(state)).mode! & 0o077, 0, "nobody else may read it");
});

Deno.test("a peer without images that moved to another port exists after a restart", async () => {
  await using dir = await tempDir();
  const [path, expiresAt] = [join(dir.path, "state.db"), Date.now() + 1_000_000];
  const before = openState(path, expiresAt);
  const address = { host: "10.0.0.1", port: 5000 };
  const peer = before.registry.put({ address, password: "pw", images: [], listed: true, expiresAt });
  before.flush();
  before.registry.update(peer, 5001, []);
  before.close();
  const after = openState(path, expiresAt);
  deepStrictEqual([...after.registry.byExpiry()].map((it) => it.address.port), [5001]);
  after.close();
});

Deno.test("after a kill at any time the file opens and is at most a second old", async () => {
  await using dir = await tempDir();
  const state = join(dir.path, "state.db");
  for (let round = 0; round < 3; round++) {
    const tracker = Program.start("server", "--host", "127.0.0.1", "--port", "0", "--state", state, "--lang", "en");
    const [, port] = await tracker.shows(/^ +127\.0\.0\.1:(\d+)/m);
    const before = (await say(Number(port), "LST")).split(";").filter((it) => !it.startsWith("ERR")).length;
    ok(before >= round, `${before} images after ${round} kills`);
    await say(Number(port), `REG pw ${5000 + round} ${`${round}`.padStart(32, "0")},${round}.png`);
    const written = async (): Promise<void> => {
      // What is written is seen from outside: another connection reads the same file.
      while (countIn(state) <= round) await new Promise((resolve) => setTimeout(resolve, 20));
    };
    await soon(written(), "the registration in the file");
    using storm = new Datagrams(Number(port));
    for (let i = 0; i < 50; i++) await storm.send(`REG pw 6000 ${CAT},${i}.png`);
    await storm.next();
    tracker.kill("SIGKILL");
    await tracker.exit();
  }
});

/** How many registrations on ports below 6000 the file holds. */
function countIn(path: string): number {
  const state = openState(path, Infinity);
  try {
    return [...state.registry.byExpiry()].filter(({ address }) => address.port < 6_000).length;
  } finally {
    state.close();
  }
}

Deno.test("a damaged file is renamed, and the tracker starts", async () => {
  const damages: [string, (path: string) => Promise<void>][] = [
    ["noise", (path) => Deno.writeTextFile(path, "this is no database at all, but it is long enough".repeat(50))],
    ["a hole in the middle", async (path) => {
      const state = openState(path, Infinity);
      for (let i = 0; i < 200; i++) {
        const images = Array.from(
          { length: 20 },
          (_, j) => ({ md5: `${i * 20 + j}`.padStart(32, "0"), name: "x".repeat(99) }),
        );
        state.registry.put({
          address: { host: "10.0.0.1", port: 1_000 + i },
          password: "p",
          images,
          listed: true,
          expiresAt: 1,
        });
      }
      state.close();
      const bytes = await Deno.readFile(path);
      await Deno.writeFile(path, bytes.fill(7, 8_192, 60_000));
    }],
  ];
  for (const [what, damage] of damages) {
    await using dir = await tempDir();
    const state = join(dir.path, "state.db");
    await damage(state);
    const tracker = startTracker({ host: "127.0.0.1", port: 0, state });
    ok(tracker.brokenState?.startsWith(`${state}.broken-`), what);
    strictEqual(await say(tracker.address.port, `REG pw 5000 ${CAT},cat.png`), "OK 1_REGISTERED_IMAGES");
    await tracker.close();
    strictEqual((await namesIn(dir.path)).some((name) => name.startsWith("state.db.broken-")), true);
    const again = startTracker({ host: "127.0.0.1", port: 0, state });
    deepStrictEqual([again.brokenState, again.counts().peers], [undefined, 1], what);
    await again.close();
  }
});

Deno.test("a path where no file can be is a fault, and leaves no port open", async () => {
  await using dir = await tempDir();
  const port = deadPort();
  for (const state of [join(dir.path, "no", "state.db"), dir.path]) {
    throws(() => startTracker({ host: "127.0.0.1", port, state }), (error) => isFault(error, "state-unusable"), state);
  }
  await startTracker({ host: "127.0.0.1", port }).close();
});

Deno.test("a peer whose lease ends during downtime is removed, unless it answers", async () => {
  const lapsed = Promise.withResolvers<number>();
  const answered = Promise.withResolvers<number>();
  const tracker = startTracker({
    host: "127.0.0.1",
    port: 0,
    leaseMs: 200,
    onEvent: (event) => {
      if (event.kind === "lapsed") lapsed.resolve(event.peer.port);
      if (event.kind === "answered") answered.resolve(event.peer.port);
    },
  });
  const living = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accepting = (async () => {
    for await (const conn of living) conn.close();
  })();
  const dead = deadPort();
  await say(tracker.address.port, `REG pw ${dead} ${CAT},cat.png`);
  await say(tracker.address.port, `REG pw ${living.addr.port} ${DOG},dog.png`);
  strictEqual(await soon(lapsed.promise, "the end of the dead one"), dead);
  strictEqual(await soon(answered.promise, "an answer"), living.addr.port);
  strictEqual(await say(tracker.address.port, "LST"), `${DOG},dog.png,127.0.0.1:${living.addr.port}`);
  await tracker.close();
  living.close();
  await accepting;
});

Deno.test(
  needing(
    ["unix"],
    "the server reports a renamed state file, and drops its permission to open files",
    async () => {
      await using dir = await tempDir();
      const state = join(dir.path, "state.db");
      await Deno.writeTextFile(state, "no database ".repeat(1_000));
      await using tracker = Program.start(
        "server",
        "--host",
        "127.0.0.1",
        "--port",
        "0",
        "--state",
        state,
        "--lang",
        "en",
      );
      await tracker.shows(/is damaged and was renamed to .*state\.db\.broken-/);
      const [, port] = await tracker.shows(/^ +127\.0\.0\.1:(\d+)/m);
      await say(Number(port), `REG pw 5000 ${CAT},cat.png`);
      tracker.kill("SIGTERM");
      strictEqual(await tracker.exit(), 0);
      strictEqual(countIn(state), 1, "written although it may open no file any more");
    },
  ),
);

/** What is not ours, made at a path; returns what must not change of it. */
const NOT_OURS: [string, RegExp, (path: string) => Promise<() => Promise<unknown>>][] = [
  ["a link to another file", /is a link/, async (path) => {
    await Deno.writeTextFile(`${path}.target`, "", { mode: 0o644 });
    await Deno.symlink(`${path}.target`, path);
    return async () => (await Deno.stat(`${path}.target`)).mode;
  }],
  ["a link to a pipe", /is a link/, async (path) => {
    await new Deno.Command("mkfifo", { args: ["-m", "644", `${path}.target`] }).output();
    await Deno.symlink(`${path}.target`, path);
    return async () => (await Deno.stat(`${path}.target`)).mode;
  }],
  ["a pipe", /not a regular file/, async (path) => {
    await new Deno.Command("mkfifo", { args: ["-m", "644", path] }).output();
    return async () => (await Deno.lstat(path)).mode;
  }],
  ["a directory", /is a directory/, async (path) => {
    await Deno.mkdir(path, { mode: 0o755 });
    return async () => (await Deno.lstat(path)).mode;
  }],
  ["another program's database", /another program/, (path) => database(path, "CREATE TABLE other (x)")],
  [
    "another program's database in a version like ours",
    /another program/,
    (path) => database(path, "CREATE TABLE registration (x); PRAGMA user_version = 1"),
  ],
  [
    "another program's database that is empty",
    /another program/,
    (path) => database(path, "PRAGMA user_version = 7; PRAGMA application_id = 252006675"),
  ],
  ["a newer version's", /newer version/, (path) => {
    openState(path, Infinity).close();
    return database(path, "PRAGMA user_version = 2");
  }],
  ["ours with a log that is a link", /is a link/, async (path) => {
    openState(path, Infinity).close();
    await Deno.writeTextFile(`${path}.target`, "mine", { mode: 0o644 });
    await Deno.symlink(`${path}.target`, `${path}-wal`);
    return async () => [(await Deno.stat(`${path}.target`)).mode, await Deno.readTextFile(`${path}.target`)];
  }],
];

async function database(path: string, sql: string): Promise<() => Promise<unknown>> {
  const made = new DatabaseSync(path);
  made.exec(sql);
  made.close();
  await Deno.chmod(path, 0o644);
  return async () => [(await Deno.stat(path)).mode, await Deno.readFile(path)];
}

for (const [what, reason, make] of NOT_OURS) {
  Deno.test(
    needing(["unix", "mkfifo"], `a state file that is ${what} is refused, and not changed`, async () => {
      await using dir = await tempDir();
      const path = join(dir.path, "state.db");
      const look = await make(path);
      const before = [await look(), await namesIn(dir.path)];
      throws(() => openState(path, Infinity), (error) => {
        return isFault(error, "state-unusable") && reason.test(error.values.reason);
      });
      deepStrictEqual([await look(), await namesIn(dir.path)], before);
    }),
  );
}

Deno.test("a state of an earlier version is read", async () => {
  await using dir = await tempDir();
  const path = join(dir.path, "state.db");
  openState(path, Infinity).close();
  await database(path, "PRAGMA application_id = 0; PRAGMA journal_mode = DELETE");
  openState(path, Infinity).close();
  const again = new DatabaseSync(path);
  strictEqual(again.prepare("PRAGMA application_id").get()!.application_id, 0x49445032);
  again.close();
});

Deno.test("the state is copied while the tracker runs, into one complete file that only its user can read", async () => {
  await using dir = await tempDir();
  const [state, copy] = ["state.db", "copy.db"].map((name) => join(dir.path, name));
  const server = (...args: string[]): Program => Program.start("server", ...args, "--lang", "en");
  await using tracker = server("--host", "127.0.0.1", "--port", "0", "--state", state);
  const [, port] = await tracker.shows(/^ +127\.0\.0\.1:(\d+)/m);
  for (let i = 0; i < 30; i++) await say(Number(port), `REG pw ${5_000 + i} ${CAT},${"x".repeat(200)}.png`);
  await soon(
    (async () => {
      while (countIn(state) < 30) await new Promise((resolve) => setTimeout(resolve, 20));
    })(),
    "the registrations in the file",
  );
  for (
    const [args, exit, shown] of [
      [["state", "backup", copy, "--state", state], 0, /30 registrations copied/],
      [["state", "backup", copy, "--state", state], 1, /exists and is not overwritten/],
      [
        ["state", "backup", `${copy}2`, "--state", join(dir.path, "none")],
        1,
        /Cannot read the state file .*does not exist.*with --state/,
      ],
      [["state", "backup", `${copy}2`], 2, /Run “idp2pi-server state --help”/],
      [["state", "restore", `${copy}2`, "--state", state], 2, /backup/],
    ] as const
  ) {
    await using program = server(...args);
    strictEqual(await program.exit(), exit, program.output);
    match(program.output, shown);
  }
  strictEqual(countIn(copy), 30);
  if (Deno.build.os !== "windows") strictEqual((await Deno.stat(copy)).mode! & 0o077, 0);
  deepStrictEqual((await namesIn(dir.path)).filter((name) => !name.startsWith("state.db")), ["copy.db"]);
});
