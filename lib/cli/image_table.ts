/**
 * A list of images as a table: index, how many peers, name, and which peers.
 *
 * @module
 */
import { type Address, formatAddress } from "../wire/address.ts";
import type { Image, ListedImage } from "../wire/image.ts";
import { cut, pad, widest, wrap } from "../words/layout.ts";
import { visible } from "../words/visible.ts";
import type { Words } from "../words/en/words.ts";

/** The part of a line that a name may take. */
const NAME_SHARE = 0.45;

/** Columns that an own name takes beside the one that is listed. */
const MAX_OWN_NAME = 16;

/** Most peers shown of one image: enough to see who, few enough to see the next image. */
const MAX_PEERS_SHOWN = 12;

/**
 * The lines of the table, each at most `width` columns; peers that do not fit one line go on below.
 *
 * @param peer Knows which images are here already, which is told beside the name, and which address is its own.
 */
export function listLines(
  images: readonly ListedImage[],
  peer: { have(image: ListedImage): Image | undefined; isSelf(address: Address): boolean },
  { client }: Words,
  width: number,
): string[] {
  const rows = images.map((image, i) => ({
    index: `${i + 1}`,
    peers: `${image.peers.length}`,
    name: visible(image.name),
    note: noteOf(image, peer.have(image), client),
    holders: shownPeers(image, peer, client),
  }));
  const { columns } = client;
  const indexWidth = widest([columns.index, ...rows.map(({ index }) => index)]);
  const peersWidth = widest([columns.peers, ...rows.map(({ peers }) => peers)]);
  const names = rows.map(({ name, note }) => name + note);
  const nameWidth = Math.min(widest([columns.name, ...names]), Math.floor(width * NAME_SHARE));
  const rest = width - indexWidth - peersWidth - nameWidth - 3 * 2;
  const line = (index: string, peers: string, name: string, holders: string): string =>
    [pad(index, indexWidth, "left"), pad(peers, peersWidth, "left"), pad(cut(name, nameWidth), nameWidth), holders]
      .join("  ").trimEnd();
  return [
    line(columns.index, columns.peers, columns.name, columns.holders),
    ...rows.flatMap(({ index, peers, name, note, holders }) => {
      const [first, ...more] = wrap(holders, rest);
      const shown = cut(name, Math.max(nameWidth - widest([note]), 1)) + note;
      return [line(index, peers, shown, first), ...more.map((holders) => line("", "", "", holders))];
    }),
  ];
}

/** What is said beside the name of an image that is here, and under which name, if that is another. */
function noteOf(image: Image, here: Image | undefined, words: Words["client"]): string {
  if (!here) return "";
  return ` (${here.name === image.name ? words.here : words.hereAs(cut(visible(here.name), MAX_OWN_NAME))})`;
}

function shownPeers(
  { peers }: ListedImage,
  self: { isSelf(address: Address): boolean },
  words: Words["client"],
): string[] {
  const shown = peers.slice(0, MAX_PEERS_SHOWN).map((it) => self.isSelf(it) ? words.you : formatAddress(it));
  return peers.length > shown.length ? [...shown, words.morePeers(peers.length - shown.length)] : shown;
}
