/** Trackers that share a registry, found without an address: the real programs on several hosts. */
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { needing } from "../needs.ts";
import { image, Program, tempDir } from "../support.ts";
import { shown } from "../support_json.ts";
import { Network } from "../support_network.ts";
import { ANNOUNCED, announcing, listed, share } from "./announced.ts";

Deno.test(
  needing(
    ["hosts", "redis-server"],
    "trackers that share a registry are one network, in which the client goes on when one is killed",
    async () => {
      const hosts = { one: "10.77.0.1/24", two: "10.77.0.2/24", guest: "10.77.0.3/24" };
      await using network = await Network.start(24, hosts);
      await using data = await tempDir();
      await using cat = await tempDir({ "cat.gif": image(1).bytes });
      const settings = ["--bind", "10.77.0.2", "--protected-mode", "no", "--save", "", "--dir", data.path];
      await network.start("two", /Ready to accept connections/, "redis-server", ...settings);
      const tracker = announcing("--json", "--registry", "redis://10.77.0.2");
      const [killOne, killTwo] = await Promise.all(
        ["one", "two"].map((host) => network.start(host, ANNOUNCED, ...tracker)),
      );
      await using guest = Program.startCommand(...network.on("guest", ...share("auto", cat.path, "--also", "auto")));
      const [registered] = await guest.shows(/.*"kind":"registered".*/);
      const [first, second] = ["10.77.0.1:13377", "10.77.0.2:13377"];
      const at = JSON.parse(registered).tracker; // Which of the two has the number in its name is chance.
      await (at === first ? killOne : killTwo)();
      await Deno.writeFile(join(cat.path, "dog.gif"), image(2).bytes);
      await guest.shows(/"kind":"tracker-moved"/);
      deepStrictEqual(Object.keys(await listed(network, "guest", at === first ? second : first)), [
        "cat.gif",
        "dog.gif",
      ]);
      guest.kill("SIGTERM");
      strictEqual(await guest.exit(), 0);
      deepStrictEqual(shown(guest.stdout).filter(({ kind }) => kind === "network-joined"), []);
    },
  ),
);
