/** Describes why a fetch failed: the words sent instead of an image, and the failures of all peers. */
import { stripVTControlCharacters } from "node:util";
import { type Address, formatAddress } from "../protocol/address.ts";
import { Fault, isFault } from "../fault/fault.ts";
import type { Image } from "../protocol/image.ts";

/** How many of the first bytes are kept to recognize a sentence sent instead of an image. */
export const HEAD_BYTES = 256;

/** How much of a peer's sentence is shown, in characters. */
const MAX_TEXT = 100;

/** The most failures that are shown: more do not help a person. */
const MAX_FAULTS = 3;

/** Characters that text does not contain, but most images do among their first bytes. */
// deno-lint-ignore no-control-regex -- They are what is looked for.
const NO_TEXT = /[\x01-\x08\x0e-\x1f\x7f]/;

/** Bytes that are not the image. */
export interface WrongBytes {
  readonly bytes: number;
  readonly md5: string;
  /** The first {@link HEAD_BYTES} of them. */
  readonly head: Uint8Array;
}

/**
 * The fault for bytes that are not the image.
 *
 * @param end Why they ended without a proper end, if so: that is the fault, unless the bytes are a sentence.
 */
export function notTheImage(peer: Address, image: Image, { bytes, md5, head }: WrongBytes, end?: unknown): Fault {
  const from = formatAddress(peer);
  if (bytes === 0) return new Fault("peer-empty", { peer: from });
  const text = bytes <= head.length ? wordsIn(head) : "";
  if (text !== "") return new Fault("peer-said", { peer: from, text });
  if (end instanceof Fault) return end;
  return new Fault("wrong-md5", { peer: from, bytes, expected: image.md5, got: md5 });
}

/**
 * The words sent instead of an image, without the color codes, NULs and line ends that programs put around them: `ERR
 * …` from most programs, a sentence, or the first line of another protocol. Empty if it is not text.
 */
function wordsIn(bytes: Uint8Array): string {
  try {
    const text = stripVTControlCharacters(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    const line = text.split(/[\0\r\n]+/).map((it) => it.trim()).find((it) => it !== "") ?? "";
    if (NO_TEXT.test(text)) return "";
    return line.length > MAX_TEXT ? `${line.slice(0, MAX_TEXT)}…` : line;
  } catch {
    return "";
  }
}

/**
 * Why an answer to `GET` has no proper end, although the bytes may be the image: some programs never close, and the
 * close of others looks like a failure. Throws all other errors.
 */
export function openEnd(error: unknown, received: number): Fault {
  if (received > 0 && (isFault(error, "peer-silent") || isFault(error, "peer-cut"))) return error;
  throw error;
}

/** The fault of an image that no peer sent. */
export function fetchFailed(name: string, faults: readonly Fault[]): Fault {
  // If a peer was asked several times, its last failure.
  const last = new Map(faults.map((fault) => [(fault.values as { peer?: string }).peer, fault])).values().toArray();
  return new Fault("fetch-failed", { name, faults: last.slice(-MAX_FAULTS) });
}

/** Whether a fault concerns our disk: no other peer would help. */
export function isOurs(fault: Fault): boolean {
  return fault.code === "disk-full" || fault.code === "not-written";
}
