/** `--also auto`: networks whose trackers come and go while the client runs, with the real programs on several hosts. */
import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { needing } from "../needs.ts";
import { image, Program, programCommand, tempDir } from "../support.ts";
import { shown } from "../support_json.ts";
import { Network } from "../support_network.ts";
import { ANNOUNCED, announcing, client } from "./announced.ts";

/** A client that shares a directory. */
const share = (...args: string[]): [string, ...string[]] => [...programCommand("client"), "share", ...args, "--json"];

/** What is listed by a tracker: the names of the images, each with the hosts of its peers. */
async function listed(network: Network, host: string, tracker: string): Promise<Record<string, string[]>> {
  const { said } = await client(network, host, "list", tracker);
  const images = (said.images ?? []) as { name: string; peers: string[] }[];
  return Object.fromEntries(images.map(({ name, peers }) => [name, peers.map((it) => it.replace(/:\d+$/, ""))]));
}

Deno.test(
  needing(
    ["hosts"],
    "a sharing client joins the network of a tracker that comes later, and registers and lists there",
    async () => {
      const hosts = { one: "10.77.0.1/24", two: "10.77.0.2/24", guest: "10.77.0.3/24" };
      await using network = await Network.start(21, hosts);
      await using cat = await tempDir({ "cat.gif": image(1).bytes });
      await using dog = await tempDir({ "dog.gif": image(2).bytes });
      await network.start("one", ANNOUNCED, ...announcing("--json"));
      await using guest = Program.startCommand(
        ...network.on("guest", ...share("10.77.0.1", cat.path, "--also", "auto")),
      );
      await guest.shows(/"kind":"registered"/);

      await network.start("two", ANNOUNCED, ...announcing("--json", "--port", "5000"));
      await network.start("two", /"kind":"registered"/, ...share("10.77.0.2:5000", dog.path));
      const [joined] = await guest.shows(/.*"kind":"network-joined".*/);
      const { name, time: _, ...event } = JSON.parse(joined);
      match(name, / \(2\)$/);
      const at = "10.77.0.2:5000";
      deepStrictEqual(event, { version: 1, kind: "network-joined", network: at, tracker: at, images: 1, offered: 1 });
      deepStrictEqual(await listed(network, "one", at), { "cat.gif": ["10.77.0.3"], "dog.gif": ["10.77.0.2"] });
      guest.kill("SIGTERM");
      strictEqual(await guest.exit(), 0);
      deepStrictEqual(await listed(network, "one", at), { "dog.gif": ["10.77.0.2"] }, "it has unregistered there too");
      strictEqual(shown(guest.stdout).filter(({ kind }) => kind === "network-joined").length, 1);
    },
  ),
);
