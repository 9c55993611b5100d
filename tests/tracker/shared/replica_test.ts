/** Trackers that share a registry: however changes cross, all copies end equal, as one tracker has it in that order. */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { formatAddress, parseAddress } from "../../../lib/protocol/address.ts";
import { MemoryRegistry } from "../../../lib/tracker/registry/memory_registry.ts";
import type { Numbered } from "../../../lib/tracker/shared/own_changes.ts";
import { Replica } from "../../../lib/tracker/shared/replica.ts";
import type { RegistrySnapshot, SentChanges } from "../../../lib/tracker/shared/shared_state.ts";
import { toImages } from "../../../lib/tracker/shared/peer_images.ts";
import { EngineModel, told } from "./engine_model.ts";

const LEASE = 1_000;
const image = (i: number, name = i): { md5: string; name: string } => ({
  md5: `${i}`.padStart(32, "0"),
  name: `${name}`,
});

/** A tracker of the test: its copy, its clock, and what is on the way from it to the engine. */
class Node {
  replica: Replica;
  epoch: number;
  readonly line: SentChanges[][] = [];
  loading: RegistrySnapshot | null = null;

  constructor(readonly name: string, public ahead: number, engine: EngineModel) {
    this.replica = new Replica(name, 200);
    this.replica.copy.setClock(-ahead);
    this.epoch = engine.epoch;
    this.replica.copy.load(engine.snapshot(), engine.stream, 0);
  }
}

function sent({ replica }: Node, changes: readonly Numbered[]): SentChanges[] {
  return changes.map((it) => replica.copy.toSend(it));
}

/** One tracker that makes all changes in the order of the engine. */
function alone(log: EngineModel["log"]): MemoryRegistry {
  const registry = new MemoryRegistry();
  const at = (address: string) => registry.at(parseAddress(address)!);
  for (const { id, change } of log) {
    if (change.kind === "put" || change.kind === "restore") {
      const { endsAt: expiresAt, ...peer } = change.peer;
      const images = toImages(peer.images);
      registry.put({ ...peer, images, address: parseAddress(change.address)!, expiresAt }, id);
      continue;
    }
    const peer = at(change.kind === "move" ? change.from : change.address)!;
    ok(peer, change.kind);
    if (change.kind === "update") registry.update(peer, peer.address.port, toImages(change.images));
    else if (change.kind === "move") {
      registry.update(peer, parseAddress(change.address)!.port, toImages(change.peer.images));
    } else if (change.kind === "list") registry.setListed(peer, change.listed);
    else if (change.kind === "renew") registry.renew(peer, Math.max(peer.expiresAt, change.endsAt), change.verified);
    else registry.remove(peer);
  }
  return registry;
}

const request = fc.record({
  host: fc.constantFrom("10.0.0.1", "10.0.0.1", "10.0.0.1", "10.0.0.2"),
  port: fc.constantFrom(5000, 5000, 5000, 5001),
  to: fc.constantFrom(0, 0, 0, 0, 5000, 5001, 5002),
  password: fc.constantFrom("a", "a", "a", "b"),
  // In one order, and most of them, so that many updates are sent as edits.
  images: fc.oneof(fc.subarray([1, 2, 3, 4, 5, 6, 7], { minLength: 4 }), fc.shuffledSubarray([1, 2, 3, 4, 5, 6, 7])),
  name: fc.integer({ min: 0, max: 1 }),
  kind: fc.constantFrom("REG", "REG", "UPD", "UPD", "UPD", "UPD", "END", "renew", "list", "lapse"),
});

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant("ask" as const), request }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("send" as const), most: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("renewals" as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("arrive" as const), twice: fc.boolean() }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("hear" as const), most: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("exchange" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("crash", "reload", "load") }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("suspend" as const), by: fc.constantFrom(500, 3_600_000) }) },
);

const steps = fc.array(fc.tuple(fc.nat({ max: 3 }), step, fc.integer({ min: 0, max: 400 })), {
  maxLength: 200,
  size: "max",
});

class World {
  readonly engine = new EngineModel(2);
  readonly nodes: Node[];
  /** What crashed trackers had sent. */
  readonly orphans: { name: string; line: SentChanges[][] }[] = [];
  now = 1_000;
  #runs = 0;

  constructor(count: number) {
    this.nodes = Array.from({ length: count }, (_, i) => new Node(`t${i}`, i * 7_000, this.engine));
  }

