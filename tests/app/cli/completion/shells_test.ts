/** The scripts in real shells, which call the real program; and one that gives candidates that are hard to quote. */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { completionScript, type Shell } from "../../../../lib/app/cli/completion/script.ts";
import { ENGLISH } from "../../../../lib/app/words/en/words.ts";
import { needing } from "../../../needs.ts";
import { namesIn, programCommand, ROOT, tempDir } from "../../../support.ts";
import { runTool, TerminalShell } from "../../../support_shell.ts";

const NAME = "idp2pi-client";

/** All that means something to some shell. */
const NASTY = 'it\'s `a` "b" $HOME $(touch pwned) [c] d:e \\f \\ {g,h} *? ; & | <i> # %s !j ~ ^k -- “ção” ‘l’';

/** A directory with a file, a directory with a blank, the script of a shell, and the program in `bin`. */
async function directory(shell: Shell, program?: string): Promise<AsyncDisposable & { path: string }> {
  const dir = await tempDir({ "a.toml": new Uint8Array() });
  const words = programCommand("client").map((word) => `'${word}'`).join(" ");
  const home = `HOME='${Deno.env.get("HOME") ?? ""}' DENO_DIR='${Deno.env.get("DENO_DIR") ?? ""}'`;
  await Deno.mkdir(join(dir.path, "My Pictures"));
  await Deno.mkdir(join(dir.path, "bin"));
  const real = `#!/bin/sh\n[ -n "$DENO_DIR" ] || unset DENO_DIR\ncd '${ROOT}' && ${home} exec ${words} "$@"\n`;
  await Deno.writeTextFile(join(dir.path, "bin", NAME), program ?? real.replace(/DENO_DIR='' /, ""), { mode: 0o755 });
  await Deno.writeTextFile(join(dir.path, "script"), completionScript(shell, NAME, "en"));
  return dir;
}

/** Keys, and the words of the line after them, in a shell that completes. */
async function press(shell: TerminalShell, table: readonly (readonly [string, string])[]): Promise<void> {
  for (const [keys, expected] of table) {
    strictEqual(await shell.press(`${NAME} ${keys}`), `<${NAME}>${expected}`, keys);
  }
}

const TABLE = [
  ["lis\t", "<list>"],
  ["--port 5 list 10.0.0.1:5 --lo\t", "<--port><5><list><10.0.0.1:5><--long>"],
  ["list --lang=p\t", "<list><--lang=pt>"],
  ["list --la\te\t", "<list><--lang><en>"],
  ["10.0.0.1:5 M\t", "<10.0.0.1:5><My Pictures/>"],
  ["10.0.0.1:5 My\\ P\t", "<10.0.0.1:5><My Pictures/>"],
  ["get h --output=M\t", "<get><h><--output=My Pictures/>"],
  ["get h --config=a.\t", "<get><h><--config=a.toml>"],
  ["get h a.\t", "<get><h><a.>"],
] as const;

Deno.test(
  needing(
    ["terminal", "bash"],
    "in bash, Tab also completes words that bash breaks, and names with blanks",
    async () => {
      await using dir = await directory("bash");
      const setUp = ["PATH=$PWD/bin:$PATH", "source ./script"];
      await using bash = await TerminalShell.start("bash --norc --noprofile -i", dir.path, ...setUp);
      await press(bash, [...TABLE, ["completion 2> /dev/null z\t", "<completion><zsh>"]]);
      await bash.press(`${NAME} completion \t\t`);
      ok(/\nbash +fish +powershell +zsh/.test(bash.choices), bash.choices);
      // Where output goes is a file: none of another name is made.
      await bash.press(`${NAME} list 2> a.\t`);
      await bash.press(`${NAME} list 2>a.\t`);
      deepStrictEqual(await namesIn(dir.path), ["My Pictures", "a.toml", "bin", "script"]);
    },
  ),
);

const ZSH = [
  "autoload -Uz compinit && compinit -D -u",
  "LISTMAX=0",
  "setopt no_auto_remove_slash",
  "PATH=$PWD/bin:$PATH",
];

