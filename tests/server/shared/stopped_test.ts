/** Trackers with a shared registry that are stopped and killed by the system. */
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { parseEngineAddress } from "../../../lib/server/shared/engine_address.ts";
import { openSharedRegistry } from "../../../lib/server/shared/shared_registry.ts";
import { startTracker } from "../../../lib/server/tracker_server.ts";
import { ANSWERS, BaselinePeer } from "../../fake/baseline_peer.ts";
import { needing } from "../../needs.ts";
import { CAT, DOG } from "../../protocol/arbitraries.ts";
import { Datagrams, Program } from "../../support.ts";
import { told } from "../../tracker/shared/engine_model.ts";
import { Redis, until } from "./redis.ts";

/** A tracker that is a process, and its port. */
async function start(
  url: string,
  leaseMs: number,
  clock = "",
): Promise<AsyncDisposable & { process: Program; port: number }> {
  const script = join(import.meta.dirname!, "tracker_process.ts");
  const process = Program.startCommand(Deno.execPath(), "run", "--allow-all", script, url, `${leaseMs}`, clock);
  const port = Number((await process.shows(/port (\d+)/))[1]);
  return { process, port, [Symbol.asyncDispose]: () => process[Symbol.asyncDispose]() };
}

/** Asks until there is an answer, as clients do. */
async function ask(port: number, request: string): Promise<string> {
  using socket = new Datagrams(port);
  const answer = socket.next();
  const timer = setInterval(() => socket.send(request), 200);
  try {
    await socket.send(request);
    return await answer;
  } finally {
    clearInterval(timer);
  }
}

/** The ports in a list. */
const portsIn = (list: string): number[] =>
  [...list.matchAll(/127\.0\.0\.1:(\d+)/g)].map(([, port]) => Number(port)).sort();

Deno.test(
  needing(
    ["redis-server", "unix"],
    "a tracker that sleeps for longer than leases last and the engine remembers brings back nobody, and answers right",
    async () => {
      await using redis = await Redis.start();
      await using stopped = await start(redis.url, 1_000);
      await using suspended = await start(redis.url, 1_000, "suspended");
      const sleepers = [stopped, suspended];
      const shared = await openSharedRegistry(parseEngineAddress(redis.url)!);
      await using other = startTracker({ host: "127.0.0.1", port: 0, shared, leaseMs: 1_000 });
      const there = other.address.port;
      await using living = new AsyncDisposableStack();
      await using dying = new AsyncDisposableStack();
      const portIn = (stack: AsyncDisposableStack): number =>
        stack.use(new BaselinePeer(ANSWERS.refuses())).address.port;
      const [lives, renamed, last] = [living, living, living].map(portIn);
      const [leaves, dies, returns] = [dying, dying, dying].map(portIn);
      for (const port of [lives, renamed, leaves, dies]) await ask(stopped.port, `REG pw ${port} ${CAT},cat.png`);
      await until("the other one knows them", () => shared.registry.peers === 4);

      for (const { process } of sleepers) process.kill("SIGSTOP");
      const stoppedAt = performance.now();
      await redis.ask("DEL", "{idp2pi}:trackers"); // As after five seconds.
      strictEqual(await ask(there, `END pw ${leaves}`), "OK CLIENT_FINISHED");
      for (const { port } of sleepers) {
        using clients = new Datagrams(port);
        for (const text of [`REG pw ${returns}`, `UPD pw ${renamed}`]) await clients.send(`${text} ${CAT},old.png`);
      }
      // Whoever asked in vain goes on with the other one.
      await ask(there, `REG pw ${returns} ${CAT},cat.png`);
      strictEqual(await ask(there, `END pw ${returns}`), "OK CLIENT_FINISHED");
      await dying.disposeAsync();
      await until("who is dead is removed, and who lives is not", () => shared.registry.peers === 2);
      await ask(there, `UPD pw ${renamed} ${DOG},new.png`);
      await redis.ask("XTRIM", "{idp2pi}:changes", "MAXLEN", "1");

      await until("they slept for a while", () => performance.now() - stoppedAt > 3_100);
      for (const { process } of sleepers) process.kill("SIGCONT");
      for (const { port } of sleepers) deepStrictEqual(portsIn(await ask(port, "LST")), [lives, renamed].sort());
      strictEqual(await ask(suspended.port, `REG pw ${last} ${CAT},cat.png`), "OK 1_REGISTERED_IMAGES");
      await until("all that it sent arrived", async () => portsIn(await ask(there, "LST")).includes(last));
      match(await ask(there, "LST"), new RegExp(`${DOG},new.png,127.0.0.1:${renamed}`));
      const keys = (await redis.ask("HKEYS", "{idp2pi}:peers") as string[]).join();
      deepStrictEqual(portsIn(keys), [lives, renamed, last].sort());
    },
  ),
);

Deno.test(
  needing(["redis-server", "unix"], "a tracker that is killed at any moment leaves no half of a change", async () => {
    await using redis = await Redis.start();
    const observer = await openSharedRegistry(parseEngineAddress(redis.url)!);
    const killed = [1, 7, 60, 250, 600].map(async (most, i) => {
      await using tracker = await start(redis.url, Infinity);
      const clients = new Datagrams(tracker.port);
      let answers = 0;
      const reading = (async () => {
        while (await clients.next()) answers++;
      })().catch(() => {});
      // Peers with three images, which all get another name, and which move from one port to another, and back.
      for (let sent = 0; answers < most; sent++) {
        const [peer, move] = [sent % 10, Math.floor(sent / 10)];
        const port = 10_000 + 1_000 * i + 2 * peer + move % 2;
        const images = [1, 2, 3].map((image) => `${`${image}`.padStart(32, `${peer}`)},${move}.png`).join(";");
        await clients.send(`${move === 0 ? "REG" : "UPD"} ${i}-${peer} ${port} ${images}`);
        await until("some answers", () => answers > sent - 30);
      }
      tracker.process.kill("SIGKILL");
      clients[Symbol.dispose]();
      await reading;
    });
    try {
      await Promise.all(killed);
      const late = await openSharedRegistry(parseEngineAddress(redis.url)!);
      const view = ({ registry }: typeof late): unknown => told(registry, 0);
      await until("both know the same", () => JSON.stringify(view(late)) === JSON.stringify(view(observer)));
      await late.close();
      const keysOf = async (key: string): Promise<string[]> =>
        (await redis.ask("HKEYS", `{idp2pi}:${key}`) as string[]).sort();
      deepStrictEqual(await keysOf("peers"), await keysOf("images"));
      const peers = [...observer.registry.byExpiry()];
      deepStrictEqual((await keysOf("peers")).length, peers.length);
      strictEqual(new Set(peers.map(({ password }) => password)).size, peers.length, "each peer has one address");
      for (const peer of peers) {
        const [image, ...others] = peer.announced();
        deepStrictEqual(others.map(({ name }) => name), [image.name, image.name]);
        strictEqual(
          peer.address.port % 2,
          Number.parseInt(image.name) % 2,
          "the port and the images are of one change",
        );
      }
      ok(peers.length >= 10, `${peers.length}`);
    } finally {
      await observer.close();
    }
  }),
);
