/** The command `list`: shows the images of all peers, or those that are named, once. */
import { formatAddress } from "../../../protocol/address.ts";
import { albumOf } from "../../../protocol/image_path.ts";
import { requestList, selectListed } from "./request_list.ts";
import type { TrackerContext } from "../context.ts";
import { listLines, type NumberedImage } from "../output/list_table.ts";
import { jsonLine } from "../output/json.ts";
import { EXIT } from "../exit_code.ts";

/** The width without a terminal: lines are not wrapped. */
const UNBOUNDED = 100_000;

export async function runList(context: TrackerContext): Promise<number> {
  const { options, terminal, words } = context;
  const list = await requestList(context);
  const { images, unknown } = selectListed(context, list.images);
  const shown = new Set(images);
  const rows = list.images.flatMap((image, i) => shown.has(image) ? [{ index: i + 1, image }] : []);
  if (options.json) {
    terminal.data(jsonLine("list", { tracker: list.tracker, complete: !list.mayBeCut, images: rows.map(imageJson) }));
  } else if (list.images.length === 0) terminal.fail(words.client.emptyList);
  else {
    // This command shares nothing: another client on this machine is shown by its address like any other.
    const holdings = { folder: { byMd5: () => undefined }, isSelf: () => false };
    const width = terminal.moving ? terminal.width : UNBOUNDED;
    if (rows.length > 0) listLines(rows, holdings, words, width).forEach((line) => terminal.print(line));
    if (list.mayBeCut) terminal.fail(words.client.mayBeCut);
  }
  if (rows.length === 0) return EXIT.nothing;
  return unknown.length > 0 ? EXIT.someFailed : EXIT.done;
}

function imageJson({ index, image: { md5, name, peers } }: NumberedImage): Readonly<Record<string, unknown>> {
  return { index, md5, name, album: albumOf(name), peers: peers.map(formatAddress) };
}
