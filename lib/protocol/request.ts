/**
 * The requests of a client to a tracker:
 *
 * ```text
 * REG <password> <port> <md5,name;md5,name;...>
 * UPD <password> <port> <md5,name;md5,name;...>
 * LST
 * CHG <version>
 * FND <limit> <from> <words>
 * END <password> <port>
 * ```
 *
 * One request is one datagram, UTF-8, fields separated by one space (PROTOCOL.md, "Client to tracker").
 */
import { parsePort } from "./port.ts";
import { type Image, parseMd5 } from "./image.ts";
import { MAX_ENCODED_NAME_LENGTH, MAX_NAME_LENGTH, MAX_PASSWORD_BYTES } from "./limits.ts";
import { decodeName, encodeName } from "./name.ts";
import { REFUSALS } from "./reply.ts";
import { isListVersion } from "./changes.ts";
import { type FindRequest, parseFind } from "./find.ts";

/** Shares exactly `images` from the sender's address and this TCP port. */
export interface Announce {
  /** `REG` registers the sender; `UPD` replaces what it shares. */
  readonly type: "REG" | "UPD";
  /** A password without blanks; PROTOCOL.md, “Limits”, has its length. */
  readonly password: string;
  /** The TCP port on which the sender answers other peers. */
  readonly port: number;
  /** The images, one entry for each MD5. */
  readonly images: readonly Image[];
}

/**
 * Any well-formed request to a tracker: `LST` asks for all images, `CHG` for what changed in the list since a version
 * ("" for all), `FND` for images by their names, `END` ends a registration.
 */
export type TrackerRequest =
  | Announce
  | { readonly type: "LST" }
  | { readonly type: "CHG"; readonly version: string }
  | { readonly type: "FND" } & FindRequest
  | { readonly type: "END"; readonly password: string; readonly port: number };

/** What is wrong with a request, for the log. Contains no text of the request, which may hold a password. */
export type MalformedReason =
  | "not UTF-8"
  | "control characters"
  | "an error of a tracker"
  | "unknown type"
  | "LST takes no fields"
  | "CHG takes a version"
  | "FND takes two numbers and words"
  | "END takes two fields"
  | "no field for the images"
  | "no password"
  | "password too long"
  | "not a port from 1 to 65535"
  | "an entry without a comma"
  | "an MD5 that is not 32 hexadecimal digits"
  | "an empty name"
  | "a name that is too long";

/** Bytes that are not a request. */
export interface Malformed {
  /** Not a request. */
  readonly type: "malformed";
  /** What is wrong. */
  readonly reason: MalformedReason;
  /** Whether the sender gets an answer. The answer to a tracker's own error would cause another error, for ever. */
  readonly answer: boolean;
}

/** The image that the same text of an entry gave before; `undefined` for any other text. */
export type KnownEntries = (entry: string) => Image | undefined;

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** A tracker's refusal: if it arrives as a request, another tracker sent it, and it gets no answer. */
const REFUSAL = new RegExp(`^ERR (${REFUSALS.join("|")})$`);

const bad = (reason: MalformedReason): Malformed => ({ type: "malformed", reason, answer: true });

/**
 * Parses a request. Accepts what known programs send (line ends and NULs at the end, blanks in names, entries in single
 * quotes, upper-case MD5s, one `;` at the end) and nothing else. Never throws.
 *
 * @param known Entries that need not be parsed again.
 */
