/** What the script does in the engine, in memory: the order of changes, and the registrations that they make. */
import { formatAddress } from "../../../lib/protocol/address.ts";
import type { Registry } from "../../../lib/tracker/registry/registry.ts";
import { edited } from "../../../lib/tracker/shared/image_edit.ts";
import type { RegistrySnapshot } from "../../../lib/tracker/shared/shared_state.ts";
import {
  type Change,
  changed,
  type Edit,
  LEFT_MS,
  type RegistryEntry,
  type Result,
  type SentChanges,
  type SharedPeer,
} from "../../../lib/tracker/shared/shared_state.ts";

export class EngineModel {
  epoch = 1;
  peers = new Map<string, SharedPeer>();
  stream: RegistryEntry[] = [];
  /** Each change that had an effect, under the number that it got. */
  log: { id: number; change: Change }[] = [];
  readonly made = new Map<string, number>();
  /** Until when the leases of registrations last that are older than the removal of this peer. */
  readonly #left = new Map<string, number>();
  /** How many edits the images at an address have. */
  readonly #edits = new Map<string, number>();
  #last = 0;

  /** @param maxEdits One more edit of a registration is refused. */
  constructor(readonly maxEdits = Infinity) {}

  get last(): number {
    return this.#last;
  }

  /** Makes changes; `time` in microseconds. */
  make(origin: string, sent: readonly SentChanges[], time: number): void {
    for (const { number, changes } of sent) {
      if (number <= (this.made.get(origin) ?? 0)) continue;
      this.made.set(origin, number);
      const id = this.#last = Math.max(this.#last + 1, time);
      const results = changes.flatMap((change) => this.#change(change, id));
      this.stream.push({ id, origin, number, results, unfit: this.#unfit(changes[0], id) });
    }
  }

  #unfit(change: Change | Edit, id: number): number | undefined {
    const peer = this.peers.get(change.address);
    const isMade = peer?.imagesAt === id;
    return change.kind === "edit" && peer?.password === change.password && !isMade ? peer.imagesAt : undefined;
  }

  #change(change: Change | Edit, id: number): Result[] {
    const at = (address: string): SharedPeer | null => this.peers.get(address) ?? null;
    if (change.kind === "edit") {
      const { address, password, base, edit } = change;
      const edits = this.#edits.get(address) ?? 0;
      if (edits === this.maxEdits) return [];
      const images = edited(at(address)?.images ?? [], edit);
      const [result] = this.#change({ kind: "update", address, password, base, images }, id);
      if (result) this.#edits.set(address, edits + 1);
      return result ? [{ ...result, images: (before) => edited(before(), edit) }] : [];
    }
    if (change.kind === "move" && (at(change.address) || at(change.from)?.password !== change.peer.password)) return [];
    if ("peer" in change) {
      const left = this.#left.get(`${change.address} ${change.peer.password}`);
      const { endsAt } = change.kind === "move" ? at(change.from)! : change.peer;
      if (left !== undefined && endsAt <= left) return [];
    }
    const from = change.kind === "move" ? change.from : undefined;
    const before = at(change.address);
    let after = changed(before, change, change.address);
    if (after === before) return [];
    if (after && (change.kind === "put" || change.kind === "restore")) after = { ...after, sequence: id };
    if (after && from !== undefined) after = { ...at(from)!, images: after.images };
    if (after && change.kind !== "list" && change.kind !== "renew") after = { ...after, imagesAt: id };
    if (after?.imagesAt === id) this.#edits.delete(change.address);
    if (from !== undefined) this.peers.delete(from);
    if (after) this.peers.set(change.address, after);
    else this.peers.delete(change.address);
    this.log.push({ id, change });
    const { address } = change;
    if (!after && change.kind === "remove" && Number.isFinite(change.endedBy)) {
      this.#left.set(`${address} ${change.password}`, change.endedBy! - LEFT_MS);
    }
    if (!after) return [{ address, peer: null }];
    const { images, imagesAt: _, ...peer } = after;
    const restored = change.kind === "restore";
    if (change.kind === "list" || change.kind === "renew") return [{ address, peer }];
    return [{ address, from, peer, images: () => [...images], restored }];
  }

  snapshot(): RegistrySnapshot {
    return { position: this.#last, peers: new Map(this.peers) };
  }

  /** Loses what it did last, as an engine that fails over to a replica. */
  lose(entries: number): void {
    const lost = new Set(this.stream.splice(Math.max(0, this.stream.length - entries)).map(({ id }) => id));
    this.log = this.log.filter(({ id }) => !lost.has(id));
    this.#replay();
  }

  /** Loses everything. */
  wipe(): void {
    this.epoch++;
    [this.stream, this.log] = [[], []];
    this.#replay();
  }

  #replay(): void {
    const { stream, log } = this;
    [this.peers, this.log] = [new Map(), []];
    this.#left.clear();
    this.#last = stream.at(-1)?.id ?? 0;
    this.made.clear();
    for (const { origin, number } of stream) this.made.set(origin, number);
    for (const { id, change } of log) this.#change(change, id);
  }
}

/** Everything that a registry says, with the ends of leases by the engine's clock. */
export function told(registry: Registry, ahead: number): unknown {
  const peers = [...registry.byExpiry()].map((peer) => [
    formatAddress(peer.address),
    peer.password,
    peer.listed,
    peer.verified,
    Math.round(peer.expiresAt - ahead),
    peer.sequence,
    peer.announced().map(({ md5, name }) => `${md5} ${name}`),
  ]).sort();
  const images = registry.blocks.flatMap(({ images }) => images.filter((it) => it !== null)).map((it) =>
    `${it.md5} ${it.name} ${it.holders.map(({ address }) => formatAddress(address))}`
  ).sort();
  return { peers, images, counts: [registry.peers, registry.images] };
}
