/** Trackers that share a registry through a real engine: what each knows, and what they do while it is away. */
import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";
import { isFault } from "../../../lib/fault/fault.ts";
import { parseEngineAddress } from "../../../lib/server/shared/engine_address.ts";
import { openSharedRegistry, type SharedRegistry } from "../../../lib/server/shared/shared_registry.ts";
import { type RunningTracker, startTracker } from "../../../lib/server/tracker_server.ts";
import { pause } from "../../../lib/net/pause.ts";
import { say } from "../../fake/baseline_client.ts";
import { CAT, DOG } from "../../protocol/arbitraries.ts";
import { needing } from "../../needs.ts";
import { Datagrams } from "../../support.ts";
import { told } from "../../tracker/shared/engine_model.ts";
import { Redis, until } from "./redis.ts";

/** Two trackers with one registry. */
async function two(url: string): Promise<AsyncDisposable & { a: Node; b: Node }> {
  const [a, b] = [await node(url), await node(url)];
  return {
    a,
    b,
    async [Symbol.asyncDispose](): Promise<void> {
      await a.tracker.close();
      await b.tracker.close();
    },
  };
}

interface Node {
  readonly tracker: RunningTracker;
  readonly shared: SharedRegistry;
  readonly port: number;
}

async function node(url: string): Promise<Node> {
  const shared = await openSharedRegistry(parseEngineAddress(url)!);
  const tracker = startTracker({ host: "127.0.0.1", port: 0, shared });
  return { tracker, shared, port: tracker.address.port };
}

/** Waits until the engine is there for all of them and they say the same; returns it. */
async function agreed(...nodes: readonly Node[]): Promise<unknown> {
  const view = ({ shared }: Node): string => JSON.stringify(told(shared.registry, 0), hideTimes);
  await until("all agree", () => {
    const isQuiet = nodes.every(({ shared: { status } }) => status.connected && status.pending === 0);
    return isQuiet && nodes.every((it) => view(it) === view(nodes[0]));
  });
  return told(nodes[0].shared.registry, 0);
}

/** Measurements of one clock by two trackers differ. */
const hideTimes = (_: string, value: unknown): unknown =>
  typeof value === "number" && value > 1e11 && value < 1e14 ? 0 : value;

const lists = (at: Node, text: string) => until(`${text} in the list`, async () => await say(at.port, "LST") === text);

Deno.test(
  needing(["redis-server"], "a peer is listed, updated, renewed and unregistered through any tracker", async () => {
    await using redis = await Redis.start();
    await using it = await two(redis.url);
    const { a, b } = it;
    strictEqual(await say(a.port, `REG ana 5000 ${CAT},cat.png`), "OK 1_REGISTERED_IMAGES");
    await lists(b, `${CAT},cat.png,127.0.0.1:5000`);
    strictEqual(await say(b.port, `UPD other 5000 ${DOG},dog.png`), "ERR IP_REGISTERED_WITH_DIFFERENT_PASSWORD");
    strictEqual(await say(b.port, `UPD ana 5000 ${DOG},dog.png`), "OK 1_REGISTERED_FILES");
    await lists(a, `${DOG},dog.png,127.0.0.1:5000`);
    // The same bytes as before, which this tracker would take for a repeat.
    strictEqual(await say(a.port, `UPD ana 5000 ${CAT},cat.png`), "OK 1_REGISTERED_FILES");
    await lists(b, `${CAT},cat.png,127.0.0.1:5000`);
    strictEqual(await say(b.port, `UPD ana 5001 ${CAT},cat.png`), "OK 1_REGISTERED_FILES");
    await lists(a, `${CAT},cat.png,127.0.0.1:5001`);
    await agreed(a, b);
    strictEqual(await say(a.port, "END ana 5001"), "OK CLIENT_FINISHED");
    await lists(b, "ERR NO_IMAGES_AVAILABLE");
    await agreed(a, b);
    deepStrictEqual([a.shared.status.trackers >= 1, b.shared.status.lost], [true, 0]);
  }),
);

Deno.test(
  needing(
    ["redis-server"],
    "a tracker that starts later knows everything, and one that was killed took nothing with it",
    async () => {
      await using redis = await Redis.start();
      await using it = await two(redis.url);
      for (let i = 0; i < 50; i++) await say(it.a.port, `REG p${i} ${5_000 + i} ${CAT},cat.png;${DOG},dog${i}.png`);
      await agreed(it.a, it.b);
      const late = await node(redis.url);
      try {
        strictEqual(late.shared.registry.peers, 50);
        await agreed(it.a, late);
      } finally {
        await late.tracker.close();
      }
    },
  ),
);

