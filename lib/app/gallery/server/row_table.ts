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
}

/** How many rows are compared at a time: some 10 ms. */
const AT_ONCE = 4_000;

/** The flag `recent` of `IMAGE_FLAG`. */
const RECENT = 16;

export class RowTable {
  /** The version. */
  at = 0;
  #rows = new Map<string, string>();
  /** When each image was seen first, in seconds since 1970; negative if it was in the first list. */
  readonly #seen = new Map<string, number>();
  readonly #peers: string[] = [];
  /** How many of the peers belong to this version. */
  #peerCount = 0;
  readonly #indices = new Map<string, number>();
  #isFirst = true;

  /** How many images there are. */
  get size(): number {
    return this.#rows.size;
  }

  /** Whether a list was taken over that counts as the first: images that come later are recent. */
  begin(): void {
    this.#isFirst = false;
  }

  /** `GalleryImages` as JSON. */
  all(): string {
    const peers = JSON.stringify(this.#peers.slice(0, this.#peerCount));
    return `{"at":${this.at},"peers":${peers},"images":[${[...this.#rows.values()].join()}]}`;
  }

  /**
   * Replaces all images, some thousand at a time, so that nothing else waits long. One call must end before the next.
   *
   * @param now In seconds since 1970.
   * @returns `ImagesChange` as JSON; `null` if nothing has changed.
   */
  async replace(images: Iterable<RowSource>, now: number): Promise<string | null> {
    const before = this.#rows;
    const rows = new Map<string, string>();
    const changed: string[] = [];
    for (const image of images) {
      if (rows.size % AT_ONCE === AT_ONCE - 1) await setImmediate();
      const row = JSON.stringify(this.#row(image, now));
      rows.set(image.md5, row);
      if (before.get(image.md5) !== row) changed.push(row);
    }
    const removed = before.size + changed.length > rows.size || rows.size < before.size
      ? [...before.keys().filter((md5) => !rows.has(md5))]
      : [];
    if (changed.length === 0 && removed.length === 0) return null;
    this.#rows = rows;
    const peers = this.#peers.slice(this.#peerCount);
    this.#peerCount = this.#peers.length;
    const fields = `"peers":${JSON.stringify(peers)},"images":[${changed.join()}],"removed":${JSON.stringify(removed)}`;
    return `{"at":${++this.at},${fields}}`;
  }

  #row(
    { md5, name, size, type, width, height, taken, modified, flags, peers, hash }: RowSource,
    now: number,
  ): ImageRow {
    let seen = this.#seen.get(md5);
    if (seen === undefined) this.#seen.set(md5, seen = this.#isFirst ? -now : now);
    const allFlags = flags | (seen > 0 ? RECENT : 0);
    const holders = peers.map((peer) => this.#indexOf(formatAddress(peer)));
    return [md5, name, size, type, width, height, taken, modified, Math.abs(seen), allFlags, holders, hash];
  }

  #indexOf(peer: string): number {
    let index = this.#indices.get(peer);
    if (index === undefined) {
      index = this.#peers.push(peer) - 1;
      this.#indices.set(peer, index);
    }
    return index;
  }
}
