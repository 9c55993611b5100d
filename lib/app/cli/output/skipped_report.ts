/** Shows the files that are not shared to a person: how many, why, and which. */
import { normalize } from "node:path";
import { SKIP_REASONS, type SkippedFile } from "../../../files/file_record.ts";
import type { Words } from "../../words/en/words.ts";
import type { Terminal } from "./terminal.ts";

/** The most files that are listed for a person; `--json` lists all. */
const MAX_LISTED = 1_000;

/** How many files were left out for each reason, in the order of {@link SKIP_REASONS}. */
export function countSkipped(files: readonly SkippedFile[]): Partial<Record<SkippedFile["why"], number>> {
  const counts = SKIP_REASONS.map((why) => [why, files.filter((file) => file.why === why).length] as const);
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}

/** Shows how many files were left out by reason, if any were, and each of them if `listed`. */
export function reportSkipped(files: readonly SkippedFile[], listed: boolean, terminal: Terminal, words: Words): void {
  if (files.length === 0) return;
  const { client: { skipped }, reasons } = words;
  const parts = Object.entries(countSkipped(files)).map(([why, count]) => {
    const kinds = new Set(files.filter((file) => file.why === why).map(({ kind }) => kind ?? ""));
    const named = why === "raw" || why === "incomplete" ? [...kinds].filter((kind) => kind !== "").sort() : [];
    return skipped.counts[why as SkippedFile["why"]](count) + (named.length > 0 ? ` (${named.join(", ")})` : "");
  });
  terminal.print((listed ? skipped.listed : skipped.summary)(parts.join(", ")));
  if (!listed) return;
  for (const { path, why, kind } of files.slice(0, MAX_LISTED)) {
    const detail = kind === undefined ? "" : ` (${reasons[kind] ?? kind})`;
    terminal.print(`  ${normalize(path)}: ${skipped.reasons[why]}${detail}`);
  }
  if (files.length > MAX_LISTED) terminal.print(skipped.more(files.length - MAX_LISTED));
}
