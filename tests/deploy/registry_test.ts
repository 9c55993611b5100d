/** What operators of several trackers deploy: an engine with few rights for trackers, units, and containers. */
import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { openSharedRegistry, type SharedRegistry } from "../../lib/server/shared/shared_registry.ts";
import { parseEngineAddress } from "../../lib/server/shared/engine_address.ts";
import * as scripts from "../../lib/server/shared/script.ts";
import { needing } from "../needs.ts";
import { Redis, until } from "../server/shared/redis.ts";
import { Program, quietPort, ROOT, tempDir } from "../support.ts";

const DEPLOY = join(ROOT, "deploy", "registry");

/** What `make-secrets` makes: the password, and the users of an engine. */
async function makeSecrets(directory: string): Promise<{ password: string; users: string }> {
  for (const name of ["make-secrets", "users.acl"]) await Deno.copyFile(join(DEPLOY, name), join(directory, name));
  const { success, stdout } = await new Deno.Command(join(directory, "make-secrets"), { env: { LC_ALL: "C" } })
    .output();
  ok(success);
  match(new TextDecoder().decode(stdout), /copy secrets\/registry-password to each machine/);
  strictEqual((await Deno.stat(join(directory, "secrets"))).mode! & 0o777, 0o700); // Nobody else may enter.
  const read = (name: string) => Deno.readTextFile(join(directory, "secrets", name));
  return { password: await read("registry-password"), users: await read("engine.acl") };
}

async function start(directory: string, users: string, ...settings: string[]): Promise<Redis> {
  const path = join(directory, "users.acl");
  // The test looks at the engine as a user of its own.
  await Deno.writeTextFile(path, users.replace(/^user default .*/m, "user default on >secret ~* &* +@all"));
  return await Redis.start("--include", join(DEPLOY, "engine.conf"), "--aclfile", path, ...settings);
}

async function share(url: string): Promise<void> {
  const [a, b] = [
    await openSharedRegistry(parseEngineAddress(url)!),
    await openSharedRegistry(parseEngineAddress(url)!),
  ];
  try {
    const address = { host: "10.0.0.1", port: 5_000 };
    const peer = a.registry.put({ address, password: "pw", images: [], listed: true, expiresAt: Infinity });
    await until("the peer is known to both", () => a.status.pending === 0 && b.registry.peers === 1);
    a.registry.remove(peer);
    await until("the peer is gone", () => a.status.pending === 0 && b.registry.peers === 0);
  } finally {
    await a.close();
    await b.close();
  }
}

