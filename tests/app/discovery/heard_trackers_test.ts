import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import type { DnsRecord } from "../../../lib/app/discovery/dns_message.ts";
import { HeardTrackers } from "../../../lib/app/discovery/heard_trackers.ts";
import { SERVICE, serviceRecords } from "../../../lib/app/discovery/service.ts";
import { threadTime } from "../../support.ts";
import { classroom, query, response } from "./support.ts";

/** The records of a tracker on the n-th address of the classroom. */
function tracker(n: number, name = `sala ${n}`): DnsRecord[] {
  return serviceRecords({ name, host: `idp2pi-${n}.local`, port: 13_377, version: "0.1.0" }, classroom(n));
}

const HERE = [classroom(100)];
const NEIGHBOUR = "10.77.0.9";
const at = (n: number) => [{ host: `10.77.0.${n}`, port: 13_377 }, { host: `fd77::${n}`, port: 13_377 }];
const names = (heard: HeardTrackers, now: number): string[] => heard.trackers(HERE, now).map(({ name }) => name);

Deno.test("a tracker has the addresses that it announces, the nearest first", () => {
  const heard = new HeardTrackers("eth0");
  strictEqual(heard.add(response(...tracker(2), ...tracker(1)), NEIGHBOUR, 0), true);
  deepStrictEqual(
    heard.trackers(HERE, 0),
    [1, 2].map((n) => ({
      name: `sala ${n}`,
      host: `idp2pi-${n}.local`,
      addresses: at(n),
      version: "0.1.0",
      registry: "",
      otherNames: [],
      networks: ["eth0"],
    })),
  );
  const far = { type: "A", name: "idp2pi-1.local", ttl: 120, flush: false, host: "10.1.2.3" } as const;
  heard.add(response(far), NEIGHBOUR, 0);
  deepStrictEqual(heard.trackers(HERE, 0)[0].addresses, [...at(1), { host: "10.1.2.3", port: 13_377 }]);
});

Deno.test("records that come one by one are asked for, and put together", () => {
  const heard = new HeardTrackers("eth0");
  const [pointer, service, text, ...addresses] = tracker(1);
  const asked = (): string => heard.questions(0).map(({ name, type }) => `${name} ${type}`).join(", ");
  strictEqual(asked(), `${SERVICE} PTR`);
  heard.add(response(pointer), NEIGHBOUR, 0);
  strictEqual(asked(), `${SERVICE} PTR, sala 1.${SERVICE} SRV`);
  heard.add(response(service, text), NEIGHBOUR, 0);
  strictEqual(asked(), `${SERVICE} PTR, idp2pi-1.local A, idp2pi-1.local AAAA`);
  deepStrictEqual(names(heard, 0), []);
  heard.add(response(addresses[0]), NEIGHBOUR, 0);
  deepStrictEqual([asked(), names(heard, 0)], [`${SERVICE} PTR`, ["sala 1"]]);
});

Deno.test("a tracker is known until its records expire, it leaves, or others replace them", () => {
  const heard = new HeardTrackers("eth0");
  heard.add(response(...tracker(1), ...tracker(2)), NEIGHBOUR, 0);
  deepStrictEqual(names(heard, 119_999), ["sala 1", "sala 2"]);
  deepStrictEqual(names(heard, 120_000), [], "where it is, it says for two minutes");
  heard.add(response(...tracker(1), ...tracker(2)), NEIGHBOUR, 130_000);
  heard.add(response(...tracker(1).map((it) => ({ ...it, ttl: 0 }))), NEIGHBOUR, 140_000);
  deepStrictEqual(names(heard, 140_999), ["sala 1", "sala 2"], "a goodbye counts a second later,");
  deepStrictEqual(names(heard, 141_000), ["sala 2"]);
  heard.add(response(...tracker(3).map((it) => ({ ...it, ttl: 0 }))), NEIGHBOUR, 141_000);
  deepStrictEqual(names(heard, 141_000), ["sala 2"], "and of who is not known it says nothing");
  const moved = serviceRecords({ name: "sala 2", host: "idp2pi-2.local", port: 5_000, version: "0.2.0" }, classroom(9));
  heard.add(response(...moved), NEIGHBOUR, 150_000);
  deepStrictEqual(heard.trackers(HERE, 151_000).map(({ addresses, version }) => [version, ...addresses]), [
    ["0.2.0", { host: "10.77.0.9", port: 5_000 }, { host: "fd77::9", port: 5_000 }],
  ]);
});

