/** A cluster of three primaries, and a replica of the one that has the keys. */
import { needing } from "../../needs.ts";
import { quietPort } from "../../support.ts";
import { parseEngineAddress } from "../../../lib/server/shared/engine_address.ts";
import { openSharedRegistry } from "../../../lib/server/shared/shared_registry.ts";
import { survives } from "./load.ts";
import { Redis, until } from "./redis.ts";

/** Starts a node. */
function node(): Promise<Redis> {
  return Redis.start(
    ...["--cluster-enabled", "yes", "--cluster-port", `${quietPort()}`, "--cluster-node-timeout", "500"],
    ...["--cluster-require-full-coverage", "no", "--repl-diskless-sync-delay", "0"],
  );
}

Deno.test(
  needing(
    ["redis-server"],
    "a cluster: its primary is killed under load and a replica takes over, nothing is lost; nodes without keys do not matter",
    async () => {
      await using a = await node();
      await using b = await node();
      await using c = await node();
      await using replica = await node();
      const [primaries, nodes] = [[a, b, c], [a, b, c, replica]];
      const slots = [[0, 5_460], [5_461, 10_922], [10_923, 16_383]];
      const slot = Number(await a.ask("CLUSTER", "KEYSLOT", "{idp2pi}:meta"));
      const holder = slots.findIndex(([, last]) => slot <= last);
      for (const [i, it] of primaries.entries()) await it.ask("CLUSTER", "ADDSLOTSRANGE", ...slots[i].map(String));
      for (const it of nodes.slice(1)) {
        await it.ask("CLUSTER", "MEET", "127.0.0.1", `${a.port}`, await busOf(a));
      }
      const id = `${await primaries[holder].ask("CLUSTER", "MYID")}`;
      await until("the replica follows", () => replica.ask("CLUSTER", "REPLICATE", id).then(() => true, () => false));
      const isReplica = async () => `${await replica.ask("INFO", "replication")}`.includes("master_link_status:up");
      await until("the replica has all", isReplica);
      const isUp = async (it: Redis) =>
        /cluster_state:ok[^]*cluster_known_nodes:4/.test(`${await it.ask("CLUSTER", "INFO")}`);
      for (const it of nodes) await until("the cluster is there", () => isUp(it));
      const url = `redis://${nodes.map(({ port }) => `127.0.0.1:${port}`)}`;
      await survives(url, async () => {
        await primaries[holder].kill();
        await until("the replica takes over", () => replica.isPrimary());
      });
      await primaries[(holder + 1) % 3].kill();
      for (const it of [replica, primaries[(holder + 2) % 3]]) await until("the others work on", () => isUp(it));
      await (await openSharedRegistry(parseEngineAddress(url)!)).close();
    },
  ),
);

/** The port at which nodes talk to each other. */
async function busOf(node: Redis): Promise<string> {
  return (await node.ask("CONFIG", "GET", "cluster-port") as string[])[1];
}