Deno.test(
  needing(
    ["sh", "redis-server", "redis-sentinel"],
    "trackers have the rights that they need, and no others",
    async () => {
      await using dir = await tempDir();
      const { password, users } = await makeSecrets(dir.path);
      const login = `tracker:${password}@`;
      await using redis = await start(dir.path, users);
      await share(`redis://${login}127.0.0.1:${redis.port}/1`);

      await using sentinel = await Redis.start(
        `sentinel monitor main 127.0.0.1 ${redis.port} 1`,
        "sentinel auth-pass main secret",
      );
      await until(
        "it is found",
        async () => /,flags,master,/.test(`${await sentinel.ask("SENTINEL", "MASTER", "main")}`),
      );
      await share(`redis://${login}127.0.0.1:${sentinel.port}?sentinel=main`);

      // All of a cluster is this node, whatever its address is.
      await using node = await start(dir.path, users, "--cluster-enabled", "yes");
      await node.askAs("secret", "CLUSTER", "ADDSLOTSRANGE", "0", "16383");
      await until(
        "it is there",
        async () => /cluster_state:ok/.test(`${await node.askAs("secret", "CLUSTER", "INFO")}`),
      );
      await share(`redis://${login}127.0.0.1:${node.port},localhost:${node.port}`);

      const [tracker] = users.match(/^user tracker .*/m)!;
      const allowed = [...tracker.matchAll(/ \+(\S+)/g)].map(([, command]) => command);
      const texts = Object.values(scripts).filter((it) => typeof it === "string").join("\n");
      const inScripts = new Set([...texts.matchAll(/redis\.call\('(\w+)'/g)].map(([, name]) => name.toLowerCase()));
      const asked = ["eval", "xrange", "xread", "select", "cluster|slots"];
      deepStrictEqual(
        allowed.sort(),
        [...inScripts.union(new Set([...asked, "ping"]))].sort(),
        "ping is for healthchecks",
      );
      await rejects(
        share(`redis://${login}127.0.0.1:${redis.port}?prefix=others`),
        /may not use the keys “{others}:\*”/,
      );
    },
  ),
);

Deno.test(
  needing(
    ["sh", "redis-server"],
    "an engine that starts again has all registrations, and admits only trackers",
    async () => {
      await using dir = await tempDir();
      const { password } = await makeSecrets(dir.path);
      const acl = join(dir.path, "secrets", "engine.acl");
      const settings = ["--include", join(DEPLOY, "engine.conf"), "--aclfile", acl, "--appendfsync", "always"];
      await using redis = await Redis.start(...settings);
      const open = (): Promise<SharedRegistry> =>
        openSharedRegistry(parseEngineAddress(`redis://tracker:${password}@127.0.0.1:${redis.port}`)!);
      const before = await open();
      const address = { host: "10.0.0.1", port: 5_000 };
      before.registry.put({ address, password: "pw", images: [], listed: true, expiresAt: Infinity });
      await before.close();
      await redis.kill();
      await redis.start();
      const after = await open();
      strictEqual(after.registry.peers, 1);
      await after.close();
      await rejects(redis.ask("PING"), /NOAUTH/);
      await rejects(redis.askAs("", "AUTH", "default", ""), /WRONGPASS|NOAUTH/);
    },
  ),
);

Deno.test(
  needing(["sh", "redis-server"], "of two passwords made one after the other the engine takes both", async () => {
    await using dir = await tempDir();
    const made = [await makeSecrets(dir.path), await makeSecrets(dir.path), await makeSecrets(dir.path)];
    await using redis = await start(dir.path, made[2].users);
    const enters = ({ password }: { password: string }): Promise<boolean> =>
      redis.askAs("secret", "AUTH", "tracker", password).then(() => true, () => false);
    deepStrictEqual(await Promise.all(made.map(enters)), [false, true, true]);
  }),
);

Deno.test(needing(["docker-compose"], "the compose file is complete", async () => {
  const { success, stdout, stderr } = await new Deno.Command("docker-compose", { args: ["config"], cwd: DEPLOY })
    .output();
  const [shown, errors] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  ok(success, errors);
  for (const name of ["first", "second", "registry"]) match(shown, new RegExp(`^  ${name}:`, "m"));
}));

Deno.test(
  needing(
    ["sh", "bash", "redis-server", "redis-cli"],
    "the programs of the compose file start, and their healthchecks notice it",
    async () => {
      const compose = (await Deno.readTextFile(join(DEPLOY, "compose.yaml"))).replaceAll("$$", "$");
      const [tracker, engine] = [...compose.matchAll(/command: \[(.*)\]/g)].map(([, list]) =>
        list.split(", ").map((word) => word.replaceAll('"', ""))
      );
      const [, trackerCheck] = /test: (bash .*)$/m.exec(compose)!;
      const [, engineCheck] = /test: (.*valkey-cli.*)$/m.exec(compose)!;
      await using dir = await tempDir();
      const { password } = await makeSecrets(dir.path);
      const here = (text: string): string =>
        text.replace("/run/secrets", join(dir.path, "secrets")).replace("/etc/idp2pi", DEPLOY).replace(
          "valkey-cli",
          "$CLI",
        );
      const isHealthy = async (check: string, env: Record<string, string> = {}): Promise<boolean> =>
        (await new Deno.Command("sh", { args: ["-c", here(check)], env }).output()).success;

      const [, config, ...settings] = engine.map(here);
      await using redis = await Redis.start(
        "--include",
        config,
        ...settings.map((it) => it === "*" ? "127.0.0.1" : it),
      );
      const cli = { CLI: `redis-cli -p ${redis.port}` };
      strictEqual(await isHealthy(engineCheck, cli), true);
      const http = quietPort();
      const args = tracker.map(here).map((it) => it === "9137" ? `${http}` : it);
      const registry = redis.url.replace("//", "//tracker@");
      await using server = Program.start(
        "server",
        ...args,
        "--host",
        "127.0.0.1",
        "--port",
        "0",
        "--registry",
        registry,
      );
      await server.shows(/"event":"listening"/);
      const check = trackerCheck.replace("9137", `${http}`);
      strictEqual(await isHealthy(check), true);
      await redis.kill();
      strictEqual(await isHealthy(engineCheck, cli), false);
      strictEqual(await isHealthy(check), true);
      server.kill("SIGTERM");
      strictEqual(await server.exit(), 0);
      strictEqual(await isHealthy(check), false);
      ok(!server.output.includes(password));
    },
  ),
);
