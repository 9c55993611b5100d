import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { Announcer, MDNS_PORT, type Outgoing } from "../../../lib/app/discovery/announcer.ts";
import { decodeMessage, type DnsMessage, encodeMessage } from "../../../lib/app/discovery/dns_message.ts";
import { SERVICE, serviceName, serviceRecords } from "../../../lib/app/discovery/service.ts";
import { classroom, query, response } from "./support.ts";

const HALF = (): number => 0.5;

function announcer(name = "sala", host = "idp2pi-1.local", random: () => number = HALF): Announcer {
  return new Announcer({ name, host, port: 13_377, version: "0.1.0" }, random);
}

/** An announcer whose name is free, at this time. */
function announced(until = 10_000): Announcer {
  const one = announcer();
  one.setNetworks([classroom(1)], 0);
  for (let now = 0; now <= until; now += 25) one.due(now);
  return one;
}

/** What is sent from `from` to `until`, each with its time. */
function sentBy(one: Announcer, from: number, until: number): { now: number; sent: Outgoing[] }[] {
  const steps = [];
  for (let now = from; now <= until; now += 5) {
    const sent = one.due(now);
    if (sent.length > 0) steps.push({ now, sent });
  }
  return steps;
}

const ASK = query({ name: SERVICE, type: "PTR" });
const NEIGHBOUR = { host: "10.77.0.9", port: MDNS_PORT };

Deno.test("a tracker probes three times, announces itself twice, and is silent then", () => {
  const one = announcer();
  one.setNetworks([classroom(1), classroom(2, "eth1")], 0);
  const steps = sentBy(one, 0, 60_000);
  const kinds = steps.map(({ now, sent }) => [now, sent[0].message.isResponse ? "announce" : "probe", sent.length]);
  const [probes, announcements] = [[125, 375, 625], [875, 1_875]];
  deepStrictEqual(kinds, [
    ...probes.map((at) => [at, "probe", 2]),
    ...announcements.map((at) => [at, "announce", 2]),
  ]);
  const { questions, proposed } = steps[0].sent[0].message;
  deepStrictEqual(questions.map(({ name, type }) => `${name} ${type}`), [`sala.${SERVICE} ANY`, "idp2pi-1.local ANY"]);
  deepStrictEqual(proposed.map(({ type }) => type), ["SRV", "TXT", "A", "AAAA"]);
  deepStrictEqual(
    steps[3].sent[1].message.records,
    serviceRecords(
      { name: "sala", host: "idp2pi-1.local", port: 13_377, version: "0.1.0" },
      classroom(2, "eth1"),
    ),
    "each network gets the addresses in it",
  );
  strictEqual(one.nextDue, Infinity);
});

Deno.test("a question for all is answered once a second at most, however often it is asked", () => {
  const one = announced();
  for (let i = 0; i < 1_000; i++) {
    deepStrictEqual(one.handle(ASK, { ...NEIGHBOUR, host: `10.77.0.${i % 250}` }, 10_000), []);
  }
  deepStrictEqual(sentBy(one, 10_000, 12_000).map(({ now, sent }) => [now, sent.length]), [[10_070, 1]]);
  for (let now = 12_000; now < 22_000; now += 10) one.handle(ASK, NEIGHBOUR, now) && one.due(now);
  strictEqual(sentBy(one, 22_000, 40_000).length, 1);
});

