/**
 * Parses the words of a command line into a command, its options and operands, by the conventions of POSIX and GNU, as
 * `node:util` does.
 */
import { parseArgs } from "node:util";
import { UsageError } from "../../words/usage.ts";
import { callOf, commandOf, optionsOf, type ProgramSpec } from "./definition.ts";

/** A parsed command line; the values are still texts. */
export interface CommandLine {
  /** The command's name, never an alias; `main` if none was given. */
  readonly command: string;
  /** The options by name: the text of the value, or `true` for a switch. */
  readonly options: ReadonlyMap<string, string | true>;
  readonly operands: readonly string[];
}

/** Clearly hosts and not a mistyped command: an address, a name with its domain, or several. */
const PLAINLY_HOST = /[.:,]|^localhost$/;

/**
 * Parses a command line.
 *
 * @throws {UsageError} For an unknown option, one of another command, one without its value, and a word that looks like
 * a mistyped command.
 */
export async function parseCommandLine(args: readonly string[], spec: ProgramSpec): Promise<CommandLine> {
  const options = new Map<string, string | true>();
  const words: string[] = [];
  let [command, typed] = ["main", "main"];
  let ended = false;
  for (const token of tokensOf(args, spec)) {
    if (token.kind === "option-terminator") ended = true;
    else if (token.kind === "option") {
      const [text, before] = [await textOf(token, spec), options.get(token.name)];
      options.set(token.name, spec.options[token.name].many && before ? `${before} ${text}` : text);
    } else {
      // After “--” a word is never a command: a directory may have any name.
      const named = words.length === 0 && command === "main" && !ended ? commandOf(spec, token.value) : undefined;
      if (named) [command, typed] = [named, token.value];
      else words.push(token.value);
    }
  }
  const allowed = optionsOf(spec, command);
  const misplaced = options.keys().find((name) => !allowed.includes(name));
  if (misplaced !== undefined) throw optionElsewhere(misplaced, command, spec, command === typed ? "en" : "pt");
  if (command === "main" && !ended && words[0] && !PLAINLY_HOST.test(words[0])) {
    const known = Object.entries(spec.commands).flatMap(([name, { aliases }]) =>
      name === "main" ? [] : [...aliases, name]
    );
    const similar = await nearest(words[0], known);
    const mayBeHost = spec.commands.main.operands.length > 0;
    if (similar) throw new UsageError(mayBeHost ? "unknown-command" : "no-command", words[0], "", similar);
  }
  return { command, options, operands: words };
}

/** The text of an option, valid or not, which decides how other errors are shown; `true` without a value. */
export function findOption(args: readonly string[], spec: ProgramSpec, name: string): string | true | undefined {
  const token = tokensOf(args, spec).findLast((token) => token.kind === "option" && token.name === name);
  return token?.kind === "option" ? token.value ?? true : undefined;
}

/** The word of `known` that was probably meant by `typed`, if any is similar. */
export async function nearest(typed: string, known: readonly string[]): Promise<string | undefined> {
  const { closestMatch } = await import("leven");
  // One mistake in three letters; two swapped letters count as two.
  const maxDistance = Math.max(typed.length > 3 ? 2 : 1, Math.floor(typed.length / 3));
  return closestMatch(typed, known, { maxDistance }) ?? undefined;
}

type Token =
  | { kind: "option"; name: string; rawName: string; value?: string; inlineValue?: boolean }
  | { kind: "positional"; value: string }
  | { kind: "option-terminator" };

function tokensOf(args: readonly string[], spec: ProgramSpec): Token[] {
  const types = Object.entries(spec.options).map(([name, { takes, short }]) =>
    [name, { type: takes === "nothing" ? "boolean" : "string", ...short ? { short } : {} }] as const
  );
  return parseArgs({
    args: [...args],
    options: Object.fromEntries(types),
    strict: false,
    allowPositionals: true,
    tokens: true,
  }).tokens;
}

async function textOf(
  { name, rawName, value, inlineValue }: Extract<Token, { kind: "option" }>,
  spec: ProgramSpec,
): Promise<string | true> {
  if (!Object.hasOwn(spec.options, name)) {
    const suggestion = await nearest(name, Object.keys(spec.options));
    throw new UsageError("unknown-option", rawName, "", suggestion && `--${suggestion}`);
  }
  if (spec.options[name].takes === "nothing") {
    if (value !== undefined) throw new UsageError("takes-no-value", rawName, value);
    return true;
  }
  if (value === undefined || value === "" || (!inlineValue && /^-(?!\d)/.test(value))) {
    throw new UsageError("needs-value", rawName);
  }
  return value;
}

/** Names commands in the language in which one was typed. */
function optionElsewhere(name: string, command: string, spec: ProgramSpec, language: string): UsageError {
  const where = Object.entries(spec.commands).filter(([, { options }]) => options.includes(name)).map(([it]) => it);
  const call = (it: string): string => callOf(spec, it, language);
  return new UsageError("option-elsewhere", `--${name}`, call(command), where.map(call).join(", "));
}
