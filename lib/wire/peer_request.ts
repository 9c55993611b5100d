/**
 * What one peer asks another: `GET <md5>`, 36 bytes, usually with no newline and no half-close after them
 * (PROTOCOL.md, "Client to client").
 *
 * @module
 */
import { MAX_PEER_REQUEST_BYTES } from "./limits.ts";
import { parseMd5 } from "./image.ts";
import { decodeName } from "./name.ts";

/** What the bytes read so far ask for. */
export type PeerRequest =
  /** Not whole yet: read on. */
  | { readonly type: "more" }
  /** The image with this MD5. */
  | { readonly type: "md5"; readonly md5: string }
  /** The image of this name, as an older client asks; only a name that is shared exactly so is meant. */
  | { readonly type: "name"; readonly name: string }
  /** Nothing that deserves a byte. */
  | { readonly type: "invalid" };

const decoder = new TextDecoder("utf-8", { fatal: true });

/** The request for an image, as every peer understands it: lower case, no newline. */
export function formatGet(md5: string): string {
  return `GET ${md5}`;
}

/**
 * Reads what has come from a peer so far. Forgives more blanks, upper case, quotes around the MD5 and whatever white
 * space follows it; a whole request needs nothing after its 32nd digit.
 *
 * @param bytes All that has come.
 * @param ended Whether the peer has ended its half of the connection.
 */
export function parsePeerRequest(bytes: Uint8Array, ended = false): PeerRequest {
  if (bytes.length > MAX_PEER_REQUEST_BYTES) return { type: "invalid" };
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch {
    return { type: "invalid" };
  }
  const unfinished: PeerRequest = { type: ended ? "invalid" : "more" };
  if ("GET ".startsWith(text.toUpperCase())) return unfinished;
  const get = /^GET[ \t]+(["']?)([0-9a-f]{32})(?![^\s"'\0])/i.exec(text);
  if (get) return { type: "md5", md5: parseMd5(get[2])! };
  const [, line, newline] = /^GET[ \t]+([^\r\n\0]*)([\r\n\0])?/i.exec(text) ?? [];
  if (line === undefined) return { type: "invalid" };
  if (/^["']?[0-9a-f]{0,31}$/i.test(line) && !newline && !ended) return unfinished;
  const name = line.trim().replace(/^(["'])(.*)\1$/, "$2");
  return name === "" ? { type: "invalid" } : { type: "name", name: decodeName(name) };
}
