/** The effective settings: from the command line, else the environment, else the config file, else the default. */
import { UsageError } from "../../words/usage.ts";
import { type CommandLine, nearest } from "./command_line.ts";
import {
  type CommandSpec,
  COMMON,
  COMMON_OPTIONS,
  type OptionSpec,
  type OptionSpecs,
  persistentOperands,
  type ProgramSpec,
} from "./definition.ts";
import { parseValue, type Values } from "./values.ts";

export interface Setting {
  /** Of an option or operand. */
  readonly name: string;
  /** As typed; `null` for none. */
  readonly text: string | null;
  readonly source: "command-line" | "environment" | "config-file" | "default" | "none";
  /** The option, variable, or file and key that it comes from. */
  readonly where: string;
}

export type OptionValues<O extends OptionSpecs> = {
  readonly [K in keyof O]?: O[K]["takes"] extends keyof Values ? Values[O[K]["takes"]] : string;
};

export interface Settings<O extends OptionSpecs> {
  readonly values: OptionValues<O>;
  readonly operands: Readonly<Record<string, string | undefined>>;
  /** The values of an operand that may be repeated. */
  readonly rest: readonly string[];
  /** All settings of the program, for `config`. */
  readonly all: readonly Setting[];
}

/** The sources of settings other than the command line. */
export interface SettingSources {
  readonly env: Readonly<Record<string, string>>;
  readonly file: { readonly path: string; readonly values: Readonly<Record<string, string>> } | null;
  /** Replaces `~` by the home directory. */
  readonly expand: (path: string) => string;
  /** Whether something is there at a path. */
  readonly exists?: (path: string) => Promise<boolean>;
  /** Asks a person for missing operands; `null` if they decline. */
  readonly prompt?: (
    missing: readonly string[],
    given: Readonly<Record<string, string | undefined>>,
  ) => Promise<Record<string, string> | null>;
}

/**
 * Resolves the settings of a command line from all sources.
 *
 * @throws {UsageError} For invalid values, unknown names in the config file or environment, missing or extra operands.
 * @returns `null` if a person was asked for missing operands and declined.
 */
export async function resolveSettings<O extends OptionSpecs>(
  line: CommandLine,
  spec: ProgramSpec & { readonly options: O },
  sources: SettingSources,
): Promise<Settings<O> | null> {
  await rejectUnknownNames(spec, sources);
  const command = spec.commands[line.command];
  const all: Setting[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, option] of Object.entries(spec.options)) {
    const setting = lookUpOption(name, option, line, spec, sources);
    all.push(setting);
    const used = command.options.includes(name) || COMMON.includes(name);
    if (setting.text !== null && (used || line.command === "config")) {
      const subject = setting.where || `--${name}`;
      const value = await parseValue(setting.text, option.takes, subject, sources.expand);
      if (value !== undefined) values[name] = value;
    }
  }
  const resolved = await resolveOperands(line.operands, command, spec, sources);
  if (!resolved) return null;
  const ofOperands = persistentOperands(spec).map((name) => lookUpPersistent(name, spec, sources) ?? unset(name));
  return { values: values as OptionValues<O>, ...resolved, all: [...ofOperands, ...all] };
}

/** `null` if a person was asked for missing operands and declined. */
async function resolveOperands(
  words: readonly string[],
  command: CommandSpec,
  spec: ProgramSpec,
  sources: SettingSources,
): Promise<Pick<Settings<ProgramSpec["options"]>, "operands" | "rest"> | null> {
  const given = await isSecondAlone(words, command, spec, sources) ? ["", ...words] : [...words];
  const operands: Record<string, string | undefined> = {};
  const missing: string[] = [];
  let rest: string[] = [];
  for (const { name, takes, optional, persistent, many } of command.operands) {
    if (many) {
      rest = given.splice(0);
      continue;
    }
    const text = given.shift() || (persistent && lookUpPersistent(name, spec, sources)?.text);
    if (!text) {
      if (!optional) missing.push(name);
    } else if (typeof takes === "object" && !takes.includes(text)) {
      throw new UsageError("bad-operand", name, text, takes.join(", "));
    } else operands[name] = takes === "directory" || takes === "file" ? sources.expand(text) : text;
  }
  if (given.length > 0) throw new UsageError("extra-operand", given[0]);
  if (missing.length === 0) return { operands, rest };
  if (!sources.prompt) throw new UsageError("missing-operand", missing[0]);
  const answers = await sources.prompt(missing, operands);
  return answers && { operands: { ...operands, ...answers }, rest };
}

/**
 * Whether the only word is a path for the second operand, such as `~/Pictures` without a tracker: a path cannot be the
 * first one, unless it is also a name; then it is one if the second operand comes from elsewhere.
 */
async function isSecondAlone(
  words: readonly string[],
  { operands: [first, second] }: CommandSpec,
  spec: ProgramSpec,
  sources: SettingSources,
): Promise<boolean> {
  if (words.length !== 1 || second?.takes !== "directory" || second.optional || first.takes !== undefined) return false;
  const [word] = words;
  if (/[/\\]|^[.~]+$/.test(word)) return true;
  return lookUpPersistent(second.name, spec, sources) === null && (await sources.exists?.(word) ?? false);
}

/** The environment variable of an option or operand; the common options of both programs have the same one. */
export function variableOf(spec: ProgramSpec, name: string): string {
  const own = Object.hasOwn(COMMON_OPTIONS, name) ? "" : `${spec.name}_`;
  return `IDP2PI_${own}${name}`.toUpperCase().replaceAll("-", "_");
}

/** Whether an option may come from the environment and the config file. */
export function isPersistent({ persistent }: OptionSpec): boolean {
  return persistent !== false;
}

function lookUpOption(
  name: string,
  option: OptionSpec,
  line: CommandLine,
  spec: ProgramSpec,
  sources: SettingSources,
): Setting {
  const typed = line.options.get(name);
  if (typed !== undefined) return { name, text: String(typed), source: "command-line", where: `--${name}` };
  const persistent = isPersistent(option) ? lookUpPersistent(name, spec, sources) : null;
  if (persistent) return persistent;
  return option.default === undefined ? unset(name) : { name, text: option.default, source: "default", where: "" };
}

function unset(name: string): Setting {
  return { name, text: null, source: "none", where: "" };
}

function lookUpPersistent(name: string, spec: ProgramSpec, { env, file }: SettingSources): Setting | null {
  const variable = variableOf(spec, name);
  if (env[variable]) return { name, text: env[variable], source: "environment", where: variable };
  if (!file || !Object.hasOwn(file.values, name)) return null;
  return { name, text: file.values[name], source: "config-file", where: `${file.path}: ${name}` };
}

/** Rejects unknown names: a misspelt one would go unnoticed. */
async function rejectUnknownNames(spec: ProgramSpec, { env, file }: SettingSources): Promise<void> {
  const persistent = Object.entries(spec.options).filter(([, option]) => isPersistent(option)).map(([name]) => name);
  const known = [...persistent, ...persistentOperands(spec)];
  const key = Object.keys(file?.values ?? {}).find((name) => !known.includes(name));
  if (key !== undefined) throw new UsageError("unknown-key", key, file!.path, await nearest(key, known));
  const prefix = `IDP2PI_${spec.name.toUpperCase()}_`;
  const variables = known.map((name) => variableOf(spec, name));
  const unknown = Object.keys(env).find((name) => name.startsWith(prefix) && !variables.includes(name));
  if (unknown !== undefined) {
    throw new UsageError("unknown-variable", unknown, "", await nearest(unknown, variables));
  }
}
