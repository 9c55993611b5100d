/** The first use, without arguments: explains the program, and asks for missing operands. */
import { UsageError } from "../../words/usage.ts";
import type { Words } from "../../words/en/words.ts";
import type { HeardTracker } from "../../discovery/heard_trackers.ts";
import { formatAddress } from "../../../protocol/address.ts";
import { sentence } from "../../words/sentence.ts";
import { visible } from "../../words/visible.ts";
import { FoundTracker, nothingFound, search, showTrackers } from "./choose_tracker.ts";
import { parseTracker } from "../options/values.ts";
import type { Terminal } from "../output/terminal.ts";
import { expandHome, type System, type UserPaths } from "../user_paths.ts";

/** Names of the pictures directory, in our languages. */
const PICTURES = ["Pictures", "Imagens"];

/** Words that need no quotes in a shell. */
const PLAIN = /^[\w./][\w./:@%+=,~-]*$/;
const PLAIN_ON_WINDOWS = /^[\w./\\][\w./\\:@+=~-]*$/;

/** What a person answered. */
export interface PromptAnswers {
  readonly operands: Record<string, string>;
  /** The tracker that was chosen among those in this network, if so. */
  readonly chosen: FoundTracker | null;
}

/** Asks for missing operands; `null` when the user declines. */
export async function promptOperands(
  missing: readonly string[],
  given: Readonly<Record<string, string | undefined>>,
  terminal: Terminal,
  words: Words,
  { home }: UserPaths,
): Promise<PromptAnswers | null> {
  const { firstUse } = words;
  const { os } = Deno.build;
  terminal.print(firstUse.explain);
  terminal.print(given.directory === undefined ? firstUse.explainTracker : firstUse.explainFound);
  const operands: Record<string, string> = {};
  let chosen: FoundTracker | null = null;
  /** Whether `auto` finds the same tracker next time. */
  let isOnlyOne = false;
  if (missing.includes("tracker")) {
    const tracker = await askTracker();
    if (tracker === null) return null;
    operands.tracker = tracker;
  }
  if (missing.includes("directory")) {
    const standard = await defaultDirectory(os, home);
    const directory = await askFor(firstUse.directory(standard ?? ""), directoryProblem, standard);
    if (directory === null) return null;
    operands.directory = expandHome(directory, os, home);
  }
  const all = { ...given, ...operands };
  terminal.print(firstUse.nextTime);
  terminal.data(
    `  ${
      visible(["idp2pi-client", isOnlyOne ? "auto" : quoted(all.tracker!, os), quoted(all.directory!, os)].join(" "))
    }`,
  );
  return { operands, chosen };

  /** Asks for the tracker, and offers those in this network. */
  async function askTracker(): Promise<string | null> {
    // Whoever names a directory wants to share it: what is in the network is offered at once.
    let found: readonly HeardTracker[] = given.directory === undefined ? [] : await offerTrackers();
    for (;;) {
      const question = found.length === 0 ? firstUse.tracker : firstUse.trackerOrNumber(found.length);
      const answer = terminal.askFirst(question)?.trim();
      if (answer === undefined) return null;
      const heard = answer === "" && found.length === 1 ? found[0] : found[Number(answer) - 1];
      if (heard) {
        isOnlyOne = found.length === 1;
        chosen = new FoundTracker(heard);
        return heard.otherNames.length > 0 ? chosen.tracker : formatAddress(heard.addresses[0]);
      }
      if (answer === "") found = await offerTrackers();
      else if (found.length > 0 && /^\d+$/.test(answer)) terminal.fail(firstUse.noNumber(answer, found.length));
      else {
        const problem = await trackerProblem(answer);
        if (problem === null) return answer;
        terminal.fail(problem);
      }
    }
  }

  async function offerTrackers(): Promise<readonly HeardTracker[]> {
    const found = await search(terminal, words, new AbortController().signal);
    if (found.trackers.length === 0) terminal.fail(sentence(nothingFound(found), words));
    else showTrackers(found.trackers, terminal, words);
    return found.trackers;
  }

  /** Asks until the answer is valid. */
  async function askFor(
    question: string,
    problemOf: (answer: string) => Promise<string | null>,
    standard?: string,
  ): Promise<string | null> {
    for (;;) {
      const answer = terminal.askFirst(question);
      if (answer === null) return null;
      const text = unquoted(answer.trim(), os) || standard;
      if (text === undefined) continue;
      const problem = await problemOf(text);
      if (problem === null) return text;
      terminal.fail(problem);
    }
  }

  function trackerProblem(text: string): Promise<string | null> {
    try {
      if (/\s/.test(text)) return Promise.resolve(firstUse.noTracker(text));
      parseTracker(text);
      return Promise.resolve(null);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      return Promise.resolve(sentence(error, words));
    }
  }

  async function directoryProblem(text: string): Promise<string | null> {
    const info = await Deno.stat(expandHome(text, os, home)).catch(() => null);
    return info?.isDirectory ? null : firstUse.noDirectory(text);
  }
}

/** The user's pictures directory, as a person would type it; Windows has no `~`. */
async function defaultDirectory(os: System, home: string | null): Promise<string | undefined> {
  if (home === null) return undefined;
  for (const name of PICTURES) {
    const path = expandHome(`~/${name}`, os, home);
    const isDirectory = await Deno.stat(path).then((info) => info.isDirectory, () => false);
    if (isDirectory) return os === "windows" ? path : `~/${name}`;
  }
}

/** Input without the quotes that Windows adds to a path dragged into the window. */
export function unquoted(text: string, os: System): string {
  return os === "windows" ? text.replace(/^"([^"]*)"$/, "$1") : text;
}

/** Quotes a word for the shell; on Windows for cmd and PowerShell, where a backslash escapes a quote. */
export function quoted(word: string, os: System): string {
  if ((os === "windows" ? PLAIN_ON_WINDOWS : PLAIN).test(word)) return word;
  return os === "windows" ? `"${word.replace(/\\$/, "\\\\")}"` : `'${word.replaceAll("'", `'\\''`)}'`;
}