Deno.test("one tracker under several names is one", () => {
  const heard = new HeardTrackers("eth0");
  heard.add(response(...tracker(1, "sala"), ...tracker(1, "sala (2)")), NEIGHBOUR, 0);
  deepStrictEqual(heard.trackers(HERE, 0).map(({ name, otherNames }) => [name, otherNames]), [["sala", ["sala (2)"]]]);
});

Deno.test("nothing is believed that leads out of the network, and nothing is taken that is no answer of a tracker", () => {
  const heard = new HeardTrackers("eth0");
  const [pointer, service] = tracker(1);
  for (const host of ["8.8.8.8", "127.0.0.1", "0.0.0.0", "224.0.0.251", "255.255.255.255"]) {
    heard.add(
      response(pointer, service, { type: "A", name: "idp2pi-1.local", ttl: 120, flush: false, host }),
      NEIGHBOUR,
      0,
    );
  }
  heard.add(response(pointer, { ...service, port: 0 } as DnsRecord, ...tracker(1).slice(3)), NEIGHBOUR, 0);
  heard.add(
    response({ ...pointer, target: SERVICE } as DnsRecord, { ...pointer, target: "evil.local" } as DnsRecord),
    NEIGHBOUR,
    0,
  );
  heard.add({ ...query(), records: tracker(2) }, NEIGHBOUR, 0);
  deepStrictEqual(names(heard, 1_500), [], "a port 0 replaced the other one");
  const printer = { type: "A", name: "printer.local", ttl: 120, flush: true, host: "10.77.0.50" } as const;
  strictEqual(heard.add(response(printer), NEIGHBOUR, 0), false);
});

Deno.test("a liar fills no memory, takes no time, and keeps no others out", () => {
  const heard = new HeardTrackers("eth0");
  const started = threadTime();
  for (let i = 0; i < 5_000; i++) {
    const message = response(...tracker(i % 250, `liar ${i}`));
    for (const from of [NEIGHBOUR, "fe80::9"]) heard.add(message, from, i); // Over IPv4 and IPv6.
  }
  ok(heard.trackers(HERE, 5_000).length <= 20);
  ok(heard.questions(5_000).length <= 5);
  heard.add(response(...tracker(251, "sala")), "10.77.0.251", 5_000);
  ok(names(heard, 5_000).includes("sala"));
  for (let i = 0; i < 5_000; i++) heard.add(response(...tracker(i % 250, `liar ${i}`)), `10.77.0.${i % 250}`, 6_000);
  ok(heard.trackers(HERE, 6_000).length <= 100);
  ok(threadTime() - started < 5_000);
  const forever = tracker(7, "for ever").map((it) => ({ ...it, ttl: 4_294_967_295 }));
  heard.add(response(...forever), NEIGHBOUR, 200_000);
  deepStrictEqual(names(heard, 200_000), ["for ever"], "what was false is forgotten");
  deepStrictEqual(names(heard, 320_000), [], "after two minutes, whatever it says");
});

Deno.test("any order of any messages gives trackers with addresses in private networks, and questions that can be asked", () => {
  const host = fc.constantFrom("10.77.0.1", "8.8.8.8", "127.0.0.1", "fd77::1", "x");
  const name = fc.constantFrom(SERVICE, `a.${SERVICE}`, `B.${SERVICE}`, "h.local", "i.local", "_http._tcp.local");
  const common = { name, ttl: fc.constantFrom(0, 1, 120, 4_294_967_295), flush: fc.boolean() };
  const record: fc.Arbitrary<DnsRecord> = fc.oneof(
    fc.record({ ...common, type: fc.constant("PTR" as const), target: name }),
    fc.record({ ...common, type: fc.constant("SRV" as const), target: name, port: fc.nat(65_535) }),
    fc.record({ ...common, type: fc.constant("TXT" as const), strings: fc.array(fc.string(), { maxLength: 3 }) }),
    fc.record({ ...common, type: fc.constantFrom("A" as const, "AAAA" as const), host }),
  );
  fc.assert(fc.property(fc.array(fc.tuple(fc.array(record), fc.nat(5_000))), (messages) => {
    const heard = new HeardTrackers("eth0");
    let now = 0;
    for (const [records, wait] of messages) heard.add(response(...records), NEIGHBOUR, now += wait);
    for (const { name, addresses } of heard.trackers(HERE, now)) {
      ok(name.length > 0 && addresses.length > 0);
      ok(addresses.every(({ host, port }) => ["10.77.0.1", "fd77::1"].includes(host) && port > 0));
    }
    strictEqual(heard.questions(now)[0].name, SERVICE);
    deepStrictEqual(heard.trackers(HERE, now + 4_294_967_295_000), []);
  }));
});
