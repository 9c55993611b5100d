/**
 * What all formats have alike.
 *
 * @module
 */

/** What a file consists of. */
export interface Parts {
  /** Segments, chunks, boxes, items, blocks of metadata or entries of directories, whatever the format calls them. */
  readonly pieces: number;
  /** How often a decoder goes through all of the picture: the scans of a JPEG (one for each of its colours), frames. */
  readonly passes: number;
  /** Of how many pixels the file itself says that it is, where a decoder could believe in more than one such number. */
  readonly pixels?: number;
}

/** The four letters at a place. */
export function fourCc(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]);
}
