/** The downloads: a bar for each, and one for all. */
import { Text } from "ink";
import type { ReactNode } from "react";
import { formatAddress } from "../../../protocol/address.ts";
import type { Words } from "../../words/en/words.ts";
import { cutName, pad, widest } from "../../words/layout.ts";
import { bytesText, timeText } from "../../words/sentence.ts";
import { visible } from "../../words/visible.ts";
import type { ActiveDownload, Progress } from "../output/download_progress.ts";
import { bar, partLines } from "./parts.tsx";

/**
 * The columns of a bar, and the part of a line for a name, by the width of the terminal. Except in the narrowest, there
 * is room for the rate, the time left and the peer.
 */
const LAYOUTS = [
  { from: 110, bar: 20, name: 0.3 },
  { from: 60, bar: 10, name: 0.25 },
  { from: 0, bar: 8, name: 0.4 },
];

/** The fewest columns with room for the peer. */
const WIDE = 60;

/** Shows the progress in at most `rows` lines. */
export function DownloadsView({ progress, words, width, rows }: {
  readonly progress: Progress;
  readonly words: Words;
  readonly width: number;
  readonly rows: number;
}): ReactNode {
  const showsStop = rows > 1;
  const lines = downloadLines(progress, words, width, rows - (showsStop ? 1 : 0));
  return (
    <>
      {lines.map((line, i) => <Text key={i} wrap="truncate">{line}</Text>)}
      {showsStop && <Text dimColor wrap="truncate">{partLines(words.screen.stop, width)[0]}</Text>}
    </>
  );
}

/** The lines: as many images as fit, and finally the total. */
export function downloadLines(progress: Progress, words: Words, width: number, rows: number): string[] {
  const { done, total, share, bytes, rate, left, under } = progress;
  const isWide = width >= WIDE;
  const { bar: columns, name: nameShare } = LAYOUTS.find(({ from }) => width >= from)!;
  const shown = under.slice(0, Math.max(0, rows - 1));
  const label = words.screen.all(done, total);
  const names = shown.map(({ image }) => visible(image.name));
  const nameWidth = Math.max(widest([label]), Math.min(widest(names), Math.floor(width * nameShare)));
  const line = (name: string, share: number | undefined, rest: readonly string[]): string =>
    [pad(cutName(name, nameWidth), nameWidth), bar(share ?? 0, columns), percent(share, words), ...rest].join(" ")
      .trimEnd();
  const perSecond = (rate: number): string => words.screen.rate(bytesText(rate, words));
  const rest = (left: number | undefined): string[] =>
    left === undefined ? [] : [words.screen.left(timeText(left, words))];
  const one = ({ image, peer, received, size, rate, left }: ActiveDownload): string => {
    const moving = isWide ? [perSecond(rate), ...rest(left), formatAddress(peer)] : rest(left);
    return line(visible(image.name), size && received / size, moving);
  };
  const sum = isWide ? [bytesText(bytes, words), perSecond(rate), ...rest(left)] : [perSecond(rate)];
  return [...shown.map(one), line(label, share, sum)];
}

/** ` 58 %`, or blanks if unknown. */
function percent(share: number | undefined, words: Words): string {
  const text = share === undefined ? "" : share.toLocaleString(words.tag, { style: "percent" });
  return pad(text, 4, "left");
}
