/**
 * The answer to `LST`: written as in the specification, `md5,name,ip:port,ip:port;md5,name,ip:port`, and read in the
 * forms of all known programs. A list comes from a stranger and may be 64 MiB long: it is read from start to end
 * without being split, and every count is limited while it is read.
 */
import { type Address, formatAddress, parseAddress } from "./address.ts";
import { type ListedImage, parseMd5 } from "./image.ts";
import {
  MAX_ENCODED_NAME_LENGTH,
  MAX_LISTED_ADDRESSES,
  MAX_LISTED_IMAGES,
  MAX_NAME_LENGTH,
  MAX_PEERS_PER_IMAGE,
} from "./limits.ts";
import { decodeName, encodeName } from "./name.ts";

/** An entry of a list: `md5,name,ip:port,ip:port`. */
export function formatListed({ md5, name, peers }: ListedImage): string {
  return [md5, encodeName(name), ...peers.map(formatAddress)].join(",");
}

/**
 * Reads a list in any form that trackers send: as in the specification, with the first two fields swapped, with
 * addresses as `port:ip`, with a `;` at the end, with one image per line as `[ md5 - name - clientes: ip:port ]`, with
 * an MD5 in several entries, or with the quotes in which some clients register their entries (`'md5,name',ip:port`).
 * Anything but entries is skipped, so a sentence or an error gives an empty list.
 */
export function parseList(text: string): ListedImage[] {
  const parser = new ListParser();
  parser.add(text);
  return parser.take();
}

/** Reads a list in parts, each of whole entries: a long one takes a while. */
export class ListParser {
  readonly #images = new Map<string, { md5: string; name: string; peers: Set<Address> }>();
  readonly #known = new Addresses();
  #addresses = 0;
  #isFull = false;

