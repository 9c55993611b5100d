/** The unfinished downloads, each paused, resumed or cancelled by a key. */
import { Text, useInput } from "ink";
import type { ReactNode } from "react";
import type { Words } from "../../words/en/words.ts";
import { cutName, pad, widest } from "../../words/layout.ts";
import { visible } from "../../words/visible.ts";
import type { UnfinishedDownload } from "../commands/downloads.ts";
import type { Progress } from "../output/download_progress.ts";
import type { LatestState } from "./hooks.ts";
import { Keys, partLines } from "./parts.tsx";
import type { ScreenModel } from "./screen_model.ts";

export function UnfinishedView({ model, cursor, width, rows, back }: {
  readonly model: ScreenModel;
  /** The index of the download under the cursor. */
  readonly cursor: LatestState<number>;
  readonly width: number;
  readonly rows: number;
  readonly back: () => void;
}): ReactNode {
  const { downloads, words, words: { screen } } = model;
  const all = downloads.unfinished;
  const at = Math.max(0, Math.min(cursor.get(), all.length - 1));
  useInput((input, key) => {
    const all = downloads.unfinished;
    const at = Math.max(0, Math.min(cursor.get(), all.length - 1));
    const to = (place: number): void => cursor.set(Math.max(0, Math.min(place, all.length - 1)));
    if (key.escape || all.length === 0) return back();
    if (key.upArrow) return to(at - 1);
    if (key.downArrow) return to(at + 1);
    if (key.pageUp) return to(at - rows);
    if (key.pageDown) return to(at + rows);
    const { image, state } = all[at];
    if (key.delete || key.backspace) return downloads.stop([image]);
    if (input !== " " && !key.return) return;
    if (state === "active") downloads.pause([image]);
    else model.resume([image]);
  });
  const page = Math.max(1, rows - partLines(screen.unfinishedKeys, width).length);
  const from = Math.floor(at / page) * page;
  const lines = unfinishedLines(all.slice(from, from + page), downloads.progress(performance.now()), words, width);
  return (
    <>
      {lines.map((line, i) => (
        <Text key={all[from + i].image.md5} wrap="truncate" inverse={from + i === at}>{line}</Text>
      ))}
      <Keys keys={screen.unfinishedKeys} width={width} />
    </>
  );
}

/** A line for each download: its name and its state. */
export function unfinishedLines(
  downloads: readonly UnfinishedDownload[],
  progress: Progress | null,
  { screen, tag }: Words,
  width: number,
): string[] {
  const under = new Map(progress?.under.map((it) => [it.image.md5, it]));
  const states = downloads.map(({ image: { md5 }, state }) => {
    const { received = 0, size, isAsking } = under.get(md5) ?? {};
    if (state !== "active" || !under.has(md5)) return screen.states[state === "active" ? "waiting" : state];
    if (isAsking) return screen.states.asking;
    return size ? (received / size).toLocaleString(tag, { style: "percent" }) : screen.states.active;
  });
  const columns = widest(states);
  const nameWidth = Math.max(
    1,
    Math.min(width - columns - 2, widest(downloads.map(({ image }) => visible(image.name)))),
  );
  return downloads.map(({ image }, i) => `${pad(cutName(visible(image.name), nameWidth), nameWidth)}  ${states[i]}`);
}
