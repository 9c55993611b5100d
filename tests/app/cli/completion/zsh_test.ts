import { ok, strictEqual } from "node:assert/strict";
import { completionScript } from "../../../../lib/app/cli/completion/script.ts";
import { needing } from "../../../needs.ts";
import { tempDir } from "../../../support.ts";
import { TerminalShell } from "../../../support_shell.ts";
import { ALL, casesOf, type Offers } from "./expected.ts";

/** zsh with its completion, which notes nothing; one choice a line, never a question whether to show them. */
const SET_UP = [
  "autoload -Uz compinit && compinit -D -u",
  "LISTMAX=0",
  "setopt no_auto_remove_slash",
  "source ./script",
];

/** The choices that zsh has shown, each with its explanation: `--help  -h  -- show this`. */
function choicesIn(shown: string): Offers {
  const rows = shown.split("\n").flatMap((line) => {
    const [, names, explanation] = /^(\S+(?: +-\S+)*) +-- (.*?) *$/.exec(line) ?? [];
    return names === undefined ? [] : names.split(/ +/).map((name) => [name, explanation]);
  });
  return Object.fromEntries(rows);
}

Deno.test(
  needing(["terminal", "zsh"], "zsh offers the commands and the options of each, with explanations", async () => {
    for (const { spec, words } of ALL) {
      await using dir = await tempDir({
        script: new TextEncoder().encode(completionScript("zsh", spec, words)),
      });
      await using zsh = await TerminalShell.start("zsh -f -i", dir.path, ...SET_UP);
      for (const { line, offers } of casesOf(spec, words)) {
        if (typeof offers === "string") continue;
        // One that stands there already, by whichever of its names, is not offered again.
        const explained = Object.entries(offers).filter(([name, it]) => it !== "" && name !== "--lang");
        if (explained.length === 0) continue;
        const [, last] = explained.filter(([name]) => !/^-\w$/.test(name)).sort().at(-1)!;
        await zsh.press(`${line}\t`, new RegExp(`-- ${RegExp.escape(last)}`));
        const got = choicesIn(zsh.choices);
        const sorted = (it: [string, string][]): string =>
          it.map(([name, text]) => `${name}: ${text}`).sort().join("\n");
        strictEqual(sorted(Object.entries(got)), sorted(explained), line);
      }
    }
  }),
);

Deno.test(
  needing(
    ["terminal", "zsh"],
    "in zsh, Tab completes commands, options, what these take, and names with blanks",
    async () => {
      for (
        const { spec, words, program } of ALL.filter(({ spec }) => spec.name === "client")
      ) {
        await using dir = await tempDir({
          "a.toml": new Uint8Array(),
          script: new TextEncoder().encode(completionScript("zsh", spec, words)),
        });
        await Deno.mkdir(`${dir.path}/My Pictures`);
        await using zsh = await TerminalShell.start("zsh -f -i", dir.path, ...SET_UP);
        const word = words.tag === "en" ? "list" : "listar";
        const table: [string, string][] = [
          ["lis\t", `<${word}>`],
          [`--port 5 ${word} 10.0.0.1:5 --js\t`, `<--port><5><${word}><10.0.0.1:5><--json>`],
          ["list --lang=p\t", "<list><--lang=pt>"],
          ["list --la\te\t", "<list><--lang=en>"],
          ["10.0.0.1:5 M\t", "<10.0.0.1:5><My Pictures/>"],
          ["share 10.0.0.1:5 My\\ P\t", "<share><10.0.0.1:5><My Pictures/>"],
          ["get h -oM\t", "<get><h><-oMy Pictures/>"],
          ["get h --output M\t", "<get><h><--output><My Pictures/>"],
          ["get h --config=a\t", "<get><h><--config=a.toml>"],
          ["get h a\t", "<get><h><a>"],
          ["completion zs\t", "<completion><zsh>"],
          ["-- li\t", "<--><li>"],
        ];
        for (const [keys, expected] of table) {
          strictEqual(await zsh.press(`${program} ${keys}`), `<${program}>${expected}`, keys);
        }
      }
    },
  ),
);

Deno.test(needing(["terminal", "zsh"], "zsh finds the script in its path of functions too", async () => {
  const [{ spec, words, program }] = ALL;
  await using dir = await tempDir({
    [`_${program}`]: new TextEncoder().encode(completionScript("zsh", spec, words)),
  });
  await using zsh = await TerminalShell.start("zsh -f -i", dir.path, "fpath=($PWD $fpath)", SET_UP[0]);
  strictEqual(await zsh.press(`${program} lis\t`), `<${program}><list>`);
  strictEqual(await zsh.press(`${program} list --js\t`), `<${program}><list><--json>`);
  ok(!zsh.choices.includes("rror"), zsh.choices);
}));
