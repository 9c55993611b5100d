/**
 * What both programs do alike: understand their command line, tell what is wrong, end on a signal.
 *
 * @module
 */
import config from "../../../deno.json" with { type: "json" };
import { Fault, type FaultCode } from "../../fault/fault.ts";
import { reasonOf } from "../../fault/reason.ts";
import { environmentLanguage, wordsFor } from "../words/language.ts";
import { sentence } from "../words/sentence.ts";
import type { Words } from "../words/en/words.ts";
import { UsageError } from "../words/usage.ts";
import { givenOption, parseCommandLine } from "./command_line.ts";
import type { Shell } from "./completion/script.ts";
import { readConfig } from "./config_file.ts";
import { commandOf, type OptionSpec, type ProgramSpec } from "./definition.ts";
import { jsonFault, jsonLine } from "./output/json.ts";
import { helpLines, usageLine } from "./help.ts";
import { type OptionValues, settle, variableOf } from "./settings.ts";
import { Signals, survivesHangUp } from "./signals.ts";
import { Terminal } from "./output/terminal.ts";
import { environmentOf, expandHome, type UserPaths, userPaths } from "./user_paths.ts";

/** The version of both programs. */
export const VERSION: string = config.version;

/** How a program ends (README, "Exit codes"). */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  noTracker: 3,
  nothing: 4,
  someFailed: 5,
  wrongMd5: 6,
  deviates: 7,
} as const;

/** What a program's main part is given. */
export interface Start<O extends Readonly<Record<string, OptionSpec>>> {
  readonly command: string;
  readonly options: OptionValues<O>;
  readonly operands: Readonly<Record<string, string | undefined>>;
  /** The words of the operand that there may be several of. */
  readonly rest: readonly string[];
  readonly terminal: Terminal;
  readonly words: Words;
  readonly paths: UserPaths;
  readonly signals: Signals;
  /** Aborted by the first signal that ends the program. */
  readonly ending: AbortController;
}

/** Asks a person for operands of the program's main part that are missing; `null` when they would rather not. */
export type Ask = (
  missing: readonly string[],
  given: Readonly<Record<string, string | undefined>>,
  terminal: Terminal,
  words: Words,
  paths: UserPaths,
) => Promise<Record<string, string> | null>;

/**
 * Runs `main` with what the command line, the environment and the config file say, and gives the exit code. What could
 * not be shown, as on a full disk, makes it a failure; that nobody reads any more does not.
 */
export async function runProgram<O extends Readonly<Record<string, OptionSpec>>>(
  spec: ProgramSpec & { readonly options: O },
  args: readonly string[],
  main: (start: Start<O>) => Promise<number>,
  ask?: Ask,
): Promise<number> {
  const terminal = new Terminal();
  const exit = await run(terminal, spec, args, main, ask);
  return exit === EXIT.done && terminal.isIncomplete ? EXIT.failed : exit;
}

