/**
 * Encodes lists: the registry's images as text, cached for each kind of client; only what has changed is encoded again.
 */
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { formatChangesHead } from "../protocol/changes.ts";
import { MAX_DATAGRAM_BYTES } from "../protocol/limits.ts";
import { encodeSlots, listEntry, type View } from "./list_entry.ts";
import { limit } from "./tracker_limits.ts";
import type { Block, Registry } from "./registry/registry.ts";

/** A list, or its first part if `cut`. The bytes are not to be changed. */
export interface EncodedList {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly images: number;
  readonly cut: boolean;
}

/** What changed in a list since a version, as `CHG` is answered. The bytes are not to be changed. */
export interface EncodedChanges {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** How many entries are in it. */
  readonly images: number;
}

interface EncodedBlock {
  readonly version: number;
  readonly bytes: Uint8Array;
  readonly images: number;
  /** The same with its gaps, once a client asked for it so. */
  slots?: { readonly bytes: Uint8Array; readonly images: number };
}

/** The cached lists of a registry. */
export class ListCache {
  readonly #registry: Registry;
  readonly #run: string;
  /** By view, the least recently used first. */
  readonly #views = new Map<string, ViewLists>();

  /** @param run A text that no other run of a tracker has: versions of one run mean nothing in another. */
  constructor(registry: Registry, run: string) {
    this.#registry = registry;
    this.#run = run;
  }

  /** The list for a view: whole if it is no longer than clients read, or as many whole entries as fit into a datagram. */
  get(view: View, size: "whole" | "datagram"): EncodedList {
    return this.#of(view).get(size);
  }

  /** What changed in the list for a view since `version`, which an earlier answer named; all of it for any other. */
  changes(view: View, version: string): EncodedChanges {
    return this.#of(view).changes(version);
  }

  #of(view: View): ViewLists {
    const key = `${view.ipv6} ${view.here.ipv4} ${view.here.ipv6}`;
    const lists = this.#views.get(key) ?? new ViewLists(this.#registry, view, `${this.#run} ${key}`);
    this.#views.delete(key);
    this.#views.set(key, lists);
    if (this.#views.size > limit("lists kept ready")) this.#views.delete(this.#views.keys().next().value!);
    return lists;
  }
}

const encoder = new TextEncoder();
const SEMICOLON = 0x3b;

/** A client that comes back with a version must not take another view for its own: so many digits name the view. */
const VIEW_ID_LENGTH = 16;

/** Before the first version: each entry has changed since. */
const EVERYTHING = -1;

class ViewLists {
  readonly #registry: Registry;
  readonly #view: View;
  #blocks: (EncodedBlock | undefined)[] = [];
  readonly #lists = new Map<"whole" | "datagram", EncodedList & { version: number }>();
  /** The beginning of each version of this view. */
  readonly #id: string;
  /** The last answer to `CHG`: clients that ask every few seconds have the same version. */
  #changes: (EncodedChanges & { readonly since: number; readonly version: number }) | null = null;

  constructor(registry: Registry, view: View, id: string) {
    this.#registry = registry;
    this.#view = view;
    this.#id = createHash("md5").update(id).digest("hex").slice(0, VIEW_ID_LENGTH);
  }

  get(size: "whole" | "datagram"): EncodedList {
    const { version } = this.#registry;
    const known = this.#lists.get(size);
    if (known?.version === version) return known;
    const list = { ...this.#build(size === "whole" ? limit("bytes of a list") : MAX_DATAGRAM_BYTES), version };
    this.#lists.set(size, list);
    return list;
  }

  #build(maxBytes: number): EncodedList {
    const parts: Uint8Array[] = [];
    let [length, images, cut] = [0, 0, false];
    const { blocks } = this.#registry;
    this.#blocks.length = Math.min(this.#blocks.length, blocks.length);
    for (const [i, block] of blocks.entries()) {
      const encoded = this.#block(block, i);
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

  changes(version: string): EncodedChanges {
    const registry = this.#registry;
    const [id, count] = version.split("-");
    const since = id === this.#id && Number(count) <= registry.version ? Number(count) : EVERYTHING;
    if (this.#changes?.since === since && this.#changes.version === registry.version) return this.#changes;
    const head = formatChangesHead(`${this.#id}-${registry.version}`, registry.blocks.length);
    const parts: Uint8Array[] = [encoder.encode(head)];
    let images = 0;
    for (const [i, block] of registry.blocks.entries()) {
      if (block.version <= since) continue;
      const slots = since === EVERYTHING ? this.#slots(block, i) : encodeSlots(block, since, this.#view);
      parts.push(encoder.encode(` ${i}:`), slots.bytes);
      images += slots.images;
    }
    const changes = { bytes: Buffer.concat(parts), images, since, version: registry.version };
    return this.#changes = changes;
  }

  /** All slots of a block: the entries of one without gaps. */
  #slots(block: Block, i: number): { readonly bytes: Uint8Array; readonly images: number } {
    const encoded = this.#block(block, i);
    if (encoded.images === block.images.length) return encoded;
    return encoded.slots ??= encodeSlots(block, EVERYTHING, this.#view);
  }

  #block(block: Block, i: number): EncodedBlock {
    const known = this.#blocks[i];
    return known?.version === block.version ? known : this.#blocks[i] = this.#encode(block);
  }

  #encode(block: Block): EncodedBlock {
    const entries: string[] = [];
    for (const image of block.images) {
      const entry = image && listEntry(image, this.#view);
      if (entry) entries.push(entry);
    }
    return { version: block.version, bytes: encoder.encode(entries.join(";")), images: entries.length };
  }
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
