/** What a source may do at trackers that share a registry: as much as at one, however many there are. */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { formatAddress } from "../../../lib/protocol/address.ts";
import type { DialResult } from "../../../lib/tracker/dials.ts";
import type { Effects, Transport } from "../../../lib/tracker/effects.ts";
import { isSurplus } from "../../../lib/tracker/places.ts";
import type { PeerRecord } from "../../../lib/tracker/registry/records.ts";
import type { Registry } from "../../../lib/tracker/registry/registry.ts";
import { Replica } from "../../../lib/tracker/shared/replica.ts";
import { SharedLimits } from "../../../lib/tracker/shared/shared_limits.ts";
import { TokenBucket } from "../../../lib/tracker/token_bucket.ts";
import { Tracker } from "../../../lib/tracker/tracker.ts";
import { limit } from "../../../lib/tracker/tracker_limits.ts";
import type { TrackerRules } from "../../../lib/tracker/tracker_rules.ts";
import { bytes, CAT } from "../../protocol/arbitraries.ts";
import { EngineModel } from "./engine_model.ts";

const PUB = "203.0.113.7";
const LEASE = 180_000;
const PASSWORD = "ERR IP_REGISTERED_WITH_DIFFERENT_PASSWORD";
const GUESSES = limit("wrong passwords a minute, public source");
const DIALS = limit("dial-backs a minute, public source");
const PLACES = limit("registrations, public source");

interface Node {
  readonly name: string;
  /** How far its clock is ahead of the engine's. */
  readonly ahead: number;
  readonly registry: Replica;
  readonly limits: SharedLimits;
  readonly tracker: Tracker;
}

/** Trackers with one engine, through which they hear from each other only when the test says so. */
class Fleet {
  readonly engine = new EngineModel();
  readonly nodes: readonly Node[];
  /** Whom they dialled. */
  readonly dialled: string[] = [];
  result: DialResult = "refused";
  now = 0;

  constructor(count: number, rules: TrackerRules = {}) {
    this.nodes = Array.from({ length: count }, (_, i) => {
      const [name, ahead, limits] = [`t${i}`, i * 7_000_000, new SharedLimits()];
      const registry = new Replica(name);
      registry.copy.setClock(-ahead);
      return { name, ahead, registry, limits, tracker: new Tracker({ ...rules, registry, limits, leaseMs: LEASE }) };
    });
  }

  say(which: number, request: string, host = PUB, transport: Transport = "udp"): string | null {
    const { tracker, ahead } = this.nodes[which];
    return this.#apply(tracker.handle(bytes(request), { host, port: 40_000 }, this.now + ahead, transport), which);
  }

  due(): void {
    for (const [i, { tracker, ahead }] of this.nodes.entries()) this.#apply(tracker.due(this.now + ahead), i);
  }

  #apply({ replies: [reply], dials }: Effects, which: number): string | null {
    const { tracker, ahead } = this.nodes[which];
    for (const dial of dials) {
      this.dialled.push(formatAddress(dial.address));
      tracker.dialled(dial, this.result, this.now + ahead);
    }
    return reply ? new TextDecoder().decode(reply.bytes) : null;
  }

  /** All hear from each other. */
  deliver(): void {
    for (const { name, registry: { copy } } of this.nodes) {
      this.engine.make(name, [...copy.own.take(10_000), ...copy.own.takeRenewals()], this.now * 1_000);
    }
    for (const { registry: { copy } } of this.nodes) copy.receive(this.engine.stream);
    for (const from of this.nodes) {
      const taken = from.limits.take();
      for (const to of this.nodes) {
        if (to !== from) taken.forEach(([host, it]) => to.limits.onTaken!(host, it, this.now + to.ahead));
      }
    }
  }
}

const request = fc.record({
  at: fc.nat({ max: 2 }),
  kind: fc.constantFrom("REG", "UPD", "END"),
  password: fc.constantFrom("a", "a", "b"),
  port: fc.integer({ min: 5_000, max: 5_040 }),
  host: fc.constantFrom("2001:db8::1", "2001:db8::2"),
  again: fc.integer({ min: 1, max: 40 }),
  wait: fc.integer({ min: 50, max: 1_000 }),
  result: fc.constantFrom<DialResult>("accepted", "refused", "silent"),
});