Deno.test("questions: which are answered, and how", () => {
  const instance = `SALA.${SERVICE.toUpperCase()}`;
  const known = (ttl: number): DnsMessage => ({
    ...ASK,
    records: [{ type: "PTR", name: SERVICE, ttl, flush: false, target: `sala.${SERVICE}` }],
  });
  const cases: [string, DnsMessage, string | null][] = [
    ["all trackers", ASK, "PTR SRV TXT A AAAA"],
    ["a tracker, in other letters", query({ name: instance, type: "SRV" }), "PTR SRV TXT A AAAA"],
    ["its addresses", query({ name: "idp2pi-1.local", type: "A" }), "PTR SRV TXT A AAAA"],
    ["all kinds of services", query({ name: "_services._dns-sd._udp.local", type: "PTR" }), "PTR PTR SRV TXT A AAAA"],
    ["who knows us", known(4_500), null],
    ["who knew us long ago", known(2_000), "PTR SRV TXT A AAAA"],
    ["a record that we lack", query({ name: SERVICE, type: "TXT" }), null],
    ["another service", query({ name: "_http._tcp.local", type: "PTR" }), null],
    ["another tracker", query({ name: `x.${SERVICE}`, type: "SRV" }), null],
    ["nothing", query(), null],
  ];
  for (const [what, message, answer] of cases) {
    const one = announced();
    one.handle(message, NEIGHBOUR, 10_000);
    const records = sentBy(one, 10_000, 11_000)[0]?.sent[0].message.records.map(({ type }) => type).join(" ") ?? null;
    strictEqual(records, answer, what);
  }
});

Deno.test("who knows only unicast DNS gets an answer of its own, fifty a second at most", () => {
  const one = announced();
  const from = { host: "10.77.0.9", port: 40_000 };
  const [{ to, message }, ...others] = one.handle({ ...ASK, id: 77 }, from, 10_000);
  deepStrictEqual([to, message.id, message.questions, others.length], [from, 77, ASK.questions, 0]);
  ok(message.records.every(({ ttl, flush }) => ttl === 10 && !flush));
  let sent = 1;
  for (let i = 0; i < 10_000; i++) {
    sent += one.handle(ASK, { host: `10.77.0.${i % 250}`, port: 20_000 + i }, 10_500).length;
  }
  strictEqual(sent, 50);
  strictEqual(one.handle(ASK, from, 11_000).length, 1);
  deepStrictEqual(sentBy(one, 11_000, 13_000), [], "nothing to all");
});

Deno.test("nothing that comes from elsewhere is answered or believed", () => {
  const one = announced();
  for (const host of ["8.8.8.8", "10.78.0.9", "127.0.0.1", "2606:4700::1"]) {
    deepStrictEqual(one.handle(ASK, { host, port: 40_000 }, 10_000), [], host);
    one.handle(ASK, { host, port: MDNS_PORT }, 10_000);
    one.handle(response(TAKEN), { host, port: MDNS_PORT }, 10_000);
  }
  one.handle(response(TAKEN), { host: "10.77.0.9", port: 40_000 }, 10_000);
  deepStrictEqual([one.nextDue, one.name], [Infinity, "sala"], "nor from another port");
});

const TAKEN = { type: "SRV", name: `sala.${SERVICE}`, ttl: 120, flush: true, target: "other.local", port: 9 } as const;

Deno.test("a name that another tracker has is left to it", () => {
  const one = announcer();
  one.setNetworks([classroom(1)], 0);
  one.due(125);
  one.handle(response(TAKEN), NEIGHBOUR, 130);
  strictEqual(one.name, null);
  sentBy(one, 130, 5_000);
  strictEqual(one.name, "sala (2)");
  one.handle(response({ ...TAKEN, name: `sala (2).${SERVICE}` }), NEIGHBOUR, 5_000);
  strictEqual(one.name, null, "found later, it is probed again,");
  sentBy(one, 5_000, 9_000);
  strictEqual(one.name, "sala (2)", "and kept if nobody answers");
});

Deno.test("who takes every name costs a probe in five seconds, not more", () => {
  const one = announcer();
  one.setNetworks([classroom(1)], 0);
  let sent = 0;
  for (let now = 0; now < 600_000; now += 25) {
    for (const { message } of one.due(now)) {
      sent++;
      one.handle(response({ ...TAKEN, name: message.questions[0]?.name ?? TAKEN.name }), NEIGHBOUR, now);
    }
  }
  ok(sent < 160, `${sent}`);
});