  /** Reads the next part of the text. */
  add(text: string): void {
    for (const [part] of text.matchAll(/[^;\r\n]+/g)) {
      if (this.#isFull) return;
      const entry = part.length < MIN_ENTRY_LENGTH ? null : parseBracketed(part) ?? parseSeparated(part, this.#known);
      if (entry) this.#add(entry);
    }
  }

  /** The images that were read since the last call. */
  take(): ListedImage[] {
    const images = Array.from(this.#images.values(), ({ md5, name, peers }) => ({ md5, name, peers: [...peers] }));
    this.#images.clear();
    return images;
  }

  #add(entry: Entry): void {
    let image = this.#images.get(entry.md5);
    this.#isFull = !image && this.#images.size >= MAX_LISTED_IMAGES;
    if (this.#isFull) return;
    for (const field of fieldsFrom(entry.text, entry.addresses)) {
      const address = this.#known.read(field);
      if (!address) return;
      if (!image) this.#images.set(entry.md5, image = { md5: entry.md5, name: entry.name(), peers: new Set() });
      if (image.peers.size >= MAX_PEERS_PER_IMAGE) return;
      this.#isFull = ++this.#addresses > MAX_LISTED_ADDRESSES;
      if (this.#isFull) return;
      image.peers.add(address);
    }
  }
}

/** Whether a text is a list, which contains an MD5. A sentence, an error and an empty text are none. */
export function isList(text: string): boolean {
  return /(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])/i.test(text);
}

/** The shortest entry: an MD5, a separator and an address. */
const MIN_ENTRY_LENGTH = 32 + 1 + 9;

/** The most characters before the addresses of an entry: an MD5, a name, separators. */
const MAX_HEAD_LENGTH = MAX_ENCODED_NAME_LENGTH + 100;

/** An entry whose addresses have not been read yet. */
interface Entry {
  readonly md5: string;
  /** Reads the name; only called for an entry with addresses. */
  readonly name: () => string;
  readonly text: string;
  /** The position of the addresses in `text`. */
  readonly addresses: number;
}

/** `md5,name,ip:port,ip:port`, or the first two swapped. A name may contain commas: addresses follow its last field. */
function parseSeparated(text: string, known: Addresses): Entry | null {
  const fields = text.slice(0, MAX_HEAD_LENGTH).split(",");
  const at = fields.findIndex((field) => readMd5(field) !== null);
  if (at < 0) return null;
  const { md5, quoted } = readMd5(fields[at])!;
  const isWhole = text.length <= MAX_HEAD_LENGTH;
  let last = isWhole ? fields.length - 1 : fields.length - 2; // The last one may be cut.
  while (last > at && known.read(fields[last]) !== null) last--;
  const isNameCut = !isWhole && last === fields.length - 2 && fields[last + 1].length > MAX_ADDRESS_LENGTH;
  if (isNameCut) last++;
  const name = at === 0 ? fields.slice(1, last + 1).join(",") : fields.slice(0, at).join(",").trimStart();
  const end = fields.slice(0, Math.max(at, last) + 1).reduce((sum, field) => sum + field.length + 1, 0);
  const addresses = isNameCut ? (text.indexOf(",", end - 1) + 1 || text.length) : end;
  return { md5, name: () => readName(name, quoted), text, addresses };
}

/** `[ md5 - name - clientes: ip:port,ip:port ]`, with any word before the addresses. */
function parseBracketed(text: string): Entry | null {
  const head = text.slice(0, MAX_HEAD_LENGTH);
  const first = head.indexOf(SEPARATOR);
  const last = head.lastIndexOf(SEPARATOR);
  if (first < 0 || last === first) return null;
  const read = readMd5(head.slice(0, first).replace(/^\s*\[/, ""));
  const holders = /^\s*\p{L}{1,40}:/u.exec(head.slice(last + SEPARATOR.length));
  if (!read || !holders) return null;
  const name = (): string => readName(head.slice(first + SEPARATOR.length, last).trim(), read.quoted);
  return { md5: read.md5, name, text, addresses: last + SEPARATOR.length + holders[0].length };
}

const SEPARATOR = " - ";

/** The fields of a text from a position on, one at a time. */
function* fieldsFrom(text: string, start: number): Iterable<string> {
  while (start < text.length) {
    const comma = text.indexOf(",", start);
    const end = comma < 0 ? text.length : comma;
    if (end - start <= MAX_ADDRESS_LENGTH) yield text.slice(start, end);
    else return;
    start = end + 1;
  }
}

/** `[ipv6%zone]:port`, with blanks, quotes and a bracket around it. */
const MAX_ADDRESS_LENGTH = 100;

/** The MD5 in a field, and whether a client put quotes around it. */
function readMd5(field: string): { md5: string; quoted: boolean } | null {
  if (field.length > MAX_ADDRESS_LENGTH || field.length < 32) return null;
  const plain = parseMd5(field);
  if (plain !== null) return { md5: plain, quoted: false };
  const trimmed = field.trim();
  const inner = trimmed.replace(/^['"]/, "").replace(/['"]$/, "");
  const md5 = parseMd5(inner);
  return md5 === null ? null : { md5, quoted: inner !== trimmed };
}

/**
 * The name of an entry. If it is longer than any file's, it loses its first folders, or is cut; if longer than any
 * encoded name, it is not decoded.
 */
function readName(wire: string, quoted: boolean): string {
  const inner = quoted ? wire.replace(/^['"]/, "").replace(/['"]$/, "") : wire;
  const name = inner.length > MAX_ENCODED_NAME_LENGTH ? inner : decodeName(inner);
  const folders = name.length > MAX_NAME_LENGTH ? name.indexOf("/", name.length - MAX_NAME_LENGTH - 1) + 1 : 0;
  return (name.slice(folders) || name).slice(0, MAX_NAME_LENGTH);
}

/** An address without surrounding quotes and brackets. */
function bare(field: string): string {
  return field.trim().replace(/['"\]]*\s*\]?$/, "").replace(/^['"]/, "").trimEnd();
}

/** The most addresses that are remembered; further ones are parsed each time. */
const MAX_ADDRESSES_KEPT = 100_000;

/** The addresses of a list: the same few occur many times, and each becomes one object. */
class Addresses {
  readonly #byText = new Map<string, Address | null>();
  readonly #byAddress = new Map<string, Address>();

  read(field: string): Address | null {
    const known = this.#byText.get(field);
    if (known !== undefined) return known;
    if (!field.includes(":")) return null; // Most names: parsing them would take longer than all else.
    let address = parseAddress(bare(field));
    if (address && this.#byText.size < MAX_ADDRESSES_KEPT) {
      const key = formatAddress(address);
      const same = this.#byAddress.get(key);
      if (same) address = same;
      else this.#byAddress.set(key, address);
      this.#byText.set(field, address);
    }
    return address;
  }
}
