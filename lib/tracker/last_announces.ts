/**
 * Most announces repeat the last one of their peer byte by byte, to renew its lease: those are not read again, which
 * takes a tenth of the time.
 */
import { Buffer } from "node:buffer";
import type { Address } from "../protocol/address.ts";
import type { Announce } from "../protocol/request.ts";
import type { PeerRecord } from "./registry/records.ts";
import type { Registry } from "./registry/registry.ts";

/** Longer announces are rare, and not kept. */
const MAX_BYTES = 4_096;

/** What keeping an announce takes beside its own bytes, in bytes, measured and rounded up. */
const ENTRY_BYTES = 300;

/** `REG`, `UPD`: the type is not part of what is compared. */
const TYPE_BYTES = 3;

/** The bytes before the images, at most: type, password, port, and blanks. */
const MAX_HEAD_BYTES = 150;

const decoder = new TextDecoder();

/** The last announce of each peer, as it came. */
export class LastAnnounces {
  readonly #registry: Registry;
  readonly #announces = new Map<PeerRecord, Uint8Array>();
  bytes = 0;

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  /** The request that these bytes make, if they repeat the last announce of the peer that they are about. */
  repeated(bytes: Uint8Array, from: Address): Announce | null {
    if (bytes.length > MAX_BYTES) return null;
    const head = decoder.decode(bytes.subarray(0, MAX_HEAD_BYTES));
    const [, type, digits] = /^(REG|UPD) [^ ]+ (\d{1,5}) /.exec(head) ?? [];
    if (type === undefined) return null;
    const port = Number(digits);
    const peer = this.#registry.at({ host: from.host, port });
    const last = peer && this.#announces.get(peer);
    if (!last || Buffer.compare(bytes.subarray(TYPE_BYTES), last) !== 0) return null;
    return { type: type as "REG" | "UPD", password: peer.password, port, images: peer.announced() };
  }

  /** Keeps a copy of what a peer announced; the bytes are the socket's. */
  keep(peer: PeerRecord, bytes: Uint8Array): void {
    this.drop(peer);
    if (bytes.length > MAX_BYTES) return;
    const announce = bytes.slice(TYPE_BYTES);
    this.#announces.set(peer, announce);
    this.bytes += announce.length + ENTRY_BYTES;
  }

  drop(peer: PeerRecord): void {
    const announce = this.#announces.get(peer);
    if (!announce) return;
    this.bytes -= announce.length + ENTRY_BYTES;
    this.#announces.delete(peer);
  }
}
