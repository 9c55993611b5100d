import { deepStrictEqual, strictEqual } from "node:assert/strict";
import {
  type InterfaceAddress,
  isShared,
  localNetworks,
  networksHeardIn,
  networksOf,
} from "../../../lib/app/discovery/networks.ts";
import { classroom, response } from "./support.ts";

/** Addresses as Deno gives them: `eth0 10.77.0.1/24`; a link-local one with the index of its interface. */
const interfaces = (...lines: string[]): InterfaceAddress[] =>
  lines.map((line) => {
    const [name, cidr] = line.split(" ");
    const address = cidr.split("/")[0];
    const family = address.includes(":") ? "IPv6" : "IPv4";
    const scopeid = address.startsWith("fe80:") ? Number(name.at(-1)) : family === "IPv6" ? 0 : null;
    return { name, cidr, address, family, scopeid };
  });

const LOOPBACK = ["lo 127.0.0.1/8", "lo ::1/128"];
const HOME = ["eth1 192.168.0.5/24", "eth1 fe80::5/64", "eth1 2001:db8::5/64"];

Deno.test("private networks are announced in, public ones and this machine itself are not", () => {
  const names = (...lines: string[]): string[] => localNetworks(interfaces(...lines)).map(({ name }) => name);
  deepStrictEqual(names(...LOOPBACK, ...HOME, "eth2 10.0.0.1/8", "eth3 172.16.0.1/12", "eth4 169.254.3.4/16"), [
    "eth1",
    "eth2",
    "eth3",
    "eth4",
  ]);
  deepStrictEqual(names("eth5 fd00::1/64", "eth5 fe80::1/64"), ["eth5"], "unique local addresses alone");
  const PUBLIC = [
    "eth1 203.0.113.5/24",
    "eth1 10.10.0.5/16",
    "eth2 8.8.8.8/24",
    "eth3 2606:4700::1/64",
    "eth4 100.64.0.1/10",
  ];
  deepStrictEqual(
    names(...LOOPBACK, ...PUBLIC),
    [],
    "an interface with a public IPv4 address has strangers as neighbours",
  );
  deepStrictEqual(names("eth1 fe80::1/64"), [], "nobody can use a link-local address of IPv6 without an interface");
});

Deno.test("a network has the addresses that others can use, and how its interface is chosen", () => {
  deepStrictEqual(localNetworks(interfaces(...HOME, "eth1 fd00::5/64")), [{
    name: "eth1",
    ipv4: "192.168.0.5",
    ipv6: 1,
    own: [{ host: "192.168.0.5", prefix: 24 }, { host: "fd00::5", prefix: 64 }],
  }]);
  deepStrictEqual(localNetworks(interfaces(...HOME), "192.168.0.5").length, 1);
  deepStrictEqual(localNetworks(interfaces(...HOME), "127.0.0.1"), [], "a tracker that listens elsewhere");
  const many = Array.from({ length: 20 }, (_, i) => `br${i} 172.${16 + i}.0.1/16`);
  strictEqual(localNetworks(interfaces(...many)).length, 8);
});

Deno.test("only addresses of private networks are believed", () => {
  const good = ["10.0.0.1", "192.168.255.1", "172.31.0.1", "169.254.1.1", "fd00::1"];
  const bad = ["8.8.8.8", "127.0.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255", "::1", "fe80::1", "2606:4700::1"];
  for (const host of good) strictEqual(isShared(host), true, host);
  for (const host of [...bad, "::ffff:10.0.0.1", "fd00::1%eth0", "", "x", "10.0.0.1\n"]) {
    strictEqual(isShared(host), false, host);
  }
});

Deno.test("a datagram comes from the networks of its source, and from nowhere else", () => {
  const networks = [classroom(1, "eth0"), {
    ...classroom(1, "eth1"),
    ipv6: null,
    own: [{ host: "10.78.0.1", prefix: 24 }],
  }];
  const from = (source: string): string[] => networksOf(source, networks).map(({ name }) => name);
  deepStrictEqual(from("10.77.0.9"), ["eth0"]);
  deepStrictEqual(from("10.78.0.9"), ["eth1"]);
  deepStrictEqual(from("::ffff:10.78.0.9"), ["eth1"]);
  deepStrictEqual(from("fd77::9"), ["eth0"]);
  deepStrictEqual(from("fe80::9%2"), ["eth0"], "with IPv6: its interface is not known");
  for (const source of ["10.79.0.1", "8.8.8.8", "2606:4700::1", "127.0.0.1", "?"]) deepStrictEqual(from(source), []);
});

Deno.test("a message of a link-local source was heard in the networks of the addresses that it has", () => {
  const own = [{ host: "10.78.0.1", prefix: 24 }];
  const networks = [classroom(1, "eth0"), { ...classroom(1, "eth1"), own }];
  const heard = (source: string, ...hosts: string[]): string[] => {
    const records = hosts.map((host) =>
      ({ type: host.includes(":") ? "AAAA" : "A", name: "x.local", ttl: 1, flush: true, host }) as const
    );
    return networksHeardIn(response(...records), source, networks).map(({ name }) => name);
  };
  deepStrictEqual(heard("fe80::9", "10.77.0.9"), ["eth0"]);
  deepStrictEqual(heard("fe80::9", "fd77::9"), ["eth0"]);
  deepStrictEqual(heard("fe80::9", "10.78.0.9"), ["eth1"]);
  deepStrictEqual(heard("10.77.0.9", "10.78.0.9"), ["eth0"], "where it came from counts more");
  for (const hosts of [[], ["10.79.0.1"], ["8.8.8.8", "x"]]) {
    deepStrictEqual(heard("fe80::9", ...hosts), ["eth0", "eth1"]);
  }
});