Deno.test(needing(["redis-server"], "of a long list that changes little, little goes through the engine", async () => {
  await using redis = await Redis.start();
  await using it = await two(redis.url);
  const { a, b } = it;
  const image = (i: number) => ({ md5: i.toString(16).padStart(32, "0"), name: `gato “${i}”\n%.png` });
  const all = Array.from({ length: 5_000 }, (_, i) => image(i));
  const address = { host: "10.0.0.1", port: 5000 };
  const password = "a";
  const peer = a.shared.registry.put({ address, password, images: all, listed: true, expiresAt: Infinity });
  await agreed(a, b);
  const sizes: number[] = [];
  for (let i = 0; i < 70; i++) {
    all[(37 * i) % all.length] = image(10_000 + i);
    a.shared.registry.update(peer, 5000, [...all]);
    await until(
      "it is known",
      () => b.shared.registry.at(address)!.images.some(({ md5 }) => md5 === image(10_000 + i).md5),
    );
    sizes.push(JSON.stringify(await redis.ask("XREVRANGE", "{idp2pi}:changes", "+", "-", "COUNT", "1")).length);
  }
  const whole = sizes.filter((it) => it > 500).length;
  deepStrictEqual([whole, await redis.ask("HLEN", "{idp2pi}:edits")], [1, 1 + 70 - 65], `${sizes}`);
  const late = await node(redis.url);
  try {
    await agreed(a, b, late);
  } finally {
    await late.tracker.close();
  }
}));

/** What may become of an engine, and how it comes back. */
const FAULTS: Record<
  string,
  { break(redis: Redis): Promise<unknown>; repair(redis: Redis): Promise<unknown>; says: RegExp }
> = {
  "was killed, and comes back empty": {
    break: (it) => it.kill(),
    repair: (it) => it.start(),
    says: /connection|closed/i,
  },
  "is frozen": {
    break: (it) => Promise.resolve(it.freeze()),
    repair: (it) => Promise.resolve(it.thaw()),
    says: /timed out/,
  },
  "is full": {
    break: (it) => it.ask("CONFIG", "SET", "maxmemory", "1"),
    repair: (it) => it.ask("CONFIG", "SET", "maxmemory", "0"),
    says: /its memory is full/,
  },
  "became a replica": {
    break: (it) => it.ask("REPLICAOF", "127.0.0.1", "1"),
    repair: (it) => it.ask("REPLICAOF", "NO", "ONE"),
    says: /it takes no changes now/,
  },
  "has another password": {
    break: async (it) => {
      await it.ask("CONFIG", "SET", "requirepass", "new");
      await it.askAs("new", "CLIENT", "KILL", "TYPE", "normal").catch(() => {});
    },
    repair: async (it) => await it.askAs("new", "CONFIG", "SET", "requirepass", ""),
    says: /user or password refused/,
  },
};

for (const [what, { break: breaks, repair, says }] of Object.entries(FAULTS)) {
  Deno.test(needing(["redis-server"], `while the engine ${what}, trackers answer, and nothing is lost`, async () => {
    await using redis = await Redis.start();
    await using it = await two(redis.url);
    const { a, b } = it;
    await say(a.port, `REG ana 5000 ${CAT},cat.png`);
    await say(b.port, `REG ben 6000 ${CAT},cat.png`);
    await say(b.port, `REG eva 7000 ${DOG},dog.png`);
    await agreed(a, b);
    await breaks(redis);
    strictEqual(await say(a.port, `REG cid 8000 ${DOG},dog.png`), "OK 1_REGISTERED_IMAGES");
    strictEqual(await say(a.port, "END eva 7000"), "OK CLIENT_FINISHED");
    strictEqual(await say(b.port, `UPD ben 6000 ${DOG},dog.png`), "OK 1_REGISTERED_FILES");
    const saysSo = ({ shared }: Node): boolean => says.test(shared.flush()?.message ?? "");
    await until("both say so", () => saysSo(a) && saysSo(b));
    ok(isFault(a.shared.flush(), "registry-away"));
    match(await say(a.port, "LST"), /127.0.0.1:8000/);
    await repair(redis);
    await agreed(a, b);
    const list = await say(b.port, "LST");
    deepStrictEqual(list.match(/127\.0\.0\.1:\d+/g)!.toSorted(), [5000, 6000, 8000].map((it) => `127.0.0.1:${it}`));
    strictEqual(a.shared.flush(), null);
  }));
}

const LOST = { "everything": /^/, "all but the names of the trackers": /(?<!:trackers)$/ };

