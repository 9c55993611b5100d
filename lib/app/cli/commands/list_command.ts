/** The command `list`: shows the images of all peers, or those that are named, once. */
import { networksOf } from "../../../announce/list/merge_lists.ts";
import { formatAddress } from "../../../protocol/address.ts";
import { albumOf } from "../../../protocol/image_path.ts";
import { requestList, selectListed } from "./request_list.ts";
import type { TrackerContext } from "../context.ts";
import { listLines, type NumberedImage } from "../output/list_table.ts";
import { longLines } from "../output/long_table.ts";
import { jsonLine } from "../output/json.ts";
import { EXIT } from "../exit_code.ts";
import { dropFilePermissions } from "../permissions.ts";
import { entriesOf, type InfoOf, sortEntries } from "../screen/list/list_entries.ts";

/** The width without a terminal: lines are not wrapped. */
const UNBOUNDED = 100_000;

/** This command shares nothing: another client on this machine is shown by its address like any other. */
const HOLDINGS = { folder: { here: () => undefined }, isSelf: () => false };

export async function runList(context: TrackerContext): Promise<number> {
  const { options, also, terminal, words } = context;
  const { sort = "index", long, json, jsonl } = options;
  const needsInfos = long || json || jsonl || sort === "size" || sort === "date";
  using infos = needsInfos ? new (await import("./listed_infos.ts")).ListedInfos(context) : null;
  await dropFilePermissions();
  const list = await requestList(context, context.rest);
  const { images, unknown } = selectListed(context, list.images);
  const infoOf = await requestInfos();
  const shown = new Set(images);
  const listed = entriesOf(list.images, HOLDINGS).filter(({ image }) => shown.has(image));
  const sorted = sortEntries(listed, sort as Parameters<typeof sortEntries>[1], infoOf, words.tag);
  const rows = list.isPart ? sorted.map(({ image }) => ({ index: null, image })) : sorted;
  const width = terminal.moving ? terminal.width : UNBOUNDED;
  if (jsonl) rows.forEach((row) => terminal.data(jsonLine("image", imageJson(row, infoOf))));
  else if (json) {
    const images = rows.map((row) => imageJson(row, infoOf));
    const [first] = list.networks;
    const networks = also.length > 0
      ? list.networks.map(({ name, address }) => ({ name, tracker: formatAddress(address) }))
      : undefined;
    const tracker = formatAddress(first.address);
    terminal.data(jsonLine("list", { tracker, networks, complete: !list.mayBeCut, images }));
  } else if (list.images.length === 0 && !list.isPart) terminal.fail(words.client.emptyList);
  else {
    const lines = long ? longLines(rows, infoOf, words, width) : listLines(rows, HOLDINGS, words, width);
    if (rows.length > 0) lines.forEach((line) => terminal.print(line));
  }
  if (list.mayBeCut && !json) terminal.fail(words.client.mayBeCut);
  if (rows.length === 0) return EXIT.nothing;
  return unknown.length > 0 ? EXIT.someFailed : EXIT.done;

  async function requestInfos(): Promise<InfoOf> {
    if (!infos) return () => undefined;
    terminal.status(words.client.askingPeers);
    try {
      return await infos.request(images, list, context.ending.signal);
    } finally {
      terminal.endStatus();
    }
  }
}

function imageJson(
  { index, image }: NumberedImage,
  infoOf: InfoOf,
): Readonly<Record<string, unknown>> {
  const { md5, name, peers } = image;
  const { size, mime: type, width, height, modified, taken } = infoOf(image) ?? {};
  const time = (seconds: number | undefined): string | undefined =>
    seconds ? new Date(seconds * 1_000).toISOString() : undefined;
  // Unknown properties are left out.
  const about = {
    size,
    type,
    width: width || undefined,
    height: height || undefined,
    modified: time(modified),
    taken: time(taken),
  };
  const networks = networksOf(image);
  return {
    index: index ?? undefined,
    md5,
    name,
    album: albumOf(name),
    peers: peers.map(formatAddress),
    networks: networks.length > 0 ? networks : undefined,
    ...about,
  };
}
