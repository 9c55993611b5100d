/**
 * The list of all images as the page gets it, and its changes. Each row is kept as JSON: 100,000 of them take some 20
 * MB, are compared as texts, and are joined to the whole list in some milliseconds.
 */
import { setImmediate } from "node:timers/promises";
import type { ImageRow } from "../api.ts";
import { type Address, formatAddress } from "../../../protocol/address.ts";

/** An image of the network or of the directory. */
export interface RowSource {
  readonly md5: string;
  readonly name: string;
  readonly size: number;
  readonly type: string;
  readonly width: number;
  readonly height: number;
  readonly taken: number;
  readonly modified: number;
  /** Bits of `IMAGE_FLAG`, without `recent`. */
  readonly flags: number;
  readonly peers: readonly Address[];
  readonly hash: string;
  readonly networks: readonly number[];
  /** Whether it was found in a large network, where it may be old. */
  readonly isFound: boolean;
}

/** How many rows are compared at a time: some 10 ms. */
const AT_ONCE = 4_000;

/** How many rows a line of the list has: a page parses it in less than a frame. */
const LINE_ROWS = 500;

/** The flag `recent` of `IMAGE_FLAG`. */
const RECENT = 16;

/** Some of what is gone is remembered, since it may come back: at most this much, and as much again as there is. */
const MAX_GONE = { images: 100_000, peers: 10_000 };

/** Addresses, each with its index: rows name their peers by these. */
class PeerTable {
  readonly addresses: string[] = [];
  readonly #indices = new Map<string, number>();

  indexOf(address: string): number {
    let index = this.#indices.get(address);
    if (index === undefined) {
      index = this.addresses.push(address) - 1;
      this.#indices.set(address, index);
    }
    return index;
  }
}

export class RowTable {
  /** The version. */
  at = 0;
  #rows = new Map<string, string>();
  /** When each image was seen first, in seconds since 1970; negative if it was in the first list. */
  readonly #seen = new Map<string, number>();
  #peers = new PeerTable();
  /** How many of the peers belong to this version. */
  #peerCount = 0;
  /** With more peers than this, the table of peers is made anew. */
  #mostPeers = MAX_GONE.peers;
  #isFirst = true;

  /** How many images there are. */
  get size(): number {
    return this.#rows.size;
  }

  /** Whether a list was taken over that counts as the first: images that come later are recent. */
  begin(): void {
    this.#isFirst = false;
  }

  /** `GalleryImages` as JSON, in lines. */
  all(): string {
    const peers = JSON.stringify(this.#peers.addresses.slice(0, this.#peerCount));
    const lines: string[] = [];
    const rows = [...this.#rows.values()];
    for (let i = 0; i < rows.length; i += LINE_ROWS) lines.push(rows.slice(i, i + LINE_ROWS).join());
    return `{"at":${this.at},"peers":${peers},"images":[\n${lines.join(",\n")}\n]}`;
  }

  /**
   * Replaces all images, some thousand at a time, so that nothing else waits long. One call must end before the next.
   *
   * @param now In seconds since 1970.
   * @returns `ImagesChange` as JSON, which skips a version if pages must load everything again; `null` if nothing has
   * changed.
   */
  async replace(images: Iterable<RowSource>, now: number): Promise<string | null> {
    const before = this.#rows;
    const rows = new Map<string, string>();
    const changed: string[] = [];
    const isAnew = this.#peers.addresses.length > this.#mostPeers;
    const peers = isAnew ? new PeerTable() : this.#peers;
    for (const image of images) {
      if (rows.size % AT_ONCE === AT_ONCE - 1) await setImmediate();
      const row = JSON.stringify(this.#row(image, peers, now));
      rows.set(image.md5, row);
      if (before.get(image.md5) !== row) changed.push(row);
    }
    const removed = before.size + changed.length > rows.size || rows.size < before.size
      ? [...before.keys().filter((md5) => !rows.has(md5))]
      : [];
    this.#forget(rows);
    if (changed.length === 0 && removed.length === 0) return null;
    this.#rows = rows;
    const added = peers.addresses.slice(this.#peerCount);
    [this.#peers, this.#peerCount] = [peers, peers.addresses.length];
    if (isAnew) {
      this.#mostPeers = 2 * this.#peerCount + MAX_GONE.peers;
      return `{"at":${this.at += 2},"peers":[],"images":[],"removed":[]}`;
    }
    const fields = `"peers":${JSON.stringify(added)},"images":[${changed.join()}],"removed":${JSON.stringify(removed)}`;
    return `{"at":${++this.at},${fields}}`;
  }

  /** Forgets images that are gone, when they are many. */
  #forget(rows: ReadonlyMap<string, string>): void {
    if (this.#seen.size <= 2 * rows.size + MAX_GONE.images) return;
    for (const md5 of this.#seen.keys()) if (!rows.has(md5)) this.#seen.delete(md5);
  }

  #row(
    { md5, name, size, type, width, height, taken, modified, flags, peers, hash, networks, isFound }: RowSource,
    table: PeerTable,
    now: number,
  ): ImageRow {
    let seen = isFound ? 0 : this.#seen.get(md5);
    if (seen === undefined) this.#seen.set(md5, seen = this.#isFirst ? -now : now);
    const allFlags = flags | (seen > 0 ? RECENT : 0);
    const holders = peers.map((peer) => table.indexOf(formatAddress(peer)));
    return [md5, name, size, type, width, height, taken, modified, Math.abs(seen), allFlags, holders, hash, networks];
  }
}
