/** Which images are shown. */
import { foldName } from "../../../../protocol/fold_name.ts";
import { IMAGE_FLAG } from "../../api.ts";
import { dateOf, formatName } from "./image_facts.ts";
import type { ImageTable } from "./image_table.ts";

export type ImageStatus = "any" | "own" | "remote" | "fetching" | "recent";

export interface Filter {
  /** Words that the name contains, or the beginning of the MD5. */
  readonly text: string;
  /** An album with those inside it; "" for all images. */
  readonly album: string;
  /** The address of a peer that has it; "" for any. */
  readonly peer: string;
  /** The name of a network that lists it; "" for any. */
  readonly network: string;
  readonly format: string;
  readonly status: ImageStatus;
  /** The first and the last second of its date, since 1970. */
  readonly after: number;
  readonly before: number;
  /** Its size in bytes: at least, and less than. */
  readonly minSize: number;
  readonly maxSize: number;
}

export const NO_FILTER: Filter = {
  text: "",
  album: "",
  peer: "",
  network: "",
  format: "",
  status: "any",
  after: 0,
  before: Infinity,
  minSize: 0,
  maxSize: Infinity,
};

const { shared, here, fetching, recent } = IMAGE_FLAG;

/** The flags of which one is wanted. */
const STATUS_FLAGS: Readonly<Record<ImageStatus, number>> = { any: 0, own: shared | here, remote: 0, fetching, recent };

/**
 * The slots of `order` whose images match; `order` itself if all do.
 *
 * @param network The number of the network in rows, which changes when others come and go; -1 for any.
 */
export function matching(
  table: ImageTable,
  order: readonly number[],
  filter: Filter,
  network: number,
): readonly number[] {
  const { album, format, status, after, before, minSize, maxSize } = filter;
  const words = foldName(filter.text).split(/\s+/).filter((it) => it !== "");
  const peer = table.peers.indexOf(filter.peer);
  const [dated, sized] = [after > 0 || before < Infinity, minSize > 0 || maxSize < Infinity];
  const wanted = STATUS_FLAGS[status];
  const inside = `${album}/`;
  const found: number[] = [];
  for (const slot of order) {
    const row = table.rows[slot];
    if (!row) continue;
    if (wanted !== 0 && (row[9] & wanted) === 0) continue;
    if (status === "remote" && (row[9] & here) !== 0) continue;
    if (album !== "" && table.albums[slot] !== album && !table.albums[slot].startsWith(inside)) continue;
    if (filter.peer !== "" && !row[10].includes(peer)) continue;
    if (network >= 0 && !row[12].includes(network)) continue;
    if (sized && !(row[2] > 0 && row[2] >= minSize && row[2] < maxSize)) continue;
    if (dated && !(dateOf(row) > 0 && dateOf(row) >= after && dateOf(row) <= before)) continue;
    if (format !== "" && formatName(row) !== format) continue;
    if (!words.every((word) => table.texts[slot].includes(word) || word.length >= 4 && row[0].startsWith(word))) {
      continue;
    }
    found.push(slot);
  }
  return found.length < order.length ? found : order;
}
