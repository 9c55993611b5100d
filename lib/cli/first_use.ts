/**
 * The first use, without arguments: explains itself, and asks for what is missing.
 *
 * @module
 */
import { join } from "node:path";
import { UsageError } from "../words/usage.ts";
import type { Words } from "../words/en/words.ts";
import { sentence } from "../words/sentence.ts";
import { visible } from "../words/visible.ts";
import { splitTracker } from "./client_start.ts";
import type { Terminal } from "./terminal.ts";

/** What people's directories of pictures are called, in the languages that we speak. */
const PICTURES = ["Pictures", "Imagens"];

/** A word that no shell takes for anything but itself. */
const PLAIN = /^[\w./][\w./:@%+=,~-]*$/;

/**
 * Asks for the operands that are missing; `null` when the user would rather not.
 *
 * @param given Those that are not missing.
 */
export async function askMissing(
  missing: readonly string[],
  given: Readonly<Record<string, string | undefined>>,
  terminal: Terminal,
  words: Words,
): Promise<Record<string, string> | null> {
  const { firstUse } = words;
  for (const line of firstUse.explain) terminal.print(line);
  const operands: Record<string, string> = {};
  if (missing.includes("tracker")) {
    const tracker = await askUntil(firstUse.tracker, isTracker);
    if (tracker === null) return null;
    operands.tracker = tracker;
  }
  if (missing.includes("directory")) {
    const usual = await usualDirectory();
    const directory = await askUntil(firstUse.directory(usual ?? ""), isDirectory, usual);
    if (directory === null) return null;
    operands.directory = expanded(directory);
  }
  const all = { ...given, ...operands };
  terminal.print(firstUse.nextTime);
  terminal.data(`  ${visible(["idp2pi-client", quoted(all.tracker!), quoted(all.directory!)].join(" "))}`);
  return operands;

  /** Asks until the answer is right. */
  async function askUntil(
    question: string,
    wrong: (answer: string) => Promise<string | null>,
    usual?: string,
  ): Promise<string | null> {
    for (;;) {
      const answer = terminal.askFirst(question);
      if (answer === null) return null;
      const text = answer.trim() || usual;
      if (text === undefined) continue;
      const why = await wrong(text);
      if (why === null) return text;
      terminal.fail(why);
    }
  }

  function isTracker(text: string): Promise<string | null> {
    try {
      if (/\s/.test(text)) return Promise.resolve(firstUse.noTracker(text));
      splitTracker(text);
      return Promise.resolve(null);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      return Promise.resolve(sentence(error, words));
    }
  }

  async function isDirectory(text: string): Promise<string | null> {
    const info = await Deno.stat(expanded(text)).catch(() => null);
    return info?.isDirectory ? null : firstUse.noDirectory(text);
  }
}

/** A directory of pictures that this user has, as it would be typed. */
async function usualDirectory(): Promise<string | undefined> {
  for (const name of PICTURES) {
    const path = expanded(`~/${name}`);
    if (path !== `~/${name}` && (await Deno.stat(path).catch(() => null))?.isDirectory) return `~/${name}`;
  }
}

/** A path that begins with `~/`, as a shell would give it to us. */
function expanded(path: string): string {
  const home = Deno.env.get("HOME");
  return home && /^~(\/|$)/.test(path) ? join(home, path.slice(1)) : path;
}

/** A word as a shell takes it. */
function quoted(word: string): string {
  if (PLAIN.test(word)) return word;
  return Deno.build.os === "windows" ? `"${word}"` : `'${word.replaceAll("'", `'\\''`)}'`;
}
