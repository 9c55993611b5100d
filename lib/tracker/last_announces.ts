/**
 * Most announces repeat the last one of their peer, to renew its lease, and most others change an image or two.
 * Unchanged parts are not parsed again: a repeat takes a tenth of the time, and a change of one image in 20 half of it.
 */
import { Buffer } from "node:buffer";
import type { Image } from "../protocol/image.ts";
import { type KnownEntries, type Malformed, parseRequest, type TrackerRequest } from "../protocol/request.ts";
import type { PeerRecord } from "./registry/records.ts";
import type { Registry } from "./registry/registry.ts";

/** The shortest announce, `REG p 1 `: most other requests are shorter. */
const MIN_BYTES = 8;

/** Longer announces are rare, and not remembered. */
const MAX_BYTES = 4_096;

/** The memory that an announce takes in addition to its bytes, in bytes, measured and rounded up. */
const ENTRY_BYTES = 300;

/** Bytes of `REG` or `UPD`, which are not compared. */
const TYPE_BYTES = 3;

/** The most bytes before the images: type, password, port, and spaces. */
const MAX_HEAD_BYTES = 150;

/** How many entries of the last announce are searched for the next: most announces keep the order, with small gaps. */
const LOOK_AHEAD = 8;

const decoder = new TextDecoder();

/** The last announce of each peer, as received. */
export class LastAnnounces {
  readonly #registry: Registry;
  readonly #announces = new Map<PeerRecord, Uint8Array>();
  bytes = 0;

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  /** Parses a request; of an announce, only what differs from the last one of the same peer. */
  parse(bytes: Uint8Array, host: string): TrackerRequest | Malformed {
    if (bytes.length > MAX_BYTES || bytes.length < MIN_BYTES) return parseRequest(bytes);
    const head = decoder.decode(bytes.subarray(0, MAX_HEAD_BYTES));
    const [, type, digits] = /^(REG|UPD) [^ ]+ (\d{1,5}) /.exec(head) ?? [];
    const port = Number(digits);
    const peer = type === undefined ? undefined : this.#registry.at({ host, port });
    const last = peer && this.#announces.get(peer);
    if (!last) return parseRequest(bytes);
    const images = peer.announced();
    if (Buffer.compare(bytes.subarray(TYPE_BYTES), last) !== 0) return parseRequest(bytes, entriesOf(last, images));
    return { type: type as "REG" | "UPD", password: peer.password, port, images };
  }

  /** Copies the announce of a peer, since the bytes belong to the socket. */
  keep(peer: PeerRecord, bytes: Uint8Array): void {
    const announce = bytes.subarray(TYPE_BYTES);
    const last = this.#announces.get(peer);
    if (last?.length === announce.length) return last.set(announce); // Most have the same length.
    this.drop(peer);
    if (bytes.length > MAX_BYTES) return;
    this.#announces.set(peer, announce.slice());
    this.bytes += announce.length + ENTRY_BYTES;
  }

  /** Drops the oldest until they take no more than so many bytes. */
  shrink(most: number): void {
    for (const peer of this.#announces.keys()) {
      if (this.bytes <= most) return;
      this.drop(peer);
    }
  }

  drop(peer: PeerRecord): void {
    const announce = this.#announces.get(peer);
    if (!announce) return;
    this.bytes -= announce.length + ENTRY_BYTES;
    this.#announces.delete(peer);
  }
}

/** The images of the last announce by the text of their entries; none if an entry did not give its own image. */
function entriesOf(last: Uint8Array, images: readonly Image[]): KnownEntries {
  const text = decoder.decode(last);
  const entries = text.slice(text.indexOf(" ", text.indexOf(" ", 1) + 1) + 1).split(";");
  let next = entries.length === images.length ? 0 : entries.length;
  return (entry) => {
    const end = Math.min(next + LOOK_AHEAD, entries.length);
    for (let at = next; at < end; at++) {
      if (entries[at] !== entry) continue;
      next = at + 1;
      return images[at];
    }
  };
}
