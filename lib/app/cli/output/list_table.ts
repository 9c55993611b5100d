/** A list of images as a table: index, number of peers, networks if there are several, name, and peers. */
import { networksOf } from "../../../announce/list/merge_lists.ts";
import { type Address, formatAddress } from "../../../protocol/address.ts";
import type { Image, ListedImage } from "../../../protocol/image.ts";
import { isSameName } from "../../../protocol/name.ts";
import { cut, cutName, cutPath, pad, widest, wrap } from "../../words/layout.ts";
import { visible } from "../../words/visible.ts";
import type { Words } from "../../words/en/words.ts";

/** The part of a line for names if the peers need the rest. */
const NAME_SHARE = 0.45;

/** The fewest columns of a name. With fewer, the peers are below the name. */
const MIN_NAME = 16;

/** The most columns for the local name of an image beside the listed one. */
const MAX_OWN_NAME = 16;

/** The most peers shown for an image: enough to see who has it, few enough to see the next image. */
const MAX_PEERS_SHOWN = 12;

/** Blanks between columns; more before the last one, since a name that was cut ends beside it. */
const GAP = "  ";
const LAST_GAP = "   ";

/** Knows which images exist here, and which address is our own. */
export interface Holdings {
  readonly folder: { here(md5: string): Image | undefined };
  isSelf(address: Address): boolean;
}

/** An image with its number in the whole list; `null` if that was not requested. */
export interface NumberedImage {
  readonly index: number | null;
  readonly image: ListedImage;
}

interface Row {
  readonly index: string;
  readonly peers: string;
  readonly name: string;
  readonly note: string;
  readonly holders: readonly string[];
}

/**
 * The lines of the table, each at most `width` columns; peers that do not fit on one line continue below. In a narrow
 * terminal all of them are below the name.
 */
export function listLines(
  images: readonly NumberedImage[],
  peer: Holdings,
  { client }: Words,
  width: number,
): string[] {
  const { columns } = client;
  const peersCell = peersCells(images, client);
  const head = {
    index: columns.index,
    peers: peersCell(columns.peers, columns.network),
    name: columns.name,
    note: "",
    holders: [columns.holders],
  };
  const rows: Row[] = images.map(({ index, image }) => ({
    index: `${index ?? ""}`,
    peers: peersCell(`${image.peers.length}`, shownNetworks(image)),
    name: visible(image.name),
    note: noteOf(image, peer.folder.here(image.md5), client),
    holders: shownPeers(image, peer, client),
  }));
  const all = [head, ...rows];
  const indexWidth = widest(all.map(({ index }) => index));
  const peersWidth = widest(all.map(({ peers }) => peers));
  const namesWidth = widest(all.map(({ name, note }) => name + note));
  const room = width - indexWidth - peersWidth - 2 * GAP.length - LAST_GAP.length;
  const beside = room - widest(all.flatMap(({ holders }) => holders)); // With one peer on each line.
  if (beside < Math.min(MIN_NAME, namesWidth)) return all.flatMap((row) => stacked(row, indexWidth, peersWidth, width));
  const spare = room - widest(all.map(({ holders }) => holders.join(" ")));
  const nameWidth = Math.min(namesWidth, Math.max(spare, Math.min(Math.floor(width * NAME_SHARE), beside)));
  return all.flatMap(({ index, peers, name, note, holders }) => {
    const start = [pad(index, indexWidth, "left"), pad(peers, peersWidth, "left"), named(name, note, nameWidth)];
    const left = start.join(GAP) + LAST_GAP;
    const blank = " ".repeat(width - room + nameWidth);
    return wrap(holders, room - nameWidth).map((some, i) => ((i === 0 ? left : blank) + some).trimEnd());
  });
}

/** The cells of the number of peers, with the networks beside it if there are several. */
function peersCells(
  images: readonly NumberedImage[],
  { columns }: Words["client"],
): (peers: string, networks: string) => string {
  const networks = images.map(({ image }) => shownNetworks(image));
  if (networks.every((it) => it === "")) return (peers) => peers;
  const counts = images.map(({ image }) => `${image.peers.length}`);
  const [countWidth, width] = [widest([columns.peers, ...counts]), widest([columns.network, ...networks])];
  return (peers, networks) => pad(peers, countWidth, "left") + GAP + pad(networks, width);
}

/** The names of the networks that list an image; empty where there is only one network. */
export function shownNetworks(image: ListedImage): string {
  return networksOf(image).map(visible).join(", ");
}

/** An image in a narrow terminal: its peers are on lines below its name. */
function stacked(
  { index, peers, name, note, holders }: Row,
  indexWidth: number,
  peersWidth: number,
  width: number,
): string[] {
  const nameWidth = Math.max(1, width - indexWidth - peersWidth - 2 * GAP.length);
  const indent = " ".repeat(indexWidth) + GAP + GAP;
  return [
    [pad(index, indexWidth, "left"), named(name, note, nameWidth), pad(peers, peersWidth, "left")].join(GAP),
    ...wrap(holders, width - indent.length).map((some) => indent + some),
  ];
}

/** A name and its note in exactly `width` columns; the name is cut first. */
function named(name: string, note: string, width: number): string {
  const forName = width - widest([note]);
  return pad(cut(cutPath(name, Math.max(forName, Math.min(MIN_NAME, width))) + note, width), width);
}

/** The note on an image that exists here, with its local name if that differs. */
function noteOf(image: Image, here: Image | undefined, words: Words["client"]): string {
  if (!here) return "";
  return ` (${
    isSameName(here.name, image.name) ? words.here : words.hereAs(cutName(visible(here.name), MAX_OWN_NAME))
  })`;
}

function shownPeers({ peers }: ListedImage, self: Holdings, words: Words["client"]): string[] {
  const shown = peers.slice(0, MAX_PEERS_SHOWN).map((it) => self.isSelf(it) ? words.you : formatAddress(it));
  if (shown.length === 0) return [""]; // Lists of other trackers may name no peer.
  return peers.length > shown.length ? [...shown, words.morePeers(peers.length - shown.length)] : shown;
}