for (const [what, keys] of Object.entries(LOST)) {
  Deno.test(needing(["redis-server"], `an engine that lost ${what} is filled again while trackers run`, async () => {
    await using redis = await Redis.start();
    await using it = await two(redis.url);
    await say(it.a.port, `REG ana 5000 ${CAT},cat.png`);
    await agreed(it.a, it.b);
    const lost = (await redis.ask("KEYS", "*") as string[]).filter((key) => keys.test(key));
    await redis.ask("DEL", ...lost);
    await until("filled again", async () => await redis.ask("HEXISTS", "{idp2pi}:peers", "127.0.0.1:5000") === 1);
    await agreed(it.a, it.b);
    strictEqual(it.b.shared.registry.peers, 1);
  }));
}

Deno.test(
  needing(["redis-server"], "a clock of the machine that is set looks like a sleep, and does no harm", async () => {
    await using redis = await Redis.start();
    await using it = await two(redis.url);
    const { a, b } = it;
    const clock = Date.now;
    try {
      for (const day of [1, -1, 2]) {
        strictEqual(await say(a.port, `REG ana ${5_000 + day} ${CAT},cat.png`), "OK 1_REGISTERED_IMAGES");
        const before = await agreed(a, b);
        const ends = (): number[] => [...b.shared.registry.byExpiry()].map(({ expiresAt }) => expiresAt);
        const endedBefore = ends();
        if (day === 2) await redis.kill(); // Then they answer, too.
        Date.now = () => clock() + day * 86_400_000;
        await until("both answer", async () => (await Promise.all([a, b].map(answers))).every(Boolean));
        if (day === 2) await until("both noticed", () => !a.shared.status.connected && !b.shared.status.connected);
        else deepStrictEqual(JSON.stringify(await agreed(a, b), hideTimes), JSON.stringify(before, hideTimes));
        ends().forEach((end, i) => ok(Math.abs(end - endedBefore[i]) < 1_000, `${end - endedBefore[i]}`));
        deepStrictEqual([a.shared.isWaking, a.shared.registry.isBehind], [false, false]);
      }
    } finally {
      Date.now = clock;
    }
  }),
);

/** Whether a tracker answers within some milliseconds. */
async function answers({ port }: Node): Promise<boolean> {
  using socket = new Datagrams(port);
  const over = new AbortController();
  const answer = socket.ask("LST").then(() => true, () => false);
  try {
    return await Promise.race([answer, pause(100, over.signal).then(() => false)]);
  } finally {
    over.abort();
  }
}

Deno.test(needing(["redis-server"], "data of others and of another version is refused and not changed", async () => {
  await using redis = await Redis.start();
  const refused = (reason: RegExp) =>
    rejects(openSharedRegistry(parseEngineAddress(redis.url)!), (error) => {
      ok(isFault(error, "registry-foreign"));
      match(error.message, reason);
      return true;
    });
  await redis.ask("SET", "{idp2pi}:meta", "something");
  await refused(/database of another program/);
  await redis.ask("DEL", "{idp2pi}:meta");
  await redis.ask("LPUSH", "{idp2pi}:changes", "something");
  await refused(/database of another program/);
  await redis.ask("DEL", "{idp2pi}:changes");
  await redis.ask("HSET", "{idp2pi}:meta", "format", "2");
  await refused(/written by a newer version/);
  deepStrictEqual(await redis.ask("KEYS", "*"), ["{idp2pi}:meta"]);
  await redis.ask("FLUSHALL");
  const first = await openSharedRegistry(parseEngineAddress(redis.url)!);
  await first.close();
  await redis.ask("HSET", "{idp2pi}:peers", "nonsense", "1 - 1 1 pw");
  await refused(/database of another program/);
  const beside = await openSharedRegistry(parseEngineAddress(`${redis.url}?prefix=beside`)!);
  await beside.close();
}));

Deno.test(needing(["redis-server"], "an engine that cannot be used is named, without a password", async () => {
  await using redis = await Redis.start("--requirepass", "secret");
  for (const url of [redis.url, redis.url.replace("//", "//:wrong@")]) {
    await rejects(openSharedRegistry(parseEngineAddress(url)!), (error) => {
      ok(isFault(error, "registry-refused"));
      match(error.message, /--registry-password/);
      ok(!error.message.includes("wrong"));
      return true;
    });
  }
  const good = await openSharedRegistry(parseEngineAddress(redis.url.replace("//", "//:secret@"))!);
  await good.close();
  await redis.kill();
  await rejects(openSharedRegistry(parseEngineAddress(redis.url)!), (error) => isFault(error, "registry-unusable"));
}));
