/**
 * Options and operands of a command line, by the conventions of POSIX and GNU, as `node:util` parses them.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { parsePort } from "../wire/address.ts";
import { LANGUAGES } from "./language.ts";

/** What an option takes: nothing, any text, a port, a port or 0 for a free one, or a language. */
export type Takes = "nothing" | "text" | "port" | "free-port" | "language";

/** The options of a program, each with what it takes. */
export type OptionTable = Readonly<Record<string, Takes>>;

/** The options that a command line gave. */
export type OptionValues<T extends OptionTable> = {
  readonly [K in keyof T]?: T[K] extends "nothing" ? true : T[K] extends "text" | "language" ? string : number;
};

/** What can be wrong with a command line; the sentences stand in the words of each language. */
export type UsageCode =
  | "unknown-option"
  | "needs-value"
  | "takes-no-value"
  | "bad-port"
  | "bad-language"
  | "bad-password"
  | "missing-operand"
  | "extra-operand";

/** A command line that says nothing that could be done. */
export class UsageError extends Error {
  /** What is wrong. */
  readonly code: UsageCode;
  /** The option or operand that it is about. */
  readonly subject: string;
  /** The value that it was given. */
  readonly value: string;

  /** An error about `subject`, which was given `value`. */
  constructor(code: UsageCode, subject: string, value = "") {
    super(`${code}: ${subject} ${value}`);
    this.name = "UsageError";
    this.code = code;
    this.subject = subject;
    this.value = value;
  }
}

/** Every program's own options. */
export const COMMON_OPTIONS = { lang: "language", help: "nothing", version: "nothing" } as const;

/**
 * Reads a command line.
 *
 * @param operands The names of the operands that must be there, for the message when one is missing.
 * @throws {UsageError}
 */
export function parseCommandLine<T extends OptionTable, N extends readonly string[]>(
  args: readonly string[],
  table: T,
  operands: N,
): { options: OptionValues<T>; operands: { [I in keyof N]: string } } {
  const options: Record<string, string | number | true> = {};
  const given: string[] = [];
  for (const token of tokensOf(args, table)) {
    if (token.kind === "positional") given.push(token.value);
    if (token.kind === "option") options[token.name] = valueOf(token, table);
  }
  if (options.help || options.version) return { options: options as OptionValues<T>, operands: given as never };
  if (given.length < operands.length) throw new UsageError("missing-operand", operands[given.length]);
  if (given.length > operands.length) throw new UsageError("extra-operand", given[operands.length]);
  return { options: options as OptionValues<T>, operands: given as never };
}

/** The value of `--lang`, wherever it stands, right or wrong: an error about another option is told in this language. */
export function languageOption(args: readonly string[], table: OptionTable): string | undefined {
  const token = tokensOf(args, table).find((token) => token.kind === "option" && token.name === "lang");
  return token?.kind === "option" ? token.value : undefined;
}

/** As much of a token of `parseArgs` as is used. */
type Token =
  | { kind: "option"; name: string; rawName: string; value?: string; inlineValue?: boolean }
  | { kind: "positional"; value: string }
  | { kind: "option-terminator" };

function tokensOf(args: readonly string[], table: OptionTable): Token[] {
  const types = Object.entries(table).map(([name, takes]) =>
    [name, { type: takes === "nothing" ? "boolean" : "string", ...SHORT[name] }] as const
  );
  return parseArgs({
    args: [...args],
    options: Object.fromEntries(types),
    strict: false,
    allowPositionals: true,
    tokens: true,
  }).tokens;
}

/** The short forms that everybody expects. */
const SHORT: Readonly<Record<string, { short: string }>> = { help: { short: "h" }, version: { short: "V" } };

function valueOf(
  token: Extract<Token, { kind: "option" }>,
  table: OptionTable,
): string | number | true {
  const { name, rawName, value } = token;
  if (!Object.hasOwn(table, name)) throw new UsageError("unknown-option", rawName);
  const takes = table[name];
  if (takes === "nothing") {
    if (value !== undefined) throw new UsageError("takes-no-value", rawName, value);
    return true;
  }
  if (value === undefined || value === "" || (!token.inlineValue && value.startsWith("-"))) {
    throw new UsageError("needs-value", rawName);
  }
  if (takes === "text") return value;
  if (takes === "language") {
    if (!Object.hasOwn(LANGUAGES, value)) throw new UsageError("bad-language", rawName, value);
    return value;
  }
  const port = takes === "free-port" && value === "0" ? 0 : parsePort(value);
  if (port === null) throw new UsageError("bad-port", rawName, value);
  return port;
}
