/**
 * Options and operands of a command line, by the conventions of POSIX and GNU, as `node:util` parses them.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { isIP } from "node:net";
import { type Address, parsePort } from "../wire/address.ts";
import { LANGUAGES } from "../words/language.ts";
import { type UsageCode, UsageError } from "../words/usage.ts";

/** What an option takes, and what that becomes. */
interface Values {
  readonly nothing: true;
  readonly text: string;
  /** An IP literal. */
  readonly address: string;
  /** From 1 to 65535. */
  readonly port: number;
  /** A port, or 0 for a free one. */
  readonly "free-port": number;
  /** 0, or from ten seconds to a day. */
  readonly seconds: number;
  /** An IP literal and a port; `127.0.0.1` when only a port is given. */
  readonly "host-and-port": Address;
  /** Bytes per second, from a thousand on; `k`, `M` and `G` stand for powers of a thousand. */
  readonly rate: number;
}

/** What an option takes: a kind of value, or one of some words. */
export type Takes = keyof Values | readonly string[];

/** The options of a program, each with what it takes. */
export type OptionTable = Readonly<Record<string, Takes>>;

/** The options that a command line gave. */
export type OptionValues<T extends OptionTable> = {
  readonly [K in keyof T]?: T[K] extends keyof Values ? Values[T[K]] : string;
};

/** Every program's own options. */
export const COMMON_OPTIONS = { lang: Object.keys(LANGUAGES), help: "nothing", version: "nothing" } as const;

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
  const options: Record<string, unknown> = {};
  const given: string[] = [];
  for (const token of tokensOf(args, table)) {
    if (token.kind === "positional") given.push(token.value);
    if (token.kind === "option") options[token.name] = valueOf(token, table);
  }
  if (options.help || options.version) return { options: options as OptionValues<T>, operands: given as never };
  const missing = operands.find((_, i) => !given[i]);
  if (missing !== undefined) throw new UsageError("missing-operand", missing);
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
): unknown {
  const { name, rawName, value } = token;
  if (!Object.hasOwn(table, name)) throw new UsageError("unknown-option", rawName);
  const takes = table[name];
  if (takes === "nothing") {
    if (value !== undefined) throw new UsageError("takes-no-value", rawName, value);
    return true;
  }
  if (value === undefined || value === "" || (!token.inlineValue && /^-(?!\d)/.test(value))) {
    throw new UsageError("needs-value", rawName);
  }
  if (typeof takes !== "string") {
    if (takes.includes(value)) return value;
    throw new UsageError("bad-choice", rawName, value, takes.join(", "));
  }
  const read = READERS[takes](value);
  if (read === null) throw new UsageError(`bad-${takes}` as UsageCode, rawName, value);
  return read;
}

/** Reads each kind of value; `null` for what is none. */
const READERS: { readonly [K in Exclude<keyof Values, "nothing">]: (text: string) => Values[K] | null } = {
  text: (text) => text,
  address: (text) => isIP(text) === 0 ? null : text,
  port: parsePort,
  "free-port": (text) => text === "0" ? 0 : parsePort(text),
  seconds: (text) => /^(0|[1-9]\d{1,4})$/.test(text) && Number(text) <= 86_400 ? Number(text) : null,
  rate: (text) => {
    const [, digits, unit = ""] = /^(\d{1,12}(?:\.\d{1,3})?)([kmg])?$/i.exec(text) ?? [];
    const rate = Number(digits) * 1_000 ** ["", "k", "m", "g"].indexOf(unit.toLowerCase());
    return rate >= 1_000 ? Math.floor(rate) : null;
  },
  "host-and-port": (text) => {
    const [, host = "127.0.0.1", digits] = /^(?:\[?([^\]]*?)\]?:)?(\d+)$/.exec(text) ?? [];
    const port = digits === "0" ? 0 : parsePort(digits ?? "");
    return port === null || isIP(host) === 0 ? null : { host, port };
  },
};