async function run<O extends Readonly<Record<string, OptionSpec>>>(
  terminal: Terminal,
  spec: ProgramSpec & { readonly options: O },
  args: readonly string[],
  main: (start: Start<O>) => Promise<number>,
  ask?: Ask,
): Promise<number> {
  const env = environmentOf(Deno.build.os, Deno.env.toObject()); // As much of it as the task allows.
  const paths = userPaths(spec.name, Deno.build.os, env);
  const expand = (path: string): string => expandHome(path, Deno.build.os, paths.home);
  const typed = givenOption(args, spec, "lang");
  let words = await wordsFor(typeof typed === "string" ? typed : languageOf(spec, env));
  colour(terminal, givenOption(args, spec, "color") ?? env[variableOf(spec, "color")]);
  terminal.onUnwritten = (error) => {
    terminal.fail(sentence(new Fault("output-unwritten", { reason: reasonOf(error) }, error), words));
  };
  let json = wantsJson(args, spec, env);
  try {
    const line = await parseCommandLine(args, spec);
    const named = line.options.get("config") as string | undefined;
    const path = named === undefined ? paths.config : expand(named);
    const print = (lines: readonly string[]): number => {
      lines.forEach((it) => terminal.print(it));
      return EXIT.done;
    };
    if (line.options.has("version")) return print([`idp2pi-${spec.name} ${VERSION}`]);
    if (line.options.has("help")) return print(helpLines(spec, line.command, words, terminal.width, path));
    if (line.command === "help") {
      return print(helpLines(spec, topicOf(line.operands, spec), words, terminal.width, path));
    }
    const file = path === null ? null : await readConfig(path, named !== undefined);
    const { lang } = file?.values ?? {};
    if (lang && !line.options.has("lang") && !env[variableOf(spec, "lang")]) words = await wordsFor(lang);
    const mayAsk = ask && line.command === "main" && terminal.interactive && !terminal.plain;
    const settled = await settle(line, spec, {
      env,
      file,
      expand,
      ask: mayAsk ? (missing, given) => ask(missing, given, terminal, words, paths) : undefined,
    });
    if (!settled) return EXIT.done;
    const { values: options, operands, rest, all } = settled;
    colour(terminal, (options as { color?: string }).color);
    json ||= all.some(({ name, text }) => name === "log-format" && text === "json");
    if (line.command === "config") {
      const { configJson, configLines } = await import("./commands/config_command.ts");
      const place = { path, found: file !== null };
      return print(options.json ? [configJson(all, place)] : configLines(all, place, words));
    }
    if (line.command === "completion") {
      const { completionScript } = await import("./completion/script.ts");
      terminal.data(completionScript(operands.shell as Shell, spec, words).trimEnd());
      return EXIT.done;
    }
    if (line.command === "man") {
      const { manualPage } = await import("./manual/manual.ts");
      terminal.data(manualPage(spec, words, VERSION).trimEnd());
      return EXIT.done;
    }
    const signals = new Signals(terminal, spec.name === "server" && survivesHangUp(terminal));
    return await main({
      command: line.command,
      options,
      operands,
      rest,
      terminal,
      words,
      paths,
      signals,
      ending: signals.ending,
    });
  } catch (error) {
    const exit = error instanceof UsageError ? EXIT.usage : exitOf(error);
    if (json) terminal.data(jsonLine("error", { exit, ...jsonFault(error, words) }));
    terminal.fail(sentence(error, words));
    if (error instanceof UsageError) {
      const command = commandOf(spec, args.find((it) => !it.startsWith("-"))) ?? "main";
      terminal.fail(`${words.help.usage} ${usageLine(spec, command, words)}`);
      terminal.fail(words.seeHelp(`idp2pi-${spec.name}`));
      return exit;
    }
    if (!(error instanceof Fault) && error instanceof Error) {
      error.stack?.split("\n").forEach((it) => terminal.fail(it));
    }
    return exit;
  } finally {
    terminal.close();
  }
}

/** Does with colours what is wanted, if that is said: as the terminal finds out itself for `auto`. */
function colour(terminal: Terminal, wanted: unknown): void {
  if (wanted === "always" || wanted === "never") terminal.isColoured = wanted === "always";
}

/** The language that was asked for in the environment, of this program or of all, else that of the system. */
function languageOf(spec: ProgramSpec, env: Readonly<Record<string, string>>): string {
  return env[variableOf(spec, "lang")] || environmentLanguage((name) => env[name], () => navigator.language);
}

/**
 * The command that `help` is asked about.
 *
 * @throws {UsageError} For what is none.
 */
function topicOf([topic, ...more]: readonly string[], spec: ProgramSpec): string | undefined {
  if (more.length > 0) throw new UsageError("extra-operand", more[0]);
  if (topic !== undefined && !commandOf(spec, topic)) throw new UsageError("no-command", topic);
  return topic;
}

/** Whether a program reads what is shown; asked where the command line may be wrong. */
function wantsJson(args: readonly string[], spec: ProgramSpec, env: Readonly<Record<string, string>>): boolean {
  const end = args.indexOf("--");
  if (args.slice(0, end < 0 ? args.length : end).includes("--json")) return true;
  const format = givenOption(args, spec, "log-format") ?? env[variableOf(spec, "log-format")];
  return spec.name === "server" && format === "json";
}

/** The exit code for what went wrong. */
function exitOf(error: unknown): number {
  if (isTrackerAway(error)) return EXIT.noTracker;
  return error instanceof Fault && ["no-client", "no-client-at"].includes(error.code) ? EXIT.nothing : EXIT.failed;
}

/** Faults for which there is no tracker to speak with. */
const TRACKER_AWAY: readonly FaultCode[] = ["host-unknown", "tracker-silent", "tracker-unreachable", "not-a-tracker"];

/** Whether what went wrong is that the tracker cannot be reached. */
function isTrackerAway(error: unknown): boolean {
  return error instanceof Fault && TRACKER_AWAY.includes(error.code);
}

/** Resolves when `signal` is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
