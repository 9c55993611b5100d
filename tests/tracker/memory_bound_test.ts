/** What happens when registrations take all memory that they may, at one tracker, and where trackers share them. */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { lookedAfterBy } from "../../lib/tracker/rendezvous.ts";
import { Replica } from "../../lib/tracker/shared/replica.ts";
import { Tracker } from "../../lib/tracker/tracker.ts";
import { bytes } from "../protocol/arbitraries.ts";
import { EngineModel } from "./shared/engine_model.ts";

const HOST = "10.0.0.1";
const FULL = "ERR TRACKER_FULL";

/** Images with these numbers, under names of 30 letters. */
const images = (from: number, count: number, name = "a"): string =>
  Array.from({ length: count }, (_, i) => `${`${from + i}`.padStart(32, "0")},${name.repeat(30)}`).join(";");

const ask = (tracker: Tracker, request: string, now: number, host = HOST): string =>
  new TextDecoder().decode(tracker.handle(bytes(request), { host, port: 1 }, now).replies[0]?.bytes);

/** One registration as it is listed, with the end of its lease. */
const look = ({ registry }: Tracker, port: number, host = HOST): unknown => {
  const peer = registry.at({ host, port });
  return peer && [peer.password, peer.images.map((it) => [it.md5, it.nameFrom(peer)]), peer.verified, peer.expiresAt];
};

Deno.test("who finds no room keeps the registration that it has, and a renewal needs none", () => {
  const tracker = new Tracker({ memory: 50_000 });
  let [peers, now] = [0, 0];
  // Each renews once, which shows that it is alive: nobody may be removed.
  const join = (port: number): string => {
    const answer = ask(tracker, `REG p${port} ${port} ${images(port, 1)}`, now);
    ask(tracker, `UPD p${port} ${port} ${images(port, 1)}`, now += 40_000);
    return answer;
  };
  while (join(5_000 + peers) !== FULL) peers++;
  ok(peers > 20 && peers < 60, `${peers}`);
  strictEqual(tracker.registry.peers, peers);
  const before = look(tracker, 5_000);
  const more = images(5_000, 100);
  for (
    const request of [
      `UPD p5000 5000 ${more}`,
      `UPD p5000 9000 ${more}`,
      `REG p5000 5000 ${more}`,
      `REG b 5000 ${more}`,
      `UPD p5000 5000 ${images(5_000, 1, "é".repeat(3))};${more}`,
    ]
  ) {
    strictEqual(ask(tracker, request, now), FULL, request.slice(0, 9));
    deepStrictEqual(look(tracker, 5_000), before, request.slice(0, 9));
  }
  strictEqual(ask(tracker, `UPD p5000 5000 ${images(5_000, 1)}`, now), "OK 1_REGISTERED_FILES");
  strictEqual(ask(tracker, `REG p5001 5001 ${images(5_001, 1)}`, now), "OK 1_REGISTERED_IMAGES");
  strictEqual(ask(tracker, "END p5002 5002", now), "OK CLIENT_FINISHED");
  strictEqual(join(8_000), "OK 1_REGISTERED_IMAGES");
});

/** Trackers with one registry, each with so much memory. */
class Shared {
  readonly engine = new EngineModel();
  readonly trackers: Tracker[];
  readonly #names: string[];
  now = 0;
  /** What the tracker that was asked last took then. */
  taken = 0;

