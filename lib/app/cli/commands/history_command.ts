/** The command `history`: shows downloads and uploads with their peers, the newest last, or deletes them. */
import { History, type Transfer } from "../../../download/history.ts";
import { pad } from "../../words/layout.ts";
import { bytesText } from "../../words/sentence.ts";
import type { Words } from "../../words/en/words.ts";
import type { ClientContext } from "../context.ts";
import { EXIT } from "../exit_code.ts";
import { jsonLine } from "../output/json.ts";

export function runHistory({ options, terminal, words, paths, ending }: ClientContext): number {
  using history = new History(paths.history);
  if (options.clear) {
    const transfers = history.clear();
    if (options.json) terminal.data(jsonLine("history-cleared", { transfers }));
    else terminal.print(words.history.cleared(transfers));
    return EXIT.done;
  }
  let count = 0;
  for (const transfer of history.read()) {
    count++;
    if (ending.signal.aborted) break;
    if (options.json) terminal.data(transferJson(transfer));
    else terminal.print(transferLine(transfer, words));
  }
  if (count === 0 && !options.json) terminal.fail(words.history.none);
  return count === 0 ? EXIT.nothing : EXIT.done;
}

function transferJson({ at, kind, md5, name, bytes, ms, peer, directory }: Transfer): string {
  const time = new Date(at).toISOString();
  const rate = Math.round(bytes / ms * 1_000);
  return jsonLine("transfer", { time, direction: kind, md5, name, bytes, rate, peer, directory });
}

/** A date and time of the same width on each line. */
const WHEN = {
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
} as const;

/** Columns of the peer, the bytes and the rate. */
const [PEER, BYTES, RATE] = [27, 8, 10];

/** Time, direction, bytes, rate and image. */
export function transferLine({ at, kind, bytes, ms, peer, name }: Transfer, words: Words): string {
  const { history, screen, tag } = words;
  return [
    new Date(at).toLocaleString(tag, WHEN),
    pad(history.directions[kind](peer), PEER),
    pad(bytesText(bytes, words), BYTES, "left"),
    pad(screen.rate(bytesText(bytes / ms * 1_000, words)), RATE, "left"),
    name,
  ].join("  ");
}
