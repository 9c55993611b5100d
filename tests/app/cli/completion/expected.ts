/** What must be completed, straight from the definitions of the programs. */
import { CLIENT } from "../../../../lib/app/cli/options/client_definition.ts";
import { commandWord, optionsOf, type ProgramSpec } from "../../../../lib/app/cli/options/definition.ts";
import { explanationOf } from "../../../../lib/app/cli/help.ts";
import { SERVER } from "../../../../lib/app/cli/options/server_definition.ts";
import { ENGLISH, type Words } from "../../../../lib/app/words/en/words.ts";
import { PORTUGUESE } from "../../../../lib/app/words/pt/words.ts";

/** Both programs in both languages. */
export const ALL: readonly { spec: ProgramSpec; words: Words; program: string }[] = [CLIENT, SERVER].flatMap((spec) =>
  [ENGLISH, PORTUGUESE].map((words) => ({ spec, words, program: `idp2pi-${spec.name}` }))
);

/** What is offered, and its explanation where there is one. */
export type Offers = Readonly<Record<string, string>>;

/** A line up to the cursor, and what is offered there: candidates, or names of files or directories. */
export interface Case {
  readonly line: string;
  readonly offers: Offers | "files" | "directories";
}

/** What must be offered on lines of a program: its commands, the options of each, and what these take. */
export function casesOf(spec: ProgramSpec, words: Words): Case[] {
  const texts = words.programs[spec.name];
  const program = `idp2pi-${spec.name}`;
  const names = Object.keys(spec.commands).filter((it) => it !== "main");
  const commands = Object.fromEntries(names.map((it) => [commandWord(spec, it, words.tag), texts.commands[it]]));
  const cases: Case[] = [
    { line: `${program} `, offers: commands },
    { line: `${program} --lang pt -- `, offers: {} },
    { line: `${program} help `, offers: commands },
  ];
  for (const [command, { aliases }] of Object.entries(spec.commands)) {
    const options = optionsOf(spec, command);
    const offers = Object.fromEntries(options.flatMap((name) => {
      const { short } = spec.options[name];
      return [...short ? [`-${short}`] : [], `--${name}`].map((it) => [it, explanationOf(spec, name, words)]);
    }));
    // Options and their values may stand before a command, by whatever of its names.
    const named = command === "main" ? [""] : words.tag === "en" ? [command] : [command, ...aliases];
    for (const word of named) {
      cases.push({ line: `${program} --lang pt ${word}${word && " "}-`, offers });
    }
    for (const name of options) {
      const { takes } = spec.options[name];
      const value = typeof takes !== "string"
        ? Object.fromEntries(takes.map((it) => [it, ""]))
        : takes === "file"
        ? "files"
        : takes === "directory"
        ? "directories"
        : {};
      if (takes !== "nothing") cases.push({ line: `${program} ${named[0]} --${name} `, offers: value });
    }
    for (const [i, { takes }] of spec.commands[command].operands.entries()) {
      if (takes !== "directory") continue;
      cases.push({ line: `${program} ${named[0]} ${"10.0.0.1:5 ".repeat(i)}`, offers: "directories" });
    }
  }
  return cases;
}
