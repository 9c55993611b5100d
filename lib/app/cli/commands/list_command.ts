/** The command `list`: shows the images of all peers once. */
import { formatAddress } from "../../../protocol/address.ts";
import { type ReceivedList, requestList } from "./request_list.ts";
import type { TrackerContext } from "../context.ts";
import { listLines } from "../output/list_table.ts";
import { jsonLine } from "../output/json.ts";
import { EXIT } from "../exit_code.ts";

/** The width without a terminal: lines are not wrapped. */
const UNBOUNDED = 100_000;

export async function runList(context: TrackerContext): Promise<number> {
  const { options, terminal, words } = context;
  const list = await requestList(context);
  if (options.json) terminal.data(listJson(list));
  else if (list.images.length === 0) terminal.fail(words.client.emptyList);
  else {
    // This command shares nothing: another client on this machine is shown by its address like any other.
    const holdings = { folder: { byMd5: () => undefined }, isSelf: () => false };
    const width = terminal.moving ? terminal.width : UNBOUNDED;
    listLines(list.images, holdings, words, width).forEach((line) => terminal.print(line));
    if (list.mayBeCut) terminal.fail(words.client.mayBeCut);
  }
  return list.images.length === 0 ? EXIT.nothing : EXIT.done;
}

function listJson({ tracker, images, mayBeCut }: ReceivedList): string {
  const listed = images.map(({ md5, name, peers }, i) => ({
    index: i + 1,
    md5,
    name,
    peers: peers.map(formatAddress),
  }));
  return jsonLine("list", { tracker, complete: !mayBeCut, images: listed });
}