  take(node: Node, step: { do: string; most?: number; twice?: boolean; request?: Asked; by?: number }): void {
    const { engine } = this;
    if (node.epoch !== engine.epoch && step.do !== "ask") this.reconnect(node);
    switch (step.do) {
      case "ask":
        return this.ask(node, step.request!);
      case "send":
        return void node.line.push(sent(node, node.replica.copy.own.take(step.most!)));
      case "renewals":
        return void node.line.push(sent(node, node.replica.copy.own.takeRenewals()));
      case "arrive": {
        const batch = node.line.shift();
        if (!batch) return;
        for (let i = 0; i < (step.twice ? 2 : 1); i++) engine.make(node.name, batch, this.now * 1_000);
        return;
      }
      case "hear": {
        const from = engine.stream.findIndex(({ id }) => id > node.replica.copy.position);
        if (from < 0) return;
        // Some are heard twice.
        return node.replica.copy.receive(engine.stream.slice(Math.max(0, from - 1), from + step.most!));
      }
      case "exchange": {
        this.take(node, { do: "send", most: 100 });
        while (node.line.length > 0) this.take(node, { do: "arrive" });
        return this.take(node, { do: "hear", most: 100 });
      }
      case "crash": {
        this.orphans.push({ name: node.name, line: node.line });
        this.nodes[this.nodes.indexOf(node)] = new Node(`${node.name}.${++this.#runs}`, node.ahead, engine);
        return;
      }
      case "suspend": // Its clock has stood still, and it compares it with that of the engine.
        node.ahead -= step.by!;
        return node.replica.copy.setClock(-node.ahead);
      case "reload":
        node.loading = engine.snapshot();
        return;
      case "load": {
        if (!node.loading || node.loading.position < node.replica.copy.position) return;
        // The registrations were read one after the other while others changed them.
        const { position, peers } = node.loading;
        const mixed = new Map([...peers].filter((_, i) => i % 2 === 0));
        [...engine.peers].forEach(([address, peer], i) => i % 3 === 0 && mixed.set(address, peer));
        for (const address of peers.keys()) if (!engine.peers.has(address) && address.length % 2) mixed.delete(address);
        // One that was there all the time is read, as it was at the beginning or later.
        for (const [address, { sequence }] of peers) {
          const now = engine.peers.get(address);
          if (!mixed.has(address) && now?.sequence === sequence) mixed.set(address, now);
        }
        const entries = engine.stream;
        node.loading = null;
        node.replica.copy.load({ position, peers: mixed }, entries, engine.made.get(node.name) ?? 0);
        return;
      }
    }
  }

  /** What a tracker does with a request, or when a lease is over. */
  ask({ replica, ahead }: Node, { kind, host, port, to, password, images, name }: Asked): void {
    const address = { host, port };
    const now = this.now + ahead;
    const announced = images.map((i) => image(i, i + 10 * name));
    const peer = replica.at(address);
    if (kind === "REG") {
      return void replica.put({ address, password, images: announced, listed: name === 0, expiresAt: now + LEASE });
    }
    if (!peer || peer.password !== password) return;
    if (kind === "UPD") {
      const next = to || port;
      if (next !== port && replica.at({ host, port: next })) return;
      replica.update(peer, next, announced);
      replica.renew(peer, now + LEASE, false);
    } else if (kind === "renew") replica.renew(peer, now + LEASE);
    else if (kind === "list") replica.setListed(peer, name === 1);
    else if (kind === "END") replica.remove(peer, now + LEASE);
    else if (peer.expiresAt <= now) replica.remove(peer, peer.expiresAt);
  }

  /** What the transport does when the engine is another than before, or lost its last entries. */
  reconnect(node: Node): void {
    const { engine } = this;
    const { replica } = node;
    const made = engine.made.get(node.name) ?? 0;
    const isOther = node.epoch !== engine.epoch;
    node.epoch = engine.epoch;
    node.line.length = 0;
    node.loading = null;
    const snapshot = engine.snapshot();
    if (isOther || !engine.stream.some(({ id }) => id === replica.copy.position)) {
      replica.copy.recover(snapshot, engine.stream, made, isOther);
      replica.copy.load(snapshot, engine.stream, made);
    }
    if (replica.copy.own.sent.length > 0) node.line.push(sent(node, replica.copy.own.sent));
  }