Deno.test("trackers that have heard from each other decide and dial as one", () => {
  fc.assert(
    fc.property(fc.array(request, { minLength: 1, maxLength: 20 }), (requests) => {
      const [three, one] = [new Fleet(3), new Fleet(1)];
      for (const { at, kind, password, port, host, again, wait, result } of requests) {
        for (let i = 0; i < again; i++) {
          const text = `${kind} ${password} ${kind === "REG" ? 5_000 + (port + i) % 41 : port} ${CAT},cat.png`;
          const answers = [three, one].map((fleet) => {
            [fleet.now, fleet.result] = [fleet.now + wait, result];
            const answer = fleet.say(
              (at + i) % fleet.nodes.length,
              kind === "END" ? `END ${password} ${port}` : text,
              host,
            );
            fleet.deliver();
            return answer;
          });
          strictEqual(answers[0], answers[1], text);
        }
      }
      deepStrictEqual(three.dialled, one.dialled);
    }),
    { numRuns: 30 },
  );
});

Deno.test("whatever trackers hear late, a source has the tries of one bucket, and one burst more for each tracker", () => {
  const [rate, size] = [1, 60];
  const step = fc.record({
    at: fc.nat({ max: 4 }),
    tries: fc.nat({ max: 30 }),
    wait: fc.nat({ max: 5_000 }),
    hears: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 5 }), fc.array(step, { maxLength: 200, size: "max" }), (count, steps) => {
      const buckets = Array.from({ length: count }, () => new TokenBucket(rate, size, 0));
      const owed = buckets.map(() => buckets.map(() => 0));
      let [now, taken] = [0, 0];
      for (const { at, tries, wait, hears } of steps) {
        now += wait;
        const it = at % count;
        for (let i = 0; i < tries; i++) {
          if (!buckets[it].take(1, now)) break;
          taken++;
          owed.forEach((row, to) => to !== it && row[it]++);
        }
        if (!hears) continue;
        owed[it].forEach((charge) => buckets[it].charge(charge, now));
        owed[it].fill(0);
        // A tracker sends what was taken within a second: never more than a burst.
        owed.forEach((row, to) => {
          buckets[to].charge(row[it], now);
          row[it] = 0;
        });
      }
      ok(taken <= count * (size + 1) + rate * now / 1_000, `${taken} in ${now} ms`);
    }),
  );
});

Deno.test("guesses at several trackers are limited as those at one, and the right password passes again later", () => {
  const fleet = new Fleet(4);
  fleet.say(0, `REG right 5000 ${CAT},cat.png`);
  fleet.deliver();
  for (let i = 0; i < GUESSES; i++) {
    strictEqual(fleet.say(i % 4, `END w${i} 5000`), PASSWORD);
    fleet.deliver();
  }
  for (let i = 0; i < 4; i++) strictEqual(fleet.say(i, "UPD right 5000 "), PASSWORD, `${i}`);
  fleet.now += 2_000;
  strictEqual(fleet.say(3, "UPD right 5000 "), "OK 0_REGISTERED_FILES");
});

Deno.test("guesses that crossed are owed: four trackers give four bursts once, then one rate", () => {
  const fleet = new Fleet(4);
  fleet.say(0, `REG right 5000 ${CAT},cat.png`);
  fleet.deliver();
  const isChecked = (i: number): boolean => fleet.say(i, "UPD right 5000 ") !== PASSWORD;
  for (let i = 0; i < 4 * GUESSES; i++) fleet.say(i % 4, `END w${i} 5000`);
  fleet.deliver();
  for (const wait of [1, 60_000, 119_000]) {
    fleet.now += wait;
    deepStrictEqual([0, 1, 2, 3].map(isChecked), [false, false, false, false], `${fleet.now}`);
  }
  fleet.now += 2_000;
  deepStrictEqual([0, 1, 2, 3].map(isChecked), [true, true, true, true]);
});

