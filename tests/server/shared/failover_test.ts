/** Engines of several nodes: a primary that is killed, with Sentinels, and a node of a cluster. */
import { strictEqual } from "node:assert/strict";
import { parseEngineAddress } from "../../../lib/server/shared/engine_address.ts";
import { openSharedRegistry, type SharedRegistry } from "../../../lib/server/shared/shared_registry.ts";
import { needing } from "../../needs.ts";
import { soon } from "../../support.ts";
import { Redis } from "./redis.ts";

const image = (i: number): { md5: string; name: string } => ({ md5: `${i}`.padStart(32, "0"), name: `${i}.png` });

function register({ registry }: SharedRegistry, i: number): void {
  const address = { host: "10.0.0.1", port: 2_000 + i };
  registry.put({ address, password: "pw", images: [image(i)], listed: true, expiresAt: Infinity });
}

async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const wait = async (): Promise<void> => {
    while (!await isSo()) await new Promise((resolve) => setTimeout(resolve, 20));
  };
  await soon(wait(), what);
}

/** Registers peers at two trackers before, while and after `fail`; all must be known to both in the end. */
async function survives(url: string, fail: () => Promise<unknown>): Promise<void> {
  const [a, b] = [
    await openSharedRegistry(parseEngineAddress(url)!),
    await openSharedRegistry(parseEngineAddress(url)!),
  ];
  try {
    for (let i = 0; i < 100; i++) register(i % 2 ? a : b, i);
    await until("all are known to both", () => a.registry.peers === 100 && b.registry.peers === 100);
    const failing = fail();
    for (let i = 100; i < 300; i++) {
      register(i % 2 ? a : b, i);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    await failing;
    const isQuiet = ({ status }: SharedRegistry): boolean => status.connected && status.pending === 0;
    await until(
      "both are back",
      () => isQuiet(a) && isQuiet(b) && a.registry.peers === 300 && b.registry.peers === 300,
    );
  } finally {
    await a.close();
    await b.close();
  }
}

Deno.test(
  needing(
    ["redis-server", "redis-sentinel"],
    "a primary that is killed: its replica takes over, nothing is lost",
    async () => {
      await using primary = await Redis.start();
      await using replica = await Redis.start("--replicaof", "127.0.0.1", `${primary.port}`);
      await until(
        "the replica follows",
        async () => `${await replica.ask("INFO", "replication")}`.includes("master_link_status:up"),
      );
      await using sentinel = await Redis.start(
        `sentinel monitor main 127.0.0.1 ${primary.port} 1`,
        "sentinel down-after-milliseconds main 500",
        "sentinel failover-timeout main 5000",
      );
      await until(
        "the Sentinel knows the replica",
        async () => ((await sentinel.ask("SENTINEL", "replicas", "main")) as unknown[]).length === 1,
      );
      await survives(`${sentinel.url}?sentinel=main`, () => primary.kill());
      strictEqual(await replica.ask("HLEN", "{idp2pi}:peers"), 300);
    },
  ),
);

Deno.test(
  needing(["redis-server"], "a cluster of three: all keys are on one node, and its restart loses nothing", async () => {
    const settings = ["--cluster-enabled", "yes", "--cluster-node-timeout", "1000", "--appendonly", "yes"];
    await using a = await Redis.start(...settings);
    await using b = await Redis.start(...settings);
    await using c = await Redis.start(...settings);
    const nodes = [a, b, c];
    const slots = [[0, 5_460], [5_461, 10_922], [10_923, 16_383]];
    for (const [i, node] of nodes.entries()) {
      await node.ask("CLUSTER", "ADDSLOTSRANGE", `${slots[i][0]}`, `${slots[i][1]}`);
      if (i > 0) await node.ask("CLUSTER", "MEET", "127.0.0.1", `${a.port}`);
    }
    for (const node of nodes) {
      await until(
        "the cluster is there",
        async () => `${await node.ask("CLUSTER", "INFO")}`.includes("cluster_state:ok"),
      );
    }
    const slot = Number(await a.ask("CLUSTER", "KEYSLOT", "{idp2pi}:meta"));
    const holder = nodes[
      slots.findIndex(([, last]) => slot <= last)
    ];
    const url = `redis://${nodes.map(({ port }) => `127.0.0.1:${port}`)}`;
    await survives(url, async () => {
      await holder.kill();
      await holder.start();
    });
    strictEqual(await holder.ask("HLEN", "{idp2pi}:peers"), 300);
  }),
);
