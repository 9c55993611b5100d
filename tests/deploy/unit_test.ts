/** The systemd unit: the server does all that a tracker does under the filter of system calls that the unit gives it. */
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { say } from "../fake/baseline_client.ts";
import { ANSWERS, BaselinePeer } from "../fake/baseline_peer.ts";
import { needing } from "../needs.ts";
import { Redis } from "../server/shared/redis.ts";
import { DENO_DIR, image, Inbox, programCommand, ROOT, soon, tempDir } from "../support.ts";
import { allowedCalls, assignments, expand, readGroups, valuesOf } from "./unit.ts";

const UNIT = await Deno.readTextFile(join(ROOT, "deploy", "idp2pi-server.service"));
const DROP_IN = await Deno.readTextFile(join(ROOT, "deploy", "registry", "tracker.conf"));

/** The numbers of address families (socket(2), Linux). */
const FAMILIES: Readonly<Record<string, number>> = { AF_UNIX: 1, AF_INET: 2, AF_INET6: 10, AF_NETLINK: 16 };

/** A server under a filter. */
interface Filtered extends AsyncDisposable {
  readonly child: Deno.ChildProcess;
  /** What it showed, line by line. */
  readonly lines: Inbox<string>;
  readonly state: string;
}

/** Runs a command on a host of its own, with this address in a private network. */
const onHost = (host: string): string[] => {
  const links =
    "ip link set lo up && ip link add eth0 type veth peer name eth1 && ip link set eth0 up && ip link set eth1 up";
  return ["unshare", "--net", "sh", "-c", `${links} && ip addr add ${host}/24 dev eth0 && exec "$@"`, "sh"];
};

/** How the server is started. */
interface Start {
  readonly host?: string;
  /** The line of the unit that starts it, or that of a drop-in. */
  readonly line?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts the server as the unit does, with `lines` for its filter: whatever they do not allow kills it. */
async function start(
  lines: readonly string[],
  { host = "127.0.0.1", line = valuesOf(UNIT, "ExecStart")[0], env }: Start = {},
): Promise<Filtered> {
  const directory = await tempDir({ "registry-password": new TextEncoder().encode("secret") });
  const groups = await readGroups();
  const filter = {
    allowed: [...allowedCalls(lines, groups)],
    known: expand("@known", groups),
    families: valuesOf(UNIT, "RestrictAddressFamilies").flatMap((it) => it.split(" ")).map((it) => FAMILIES[it]),
  };
  const file = join(directory.path, "filter.json");
  await Deno.writeTextFile(file, JSON.stringify(filter));
  const [, ...given] = line.replace(/\$\{(STATE|CREDENTIALS)_DIRECTORY\}/, directory.path).split(" ");
  const args = [...given, "--host", host, "--port", "0", "--http", "0", "--strict", "--verbose"];
  // The unit's user is not root: SQLite, for one, does more as root. Root's files stay readable so.
  const asOther = Deno.uid() === 0 ? ["unshare", "--map-user=65532", "--map-group=65532", "--"] : [];
  const python = ["python3", join(import.meta.dirname!, "under_filter.py"), file];
  const on = host === "127.0.0.1" ? [] : onHost(host);
  const [command, ...words] = [...on, ...asOther, ...python, ...programCommand("server"), ...args];
  const child = new Deno.Command(command, {
    args: words,
    cwd: ROOT,
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
    env: { PATH: Deno.env.get("PATH") ?? "", HOME: "/", DENO_DIR, LC_ALL: "C.UTF-8", ...env },
    clearEnv: true,
  }).spawn();
  const shown = new Inbox<string>();
  const reading = (async () => {
    let rest = "";
    for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
      const all = (rest + text).split("\n");
      rest = all.pop()!;
      all.forEach(shown.put);
    }
  })();
  return {
    child,
    lines: shown,
    state: join(directory.path, "state.db"),
    async [Symbol.asyncDispose](): Promise<void> {
      try {
        child.kill("SIGKILL");
      } catch {
        // It has ended.
      }
      await child.status;
      await reading;
      await directory[Symbol.asyncDispose]();
    },
  };
}

Deno.test(needing(["seccomp"], "under the unit's filter the server does everything that a tracker does", async () => {
  await using server = await start(valuesOf(UNIT, "SystemCallFilter"));
  const died = server.child.status.then(({ code, signal }) => Promise.reject(new Error(`it ended: ${signal ?? code}`)));
  died.catch(() => {}); // That it ends at last is right.
  const event = async (name: string): Promise<Record<string, unknown>> => {
    const line = server.lines.find((it) => it.includes(`"event":"${name}"`), name);
    return JSON.parse(await Promise.race([line, died]));
  };
  const { port, status } = await event("listening");
  const tracker = Number(port);
  await using peer = new BaselinePeer(ANSWERS.closes());
  const [own, cat, dog] = [peer.address.port, image(1), image(2)];

  strictEqual(await say(tracker, `REG ana ${own} ${cat.md5},cat.gif`), "OK 1_REGISTERED_IMAGES");
  await event("answered"); // It has dialled the peer's port.
  strictEqual(await overTcp(tracker, `UPD ana ${own} ${cat.md5},cat.gif;${dog.md5},dog.gif`), "OK 2_REGISTERED_FILES");
  match(await say(tracker, "LST"), /cat\.gif/);
  match(await overTcp(tracker, "LST"), /dog\.gif/);
  const metrics = await fetch(String(status).replace("/status", "/metrics"));
  match(await metrics.text(), /^idp2pi_peers 1$/m);
  strictEqual(await say(tracker, `REG ben ${own + 1} ${cat.md5},cat.gif`), "OK 1_REGISTERED_IMAGES");
  strictEqual(await say(tracker, `END ben ${own + 1}`), "OK CLIENT_FINISHED");
  for (const signal of ["SIGHUP", "SIGHUP"] as const) {
    server.child.kill(signal);
    await event("signal");
  }
  strictEqual(await say(tracker, "LST"), `${cat.md5},cat.gif,127.0.0.1:${own};${dog.md5},dog.gif,127.0.0.1:${own}`);
  server.child.kill("SIGTERM");
  const { code, signal } = await soon(server.child.status, "the end");
  deepStrictEqual([code, signal], [0, null]);
  strictEqual(countIn(server.state), 1);
}));

