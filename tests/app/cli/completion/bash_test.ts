import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { completionScript } from "../../../../lib/app/cli/completion/script.ts";
import { CLIENT } from "../../../../lib/app/cli/client_definition.ts";
import { ENGLISH } from "../../../../lib/app/words/en/words.ts";
import { needing } from "../../../needs.ts";
import { namesIn, tempDir } from "../../../support.ts";
import { runTool, TerminalShell } from "../../../support_shell.ts";
import { ALL, casesOf } from "./expected.ts";

/** Asks the function itself: what it offers, each on a line, and which names it leaves to bash. */
const ASK = `
compopt() { echo "compopt $*"; }
ask() {
  COMP_LINE=$1 COMP_POINT=\${#1}
  shift
  COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
  $function
  printf '%s\\n' "\${COMPREPLY[@]-}"
  echo ==
}
`;

/** The words as bash breaks them. */
function broken(line: string): string[] {
  return line.split(/ +|(?<=[=:])|(?=[=:])/);
}

const COMPOPT = { files: "compopt -o default", directories: "compopt -o dirnames -o filenames" };

Deno.test(needing(["bash"], "bash offers the commands, the options of each, and what these take", async () => {
  for (const { spec, words, program } of ALL) {
    const cases = casesOf(spec, words);
    const quoted = (text: string): string => `'${text}'`;
    const asked = cases.map(({ line }) => ["ask", line, ...broken(line)].map((it, i) => i ? quoted(it) : it).join(" "));
    const script = [
      "set -u",
      completionScript("bash", spec, words),
      `function=_${program.replace("-", "_")}`,
      ASK,
      ...asked,
    ].join("\n");
    const { stdout, stderr } = await runTool("bash", ["--norc"], script);
    strictEqual(stderr, "");
    const answers = stdout.split("==\n");
    for (const [i, { line, offers }] of cases.entries()) {
      const expected = typeof offers === "string" ? [COMPOPT[offers]] : Object.keys(offers);
      deepStrictEqual(answers[i].split("\n").filter((it) => it !== "").sort(), [...expected].sort(), line);
    }
  }
}));

Deno.test(
  needing(
    ["terminal", "bash"],
    "in bash, Tab completes in the middle of words that bash breaks, and names with blanks",
    async () => {
      await using dir = await tempDir({ "a.toml": new Uint8Array() });
      await Deno.mkdir(`${dir.path}/My Pictures`);
      await Deno.writeTextFile(`${dir.path}/script`, completionScript("bash", CLIENT, ENGLISH));
      await using bash = await TerminalShell.start("bash --norc --noprofile -i", dir.path, "source ./script");
      const table: [string, string][] = [
        ["lis\t", "<list>"],
        ["--port 5 list 10.0.0.1:5 --js\t", "<--port><5><list><10.0.0.1:5><--json>"],
        ["list --lang=p\t", "<list><--lang=pt>"],
        ["list --la\te\t", "<list><--lang><en>"],
        ["10.0.0.1:5 M\t", "<10.0.0.1:5><My Pictures/>"],
        ["10.0.0.1:5 My\\ P\t", "<10.0.0.1:5><My Pictures/>"],
        ["get h --output=M\t", "<get><h><--output=My Pictures/>"],
        ["get h --config=a.\t", "<get><h><--config=a.toml>"],
        ["get h a.\t", "<get><h><a.>"],
        ["completion 2> /dev/null z\t", "<completion><zsh>"],
      ];
      for (const [keys, words] of table) {
        strictEqual(await bash.press(`idp2pi-client ${keys}`), `<idp2pi-client>${words}`, keys);
      }
      await bash.press("idp2pi-client completion \t\t");
      ok(/\nbash +fish +powershell +zsh/.test(bash.choices), bash.choices);
      // Where output goes is a file: none of another name is made.
      await bash.press("idp2pi-client list 2> a.\t");
      await bash.press("idp2pi-client list 2>a.\t");
      deepStrictEqual(await namesIn(dir.path), ["My Pictures", "a.toml", "script"]);
    },
  ),
);