Deno.test("guesses where nobody is registered, and what the tracker's own machine does, are not passed on", () => {
  const fleet = new Fleet(2, { replacesLoopback: true, trust: "strict", own: [{ host: "10.0.0.9", prefix: 8 }] });
  fleet.say(0, "END w 5000");
  fleet.say(0, "REG right 5000 ", "127.0.0.1");
  fleet.say(0, "END w 5000", "127.0.0.1");
  deepStrictEqual(fleet.nodes[0].limits.take(), []);
});

Deno.test("what is said of a source is bounded: no entry takes more than a bucket, all together sixteen", () => {
  const fleet = new Fleet(1);
  const [{ limits }] = fleet.nodes;
  fleet.say(0, "REG right 5000 ");
  const isChecked = (): boolean => fleet.say(0, "UPD right 5000 ") !== PASSWORD;
  limits.onTaken!(PUB, { passwords: 999_999_999_999_999, dials: 0, bytes: 0 }, 0);
  strictEqual(isChecked(), false);
  fleet.now += 2_000;
  strictEqual(isChecked(), true);
  for (let i = 0; i < 1_000; i++) limits.onTaken!(PUB, { passwords: 1e9, dials: 1e9, bytes: 1e9 }, fleet.now);
  fleet.now += 15 * 60_000;
  strictEqual(isChecked(), false);
  fleet.now += 62_000;
  strictEqual(isChecked(), true);
});

Deno.test("some thousand sources are gathered, some hundred sent at once, and none that was forgotten", () => {
  const limits = new SharedLimits();
  for (let i = 0; i < 20_000; i++) limits.add(`h${i}`, "dials", 1);
  limits.add("h0", "passwords", 2);
  deepStrictEqual(limits.take()[0], ["h0", { passwords: 2, dials: 1, bytes: 0 }]);
  let sources = 500;
  for (let batch = limits.take(); batch.length > 0; batch = limits.take()) sources += batch.length;
  strictEqual(sources, 10_000);
  limits.add("h0", "dials", 1);
  limits.forget();
  deepStrictEqual(limits.take(), []);
});

Deno.test("a peer that one tracker reached is listed by all, and no other dials it", () => {
  const fleet = new Fleet(3);
  fleet.result = "accepted";
  fleet.say(0, `REG pw 5000 ${CAT},cat.png`);
  fleet.deliver();
  deepStrictEqual(fleet.dialled, [`${PUB}:5000`]);
  for (let i = 0; i < 3; i++) {
    strictEqual(fleet.say(i, "LST", "10.0.0.1"), `${CAT},cat.png,${PUB}:5000`);
    strictEqual(fleet.say(i, `UPD pw 5000 ${CAT},cat.png`), "OK 1_REGISTERED_FILES");
    strictEqual(fleet.say(i, `REG pw 5000 ${CAT},cat.png`), "OK 1_REGISTERED_IMAGES");
    fleet.deliver();
    // It has proven its address too: a list that is longer than three times the request.
    ok(fleet.say(i, "LST")!.startsWith(CAT));
  }
  deepStrictEqual(fleet.dialled, [`${PUB}:5000`]);
});

Deno.test("a peer that one tracker could not reach is listed by none", () => {
  const fleet = new Fleet(3);
  fleet.say(0, `REG pw 5000 ${CAT},cat.png`);
  fleet.deliver();
  for (let i = 0; i < 3; i++) strictEqual(fleet.say(i, "LST", "10.0.0.1"), "ERR NO_IMAGES_AVAILABLE");
});

Deno.test("forged registrations make many trackers dial a victim as often as one", () => {
  const dials = (trackers: number): number => {
    const fleet = new Fleet(trackers);
    for (let second = 0; second < 150; second++) {
      for (let i = 0; i < 10; i++) {
        fleet.now += 100;
        for (let t = 0; t < trackers; t++) fleet.say(t, `REG pw ${5_000 + (i + second) % PLACES} ${CAT},cat.png`);
      }
      fleet.deliver();
    }
    return fleet.dialled.length;
  };
  const [one, four] = [dials(1), dials(4)];
  ok(one >= 3 * DIALS, `${one}`);
  ok(four <= one + 4 * DIALS, `${four} of four, ${one} of one`);
});