Deno.test(needing(["terminal", "zsh"], "in zsh, Tab completes, with explanations, and names with blanks", async () => {
  await using dir = await directory("zsh");
  await using zsh = await TerminalShell.start("zsh -f -i", dir.path, ...ZSH, "source ./script");
  await press(zsh, [...TABLE, ["get h -oM\t", "<get><h><-oMy Pictures/>"], ["-- li\t", "<--><li>"]]);
  const { stop } = ENGLISH.programs.client.commands;
  await zsh.press(`${NAME} \t`, new RegExp(`stop +-- ${RegExp.escape(stop)}`));
}));

Deno.test(needing(["terminal", "zsh"], "zsh also finds the script in its path of functions", async () => {
  await using dir = await directory("zsh");
  await Deno.rename(join(dir.path, "script"), join(dir.path, `_${NAME}`));
  await using zsh = await TerminalShell.start("zsh -f -i", dir.path, "fpath=($PWD $fpath)", ...ZSH);
  await press(zsh, [["lis\t", "<list>"], ["list --lo\t", "<list><--long>"]]);
  ok(!zsh.choices.includes("rror"), zsh.choices);
}));

/** What fish offers for lines. */
async function fishOffers(path: string, lines: readonly string[]): Promise<string[][][]> {
  const ask =
    `cd '${path}'; set -x PATH '${path}/bin' $PATH; source ./script\nwhile read line; complete -C $line; echo ==; end`;
  await Deno.writeTextFile(join(path, "ask.fish"), ask);
  const input = lines.map((line) => `${NAME} ${line}\n`).join("");
  const { stdout, stderr } = await runTool("fish", ["--no-config", join(path, "ask.fish")], input);
  strictEqual(stderr, "");
  return stdout.split("==\n").slice(0, -1).map((it) => it.trimEnd().split("\n").map((row) => row.split("\t")));
}

Deno.test(needing(["fish"], "fish completes, with explanations", async () => {
  await using dir = await directory("fish");
  const { list } = ENGLISH.programs.client.commands;
  const table: [string, (string[] | RegExp)[]][] = [
    ["lis", [["list", list]]],
    ["list --lang=p", [["--lang=pt"]]],
    ["completion z", [["zsh"]]],
    ["get h --output=M", [["--output=My Pictures/"]]],
    ["10.0.0.1 M", [["My Pictures/"]]],
    ["get h --config=a.", [["--config=a.toml"]]],
  ];
  const offers = await fishOffers(dir.path, table.map(([line]) => line));
  deepStrictEqual(offers, table.map(([, expected]) => expected));
}));

Deno.test(
  needing(
    ["terminal", "bash", "zsh", "fish"],
    "no shell runs anything in a candidate or on the line",
    async () => {
      const program = `#!/bin/sh\ncat <<'EOF'\nnasty\t${NASTY}\nnasty2\t${NASTY}\nEOF\n`;
      const line = `'$(touch pwned)' $(touch pwned) "\`touch pwned\`" `;
      {
        await using dir = await directory("fish", program);
        deepStrictEqual(await fishOffers(dir.path, [`${line}n`]), [[["nasty", NASTY], ["nasty2", NASTY]]]);
        ok(!(await namesIn(dir.path)).includes("pwned"));
      }
      for (
        const [shell, command, setUp] of [["bash", "bash --norc --noprofile -i", []], [
          "zsh",
          "zsh -f -i",
          ZSH,
        ]] as const
      ) {
        await using dir = await directory(shell, program);
        const path = "PATH=$PWD/bin:$PATH";
        await using terminal = await TerminalShell.start(command, dir.path, path, ...setUp, "source ./script");
        const shown = shell === "zsh" ? new RegExp(`-- ${RegExp.escape(NASTY)}`) : undefined;
        strictEqual(await terminal.press(`${NAME} '$(touch pwned)' n\t\t`, shown), `<${NAME}><$(touch pwned)><nasty>`);
        ok(!(await namesIn(dir.path)).includes("pwned"), shell);
      }
    },
  ),
);