export function parseRequest(bytes: Uint8Array, known?: KnownEntries): TrackerRequest | Malformed {
  let text: string;
  try {
    text = decoder.decode(withoutEnd(bytes));
  } catch {
    return bad("not UTF-8");
  }
  // deno-lint-ignore no-control-regex -- control characters are just what is looked for
  if (/[\x00-\x1f\x7f]/.test(text)) return bad("control characters");
  if (REFUSAL.test(text)) return { type: "malformed", reason: "an error of a tracker", answer: false };
  // The last field may contain blanks.
  const [, type, password = "", port, images] = /^([^ ]*)(?: ([^ ]*))?(?: ([^ ]*))?(?: (.*))?$/s.exec(text)!;
  switch (type) {
    case "LST":
      return password || port !== undefined ? bad("LST takes no fields") : { type };
    case "CHG":
      return port !== undefined || !isListVersion(password) ? bad("CHG takes a version") : { type, version: password };
    case "FND": {
      const find = parseFind(password, port ?? "", images ?? "");
      return find ? { type, ...find } : bad("FND takes two numbers and words");
    }
    case "END": {
      if (images) return bad("END takes two fields");
      const sender = parseSender(password, port);
      return typeof sender === "string" ? bad(sender) : { type, ...sender };
    }
    case "REG":
    case "UPD": {
      if (images === undefined) return bad("no field for the images");
      const sender = parseSender(password, port);
      if (typeof sender === "string") return bad(sender);
      const list = parseImages(images, known);
      return typeof list === "string" ? bad(list) : { type, ...sender, images: list };
    }
    default:
      return bad("unknown type");
  }
}

/** A request without the line ends and NULs at its end. Not by a regular expression, which takes quadratic time. */
function withoutEnd(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && (bytes[end - 1] === 0x0d || bytes[end - 1] === 0x0a || bytes[end - 1] === 0)) end--;
  return bytes.subarray(0, end);
}

function parseSender(password: string, portText = ""): { password: string; port: number } | MalformedReason {
  if (password === "") return "no password";
  if (encoder.encode(password).length > MAX_PASSWORD_BYTES) return "password too long";
  const port = parsePort(portText);
  return port === null ? "not a port from 1 to 65535" : { password, port };
}

/** Reads `md5,name;md5,name`, with or without single quotes around each entry; else returns what is wrong. */
function parseImages(field: string, known?: KnownEntries): Image[] | MalformedReason {
  if (field === "" || field === "''") return [];
  const md5s = new Set<string>();
  const images: Image[] = [];
  const end = field.endsWith(";") ? field.length - 1 : field.length;
  for (let start = 0; start <= end;) {
    const semicolon = field.indexOf(";", start);
    const stop = semicolon < 0 ? end : semicolon;
    const entry = field.slice(start, stop);
    const image = known?.(entry) ?? parseImage(entry);
    if (typeof image === "string") return image;
    start = stop + 1;
    if (md5s.has(image.md5)) continue;
    md5s.add(image.md5);
    images.push(image);
  }
  return images;
}

const QUOTE = 0x27;
const COMMA = 0x2c;

function parseImage(text: string): Image | MalformedReason {
  const quoted = text.length > 1 && text.charCodeAt(0) === QUOTE && text.charCodeAt(text.length - 1) === QUOTE;
  const entry = quoted ? text.slice(1, -1) : text;
  if (entry.charCodeAt(32) !== COMMA) {
    return entry.includes(",") ? "an MD5 that is not 32 hexadecimal digits" : "an entry without a comma";
  }
  const md5 = parseMd5(entry.slice(0, 32));
  if (md5 === null) return "an MD5 that is not 32 hexadecimal digits";
  if (entry.length - 33 > MAX_ENCODED_NAME_LENGTH) return "a name that is too long";
  const name = decodeName(entry.slice(33));
  if (name.trim() === "") return "an empty name";
  return name.length > MAX_NAME_LENGTH ? "a name that is too long" : { md5, name };
}

/** The text of a request, with names encoded; {@link parseRequest} parses it back. */
export function formatRequest(request: TrackerRequest): string {
  switch (request.type) {
    case "LST":
      return "LST";
    case "CHG":
      return request.version === "" ? "CHG" : `CHG ${request.version}`;
    case "FND":
      return `FND ${request.limit} ${request.from} ${request.words.join(" ")}`;
    case "END":
      return `END ${request.password} ${request.port}`;
    default:
      return `${request.type} ${request.password} ${request.port} ${request.images.map(formatImage).join(";")}`;
  }
}

/** An entry of an announce: `md5,name`. */
export function formatImage({ md5, name }: Image): string {
  return `${md5},${encodeName(name)}`;
}
