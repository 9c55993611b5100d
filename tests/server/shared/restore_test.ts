/** An engine that is restored from an old copy, while trackers run, and while none does. */
import { deepStrictEqual } from "node:assert/strict";
import { join } from "node:path";
import { parseEngineAddress } from "../../../lib/server/shared/engine_address.ts";
import { openSharedRegistry, type SharedRegistry } from "../../../lib/server/shared/shared_registry.ts";
import { needing } from "../../needs.ts";
import { Redis, until } from "./redis.ts";

const open = (redis: Redis): Promise<SharedRegistry> => openSharedRegistry(parseEngineAddress(redis.url)!);
const addressOf = (port: number) => ({ host: "10.0.0.1", port });
const portsOf = ({ registry }: SharedRegistry): number[] =>
  [...registry.byExpiry()].map(({ address }) => address.port).sort((a, b) => a - b);

function register({ registry }: SharedRegistry, port: number): void {
  registry.put({ address: addressOf(port), password: "pw", images: [], listed: true, expiresAt: Infinity });
}

const isQuiet = ({ status }: SharedRegistry): boolean => status.connected && status.pending === 0;

/** Replaces what the engine has by a copy of before. */
async function restore(redis: Redis, copy: string): Promise<void> {
  await redis.kill();
  await Deno.remove(join(redis.directory, "appendonlydir"), { recursive: true });
  await Deno.rename(copy, join(redis.directory, "appendonlydir"));
  await redis.start();
}

async function copyOf(redis: Redis): Promise<string> {
  const copy = join(redis.directory, "copy");
  await Deno.mkdir(copy);
  for await (const { name } of Deno.readDir(join(redis.directory, "appendonlydir"))) {
    await Deno.copyFile(join(redis.directory, "appendonlydir", name), join(copy, name));
  }
  return copy;
}

Deno.test(
  needing(["redis-server"], "trackers that run correct an engine that is restored from a copy", async () => {
    await using redis = await Redis.start("--appendonly", "yes", "--appendfsync", "always");
    const [a, b] = [await open(redis), await open(redis)];
    try {
      for (const port of [2_001, 2_002, 2_003]) register(a, port);
      await until("all are known", () => isQuiet(a) && portsOf(b).length === 3);
      const copy = await copyOf(redis);
      a.registry.remove(a.registry.at(addressOf(2_001))!);
      register(b, 2_004);
      await until("both know it", () => [a, b].every((it) => isQuiet(it) && `${portsOf(it)}` === "2002,2003,2004"));
      await restore(redis, copy);
      register(a, 2_005);
      await until("both are back", () => [a, b].every((it) => isQuiet(it) && portsOf(it).includes(2_005)));
      await until("both agree", () => `${portsOf(a)}` === `${portsOf(b)}`);
      deepStrictEqual(portsOf(a), [2_002, 2_003, 2_004, 2_005]);
      const late = await open(redis);
      deepStrictEqual(portsOf(late), [2_002, 2_003, 2_004, 2_005]);
      await late.close();
    } finally {
      await a.close();
      await b.close();
    }
  }),
);
