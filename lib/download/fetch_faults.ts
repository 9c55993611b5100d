/** What is wrong when a fetch fails: the words that came instead of an image, and the failures of all peers. */
import { stripVTControlCharacters } from "node:util";
import { type Address, formatAddress } from "../protocol/address.ts";
import { Fault, isFault } from "../fault/fault.ts";
import type { Image } from "../protocol/image.ts";

/** The first bytes of what came, kept to recognize a sentence sent instead of an image. */
export const HEAD_BYTES = 256;

/** The longest part of a peer's sentence that is shown, in characters. */
const MAX_TEXT = 100;

/** Further failures do not help a person. */
const MAX_FAULTS = 3;

/** Characters that text does not contain; most images have some among their first bytes. */
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
 * What is wrong with bytes that are not the image.
 *
 * @param end Why they had no proper end, if so: then that is what is wrong, unless they are a sentence.
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
 * The words that came instead of an image, without the color codes, NULs and line ends that programs put around them:
 * `ERR …` in most, a sentence, or the first line of another protocol. Empty if it is not text.
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
 * Why an answer to `GET` has no proper end, though the bytes that came may be the image: some programs never close,
 * others close so that it looks broken. Throws all other errors.
 */
export function openEnd(error: unknown, received: number): Fault {
  if (received > 0 && (isFault(error, "peer-silent") || isFault(error, "peer-cut"))) return error;
  throw error;
}

/** The fault of an image that no peer sent. */
export function fetchFailed(name: string, faults: readonly Fault[]): Fault {
  // Of a peer that was asked again, its last failure.
  const last = new Map(faults.map((fault) => [(fault.values as { peer?: string }).peer, fault])).values().toArray();
  return new Fault("fetch-failed", { name, faults: last.slice(-MAX_FAULTS) });
}

/** Whether a fault is that of our disk: no other peer would help. */
export function isOurs(fault: Fault): boolean {
  return fault.code === "disk-full" || fault.code === "not-written";
}
