/**
 * The command `list`: what everybody shares, once.
 *
 * @module
 */
import { type Listing, TrackerClient } from "../net/tracker_client.ts";
import { formatAddress } from "../wire/address.ts";
import type { ClientStart } from "./client_start.ts";
import { listLines } from "./image_table.ts";
import { jsonLine } from "./json.ts";
import { aborted, EXIT } from "./program.ts";

/** Without a terminal lines are as wide as they need to be. */
const UNBOUNDED = 100_000;

/** Lists once; gives the exit code. */
export async function runList({ tracker, options, terminal, words, ending }: ClientStart): Promise<number> {
  const client = await TrackerClient.open(tracker.host, tracker.port);
  try {
    terminal.status(words.client.asking(formatAddress(client.address)));
    const listing = await Promise.race([client.list(), aborted(ending.signal)]);
    terminal.endStatus();
    if (!listing) return EXIT.failed;
    const { images, mayBeCut } = listing;
    if (options.json) {
      terminal.data(listJson(listing, formatAddress(client.address)));
      return images.length === 0 ? EXIT.nothing : EXIT.done;
    }
    if (images.length === 0) {
      terminal.fail(words.client.emptyList);
      return EXIT.nothing;
    }
    // Nothing is shared here: another client on this machine is told by its address like any other.
    const holdings = { have: () => undefined, isSelf: () => false };
    const width = terminal.moving ? terminal.width : UNBOUNDED;
    listLines(images, holdings, words, width).forEach((line) => terminal.print(line));
    if (mayBeCut) terminal.fail(words.client.mayBeCut);
    return EXIT.done;
  } finally {
    await client.close();
  }
}

/** The list for programs. */
function listJson({ images, mayBeCut }: Listing, tracker: string): string {
  const told = images.map(({ md5, name, peers }, i) => ({ index: i + 1, md5, name, peers: peers.map(formatAddress) }));
  return jsonLine("list", { tracker, complete: !mayBeCut, images: told });
}