  constructor(...memory: number[]) {
    this.#names = memory.map((_, i) => `t${i}`);
    this.trackers = memory.map((bytes, i) => {
      const registry = new Replica(this.#names[i]);
      registry.assigned = (address) => lookedAfterBy(this.#names, address) === this.#names[i];
      return new Tracker({ registry, memory: bytes, run: "run" });
    });
  }

  at(which: number): Replica {
    return this.trackers[which].registry as Replica;
  }

  /** Asks one tracker, and passes on what changed. */
  ask(which: number, request: string, host = HOST): string {
    const answer = ask(this.trackers[which], request, this.now, host);
    this.taken = this.at(which).bytes;
    this.trackers.forEach((_, i) => {
      const { own } = this.at(i).copy;
      this.engine.make(this.#names[i], [...own.take(1_000), ...own.takeRenewals()], 1_000 * this.now);
    });
    this.trackers.forEach((_, i) => this.at(i).copy.receive(this.engine.stream));
    return answer;
  }
}

Deno.test("a tracker with less memory than the others refuses new registrations, and removes none of theirs", () => {
  const shared = new Shared(1_000_000, 20_000);
  for (let i = 0; i < 100; i++) shared.ask(0, `REG a ${5_000 + i} ${images(i, 1)}`);
  strictEqual(shared.engine.peers.size, 100, "nobody is verified");
  strictEqual(shared.at(1).bytes, shared.at(0).bytes, "both have all");
  shared.now = 40_000;
  for (let i = 0; i < 100; i++) {
    strictEqual(shared.ask(1, `UPD a ${5_000 + i} ${images(i, 1)}`), "OK 1_REGISTERED_FILES");
  }
  strictEqual(shared.engine.peers.size, 100, "they renewed at the small one");
  const { length } = shared.engine.stream;
  strictEqual(shared.ask(1, `REG a 6000 ${images(200, 1)}`), FULL);
  strictEqual(shared.engine.stream.length, length, "others do not hear of it");
  strictEqual(shared.ask(1, `REG a 5000 ${images(200, 9)}`), FULL);
  strictEqual(shared.ask(1, `UPD a 5001 ${images(200, 9)}`), FULL);
  strictEqual(shared.ask(0, `REG a 6000 ${images(200, 1)}`), "OK 1_REGISTERED_IMAGES");
  strictEqual(shared.ask(1, "END a 5002"), "OK CLIENT_FINISHED");
  strictEqual(shared.engine.peers.size, 100);
  for (let i = 0; i < 9; i++) shared.ask(0, `REG b ${7_000 + i} ${images(300 + i, 1)}`);
  strictEqual(shared.ask(1, `REG a 6001 ${images(201, 1)}`), FULL, "nor whom it looks after");
  deepStrictEqual(look(shared.trackers[1], 5_000), look(shared.trackers[0], 5_000));
});

Deno.test("a flood at one of two trackers with the same memory keeps nobody out, at either", () => {
  const shared = new Shared(50_000, 50_000);
  const host = (i: number): string => `198.51.${i >> 8}.${i & 255}`;
  strictEqual(shared.ask(0, `REG a 5000 ${images(0, 1)}`), "OK 1_REGISTERED_IMAGES");
  shared.now = 40_000;
  shared.ask(0, `UPD a 5000 ${images(0, 1)}`);
  for (let i = 0; i < 300; i++) shared.ask(0, `REG x 5000 ${images(1_000 + i, 1)}`, host(i));
  ok(shared.engine.peers.size < 60);
  for (let i = 1; i < 5; i++) {
    strictEqual(shared.ask(i % 2, `REG a ${5_000 + i} ${images(i, 1)}`), "OK 1_REGISTERED_IMAGES");
  }
  strictEqual(shared.ask(0, `UPD a 5000 ${images(0, 1)}`), "OK 1_REGISTERED_FILES", "who is alive stays");
});

Deno.test("whom a tracker may remove is found behind any number of older peers of other trackers", () => {
  const [registry, engine] = [new Replica("t"), new EngineModel()];
  registry.assigned = () => false;
  const begin = (i: number) => ({ password: "a", images: [], listed: true, expiresAt: 9, port: 5_000 + i });
  for (let i = 0; i < 1_000; i++) {
    const { port, expiresAt: endsAt, ...rest } = begin(i);
    const peer = { ...rest, endsAt, verified: false, sequence: 0, imagesAt: 0 };
    engine.make("other", [{ number: i + 1, changes: [{ kind: "put", address: `${HOST}:${port}`, peer }] }], i);
  }
  registry.copy.receive(engine.stream);
  const [first, second] = [1_000, 1_001].map((i) => {
    const { port, ...rest } = begin(i);
    return registry.put({ ...rest, address: { host: HOST, port } });
  });
  const oldest = () => Array.from({ length: 5 }, () => registry.oldestUnverified(true)).at(-1);
  strictEqual(oldest(), first);
  strictEqual(registry.oldestUnverified(true), first, "until it is gone");
  registry.remove(first);
  strictEqual(oldest(), second);
  registry.renew(second, 10);
  strictEqual(oldest(), undefined);
});

Deno.test("whatever is asked, a tracker neither grows above its memory nor removes whom it neither took nor looks after", () => {
  const step = fc.record({
    which: fc.nat({ max: 2 }),
    kind: fc.constantFrom("REG", "REG", "REG", "UPD", "UPD", "END"),
    peer: fc.nat({ max: 30 }),
    to: fc.nat({ max: 30 }),
    from: fc.nat({ max: 50 }),
    count: fc.nat({ max: 12 }),
    name: fc.constantFrom("a", "b"),
    later: fc.constantFrom(0, 0, 40_000),
  });
  const memory = fc.tuple(...[0, 1, 2].map(() => fc.constantFrom(8_000, 15_000, 1_000_000)));
  fc.assert(fc.property(memory, fc.array(step, { maxLength: 80, size: "max" }), (memory, steps) => {
    const shared = new Shared(...memory);
    for (const { which, kind, peer, to, from, count, name, later } of steps) {
      shared.now += later;
      const registry = shared.at(which);
      const before = { bytes: registry.bytes, peers: [...registry.byExpiry()] };
      const others = before.peers.filter((it) =>
        !registry.copy.renewedHere.has(it) && (before.bytes > 1.125 * memory[which] || !registry.looksAfter(it))
      );
      const port = 5_000 + (kind === "UPD" ? to : peer);
      const entries = kind === "END" ? "" : ` ${images(from, count, name)}`;
      const answer = shared.ask(which, `${kind} p${peer} ${port}${count === 0 ? " " : entries}`.trimEnd());
      const isLeft = (it: { password: string }): boolean => kind === "END" && it.password === `p${peer}`;
      for (const it of others) {
        ok(isLeft(it) || registry.at(it.address) === it, `${answer}: ${it.address.port} is gone`);
      }
      ok(shared.taken <= Math.max(memory[which], before.bytes), `${shared.taken} of ${memory[which]}`);
      if (answer === FULL) ok(registry.peers <= before.peers.length);
    }
    for (const { registry } of shared.trackers) strictEqual(registry.peers, shared.engine.peers.size);
  }));
});
