/**
 * The command `man`: the manual page, made from the definition of a program and the words of a language. It has no
 * date, so the same version gives the same page.
 */
import type { Words } from "../../words/en/words.ts";
import {
  callOf,
  commandWord,
  optionForms,
  optionsOf,
  persistentOperands,
  type ProgramSpec,
} from "../options/definition.ts";
import { explanationOf, operandForms, summaryOf } from "../help.ts";
import { argument, bold, entry, escaped, filled, italic, verbatim } from "./roff.ts";
import { isPersistent, variableOf } from "../options/settings.ts";
import { type UserPaths, userPaths } from "../user_paths.ts";

/** The highest exit code of the server; higher ones are about downloads. */
const LAST_OF_SERVER = 2;

/** The page, in roff with the macros of man(7), UTF-8. */
export function manualPage(spec: ProgramSpec, words: Words, version: string): string {
  const { manual } = words;
  const program = `idp2pi-${spec.name}`;
  const title = [program.toUpperCase(), "1", "", `idp2pi ${version}`, manual.book].map(argument).join(" ");
  const lines = [
    `'\\" -*- coding: UTF-8 -*-`,
    `.TH ${title}`,
    ".nh", // An option that is hyphenated could not be copied.
    ".ad l",
    ...section("name", [`${escaped(program)} \\- ${escaped(words.programs[spec.name].is)}`]),
    ...section("synopsis", Object.keys(spec.commands).flatMap((it) => [".br", call(spec, it, words)]).slice(1)),
    ...section("description", paragraphs(manual.programs[spec.name])),
    ...section("commands", commands(spec, words)),
    ...section("options", options(spec, words)),
    ...section("environment", environment(spec, words)),
    ...section("files", files(spec, words)),
    ...section("exits", exits(spec, words)),
    ...section("examples", examples(spec, words)),
    ...section("see", [`${bold(spec.name === "client" ? "idp2pi-server" : "idp2pi-client")}(1)`]),
  ];
  return lines.join("\n") + "\n";

  function section(name: keyof typeof manual.sections, body: readonly string[]): string[] {
    return [`.SH ${argument(manual.sections[name])}`, ...body];
  }
}

function paragraphs(texts: readonly string[]): string[] {
  return texts.flatMap((text) => [".PP", ...filled(escaped(text))]).slice(1);
}

/** The synopsis of a command. */
function call(spec: ProgramSpec, command: string, words: Words): string {
  const operands = operandForms(spec, command, words, italic);
  return [bold(callOf(spec, command, words.tag)), ...operands, escaped(words.help.anyOptions)].join(" ");
}

function commands(spec: ProgramSpec, words: Words): string[] {
  const { operandHelp, help } = words;
  const operands = new Set(Object.values(spec.commands).flatMap((it) => it.operands.map(({ name }) => name)));
  const explained = operands.values().filter((name) => operandHelp[name]);
  return [
    ...Object.keys(spec.commands).flatMap((name) => {
      const word = name === "main" ? `idp2pi-${spec.name}` : commandWord(spec, name, words.tag);
      const names = optionsOf(spec, name).map((it) => `--${it}`).join(", ");
      return [
        ...entry(bold(word), escaped(summaryOf(spec, name, words))),
        ".IP",
        ...filled(escaped(`${help.options}: ${names}`)),
      ];
    }),
    ...explained.flatMap((name) => entry(italic(words.operands[name]), escaped(operandHelp[name]))),
  ];
}

function options(spec: ProgramSpec, words: Words): string[] {
  return Object.keys(spec.options).flatMap((name) => {
    const [takes] = words.programs[spec.name].options[name];
    const forms = optionForms(spec, name).map(bold).join(", ");
    return entry(takes === "" ? forms : `${forms} ${italic(takes)}`, escaped(explanationOf(spec, name, words)));
  });
}

function environment(spec: ProgramSpec, words: Words): string[] {
  const { manual, help } = words;
  const persistent = Object.entries(spec.options).filter(([, option]) => isPersistent(option));
  const variable = (name: string, as: string): string[] =>
    entry(bold(variableOf(spec, name)), escaped(manual.sameAs(as)));
  return [
    ...filled(escaped(help.elsewhere(variableOf(spec, "port"), paths(spec).config!))),
    ...persistentOperands(spec).flatMap((name) => variable(name, `<${words.operands[name]}>`)),
    ...persistent.flatMap(([name]) => variable(name, `--${name}`)),
    ...entry(["LC_ALL", "LC_MESSAGES", "LANG"].map(bold).join(", "), escaped(manual.language)),
    ...entry(bold("NO_COLOR"), escaped(manual.noColor)),
    ...entry(bold("TERM"), escaped(manual.term)),
  ];
}

function files(spec: ProgramSpec, { manual }: Words): string[] {
  const { config, hashCache, history, thumbnails } = paths(spec);
  const client = [
    [hashCache!, manual.cache],
    [history!, manual.history],
    [thumbnails!, manual.thumbnails],
    [".idp2piignore", manual.ignore],
  ];
  return [[config!, manual.config], ...spec.name === "client" ? client : []]
    .flatMap(([path, explanation]) => entry(italic(path), escaped(explanation)));
}

/** The paths of a user's files on Linux, where `man` is used. */
function paths({ name }: ProgramSpec): UserPaths {
  return userPaths(name, "linux", { HOME: "~" });
}

function exits({ name }: ProgramSpec, { manual }: Words): string[] {
  return Object.entries(manual.exits).filter(([code]) => name === "client" || Number(code) <= LAST_OF_SERVER)
    .flatMap(([code, meaning]) => entry(bold(code), escaped(meaning)));
}

function examples(spec: ProgramSpec, words: Words): string[] {
  const name = `idp2pi-${spec.name}`;
  const install = [
    `${commandWord(spec, "completion", words.tag)} bash > ~/.local/share/bash-completion/completions/${name}`,
    `${commandWord(spec, "man", words.tag)} > ~/.local/share/man/man1/${name}.1`,
  ];
  return verbatim([...words.programs[spec.name].examples, ...install].map((it) => `${name} ${it}`)).slice(1);
}
