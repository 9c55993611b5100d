/** Trackers that share a registry, an engine, and what is on the way between them, without sockets and clocks. */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { parseAddress } from "../../../lib/protocol/address.ts";
import { MemoryRegistry } from "../../../lib/tracker/registry/memory_registry.ts";
import type { Numbered } from "../../../lib/tracker/shared/own_changes.ts";
import { Replica } from "../../../lib/tracker/shared/replica.ts";
import type { RegistrySnapshot, SentChanges } from "../../../lib/tracker/shared/shared_state.ts";
import { toImages } from "../../../lib/tracker/shared/peer_images.ts";
import { EngineModel, told } from "./engine_model.ts";

export const LEASE = 1_000;
const image = (i: number, name = i): { md5: string; name: string } => ({
  md5: `${i}`.padStart(32, "0"),
  name: `${name}`,
});

/** A tracker: its copy, its clock, and what is on the way from it to the engine. */
export class Node {
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

/** What a peer asks, or the end of its lease. */
export type Asked = typeof request extends fc.Arbitrary<infer T> ? T : never;

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

export const steps = fc.array(fc.tuple(fc.nat({ max: 3 }), step, fc.integer({ min: 0, max: 400 })), {
  maxLength: 200,
  size: "max",
});

/** Trackers and their engine; everything is on the way until the test says that it arrives. */
export class World {
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