Deno.test(
  needing(["seccomp", "hosts"], "under the unit's filter the server announces itself, and says goodbye", async () => {
    await using server = await start(valuesOf(UNIT, "SystemCallFilter"), { host: "10.77.0.1" });
    await server.lines.find((it) => it.includes('"event":"announced"'), "announced");
    server.child.kill("SIGTERM");
    const { code, signal } = await soon(server.child.status, "the end");
    deepStrictEqual([code, signal], [0, null]);
  }),
);

Deno.test(
  needing(["seccomp"], "a filter without calls of the engine kills the server, so this test can fail", async () => {
    const lines = valuesOf(UNIT, "SystemCallFilter").map((it) => it.replace("@pkey", ""));
    ok(valuesOf(UNIT, "SystemCallFilter").some((it) => it.includes("@pkey")), "V8 asks for memory protection keys");
    await using server = await start(lines);
    strictEqual((await soon(server.child.status, "the end")).signal, "SIGSYS");
  }),
);

Deno.test(
  needing(
    ["seccomp", "redis-server"],
    "under the unit's filter the server shares its registry, as the drop-in says",
    async () => {
      await using redis = await Redis.start("--requirepass", "secret");
      const line = valuesOf(DROP_IN, "ExecStart").at(-1)!;
      const env = { IDP2PI_SERVER_REGISTRY: redis.url.replace("127.0.0.1", "localhost") };
      await using server = await start(valuesOf(UNIT, "SystemCallFilter"), { line, env });
      const { port } = JSON.parse(await server.lines.find((it) => it.includes('"event":"listening"'), "listening"));
      strictEqual(await say(port, `REG ana 5000 ${image(1).md5},cat.gif`), "OK 1_REGISTERED_IMAGES");
      server.child.kill("SIGTERM");
      const { code, signal } = await soon(server.child.status, "the end");
      deepStrictEqual([code, signal], [0, null]);
      strictEqual(await redis.askAs("secret", "HLEN", "{idp2pi}:peers"), 1);
    },
  ),
);

Deno.test(
  needing(
    ["systemd-analyze"],
    "systemd accepts the unit, one of several, and the drop-in without warnings",
    async () => {
      await using directory = await tempDir();
      const names = ["idp2pi-server.service", "idp2pi-server@.service"];
      for (const name of names) {
        await Deno.writeTextFile(
          join(directory.path, name),
          UNIT.replaceAll("/usr/local/bin/idp2pi-server", Deno.execPath()),
        );
        await Deno.mkdir(join(directory.path, `${name}.d`));
        const dropIn = DROP_IN.replaceAll("=idp2pi-server ", `=${Deno.execPath()} `);
        await Deno.writeTextFile(join(directory.path, `${name}.d`, "registry.conf"), dropIn);
      }
      const paths = ["idp2pi-server.service", "idp2pi-server@b.service"].map((name) => join(directory.path, name));
      const { stderr } = await new Deno.Command("systemd-analyze", { args: ["verify", ...paths] }).output();
      const messages = new TextDecoder().decode(stderr).split("\n").filter((line) => line.includes("idp2pi-server"));
      deepStrictEqual(messages, []); // Of the other units of this machine it may say anything.
    },
  ),
);

Deno.test("lines of a filter add and remove calls as in systemd", () => {
  const groups = new Map([
    ["@default", ["exit"]],
    ["@io", ["read", "write"]],
    ["@all", ["@io", "open"]],
    ["@known", ["exit", "read", "write", "open", "reboot"]],
  ]);
  const table: [lines: string[], allowed: string[]][] = [
    [[], ["exit", "open", "read", "reboot", "write"]],
    [["@all"], ["exit", "open", "read", "write"]],
    [["@all", "~@io"], ["exit", "open"]],
    [["@all", "~@io", "read"], ["exit", "open", "read"]],
    [["@io open", "~open:EPERM exit"], ["read", "write"]],
    [["~reboot"], ["exit", "open", "read", "write"]],
    [["~reboot open", "open"], ["exit", "open", "read", "write"]],
    [["@all", "", "read"], ["exit", "read"]],
  ];
  for (const [lines, allowed] of table) deepStrictEqual([...allowedCalls(lines, groups)].sort(), allowed, lines.join());
  deepStrictEqual(assignments("[Unit]\nA=1\n[Service]\n# B=2\nA=3 \\\n  4\nA=\n", "Service"), [["A", "3    4"], [
    "A",
    "",
  ]]);
});

/** Asks over TCP, where a message ends with its line. */
async function overTcp(port: number, request: string): Promise<string> {
  using conn = await Deno.connect({ hostname: "127.0.0.1", port });
  await conn.write(new TextEncoder().encode(`${request}\n`));
  const buffer = new Uint8Array(4_096);
  const n = await soon(conn.read(buffer), "an answer over TCP");
  return new TextDecoder().decode(buffer.subarray(0, n ?? 0)).trimEnd();
}

/** How many registrations a state file holds. */
function countIn(path: string): number {
  using database = new DatabaseSync(path);
  return Number(database.prepare("SELECT count(*) AS n FROM registration").get()!.n);
}
