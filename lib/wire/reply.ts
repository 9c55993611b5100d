/**
 * What a tracker answers, written as the specification has it and read as programs in the wild write it:
 *
 * ```text
 * OK <n>_REGISTERED_IMAGES                      to REG
 * OK <n>_REGISTERED_FILES                       to UPD
 * OK CLIENT_FINISHED                            to END
 * md5,name,ip:port,ip:port;md5,name,ip:port     to LST
 * ERR <reason>
 * ```
 *
 * @module
 */
import { stripVTControlCharacters } from "node:util";
import { type Address, formatAddress, parseAddress } from "./address.ts";
import { type ListedImage, parseMd5 } from "./image.ts";
import { MAX_NAME_LENGTH, MAX_PEERS_PER_IMAGE } from "./limits.ts";
import { decodeName, encodeName } from "./name.ts";

/** Why a tracker refuses a request: the words of the specification, that for an empty list, and those of our limits. */
export const REFUSALS = [
  "INVALID_MESSAGE_FORMAT",
  "IP_REGISTERED_WITH_DIFFERENT_PASSWORD",
  "NO_IMAGES_AVAILABLE",
  "REGISTER_FIRST",
  "TOO_MANY_IMAGES",
  "TOO_MANY_REGISTRATIONS",
  "TRACKER_FULL",
] as const;

/** One of the {@link REFUSALS}. */
export type Refusal = typeof REFUSALS[number];

/** An answer that is not a list. */
export type Reply =
  | { readonly type: "registered" | "updated"; readonly count: number }
  | { readonly type: "finished" }
  | { readonly type: "error"; readonly reason: string };

/** The text of an answer, as the specification writes it. */
export function formatReply(reply: Reply): string {
  switch (reply.type) {
    case "registered":
      return `OK ${reply.count}_REGISTERED_IMAGES`;
    case "updated":
      return `OK ${reply.count}_REGISTERED_FILES`;
    case "finished":
      return "OK CLIENT_FINISHED";
    case "error":
      return `ERR ${reply.reason}`;
  }
}

const decoder = new TextDecoder();

/** The text of a datagram without the colours, NULs and blanks that some trackers put around it. */
export function replyText(bytes: Uint8Array): string {
  const text = stripVTControlCharacters(decoder.decode(bytes));
  let [start, end] = [0, text.length];
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

/** NUL, and what a line can end with. */
function isBlank(code: number): boolean {
  return code === 0 || code === 0x20 || (code >= 0x09 && code <= 0x0d);
}

/** Reads an answer other than a list; `null` when it is none (a list may still be). */
export function parseReply(text: string): Reply | null {
  const ok = /^OK (\d{1,9})_REGISTERED_(IMAGES|FILES)$/i.exec(text);
  if (ok) return { type: ok[2].toUpperCase() === "IMAGES" ? "registered" : "updated", count: Number(ok[1]) };
  if (/^OK CLIENT_FINISHED$/i.test(text)) return { type: "finished" };
  const error = /^ERR(?:OR)?\b[ :]*(.*)$/is.exec(text);
  return error ? { type: "error", reason: error[1] } : null;
}

/** One entry of a list: `md5,name,ip:port,ip:port`. */
export function formatListed({ md5, name, peers }: ListedImage): string {
  return [md5, encodeName(name), ...peers.map(formatAddress)].join(",");
}

/**
 * Reads a list in any of the forms that trackers send: the specification's, with the first two fields swapped, with
 * addresses as `port:ip`, with a `;` at the end, with one image per line as `[ md5 - name - clientes: ip:port ]`, with
 * one MD5 in several entries. What is no entry is passed over, so a sentence or an error is an empty list.
 */
export function parseList(text: string): ListedImage[] {
  const images = new Map<string, Entry>();
  for (const part of text.split(/[;\r\n]+/)) {
    const entry = parseBracketed(part) ?? parseEntry(part);
    if (!entry || entry.peers.length === 0) continue;
    const known = images.get(entry.md5);
    if (!known) images.set(entry.md5, entry);
    else known.peers.push(...entry.peers);
  }
  return [...images.values()].map((image) => ({ ...image, peers: distinct(image.peers) }));
}

/** An entry as it is read, its addresses in the order in which they stand. */
type Entry = { md5: string; name: string; peers: Address[] };

function parseEntry(text: string): Entry | null {
  const fields = text.trim().split(",");
  const at = fields.findIndex((field) => parseMd5(field.trim()) !== null);
  if (at < 0) return null;
  const md5 = parseMd5(fields[at].trim())!;
  const peers = parseAddressTail(fields);
  const name = at === 0 ? fields.slice(1, fields.length - peers.length) : fields.slice(0, at);
  return { md5, name: nameFrom(name.join(",")), peers };
}

/** The addresses at the end of an entry; a name may hold commas of its own, so they are counted from the end. */
function parseAddressTail(fields: string[]): Address[] {
  const peers: Address[] = [];
  for (let i = fields.length - 1; i > 0; i--) {
    const peer = parseAddress(fields[i].trim());
    if (!peer) break;
    peers.push(peer);
  }
  return peers.reverse();
}

/** `[ md5 - name - clientes: ip:port,ip:port ]`; the word before the addresses may be any. */
function parseBracketed(text: string): Entry | null {
  const [first, ...rest] = text.trim().replace(/^\[/, "").replace(/\]$/, "").split(" - ");
  const md5 = parseMd5(first.trim());
  const holders = /^\s*\p{L}+:(.*)$/su.exec(rest.pop() ?? "");
  if (md5 === null || !holders || rest.length === 0) return null;
  const peers = holders[1].split(",").map((field) => parseAddress(field.trim())).filter((peer) => peer !== null);
  return { md5, name: nameFrom(rest.join(" - ").trim()), peers };
}

/** The name of an entry; a longer one than any file has is cut. */
function nameFrom(wire: string): string {
  return decodeName(wire).slice(0, MAX_NAME_LENGTH);
}

function distinct(peers: Address[]): Address[] {
  return [...new Map(peers.map((peer) => [formatAddress(peer), peer])).values()].slice(0, MAX_PEERS_PER_IMAGE);
}