Deno.test("forged requests for lists make many trackers send a victim as much as one", () => {
  const sent = (trackers: number): number => {
    const fleet = new Fleet(trackers);
    fleet.result = "accepted";
    const images = Array.from({ length: 1_000 }, (_, i) => `${`${i}`.padStart(32, "0")},${i}.png`).join(";");
    fleet.say(0, `REG pw 5000 ${images}`);
    fleet.deliver();
    let sent = 0;
    for (let second = 0; second < 100; second++) {
      fleet.now += 1_000;
      for (let i = 0; i < 20; i++) for (let t = 0; t < trackers; t++) sent += fleet.say(t, "LST")?.length ?? 0;
      fleet.deliver();
    }
    return sent;
  };
  const burst = 10 * limit("answer bytes a second, public source");
  const [one, four] = [sent(1), sent(4)];
  ok(one >= 9 * burst, `${one}`);
  ok(four <= one + 4 * burst, `${four} of four, ${one} of one`);
});

Deno.test("a source has the places of one tracker, wherever it registers", () => {
  const fleet = new Fleet(3);
  for (let i = 0; i < PLACES; i++) {
    strictEqual(fleet.say(i % 3, `REG pw ${5_000 + i} `), "OK 0_REGISTERED_IMAGES");
    fleet.deliver();
  }
  for (let i = 0; i < 3; i++) strictEqual(fleet.say(i, "REG pw 6000 "), "ERR TOO_MANY_REGISTRATIONS");
});

Deno.test("when trackers gave a source too many places at once, the youngest lose theirs", () => {
  const fleet = new Fleet(3);
  fleet.result = "accepted";
  for (let i = 0; i < PLACES; i++) {
    for (let t = 0; t < 3; t++) fleet.say(t, `REG pw ${5_000 + 100 * t + i} ${CAT},cat.png`);
    fleet.now += 3_000;
  }
  fleet.deliver();
  strictEqual(fleet.nodes[0].registry.peers, 3 * PLACES);
  const ports = (): number[] => [...fleet.nodes[1].registry.byExpiry()].map(({ address }) => address.port).sort();
  const oldest = [...fleet.nodes[1].registry.byExpiry()].toSorted((a, b) => a.sequence - b.sequence)
    .slice(0, PLACES).map(({ address }) => address.port).sort();
  for (const port of ports()) {
    const expected = oldest.includes(port) ? "OK 1_REGISTERED_FILES" : "ERR TOO_MANY_REGISTRATIONS";
    fleet.now += 100;
    strictEqual(fleet.say(2, `UPD pw ${port} ${CAT},cat.png`), expected, `${port}`);
  }
  for (let i = 0; i < 3; i++) {
    fleet.deliver();
    fleet.now += LEASE;
    fleet.due();
  }
  fleet.deliver();
  deepStrictEqual(ports(), oldest);
});

Deno.test("images that trackers took at once leave no place to the youngest registration", () => {
  const peer = (sequence: number, images: number): PeerRecord =>
    ({ address: { host: PUB, port: sequence }, sequence, images: Array(images) }) as unknown as PeerRecord;
  const table: [images: number[], surplus: boolean[]][] = [
    [[50_000, 50_000], [false, false]],
    [[50_000, 50_000, 100], [false, false, true]],
    [[50_000, 50_000, 99], [false, false, false]],
    [[50_000, 40_000, 20_000], [false, false, true]],
    [[20_000, 50_000, 40_000, 50], [false, false, true, false]],
  ];
  for (const [images, surplus] of table) {
    const peers = images.map((count, i) => peer(i, count)).toReversed();
    const registry = { ofHost: () => peers } as unknown as Registry;
    deepStrictEqual(peers.map((it) => isSurplus(registry, it, PLACES)).reverse(), surplus, `${images}`);
  }
});
