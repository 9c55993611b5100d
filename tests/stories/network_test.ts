/**
 * Several hosts on a bad network and on a hostile one, in network namespaces that the test makes. Needs root and
 * /dev/net/tun; CI has both.
 */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { needing } from "../needs.ts";
import { programCommand } from "../support.ts";
import { Network } from "../support_network.ts";

const DENO = Deno.execPath();

Deno.test(
  needing(
    ["hosts"],
    "100 of 100 sessions succeed on a network that loses a fifth, delays, reorders and duplicates packets",
    async () => {
      // Per port, so that a way from one to the other has 100 ms, up to 40 more or less, 20 % loss and 5 % repeated.
      const bad = "50,20,0.106,0.05";
      await using network = await Network.start(7, { server: `10.77.0.1/24,${bad}`, client: `10.77.0.2/24,${bad}` });
      await network.start("server", /listens on UDP and TCP/, ...programCommand("server"), "--lang", "en");
      const flags = ["run", "--allow-net", "--allow-sys=networkInterfaces", "--allow-env"];
      const sessions = [...flags, join("tests", "stories", "sessions.ts"), "10.77.0.1", "13377", "100"];
      deepStrictEqual(JSON.parse(await network.run("client", DENO, ...sessions)), { well: 100, wrong: [] });
      deepStrictEqual(await listed(network), [], "no registration is left, so none was made twice");
    },
  ),
);

/** The addresses in the list, as the tracker's own host sees it. */
async function listed(network: Network): Promise<string[]> {
  const text = await network.run("server", "python3", "-c", ASK, "127.0.0.1", "LST");
  return text.startsWith("ERR") ? [] : text.trim().split(";").flatMap((entry) => entry.split(",").slice(2));
}

/** Sends a datagram until there is an answer, for two minutes at most: a busy tracker loses some. */
const SAY = `
import socket
def say(host, text):
    asker = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    asker.settimeout(3)
    for _ in range(40):
        asker.sendto(text.encode(), (host, 13377))
        try:
            return asker.recv(65535).decode()
        except TimeoutError:
            pass
    raise TimeoutError(text)
`;

/** Sends a request to port 13377 of a host and prints the answer. */
const ASK = `
${SAY}
import sys
print(say(sys.argv[1], sys.argv[2]))
`;

/** Sends what others say in their name: so many datagrams, from an address that the network knows elsewhere. */
const SPOOF = `
import socket, sys, time
forger = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
forger.bind((sys.argv[1], 40000))
sent = 0
for i in range(int(sys.argv[3])):
    text = sys.argv[2].replace("#", str(5000 + i % 50)).encode()
    forger.sendto(text, ("203.0.113.1", 13377))
    sent += len(text) + 42  # Ethernet, IP and UDP headers
    if i % 100 == 99:
        time.sleep(0.005)
print(sent)
`;

/** A baseline client: listens, registers, lists, prints the list; answers who dials meanwhile. */
const CLIENT = `
${SAY}
import threading
listener = socket.create_server(("0.0.0.0", 5000))
threading.Thread(target=lambda: [listener.accept()[0].close() for _ in range(9)], daemon=True).start()
print(say("203.0.113.1", "REG pw 5000 d41d8cd98f00b204e9800998ecf8427e,a.png"))
print(say("203.0.113.1", "LST"))
`;

const received = async (network: Network, host: string): Promise<number> =>
  Number(await network.run(host, "cat", "/sys/class/net/eth0/statistics/rx_bytes"));

Deno.test(
  needing(
    ["hosts", "sysctl"],
    "on a public network spoofed requests send little to a victim, and add nothing to the list",
    async () => {
      // Addresses of documentation (RFC 5737): nobody's, and public to the tracker.
      const [tracker, victim] = ["203.0.113.1", "203.0.113.7"];
      await using network = await Network.start(8, {
        server: `${tracker}/24`,
        victim: `${victim}/24`,
        forger: "203.0.113.66/24",
        client: "203.0.113.9/24",
      });
      await network.start("server", /listens on UDP and TCP/, ...programCommand("server"), "--lang", "en");
      const images = Array.from({ length: 200 }, (_, i) => `${i.toString(16).padStart(32, "0")},picture${i}.jpg`);
      await network.run("server", "python3", "-c", ASK, "127.0.0.1", `REG pw 4000 ${images.join(";")}`);

      // The forger has the victim's address too, but does not answer for it, so that replies go to the victim.
      await network.run("forger", "sysctl", "-qw", "net.ipv4.conf.all.arp_ignore=1");
      await network.run("forger", "ip", "addr", "add", `${victim}/32`, "dev", "lo");
      const before = await received(network, "victim");
      const sent = Number(await network.run("forger", "python3", "-c", SPOOF, victim, "LST", "10000"));
      const got = await received(network, "victim") - before;
      ok(got <= 3 * sent, `${got} bytes for ${sent} sent`);

      await network.run(
        "forger",
        "python3",
        "-c",
        SPOOF,
        victim,
        "REG pw # d41d8cd98f00b204e9800998ecf8427e,evil.png",
        "500",
      );
      const after = await received(network, "victim") - before - got;
      const [registered, list] = (await network.run("client", "python3", "-c", CLIENT)).trim().split("\n");
      strictEqual(registered, "OK 1_REGISTERED_IMAGES");
      const addresses = list.split(";").flatMap((entry) => entry.split(",").slice(2));
      strictEqual(
        addresses.filter((it) => it === `${tracker}:4000`).length,
        200,
        "what is beside the tracker, reachable",
      );
      strictEqual(
        addresses.filter((it) => it === "203.0.113.9:5000").length,
        1,
        "a baseline client is served",
      );
      strictEqual([...addresses, ...await listed(network)].some((it) => it.startsWith(victim)), false);
      ok(after < 500 * 3 * 100, `${after} bytes of dial-backs reached the victim`);
    },
  ),
);
