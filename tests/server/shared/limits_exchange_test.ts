/** Limits that trackers count together through a real engine, and where the peers of their own machines are. */
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { parseEngineAddress } from "../../../lib/server/shared/engine_address.ts";
import { formatTaken, LimitsExchange, parseTaken } from "../../../lib/server/shared/limits_exchange.ts";
import { openSharedRegistry } from "../../../lib/server/shared/shared_registry.ts";
import { type RunningTracker, startTracker } from "../../../lib/server/tracker_server.ts";
import { limit } from "../../../lib/tracker/tracker_limits.ts";
import { say } from "../../fake/baseline_client.ts";
import { CAT } from "../../protocol/arbitraries.ts";
import { needing } from "../../needs.ts";
import { soon } from "../../support.ts";
import { Redis } from "./redis.ts";

const WRONG = "ERR IP_REGISTERED_WITH_DIFFERENT_PASSWORD";

async function strictTracker(url: string): Promise<RunningTracker> {
  const shared = await openSharedRegistry(parseEngineAddress(url)!);
  return startTracker({ host: "127.0.0.1", port: 0, trust: "strict", shared });
}

/** Waits until a tracker answers a request so; asks less often than the limit on requests. */
async function until(tracker: RunningTracker, request: string, reply: string): Promise<void> {
  const wait = async (): Promise<void> => {
    while (await say(tracker.address.port, request) !== reply) await new Promise((resolve) => setTimeout(resolve, 60));
  };
  await soon(wait(), reply);
}

Deno.test("what sources took is read as it was written, and nothing else", () => {
  const taken: Parameters<typeof formatTaken>[0] = [
    ["203.0.113.7", { passwords: 1, dials: 0, bytes: 65_507 }],
    ["2001:db8::1", { passwords: 0, dials: 30, bytes: 0 }],
  ];
  deepStrictEqual(parseTaken(["o", "t", ...formatTaken(taken)]), { origin: "t", taken });
  for (const counts of ["", "1 2", "-1 0 0", "1 0 0 0", "1e3 0 0", "9999999999999999 0 0", "NaN 0 0", "1.5 0 0"]) {
    deepStrictEqual(parseTaken(["o", "t", "10.0.0.1", counts]).taken, [], counts);
  }
  for (const host of ["", "localhost", "10.0.0", "10.0.0.1:5000", "[::1]"]) {
    deepStrictEqual(parseTaken(["o", "t", host, "1 0 0"]).taken, [], host);
  }
  deepStrictEqual(parseTaken(["o", "t", "10.0.0.1"]).taken, []);
});

Deno.test("batches of others are counted once, at the time when they were sent, whatever the clocks show", () => {
  const exchange = new LimitsExchange("mine");
  const counted: unknown[] = [];
  const batch = (id: string, origin: string): [string, string[]] => [id, ["o", origin, "10.0.0.1", "1 2 3"]];
  exchange.receive([batch("5000-0", "other")], 6_000, 0);
  deepStrictEqual(exchange.next(), ["0-0"], "not before a tracker uses it");
  exchange.limits.onTaken = (host, { passwords }, at) => counted.push([host, passwords, at]);
  exchange.limits.add("10.0.0.2", "dials", 4);
  deepStrictEqual(exchange.next(), ["0-0", "10.0.0.2", "0 4 0"]);
  exchange.receive([batch("5000-0", "other"), batch("5500-1", "mine"), batch("7000-0", "other")], 6_000, 1_000_000);
  // The last one is later than the engine's own clock, which was set back.
  deepStrictEqual(counted, [["10.0.0.1", 1, 999_000], ["10.0.0.1", 1, 1_000_000]]);
  deepStrictEqual(exchange.next(), ["7000-0"]);
  exchange.restart();
  deepStrictEqual(exchange.next(), ["0-0"]);
});

Deno.test(
  needing(
    ["redis-server"],
    "wrong passwords at two trackers together meet the limit of one, also at a tracker that starts afterwards",
    async () => {
      await using redis = await Redis.start();
      await using a = await strictTracker(redis.url);
      await using b = await strictTracker(redis.url);
      await say(a.address.port, "REG right 5000 ");
      await until(b, "UPD right 5000 ", "OK 0_REGISTERED_FILES");
      const guesses = limit("wrong passwords a minute, public source") * 3 / 4;
      for (let i = 0; i < guesses; i++) {
        for (const it of [a, b]) strictEqual(await say(it.address.port, `END w${i} 5000`), WRONG);
      }
      for (const it of [a, b]) await until(it, "UPD right 5000 ", WRONG);
      await using late = await strictTracker(redis.url);
      await until(late, "UPD right 5000 ", WRONG);
    },
  ),
);

Deno.test(
  needing(
    ["redis-server"],
    "a tracker that others can reach registers its machine's peers under an address of it",
    async () => {
      await using redis = await Redis.start();
      const shared = await openSharedRegistry(parseEngineAddress(redis.url)!);
      await using all = startTracker({ port: 0, shared, publicHost: "10.0.0.9" });
      await using own = await strictTracker(redis.url);
      strictEqual(await say(all.address.port, `REG right 5000 ${CAT},cat.png`), "OK 1_REGISTERED_IMAGES");
      const list = `${CAT},cat.png,10.0.0.9:5000`;
      strictEqual(await say(all.address.port, "LST"), list);
      await until(own, "LST", list);
      strictEqual(await say(all.address.port, "END right 5000"), "OK CLIENT_FINISHED");
      await until(own, "LST", "ERR NO_IMAGES_AVAILABLE");
    },
  ),
);
