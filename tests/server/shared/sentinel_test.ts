/** A primary with a replica and Sentinels, all of them with passwords. */
import { match, rejects } from "node:assert/strict";
import { parseEngineAddress } from "../../../lib/server/shared/engine_address.ts";
import { openSharedRegistry } from "../../../lib/server/shared/shared_registry.ts";
import { needing } from "../../needs.ts";
import { quietPort } from "../../support.ts";
import { survives } from "./load.ts";
import { Redis, until } from "./redis.ts";

Deno.test(
  needing(
    ["redis-server", "redis-sentinel"],
    "a primary that is killed under load: its replica takes over, nothing is lost, nobody who left is back",
    async () => {
      const settings = ["--requirepass", "data", "--masterauth", "data", "--repl-diskless-sync-delay", "0"];
      await using primary = await Redis.start(...settings);
      await using replica = await Redis.start(...settings, "--replicaof", "127.0.0.1", `${primary.port}`);
      await until(
        "the replica follows",
        async () => `${await replica.ask("INFO", "replication")}`.includes("master_link_status:up"),
      );
      await using sentinel = await Redis.start(
        `sentinel monitor main 127.0.0.1 ${primary.port} 1`,
        "sentinel auth-pass main data",
        "sentinel down-after-milliseconds main 400",
        "sentinel failover-timeout main 1000",
        "requirepass watch",
      );
      await until(
        "the Sentinel knows the replica",
        async () => ((await sentinel.ask("SENTINEL", "replicas", "main")) as unknown[]).length === 1,
      );
      // The first Sentinel is down.
      const nodes = `127.0.0.1:${quietPort()},127.0.0.1:${sentinel.port}`;
      await survives(`redis://:data@${nodes}?sentinel=main&sentinel-password=watch`, async () => {
        await primary.kill();
        await until("the replica takes over", () => replica.isPrimary());
      });

      const refused = (url: string, reason: RegExp) =>
        rejects(openSharedRegistry(parseEngineAddress(url)!), ({ message }) => {
          match(message, reason);
          return true;
        });
      const at = `127.0.0.1:${sentinel.port}`;
      await refused(`redis://:data@${at}?sentinel=main`, /refused the user or the password/);
      await refused(`redis://:data@${at}?sentinel=other&sentinel-password=watch`, /knows no primary of this name/);
      await sentinel.ask("ACL", "SETUSER", "default", "resetpass", ">data");
      await (await openSharedRegistry(parseEngineAddress(`redis://:data@${at}?sentinel=main`)!)).close();
    },
  ),
);
