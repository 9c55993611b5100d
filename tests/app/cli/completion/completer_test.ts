import { deepStrictEqual, match } from "node:assert/strict";
import { complete, type Completion } from "../../../../lib/app/cli/completion/completer.ts";
import { completionScript } from "../../../../lib/app/cli/completion/script.ts";
import { CLIENT } from "../../../../lib/app/cli/options/client_definition.ts";
import { SHELLS } from "../../../../lib/app/cli/options/definition.ts";
import { ENGLISH } from "../../../../lib/app/words/en/words.ts";
import { PORTUGUESE } from "../../../../lib/app/words/pt/words.ts";
import { ALL, casesOf } from "./expected.ts";

/** Completes a line as it stands before the cursor. */
function completed(line: string, spec: typeof ALL[number]["spec"] = CLIENT, words = ENGLISH): Completion {
  const [, ...before] = line.split(/ +/);
  return complete(before, before.pop()!, spec, words);
}

Deno.test("commands, the options of each, and their values are completed, with explanations, in both languages", () => {
  for (const { spec, words } of ALL) {
    for (const { line, offers } of casesOf(spec, words)) {
      const expected: Completion = typeof offers === "string"
        ? { kind: offers, prefix: "" }
        : { kind: "words", candidates: Object.entries(offers) };
      deepStrictEqual(completed(line, spec, words), expected, line);
    }
  }
});

Deno.test("a word is completed at any position of the line", () => {
  const table: [string, string[] | [kind: string, prefix: string]][] = [
    ["c lis", ["list"]],
    ["c -- lis", []],
    ["c --port 5 list h --lo", ["--long"]],
    ["c --port=5 list h --lo", ["--long"]],
    ["c --json list h --lo", ["--long"]],
    ["c list h x y --lo", ["--long"]],
    ["c list -- --lo", []],
    ["c list --lang=p", ["--lang=pt"]],
    ["c list --nothing=p", []],
    ["c list --constructor ", ["auto"]],
    ["c list x", []],
    ["c get h --output=M", ["directories", "--output="]],
    ["c get h -oM", ["directories", "-o"]],
    ["c get h -o ", ["directories", ""]],
    ["c get h --config=", ["files", "--config="]],
    ["c h M", ["directories", ""]],
    ["c -- h M", ["directories", ""]],
    ["c get h a", []],
    ["c completion z", ["zsh"]],
    ["c completion 2> /dev/null z", ["zsh"]],
    ["c completion 2>/dev/null z", ["zsh"]],
    ["c list 2> a", ["files", ""]],
    ["c list 2>a", ["files", "2>"]],
    ["c help li", ["list"]],
  ];
  for (const [line, expected] of table) {
    const got = completed(line);
    deepStrictEqual(
      got.kind === "words" ? got.candidates.map(([word]) => word) : [got.kind, got.prefix],
      expected,
      line,
    );
  }
  // By whatever name a command is called, one is offered.
  deepStrictEqual(completed("c baixar h --js", CLIENT, PORTUGUESE).kind, "words");
  deepStrictEqual(completed("c li", CLIENT, PORTUGUESE), {
    kind: "words",
    candidates: [["listar", PORTUGUESE.programs.client.commands.list]],
  });
});

Deno.test("the scripts are ASCII, since PowerShell 5.1 reads other characters in the system's encoding", () => {
  for (const shell of SHELLS) match(completionScript(shell, "idp2pi-client", "pt-BR"), /^[\n -~]+\n$/);
});
