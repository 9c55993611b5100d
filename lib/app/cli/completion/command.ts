/**
 * The hidden command by which shells complete: `idp2pi-client __complete <language> <words before>... .<current word>`.
 * The last argument begins with a dot, for PowerShell 5.1 passes no empty arguments.
 *
 * Its output is a line for each candidate, with a tab before the explanation; or `:files <prefix>` or
 * `:directories <prefix>`, for paths are completed by the shell itself.
 *
 * @module
 */
import { wordsFor } from "../../words/language.ts";
import type { ProgramSpec } from "../options/definition.ts";
import { complete } from "./completer.ts";

export async function completionLines(args: readonly string[], spec: ProgramSpec): Promise<string[]> {
  const [language = "en", ...line] = args;
  const current = line.pop()?.slice(1) ?? "";
  const completion = complete(line, current, spec, await wordsFor(language));
  if (completion.kind !== "words") return [`:${completion.kind} ${completion.prefix}`];
  return completion.candidates.map(([word, explanation]) => `${word}\t${explanation}`);
}
