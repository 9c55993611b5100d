import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { findTrackers, type LookUp, MAX_TRACKERS } from "../../lib/announce/find_trackers.ts";
import { parsePlaces } from "../../lib/announce/tracker_place.ts";
import { Fault, isFault } from "../../lib/fault/fault.ts";
import { formatAddress } from "../../lib/protocol/address.ts";
import { lookUpServices, type Service } from "../../lib/net/services.ts";
import { FakeNameServer } from "../fake/name_server.ts";

const HOSTS: Record<string, string[]> = {
  "two.example": ["192.0.2.1", "192.0.2.2", "2001:db8::1"],
  "one.example": ["192.0.2.9"],
  "club.example": ["192.0.2.3"],
  localhost: ["127.0.0.1", "::1"],
  tracker: ["192.0.2.4"],
};

const SERVICES: Record<string, Service[]> = {
  "_idp2pi._udp.club.example": [
    { priority: 20, weight: 0, port: 14_000, target: "one.example." },
    { priority: 10, weight: 0, port: 15_000, target: "two.example" },
    { priority: 5, weight: 0, port: 16_000, target: "gone.example" },
  ],
  "_idp2pi._udp.gone.example": [{ priority: 0, weight: 0, port: 1, target: "gone.example" }],
};

const lookUp = (asked: string[] = []): LookUp => ({
  addresses: (host) => {
    const found = /^[\d.]+$|:/.test(host) ? [host] : HOSTS[host.replace(/\.$/, "")];
    return found ? Promise.resolve(found) : Promise.reject(new Fault("host-unknown", { host }));
  },
  services: (name) => {
    asked.push(name);
    return Promise.resolve(SERVICES[name] ?? []);
  },
});

const find = async (text: string): Promise<string[]> =>
  (await findTrackers(parsePlaces(text), lookUp())).map(formatAddress);

const CASES: [string, string[]][] = [
  ["192.0.2.1", ["192.0.2.1:13377"]],
  ["two.example:5000", ["192.0.2.1:5000", "192.0.2.2:5000", "[2001:db8::1]:5000"]],
  ["club.example:13377", ["192.0.2.3:13377"]],
  ["club.example", ["192.0.2.1:15000", "192.0.2.2:15000", "[2001:db8::1]:15000", "192.0.2.9:14000"]],
  ["one.example,192.0.2.1,one.example", ["192.0.2.9:13377", "192.0.2.1:13377"]],
  ["unknown.example,one.example", ["192.0.2.9:13377"]],
  ["localhost", ["127.0.0.1:13377"]],
  ["tracker", ["192.0.2.4:13377"]],
];

for (const [text, addresses] of CASES) {
  Deno.test(`the trackers of “${text}” are found`, async () => deepStrictEqual(await find(text), addresses));
}

Deno.test("a name that is not resolved delays no other tracker", async () => {
  const slow: LookUp = {
    ...lookUp(),
    addresses: (host) => host === "slow" ? new Promise(() => {}) : lookUp().addresses(host),
  };
  const found = await findTrackers(parsePlaces("slow,192.0.2.1,tracker"), slow);
  deepStrictEqual(found.map(formatAddress), ["192.0.2.1:13377", "192.0.2.4:13377"]);
});

Deno.test("names that cannot be resolved are an error where there is no other", async () => {
  for (const text of ["unknown.example", "unknown,unknown.example", "gone.example"]) {
    await rejects(find(text), (error) => isFault(error, "host-unknown"), text);
  }
});

Deno.test("only names of the DNS are asked for records, and only without a port", async () => {
  const asked: string[] = [];
  await findTrackers(
    parsePlaces("192.0.2.1,two.example:1,tracker,localhost,one.example,club.example"),
    lookUp(asked),
  );
  deepStrictEqual(asked, ["_idp2pi._udp.one.example", "_idp2pi._udp.club.example"]);
});

Deno.test("a name has no more trackers than a person can wait for", async () => {
  const many = Array.from({ length: 200 }, (_, i) => `192.0.2.${i}`).join(",");
  strictEqual((await find(many)).length, MAX_TRACKERS);
});

Deno.test("records of a name server lead to trackers", async () => {
  await using server = new FakeNameServer({
    "_idp2pi._udp.club.example": [{ priority: 1, weight: 0, port: 5_000, target: "127.0.0.1." }],
  });
  const services = (name: string, signal: AbortSignal) => lookUpServices(name, signal, server.address);
  const found = await findTrackers(parsePlaces("club.example"), {
    addresses: (host) => Promise.resolve([host.replace(/\.$/, "")]),
    services,
  });
  deepStrictEqual(found, [{ host: "127.0.0.1", port: 5_000 }]);
});