  /** Until nothing is on the way. */
  settle(): void {
    for (const node of this.nodes) if (node.epoch !== this.engine.epoch) this.reconnect(node);
    for (const { name, line } of this.orphans.splice(0)) {
      for (const batch of line) this.engine.make(name, batch, this.now * 1_000);
    }
    for (let round = 0; round < 10; round++) {
      for (const node of this.nodes) {
        this.take(node, { do: "send", most: 1_000 });
        this.take(node, { do: "renewals" });
        while (node.line.length > 0) this.take(node, { do: "arrive" });
      }
      for (const node of this.nodes) this.take(node, { do: "hear", most: 1_000 });
    }
  }

  check(): void {
    const expected = told(alone(this.engine.log), 0);
    for (const { replica, ahead, name } of this.nodes) {
      strictEqual(replica.copy.own.size, 0, name);
      deepStrictEqual(told(replica, ahead), expected, name);
    }
  }
}

type Asked = typeof request extends fc.Arbitrary<infer T> ? T : never;

Deno.test("copies are equal after quiet, and as one tracker has it in the order of the engine", () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 4 }), steps, (count, steps) => {
      const world = new World(count);
      for (const [which, step, later] of steps) {
        world.now += later;
        world.take(world.nodes[which % count], step);
      }
      world.settle();
      world.check();
    }),
    { numRuns: 300 },
  );
});

/** What peers registered, without its order. */
function registered({ replica, ahead }: Node): unknown {
  return [...replica.byExpiry()].map(({ address, password, listed, expiresAt, ...peer }) => [
    formatAddress(address),
    password,
    listed,
    Math.round(expiresAt - ahead),
    peer.images.map(({ md5 }) => md5).sort(),
  ]).sort();
}

Deno.test("an engine that loses its last changes, or all, loses no registration, and brings back nobody who left", () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 3 }), steps, fc.integer({ min: 0, max: 12 }), fc.boolean(), steps, (
      count,
      steps,
      lost,
      isWiped,
      later,
    ) => {
      const world = new World(count);
      for (const [which, step, wait] of steps) {
        world.now += wait;
        world.take(world.nodes[which % count], step);
      }
      world.settle();
      const before = registered(world.nodes[0]);
      if (isWiped) world.engine.wipe();
      else world.engine.lose(lost);
      world.now += 10;
      for (const node of world.nodes) world.reconnect(node);
      world.settle();
      for (const node of world.nodes) deepStrictEqual(registered(node), before, node.name);
      for (const [which, step, wait] of later) {
        world.now += wait;
        world.take(world.nodes[which % count], step);
      }
      if (isWiped) world.engine.wipe();
      else world.engine.lose(lost);
      world.now += 10;
      // A tracker that crashed took what only it knew with it; the others agree on the rest.
      for (const node of world.nodes) world.reconnect(node);
      world.settle();
      world.check();
    }),
    { numRuns: 300 },
  );
});

Deno.test("an engine that is restored from an old copy gets back what registered since, and nobody who left", () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 3 }), steps, steps, steps, (count, before, after, later) => {
      const world = new World(count);
      const run = (steps: [number, Parameters<World["take"]>[1], number][]): void => {
        for (const [which, step, wait] of steps) {
          world.now += wait;
          world.take(world.nodes[which % count], step);
        }
        world.settle();
      };
      run(before);
      const copied = world.engine.stream.length;
      run(after);
      world.now += 90_000; // Longer than trackers remember changes.
      run(later);
      const expected = registered(world.nodes[0]);
      world.engine.lose(world.engine.stream.length - copied);
      world.now += 10;
      for (const node of world.nodes) world.reconnect(node);
      world.settle();
      for (const node of world.nodes) deepStrictEqual(registered(node), expected, node.name);
    }),
    { numRuns: 300 },
  );
});

