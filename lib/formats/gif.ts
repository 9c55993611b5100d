/**
 * The blocks of a GIF (GIF89a, sections 15 to 26).
 *
 * @module
 */
import type { Parts } from "./part.ts";

const EXTENSION = 0x21;

/** The bytes of a table of colours whose size stands in these flags. */
function tableBytes(flags: number): number {
  return flags & 0x80 ? 3 << (flags & 7) + 1 : 0;
}

/** A piece for each block of 255 bytes at most that stands before the first frame; nobody here looks at further ones. */
export function gifParts(bytes: Uint8Array): Parts {
  let pieces = 0;
  for (let at = 13 + tableBytes(bytes[10]); at < bytes.length;) {
    if (bytes[at] !== EXTENSION) break;
    for (at += 2; bytes[at] > 0; at += 1 + bytes[at]) pieces++;
    at++;
  }
  return { pieces, passes: 1 };
}
