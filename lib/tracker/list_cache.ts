/**
 * Encodes lists: the registry's images as text, cached for each kind of client; only what has changed is encoded again.
 */
import { type Address, formatAddress } from "../protocol/address.ts";
import { MAX_DATAGRAM_BYTES } from "../protocol/limits.ts";
import { encodeName } from "../protocol/name.ts";
import { limit } from "./tracker_limits.ts";
import type { ImageRecord, PeerRecord } from "./registry/records.ts";
import type { Block, Registry } from "./registry/registry.ts";

/** The place from which a list is seen: some addresses are only meaningful there. */
export interface View {
  /** Whether IPv6 addresses are useful: only to clients that asked over IPv6. */
  readonly ipv6: boolean;
  /** The host of peers on the tracker's own machine, by family; `null` if the client could not reach it. */
  readonly here: { readonly ipv4: string | null; readonly ipv6: string | null };
}

/** A list, or its first part if `cut`. The bytes are not to be changed. */
export interface EncodedList {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly images: number;
  readonly cut: boolean;
}

interface EncodedBlock {
  readonly version: number;
  readonly bytes: Uint8Array;
  readonly images: number;
}

/** The cached lists of a registry. */
export class ListCache {
  readonly #registry: Registry;
  /** By view, the least recently used first. */
  readonly #views = new Map<string, ViewLists>();

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  /** The list for a view: whole, or as many whole entries as fit into a datagram. */
  get(view: View, size: "whole" | "datagram"): EncodedList {
    const key = `${view.ipv6} ${view.here.ipv4} ${view.here.ipv6}`;
    const lists = this.#views.get(key) ?? new ViewLists(this.#registry, view);
    this.#views.delete(key);
    this.#views.set(key, lists);
    if (this.#views.size > limit("lists kept ready")) this.#views.delete(this.#views.keys().next().value!);
    return lists.get(size);
  }
}

const encoder = new TextEncoder();
const SEMICOLON = 0x3b;

class ViewLists {
  readonly #registry: Registry;
  readonly #view: View;
  #blocks: (EncodedBlock | undefined)[] = [];
  readonly #lists = new Map<"whole" | "datagram", EncodedList & { version: number }>();

  constructor(registry: Registry, view: View) {
    this.#registry = registry;
    this.#view = view;
  }

  get(size: "whole" | "datagram"): EncodedList {
    const { version } = this.#registry;
    const known = this.#lists.get(size);
    if (known?.version === version) return known;
    const list = { ...this.#build(size === "whole" ? Infinity : MAX_DATAGRAM_BYTES), version };
    this.#lists.set(size, list);
    return list;
  }

  #build(maxBytes: number): EncodedList {
    const parts: Uint8Array[] = [];
    let [length, images, cut] = [0, 0, false];
    const { blocks } = this.#registry;
    this.#blocks.length = Math.min(this.#blocks.length, blocks.length);
    for (const [i, block] of blocks.entries()) {
      const known = this.#blocks[i];
      const encoded = known?.version === block.version ? known : this.#blocks[i] = this.#encode(block);
      if (encoded.images === 0) continue;
      const left = maxBytes - length - (parts.length > 0 ? 1 : 0);
      if (encoded.bytes.length > left) {
        const end = encoded.bytes.subarray(0, left + 1).lastIndexOf(SEMICOLON);
        const head = end > 0
          ? encoded.bytes.subarray(0, end)
          : parts.length === 0
          ? cutEntry(encoded.bytes, maxBytes)
          : null;
        if (head) {
          parts.push(head);
          images += countOf(head);
        }
        cut = true;
        break;
      }
      parts.push(encoded.bytes);
      length += encoded.bytes.length + (parts.length > 1 ? 1 : 0);
      images += encoded.images;
    }
    return { bytes: join(parts), images, cut };
  }

  #encode(block: Block): EncodedBlock {
    const entries: string[] = [];
    for (const image of block.images) {
      const entry = image && this.#entry(image);
      if (entry) entries.push(entry);
    }
    return { version: block.version, bytes: encoder.encode(entries.join(";")), images: entries.length };
  }

  /** `md5,name,ip:port,ip:port`, the newest registration first; `null` if the client can reach none of its peers. */
  #entry({ md5, name, holders }: ImageRecord): string | null {
    let entry = "";
    for (let i = holders.length - 1; i >= 0; i--) {
      const address = this.#address(holders[i]);
      if (address !== null) entry += `,${address}`;
    }
    return entry === "" ? null : `${md5},${encodeName(name)}${entry}`;
  }

  #address({ address, listed }: PeerRecord): string | null {
    if (!listed) return null;
    const ipv6 = address.host.includes(":");
    if (ipv6 && !this.#view.ipv6) return null;
    if (!isLoopback(address)) return formatAddress(address);
    const { here } = this.#view;
    const host = ipv6 ? here.ipv6 : here.ipv4;
    return host === null ? null : formatAddress({ host: host === LOOPBACK ? address.host : host, port: address.port });
  }
}

/** In {@link View.here}: the loopback address itself, for clients on the same machine. */
export const LOOPBACK = "loopback";

function isLoopback({ host }: Address): boolean {
  return host === "::1" || host.startsWith("127.");
}

/** The first part of an entry with more holders than a datagram carries: the newest holders. */
function cutEntry(bytes: Uint8Array, maxBytes: number): Uint8Array {
  const end = bytes.indexOf(SEMICOLON);
  const entry = end < 0 ? bytes : bytes.subarray(0, end);
  return entry.length <= maxBytes ? entry : entry.subarray(0, entry.subarray(0, maxBytes + 1).lastIndexOf(0x2c));
}

function countOf(bytes: Uint8Array): number {
  let count = 1;
  for (const byte of bytes) if (byte === SEMICOLON) count++;
  return count;
}

function join(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const length = parts.reduce((sum, part) => sum + part.length + 1, 0) - (parts.length > 0 ? 1 : 0);
  const bytes = new Uint8Array(length).fill(SEMICOLON);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length + 1;
  }
  return bytes;
}
