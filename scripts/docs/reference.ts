/**
 * What docs/REFERENCE.md takes from the programs: commands and options, from the definition of the command lines, and
 * what `status` prints. Each stands between two comments, such as `<!-- commands of client -->` and `<!-- end -->`, and
 * is written again there.
 */
import { CLIENT } from "../../lib/app/cli/options/client_definition.ts";
import {
  callOf,
  optionForms,
  otherWords,
  persistentOperands,
  type ProgramSpec,
} from "../../lib/app/cli/options/definition.ts";
import { stateLines } from "../../lib/app/cli/commands/status_command.ts";
import { explanationOf, usageLine } from "../../lib/app/cli/help.ts";
import { SERVER } from "../../lib/app/cli/options/server_definition.ts";
import { isPersistent, variableOf } from "../../lib/app/cli/options/settings.ts";
import type { Words } from "../../lib/app/words/en/words.ts";

const PROGRAMS: Readonly<Record<string, ProgramSpec>> = { client: CLIENT, server: SERVER };

/** What is said here and in no program. */
const OWN = {
  en: { option: "option", meaning: "meaning", variable: "environment variable", options: "Options", all: "all" },
  pt: { option: "opção", meaning: "significado", variable: "variável de ambiente", options: "Opções", all: "todas" },
};

/**
 * A reference in which all that is generated is as the programs are now; the rest of it stays.
 *
 * @throws {Error} For a comment that asks for what there is not.
 */
export function renewReference(text: string, words: Words): string {
  return text.replace(
    /(<!-- (commands|options|running) of (\w+) -->\n).*?(<!-- end -->)/gs,
    (_, begin, what, name, end) => {
      const spec = PROGRAMS[name];
      if (!spec) throw new Error(`“${name}” is no program`);
      const lines = what === "commands"
        ? commands(spec, words)
        : what === "options"
        ? options(spec, words)
        : running(words);
      return `${begin}\n${lines.join("\n")}\n\n${end}`;
    },
  );
}

/** Each command: how it is called, what it does, what its words mean, which options it has. */
function commands(spec: ProgramSpec, words: Words): string[] {
  const own = words.tag === "en" ? OWN.en : OWN.pt;
  return Object.entries(spec.commands).flatMap(([name, { operands, options }]) => {
    const others = otherWords(spec, name, words.tag);
    const also = others.length > 0 ? ` (${words.help.also(others.map(code).join(", "))})` : "";
    const explained = operands.filter((it) => words.operandHelp[it.name]);
    const listed = name === "config" ? own.all : options.map((it) => code(`--${it}`)).join(", ");
    return [
      `### ${callOf(spec, name, words.tag)}`,
      "",
      "```text",
      usageLine(spec, name, words),
      "```",
      "",
      `${capital(words.programs[spec.name].commands[name])}${also}.`,
      "",
      ...explained.map((it) => `- ${code(`<${words.operands[it.name]}>`)}: ${escaped(words.operandHelp[it.name])}`),
      ...listed === "" ? [] : [`- ${own.options}: ${listed}`],
      "",
    ];
  });
}

/** What `status` and `stop` print of a client. */
function running(words: Words): string[] {
  const since = new Date(2026, 0, 2, 14, 2);
  const state = {
    pid: 4711,
    directory: words.tag === "en" ? "/home/ben/Pictures" : "/home/ben/Imagens",
    port: 36_921,
    addresses: ["192.168.0.22:36921"],
    tracker: "192.168.0.10:13377",
    registered: true,
    lost: null,
    also: [],
    images: 1_234,
    bytes: 2_300_000_000,
    since: since.toISOString(),
    served: { images: 12, bytes: 34_000_000 },
    fetching: [],
  };
  const call = (command: string): string => `$ ${callOf(CLIENT, command, words.tag)}`;
  const lines = stateLines(state, words, since.getTime() + 125 * 60_000, Infinity);
  return ["```text", call("status"), ...lines, call("stop"), words.control.stopped, "```"];
}

/** A table of all options, in the order of the definition, and of the words that may come from elsewhere too. */
function options(spec: ProgramSpec, words: Words): string[] {
  const own = words.tag === "en" ? OWN.en : OWN.pt;
  const rows = Object.entries(spec.options).map(([name, option]) => {
    const [takes] = words.programs[spec.name].options[name];
    const forms = optionForms(spec, name).map((it) => code(it.startsWith("--") && takes ? `${it} ${takes}` : it));
    const variable = isPersistent(option) ? code(variableOf(spec, name)) : "–";
    return [forms.join(", "), escaped(explanationOf(spec, name, words)), variable];
  });
  rows.push(
    ...persistentOperands(spec).map((name) => [
      code(`<${words.operands[name]}>`),
      escaped(words.operandHelp[name]),
      code(variableOf(spec, name)),
    ]),
  );
  const lines = [[own.option, own.meaning, own.variable], ["---", "---", "---"], ...rows];
  return lines.map((cells) => `| ${cells.map((it) => it.replaceAll("|", "\\|")).join(" | ")} |`);
}

function code(text: string): string {
  return `\`${text}\``;
}

/** Text that Markdown shows as it stands. */
function escaped(text: string): string {
  return text.replace(/[\\*_<>`[\]]/g, "\\$&");
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
