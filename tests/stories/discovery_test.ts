/** Trackers that are found without an address: the real programs on several hosts and networks. */
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { needing } from "../needs.ts";
import { programCommand, tempDir } from "../support.ts";
import { Network } from "../support_network.ts";
import { addIpv6, ANNOUNCED, announcing, client } from "./announced.ts";

Deno.test(
  needing(
    ["hosts", "terminal"],
    "trackers are found by name in each network, over IPv4 and IPv6, until they leave",
    async () => {
      const hosts = { one: "10.77.0.1/24", two: "10.77.0.2/24", guest: "10.77.0.3/24", far: "10.99.0.1/24" };
      await using network = await Network.start(11, hosts);
      await network.run("far", "ip", "link", "set", "eth0", "down"); // It is in the second network alone.
      await network.cable("eth1", { one: "10.78.0.1/24", far: "10.78.0.2/24" });
      await addIpv6(network, "one", "fd77::1");
      await addIpv6(network, "guest", "fd77::3");
      await network.start("one", ANNOUNCED, ...announcing("--json"));
      const end = await network.start("two", ANNOUNCED, ...announcing("--json", "--port", "5000"));

      const list = [...programCommand("client"), "list", "auto", "--lang", "en"].join(" ");
      const person = `printf 'x\\n2\\n' | script -qec "env TERM=dumb ${list}" /dev/null`;
      await using dir = await tempDir({ typed: new TextEncoder().encode("1\n") });
      const share = [...programCommand("client"), dir.path, "--lang", "en"].join(" ");
      const sharing = `exec script -qec "env TERM=xterm ${share}" /dev/null <${join(dir.path, "typed")}`;
      const registered = /\(2\) {2}10\.77\.0\.2:5000[^]*Number of the tracker[^]*tracker 10\.77\.0\.1:13377: 0 images/;
      const [several, far, chosen, both, alone] = await Promise.all([
        client(network, "guest", "list", "auto"),
        client(network, "far", "list", "auto"),
        network.result("guest", "sh", "-c", person),
        client(network, "guest", "list", "10.77.0.1", "--also", "auto"),
        client(network, "far", "list", "auto", "--also", "automatico"),
        network.start("guest", registered, "sh", "-c", sharing), // A person who gave a directory alone.
      ]);
      const trackers = (both.said.networks as { tracker: string }[]).map(({ tracker }) => tracker);
      deepStrictEqual(
        [both.code, trackers],
        [4, ["10.77.0.1:13377", "10.77.0.2:5000"]],
        "--also auto is the other one",
      );
      deepStrictEqual([alone.code, alone.said.networks], [4, undefined], "there is no other one");
      match(chosen.text, /\n1 {2}.*10\.77\.0\.1:13377\r\n2 {2}.*\(2\) {2}10\.77\.0\.2:5000\r\n/, "a person is asked,");
      match(chosen.text, /Tracker: .* \(2\) \(10\.77\.0\.2:5000\)/, "until the answer is one of them");
      deepStrictEqual([several.code, several.said.code], [2, "several-trackers"]);
      const names = /: (.*) \(10\.77\.0\.1:13377\), \1 \(2\) \(10\.77\.0\.2:5000\)\. /;
      match(`${several.said.message}`, names, "both have the name of their machine");
      deepStrictEqual([far.code, far.said.tracker], [4, "10.78.0.1:13377"], "another network, another address");

      await end("SIGTERM");
      await network.run("guest", "ip", "addr", "del", "10.77.0.3/24", "dev", "eth0");
      const one = await client(network, "guest", "list", "automatico");
      const examined = await client(network, "guest", "doctor", "auto"); // Shares an image for a moment.
      deepStrictEqual([one.code, one.said.tracker], [4, "[fd77::1]:13377"], "the other one said goodbye");
      const findings = examined.said.findings as { code: string; values: Record<string, unknown> }[];
      const valuesOf = (code: string) => findings.find((it) => it.code === code)?.values;
      strictEqual(valuesOf("network-asked")?.networks, "eth0 (fd77::3)");
      strictEqual(valuesOf("announced")?.address, "[fd77::1]:13377");
      strictEqual(valuesOf("tracker-answers")?.address, "[fd77::1]:13377");
      const { multicast, unicast } = valuesOf("network-answers") as { multicast: number; unicast: number };
      ok(multicast > 0 && unicast >= 0);
    },
  ),
);