Deno.test("who registers at one tracker and leaves at another while the engine is away: what came last counts", () => {
  const address = { host: "10.0.0.1", port: 5000, to: 5000 } as const;
  const ask = (kind: "REG" | "END", i = 1): Asked => ({ ...address, kind, password: "a", images: [i], name: 0 });
  const lasts: [first: Asked, then: Asked][] = [
    [ask("END"), ask("REG")],
    [ask("END"), ask("REG", 2)],
    [ask("REG"), ask("END")],
    [ask("REG", 2), ask("END")],
  ];
  for (const [first, then] of lasts) {
    for (const order of [[0, 1], [1, 0]]) {
      const world = new World(2);
      world.ask(world.nodes[0], ask("REG"));
      world.settle();
      world.ask(world.nodes[0], first);
      world.now += 700;
      world.ask(world.nodes[1], then);
      for (const i of order) {
        world.take(world.nodes[i], { do: "send", most: 9 });
        world.take(world.nodes[i], { do: "renewals" });
        world.take(world.nodes[i], { do: "arrive" });
        world.take(world.nodes[i], { do: "arrive" });
      }
      world.settle();
      world.check();
      const what = `${first.kind} ${first.images}, ${then.kind} ${then.images}, sent ${order}`;
      strictEqual(world.nodes[0].replica.peers, then.kind === "REG" ? 1 : 0, what);
    }
  }
});

Deno.test("while a tracker reads what others changed, a repeated registration may be one that they ended", () => {
  const replica = new Replica("t", 100);
  replica.assigned = () => true;
  const begin = {
    address: { host: "10.0.0.1", port: 5000 },
    password: "a",
    images: [],
    listed: true,
    expiresAt: 1_000,
  };
  replica.put(begin);
  const kinds = (): string[] => replica.copy.own.take(9).flatMap(({ changes }) => changes.map(({ kind }) => kind));
  deepStrictEqual(kinds(), ["put"]);
  replica.put({ ...begin, expiresAt: 2_000 });
  deepStrictEqual(kinds(), []);
  replica.isBehind = true;
  replica.put({ ...begin, expiresAt: 3_000 });
  deepStrictEqual(kinds(), ["put"]);
});

Deno.test("of a list that changes little only that is sent; where another tracker was faster, the engine's order counts", () => {
  const ask = (kind: "REG" | "UPD", ...images: number[]): Asked => {
    return { host: "10.0.0.1", port: 5000, to: 0, kind, password: "a", images, name: 0 };
  };
  const run = (...others: number[][]): [kinds: string[], images: string] => {
    const world = new World(2);
    const [a, b] = world.nodes;
    world.ask(a, ask("REG", 1, 2, 3, 4));
    world.settle();
    const [before, after] = [others.slice(0, 1), others.slice(1)];
    for (const images of before) world.ask(b, ask("UPD", ...images));
    world.take(b, { do: "exchange" });
    world.ask(a, ask("UPD", 1, 2, 3, 5));
    world.take(a, { do: "send", most: 9 });
    const kinds = a.line.flatMap((batch) => batch.flatMap(({ changes }) => changes.map(({ kind }) => kind)));
    world.take(a, { do: "arrive" });
    for (const images of after) world.ask(b, ask("UPD", ...images));
    world.take(b, { do: "exchange" });
    world.settle();
    world.check();
    return [kinds, b.replica.at({ host: "10.0.0.1", port: 5000 })!.images.map(({ md5 }) => Number(md5)).join("")];
  };
  deepStrictEqual(run(), [["edit"], "1235"]);
  deepStrictEqual(run([6, 7]), [["edit"], "1235"]);
  deepStrictEqual(run([6, 7], [8]), [["edit"], "8"]);
  deepStrictEqual(run([1, 2, 3, 6], [1, 2, 3, 7]), [["edit"], "1237"]);
});

Deno.test("a renewal that moves the end of a lease by little is not shared, unless it shows that the peer is alive", () => {
  const replica = new Replica("t", 100);
  const peer = replica.put({
    address: { host: "10.0.0.1", port: 5000 },
    password: "a",
    images: [],
    listed: true,
    expiresAt: 1_000,
  });
  const { own } = replica.copy;
  own.take(1);
  const shared = (expiresAt: number, verified?: boolean): number => {
    replica.renew(peer, expiresAt, verified);
    const ends = own.takeRenewals().flatMap(({ changes }) => changes).length;
    return ends > 0 ? peer.expiresAt : -1;
  };
  deepStrictEqual(
    [
      shared(1_099, false),
      shared(1_050, true),
      shared(1_149, true),
      shared(1_150, false),
      shared(1_150),
      shared(Infinity),
    ],
    [-1, 1_050, -1, 1_150, -1, Infinity],
  );
  strictEqual(shared(Infinity), -1);
});
