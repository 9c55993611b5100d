/** `--also auto`: networks whose trackers come and go while the client runs, with the real programs on several hosts. */
import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { needing } from "../needs.ts";
import { image, Program, tempDir } from "../support.ts";
import { shown } from "../support_json.ts";
import { Network } from "../support_network.ts";
import { addIpv6, ANNOUNCED, announcing, client, listed, share } from "./announced.ts";

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

Deno.test(
  needing(
    ["hosts"],
    "on networks of IPv6 alone, a client that was given no address is in that of each tracker",
    async () => {
      await using network = await Network.start(22, {
        one: "10.77.0.1/24",
        guest: "10.77.0.3/24",
        far: "10.99.0.1/24",
      });
      await network.run("far", "ip", "link", "set", "eth0", "down");
      await network.cable("eth1", { guest: "10.78.0.1/24", far: "10.78.0.2/24" });
      const places = [["one", "eth0", "fd77::1"], ["guest", "eth0", "fd77::3"], ["guest", "eth1", "fd78::3"], [
        "far",
        "eth1",
        "fd78::2",
      ]];
      for (const [host, device, address] of places) {
        await network.run(host, "ip", "-4", "addr", "flush", "dev", device);
        await addIpv6(network, host, address, device);
      }
      await using cat = await tempDir({ "cat.gif": image(1).bytes });
      await Promise.all(["one", "far"].map((host) => network.start(host, ANNOUNCED, ...announcing("--json"))));
      await using guest = Program.startCommand(...network.on("guest", ...share("auto", cat.path, "--also", "auto")));
      await guest.shows(/"kind":"network-joined"/);
      const { said } = await client(network, "guest", "list", "auto", "--also", "auto");
      const [cats] = said.images as { networks: string[] }[];
      deepStrictEqual(cats.networks.toSorted(), ["[fd77::1]:13377", "[fd78::2]:13377"], "no question, which one");
      guest.kill("SIGTERM");
      strictEqual(await guest.exit(), 0);
      const events = shown(guest.stdout);
      const at = ["registered", "network-joined"].map((kind) => events.find((it) => it.kind === kind)!.tracker);
      deepStrictEqual(at.sort(), ["[fd77::1]:13377", "[fd78::2]:13377"]);
    },
  ),
);

Deno.test(
  needing(["hosts"], "a flood of false trackers is not joined, and keeps no true one out", async () => {
    const hosts = { one: "10.77.0.1/24", two: "10.77.0.2/24", guest: "10.77.0.3/24", liar: "10.77.0.4/24" };
    await using network = await Network.start(23, hosts);
    const script = ["run", "--allow-net", "--allow-sys=networkInterfaces", "--allow-env", "--allow-read"];
    await using cat = await tempDir({ "cat.gif": image(1).bytes });
    await Promise.all([
      network.start("liar", /announced/, Deno.execPath(), ...script, join("tests", "stories", "false_trackers.ts")),
      network.start("one", ANNOUNCED, ...announcing("--json")),
    ]);
    await using guest = Program.startCommand(
      ...network.on("guest", ...share("10.77.0.1", cat.path, "--also", "auto")),
    );
    await guest.shows(/"kind":"registered"/);
    const [{ code, said }] = await Promise.all([
      client(network, "guest", "list", "auto"),
      network.start("two", ANNOUNCED, ...announcing("--json")),
    ]);
    deepStrictEqual([code, said.code], [2, "several-trackers"]);
    await guest.shows(/"kind":"network-joined"/);
    guest.kill("SIGTERM");
    strictEqual(await guest.exit(), 0);
    const joined = shown(guest.stdout).filter(({ kind }) => kind === "network-joined");
    deepStrictEqual(joined.map(({ tracker }) => tracker), ["10.77.0.2:13377"]);
  }),
);