Deno.test(
  needing(
    ["hosts"],
    "a tracker in a public network, on this machine alone or with --no-announce opens no port of mDNS",
    async () => {
      // An address of documentation (RFC 5737): nobody's, and public to the tracker.
      await using network = await Network.start(12, { public: "203.0.113.1/24", private: "10.77.0.1/24" });
      const ready = /"event":"listening"/;
      const MDNS = /:14E9 /; // 5353.
      const open = async (host: string): Promise<boolean> =>
        MDNS.test(await network.run(host, "cat", "/proc/net/udp", "/proc/net/udp6"));
      await Promise.all([
        network.start("public", ready, ...announcing("--json")),
        network.start("private", ready, ...announcing("--json", "--no-announce")),
        network.start("private", ready, ...announcing("--json", "--host", "127.0.0.1", "--port", "5000")),
      ]);
      deepStrictEqual([await open("public"), await open("private")], [false, false]);
      await network.start("private", ANNOUNCED, ...announcing("--json", "--port", "6000"));
      strictEqual(await open("private"), true);
    },
  ),
);

Deno.test(
  needing(
    ["hosts"],
    "a tracker on a loopback address is found there, and nowhere else, with a network or without",
    async () => {
      const hosts = { one: "10.77.0.1/24", guest: "10.77.0.2/24", offline: "10.77.0.3/24" };
      await using network = await Network.start(16, hosts);
      await network.run("offline", "ip", "addr", "flush", "dev", "eth0");
      const ready = /"event":"listening"/;
      await network.start("one", ready, ...announcing("--json", "--host", "127.0.0.1"));
      await network.start("offline", ready, ...announcing("--json", "--host", "::1"));
      const [one, guest, offline, further] = await Promise.all([
        client(network, "one", "list", "auto"),
        client(network, "guest", "list", "auto"),
        client(network, "offline", "list", "auto"),
        client(network, "offline", "list", "::1", "--also", "auto"),
      ]);
      // It shares an image for a moment, which a list at that time would have.
      const [examined, none] = await Promise.all([
        client(network, "offline", "doctor", "auto"),
        client(network, "guest", "doctor", "auto"),
      ]);
      deepStrictEqual([one.code, one.said.tracker], [4, "127.0.0.1:13377"]);
      deepStrictEqual([guest.code, guest.said.code], [3, "no-tracker-found"]);
      deepStrictEqual([offline.code, offline.said.tracker], [4, "[::1]:13377"]);
      deepStrictEqual([further.code, further.said.networks], [4, undefined]);
      const codesOf = ({ said }: typeof one): string[] => (said.findings as { code: string }[]).map(({ code }) => code);
      const [here, there] = [codesOf(examined), codesOf(none)];
      deepStrictEqual(here.slice(0, 2), ["network-none", "local-tracker"]);
      ok(here.includes("tracker-answers") && !here.includes("tracker-not-found"), here.join());
      ok(there.includes("tracker-not-found") && !there.includes("local-tracker"), there.join());
    },
  ),
);

Deno.test(
  needing(
    ["hosts"],
    "a client looks again for a tracker that was silent: at its new address, or another one of its registry",
    async () => {
      await using network = await Network.start(13, { room: "10.77.0.1/24" });
      const script = ["run", "--allow-net", "--allow-sys=networkInterfaces", "--allow-env", "--allow-read"];
      const text = await network.run("room", Deno.execPath(), ...script, join("tests", "stories", "moved_tracker.ts"));
      deepStrictEqual(JSON.parse(text), Array(9).fill(true));
    },
  ),
);

Deno.test(
  needing(
    ["hosts", "mounts", "avahi-daemon", "avahi-browse", "avahi-publish", "dbus-daemon"],
    "Avahi finds our tracker, and our client what Avahi announces, on the machine of Avahi",
    async () => {
      await using network = await Network.start(14, { tracker: "10.77.0.1/24", desktop: "10.77.0.2/24" });
      await network.start("tracker", ANNOUNCED, ...announcing("--json"));
      const avahi = [
        "--mount",
        "--propagation",
        "unchanged",
        "--pid",
        "--fork",
        "--kill-child",
        "sh",
        join("tests", "stories", "avahi.sh"),
      ];
      // Resolved: interface, family, name, type, domain, host, address, port and text.
      const ours = /=;eth0;IPv4;.*;_idp2pi\._udp;local;idp2pi-\w+\.local;10\.77\.0\.1;13377;.*"txtvers=1"/;
      const theirs = /=;eth0;IPv4;Sala\\0323\\\.14;/;
      const both = new RegExp(`(?=[^]*${ours.source})(?=[^]*${theirs.source})`);
      await network.start("desktop", both, "unshare", ...avahi);
      const { code, said } = await client(network, "desktop", "list", "auto");
      strictEqual(code, 2);
      match(`${said.message}`, /Sala 3\.14 \(10\.77\.0\.2:5000\)/);
      match(`${said.message}`, /\(10\.77\.0\.1:13377\)/);
    },
  ),
);