Deno.test("a tracker that ends says goodbye once, and not for a name that it never had", () => {
  const one = announced();
  const [{ message }, ...others] = one.goodbye();
  deepStrictEqual([others.length, message.records.length, message.records.every(({ ttl }) => ttl === 0)], [0, 5, true]);
  deepStrictEqual(one.goodbye(), []);
  one.handle(ASK, NEIGHBOUR, 20_000);
  strictEqual(one.nextDue, Infinity);
  const early = announcer();
  early.setNetworks([classroom(1)], 0);
  early.due(125);
  deepStrictEqual(early.goodbye(), []);
});

Deno.test("other addresses or another registry are probed and announced anew, the same ones are not", () => {
  const one = announced();
  one.setNetworks([classroom(1)], 10_000);
  strictEqual(one.nextDue, Infinity);
  one.setNetworks([classroom(7)], 10_000);
  const last = sentBy(one, 10_000, 20_000).at(-1)!.sent[0].message.records;
  deepStrictEqual(last.flatMap((it) => "host" in it ? [it.host] : []), ["10.77.0.7", "fd77::7"]);
  const registryFrom = (now: number, registry?: string): string[] => {
    one.setNetworks([classroom(7)], now, registry);
    const records = sentBy(one, now, now + 5_000).at(-1)?.sent[0].message.records ?? [];
    return records.flatMap((it) => it.type === "TXT" ? it.strings.slice(2) : []);
  };
  deepStrictEqual(registryFrom(12_000, "5e0a"), ["registry=5e0a"]);
  deepStrictEqual(registryFrom(14_000, "5e0a"), [], "nothing is sent");
  deepStrictEqual(registryFrom(16_000, "77b1"), ["registry=77b1"], "the engine was emptied");
  one.setNetworks([], 20_000);
  deepStrictEqual([one.nextDue, one.name], [Infinity, null], "no network");
});

Deno.test("any number of trackers of one name, started at any time on one link, have different names soon", () => {
  const seed = fc.integer({ min: 1, max: 1e9 });
  fc.assert(
    fc.property(fc.array(fc.nat(3_000), { minLength: 2, maxLength: 6 }), seed, (starts, seed) => {
      const random = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
      const all = starts.map((_, i) => announcer("sala", `idp2pi-${i}.local`, random));
      const sent = new Map<number, number>();
      for (let now = 0; now < 60_000; now += 20) {
        starts.forEach((start, i) => start <= now && all[i].setNetworks([classroom(i + 1)], now));
        all.forEach((one, i) => one.due(now).forEach(({ message }) => deliver(message, i, now)));
      }
      deepStrictEqual(new Set(all.map(({ name }) => name)).size, all.length);
      ok(all.every(({ name, nextDue }) => name !== null && nextDue === Infinity), "and nobody speaks any more");
      ok([...sent.values()].every((count) => count < 200), [...sent.values()].join());

      /** To all, the sender too, as the loopback of multicast has it. */
      function deliver(message: DnsMessage, from: number, now: number): void {
        sent.set(from, (sent.get(from) ?? 0) + 1);
        const heard = decodeMessage(encodeMessage(message))!;
        all.forEach((one) => one.handle(heard, { host: `10.77.0.${from + 1}`, port: MDNS_PORT }, now));
      }
    }),
    { numRuns: 15 },
  );
});

Deno.test("any name of a machine is a label that DNS can carry", () => {
  const cases = [["PC-3", 1, "PC-3"], ["", 1, "idp2pi"], ["a.b", 2, "a b (2)"], ["\x1b[31m", 1, "[31m"], [
    "é".repeat(40),
    1,
    "é".repeat(31),
  ]];
  for (const [name, choice, label] of cases) strictEqual(serviceName(name as string, choice as number), label);
  fc.assert(fc.property(fc.string({ unit: "binary" }), fc.nat(1e6), (name, choice) => {
    const label = serviceName(name, choice + 1);
    ok(label.length > 0 && new TextEncoder().encode(label).length <= 63 && !label.includes("."), label);
    const record = { type: "PTR", name: SERVICE, ttl: 1, flush: false, target: `${label}.${SERVICE}` } as const;
    deepStrictEqual(decodeMessage(encodeMessage(response(record)))?.records, [record]);
  }));
});
