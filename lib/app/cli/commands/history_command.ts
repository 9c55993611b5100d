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

/** Time, direction, bytes, rate, peer and image. */
export function transferLine({ at, kind, bytes, ms, peer, name }: Transfer, words: Words): string {
  const { history, screen, tag } = words;
  const when = new Date(at).toLocaleString(tag, { dateStyle: "short", timeStyle: "medium" });
  const columns = [
    pad(bytesText(bytes, words), 8, "left"),
    pad(screen.rate(bytesText(bytes / ms * 1_000, words)), 10, "left"),
  ];
  return [when, history.directions[kind](peer), ...columns, name].join("  ");
}
