/**
 * What a fetch is given and what it gives.
 *
 * @module
 */
import { stripVTControlCharacters } from "node:util";
import type { SaveService } from "./save/save_service.ts";
import type { LeftOut } from "../folder/shared_folder.ts";
import type { Received } from "./save/partial_file.ts";
import { type Address, formatAddress } from "../protocol/address.ts";
import { Fault, isFault } from "../fault/fault.ts";
import type { Image, ListedImage } from "../protocol/image.ts";
import type { PeerBook } from "./peer_book.ts";
import type { RateLimit } from "../net/rate_limit.ts";

/** Limits on waiting for a peer, in milliseconds. */
export interface FetchWaits {
  /** For the connection to be made. */
  readonly connect: number;
  /** For the header of an answer to `RNG`. */
  readonly header: number;
  /** For the first byte after `GET`: programs in the wild hash their whole folder before it. */
  readonly first: number;
  /** For the first byte after `GET`, before the next peer is asked beside. */
  readonly patience: number;
  /** For the next bytes to come. */
  readonly silence: number;
}

/** A host that is there answers a connection in far less than 5 s, and a part that is missing is soon had elsewhere. */
export const FETCH_WAITS: FetchWaits = {
  connect: 5_000,
  header: 3_000,
  first: 30_000,
  patience: 1_500,
  silence: 5_000,
};

/** How far one image is. */
export interface FetchProgress {
  /** The image, as the caller gave it. */
  readonly image: ListedImage;
  /** Bytes that are here, with those of an earlier fetch. */
  readonly received: number;
  /** Bytes of the whole image, if the peer sent its size. */
  readonly size?: number;
  /** Where the fetch resumed an earlier one: so many bytes were here before it; 0 for a new one. */
  readonly resumedFrom: number;
  /** The peer that sends it. */
  readonly peer: Address;
}

/** Why one peer did not give an image. */
export interface FetchFailure {
  /** The image, as the caller gave it. */
  readonly image: ListedImage;
  /** What is wrong. */
  readonly fault: Fault;
  /** The peer that failed. */
  readonly peer: Address;
}

/** What is called while an image is fetched. What a callback throws goes to standard error, and stops nothing. */
export interface FetchWatcher {
  /** Bytes came. */
  onProgress?(progress: FetchProgress): void;
  /** A peer failed; the next one is tried. */
  onFailure?(failure: FetchFailure): void;
  /** All bytes came; they are verified and brought to the disk next. */
  onReceived?(): void;
}

/** What a caller may change about a fetch. */
export interface FetchOptions {
  /** Other limits than the usual ones. */
  readonly waits?: FetchWaits;
  /** Gives the fetch up: what came is kept for a later one, if it can go on there. */
  readonly signal?: AbortSignal;
  /** What is known of peers, and the connections with them, from one fetch to the next. */
  readonly book?: PeerBook;
  /** Where MD5s are taken and small images saved; in the calling thread without it. */
  readonly service?: SaveService;
  /** Bytes per second of all fetches together. */
  readonly limit?: RateLimit;
}

/** All that a fetch needs. */
export interface FetchParts extends Required<Omit<FetchOptions, "signal">> {
  readonly image: ListedImage;
  readonly directory: string;
  readonly watcher: FetchWatcher;
  readonly signal: AbortSignal;
}

/** An image that was fetched. */
export interface Fetched {
  /** The new file. */
  readonly path: string;
  /** How many bytes it has. */
  readonly bytes: number;
  /** How many of them an earlier fetch had left here. */
  readonly resumedFrom: number;
  /** The peer that gave it, or the last part of it. */
  readonly peer: Address;
  /** Set when that peer sent all of it and then neither anything more nor the end of the connection. */
  readonly unclosed?: true;
}

/** What became of a fetch. */
export interface FetchedImage extends Fetched {
  /** Whether the new file is shared now. */
  readonly shared: boolean;
  /** Why it is not. */
  readonly leftOut?: LeftOut;
  /** Why the tracker does not know of it yet. */
  readonly untold?: Fault;
}

/** As much of what a peer says in place of an image as is told, in characters: a sentence, not a page. */
const MAX_SAID = 100;

/** Characters that no text has; of images most have them among their first bytes. */
// deno-lint-ignore no-control-regex -- They are what is looked for.
const NO_TEXT = /[\x01-\x08\x0e-\x1f\x7f]/;

/**
 * The words that came in place of an image, without the colours, NULs and line ends that programs put around them:
 * `ERR …` in most, a sentence, or the first line of another protocol. Empty for what is no text.
 */
function wordsIn(bytes: Uint8Array): string {
  try {
    const text = stripVTControlCharacters(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    const line = text.split(/[\0\r\n]+/).map((it) => it.trim()).find((it) => it !== "") ?? "";
    if (NO_TEXT.test(text)) return "";
    return line.length > MAX_SAID ? `${line.slice(0, MAX_SAID)}…` : line;
  } catch {
    return "";
  }
}

/**
 * Why an answer to `GET` has no proper end, of which the bytes that came may be the image all the same: some programs
 * never close, others close so that it looks broken.
 *
 * @param held How many bytes came.
 * @throws All that is no such end.
 */
export function openEnd(error: unknown, held: number): Fault {
  if (held > 0 && (isFault(error, "peer-silent") || isFault(error, "peer-cut"))) return error;
  throw error;
}

/**
 * What to say of bytes that are not the image.
 *
 * @param end Why they had no proper end, if so: then that is what is wrong, unless they are a sentence.
 */
export function notTheImage(
  from: Address,
  image: Image,
  received: Received & { readonly kind: "other" },
  end?: unknown,
): Fault {
  const peer = formatAddress(from);
  const { bytes, md5, head } = received;
  if (bytes === 0) return new Fault("peer-empty", { peer });
  const text = bytes <= head.length ? wordsIn(head) : "";
  if (text !== "") return new Fault("peer-said", { peer, text });
  if (end instanceof Fault) return end;
  return new Fault("wrong-md5", { peer, bytes, expected: image.md5, got: md5 });
}
