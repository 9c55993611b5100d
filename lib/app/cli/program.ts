/** The common part of both programs: they read the command line and settings, run a command, and report errors. */
import { Fault } from "../../fault/fault.ts";
import { reasonOf } from "../../fault/reason.ts";
import { environmentLanguage, wordsFor } from "../words/language.ts";
import { sentence } from "../words/sentence.ts";
import { findOption, parseCommandLine } from "./options/command_line.ts";
import { runCommonCommand } from "./common_commands.ts";
import { readConfig } from "./options/config_file.ts";
import type { CommandContext } from "./context.ts";
import type { FoundTracker } from "./commands/choose_tracker.ts";
import { COMPLETE, type OptionSpecs, type ProgramSpec } from "./options/definition.ts";
import { reportError } from "./error_report.ts";
import { EXIT } from "./exit_code.ts";
import { helpLines, helpTopic } from "./help.ts";
import { Terminal } from "./output/terminal.ts";
import { resolveSettings, type SettingSources, variableOf } from "./options/settings.ts";
import { Signals, survivesHangUp } from "./signals.ts";
import { environmentOf, expandHome, userPaths } from "./user_paths.ts";
import { isOn } from "./options/values.ts";
import { VERSION } from "./version.ts";

/** Runs a command; returns the exit code. */
type Main<O extends OptionSpecs> = (context: CommandContext<O>) => Promise<number>;

/** Runs `main` with the settings; returns the exit code. Output that cannot be written, as to a full disk, is one. */
export async function runProgram<O extends OptionSpecs>(
  spec: ProgramSpec & { readonly options: O },
  args: readonly string[],
  main: Main<O>,
): Promise<number> {
  const terminal = new Terminal();
  if (args[0] === COMPLETE) {
    const { completionLines } = await import("./completion/completer.ts");
    (await completionLines(args.slice(1), spec)).forEach((line) => terminal.data(line));
    return EXIT.done;
  }
  const exit = await run(terminal, spec, args, main);
  return exit === EXIT.done && terminal.isIncomplete ? EXIT.failed : exit;
}

async function run<O extends OptionSpecs>(
  terminal: Terminal,
  spec: ProgramSpec & { readonly options: O },
  args: readonly string[],
  main: Main<O>,
): Promise<number> {
  const env = environmentOf(Deno.build.os, Deno.env.toObject()); // The part of it that the task allows.
  const paths = userPaths(spec.name, Deno.build.os, env);
  const expand = (path: string): string => expandHome(path, Deno.build.os, paths.home);
  const typed = findOption(args, spec, "lang");
  let words = await wordsFor(typeof typed === "string" ? typed : languageOf(spec, env));
  setColors(terminal, findOption(args, spec, "color") ?? env[variableOf(spec, "color")]);
  terminal.onUnwritten = (error) => {
    terminal.fail(sentence(new Fault("output-unwritten", { reason: reasonOf(error) }, error), words));
  };
  let json = wantsJson(args, spec, env);
  let ended: AbortSignal | null = null;
  try {
    const line = await parseCommandLine(args, spec);
    const named = line.options.get("config") as string | undefined;
    const path = named === undefined ? paths.config : expand(named);
    const print = (lines: readonly string[]): number => {
      lines.forEach((it) => terminal.print(it));
      return EXIT.done;
    };
    if (line.options.has("version")) return print([`idp2pi-${spec.name} ${VERSION}`]);
    if (line.options.has("help") || line.command === "help") { // It works with a broken config file too.
      const topic = line.options.has("help") ? line.command : helpTopic(line.operands, spec);
      return print(helpLines(spec, topic, words, terminal.width, path));
    }
    const file = path === null ? null : await readConfig(path, named !== undefined);
    const { lang } = file?.values ?? {};
    if (lang && !line.options.has("lang") && !env[variableOf(spec, "lang")]) words = await wordsFor(lang);
    const mayPrompt = line.command === "main" && terminal.interactive && !terminal.plain;
    let chosen: FoundTracker | null = null;
    const prompt: SettingSources["prompt"] = async (missing, given) => {
      const { promptOperands } = await import("./commands/prompt_operands.ts");
      const answers = await promptOperands(missing, given, terminal, words, paths);
      chosen = answers?.chosen ?? null;
      return answers?.operands ?? null;
    };
    const settings = await resolveSettings(line, spec, {
      env,
      file,
      expand,
      exists: (path) => Deno.stat(path).then(() => true, () => false),
      prompt: mayPrompt ? prompt : undefined,
    });
    if (!settings) return EXIT.done;
    const { values: options, operands, rest } = settings;
    setColors(terminal, (options as { color?: string }).color);
    json ||= (options as { json?: true }).json ?? false;
    const config = { path, found: file !== null };
    if (await runCommonCommand(line.command, spec, settings, config, { terminal, words })) return EXIT.done;
    const signals = new Signals(terminal, spec.name === "server" && survivesHangUp(terminal));
    const { ending } = signals;
    ended = ending.signal;
    const { command } = line;
    return await main({ command, options, operands, rest, chosen, terminal, words, paths, signals, ending });
  } catch (error) {
    if (ended?.aborted && error === ended.reason) return EXIT.failed; // The user ended a command that was waiting.
    return reportError(error, args, spec, terminal, words, json);
  } finally {
    terminal.close();
  }
}

/** By default, and with `auto`, the terminal decides. */
function setColors(terminal: Terminal, wanted: unknown): void {
  if (wanted === "always" || wanted === "never") terminal.isColored = wanted === "always";
}

/** The language: by our own variable, else the locale of the environment, else that of the system. */
function languageOf(spec: ProgramSpec, env: Readonly<Record<string, string>>): string {
  return env[variableOf(spec, "lang")] || environmentLanguage((name) => env[name], () => navigator.language);
}

/** Whether errors are written as JSON, including those of the command line itself. */
function wantsJson(args: readonly string[], spec: ProgramSpec, env: Readonly<Record<string, string>>): boolean {
  const end = args.indexOf("--");
  return args.slice(0, end < 0 ? args.length : end).includes("--json") || isOn(env[variableOf(spec, "json")]);
}
