/** A tracker that is cut off from the engine by a network that loses all packets, and both are there again later. */
import { deepStrictEqual } from "node:assert/strict";
import { join } from "node:path";
import { needing } from "../../needs.ts";
import { Network } from "../../support_network.ts";

Deno.test(
  needing(
    ["hosts", "nft", "redis-server"],
    "a tracker that is cut off from the engine answers under load, says so, and nothing is lost when the network is back",
    async () => {
      await using network = await Network.start(15, { room: "10.77.0.1/24" });
      const script = join("tests", "server", "shared", "cut_off.ts");
      deepStrictEqual(JSON.parse(await network.run("room", Deno.execPath(), "run", "--allow-all", script)), {
        answers: ["OK 1_REGISTERED_FILES", "OK 1_REGISTERED_IMAGES", "OK CLIENT_FINISHED"],
        away: {
          said: "No contact with the shared registry at 127.0.0.2 (timed out)",
          connected: 0,
          isPending: true,
          lost: 0,
          healthz: "ok, without the shared registry\n",
        },
        back: { connected: 1, pending: 0, healthz: "ok\n" },
        isWhole: true,
        keys: true,
      });
    },
  ),
);
