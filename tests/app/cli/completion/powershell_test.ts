/** There is no PowerShell where these tests run: its script is read as text, and its tables as PowerShell would. */
import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { completionScript } from "../../../../lib/app/cli/completion/script.ts";
import { commandOf, commandWord, optionsOf } from "../../../../lib/app/cli/definition.ts";
import { explanationOf } from "../../../../lib/app/cli/help.ts";
import { ALL } from "./expected.ts";

/** A text of the script: `'it''s'`, or `([regex]::Unescape('diret\u00f3rio'))`. */
const TEXT = String.raw`\(\[regex\]::Unescape\('((?:[^']|'')*)'\)\)|'((?:[^']|'')*)'`;

function textsIn(source: string): string[] {
  return [...source.matchAll(new RegExp(TEXT, "g"))].map(([, escaped, plain]) =>
    (escaped ?? plain).replaceAll("''", "'").replace(
      escaped === undefined ? /(?!)/g : /\\u([0-9a-f]{4})|\\(\\)/g,
      (_, code, backslash) => backslash ?? String.fromCharCode(parseInt(code, 16)),
    )
  );
}

/** A table of the script: what stands left and right of each `=`. */
function tableIn(script: string, name: string): Map<string, string[]> {
  const [, body] = new RegExp(`^  \\$${name} = @\\{\\n(.*?)^  \\}`, "ms").exec(script)!;
  const rows = body.trimEnd().split("\n").map((line) => {
    match(line, new RegExp(`^    (?:${TEXT}) = (?:@\\((?:(?:${TEXT})(?:, )?)*\\)|${TEXT})$`));
    const [key, ...values] = textsIn(line);
    return [key, values] as const;
  });
  const keys = rows.map(([key]) => key.toLowerCase());
  strictEqual(new Set(keys).size, keys.length, "PowerShell does not tell keys apart by their case");
  return new Map(rows);
}

Deno.test("PowerShell's script knows the commands, the options of each, and what these take, with explanations", () => {
  for (const { spec, words } of ALL) {
    const script = completionScript("powershell", spec, words);
    match(script, /^[\n -~]*$/, "all else is read in the system's own encoding");
    const [options, explanations] = ["options", "explanations"].map((it) => tableIn(script, it));
    for (const command of Object.keys(spec.commands)) {
      const names = optionsOf(spec, command).flatMap((name) => {
        const { short } = spec.options[name];
        return [...short ? [`-${short}`] : [], `--${name}`];
      });
      deepStrictEqual([...options.get(command)!].sort(), names.sort(), command);
      if (command === "main") continue;
      deepStrictEqual(explanations.get(commandWord(spec, command, words.tag)), [
        words.programs[spec.name].commands[command],
      ]);
    }
    const values = tableIn(script, "values");
    for (const [name, { takes }] of Object.entries(spec.options)) {
      deepStrictEqual(explanations.get(`--${name}`), [explanationOf(spec, name, words)]);
      const known = typeof takes !== "string" ? takes : { file: "files", directory: "directories" }[takes as string];
      deepStrictEqual(values.get(`--${name}`), takes === "nothing" ? undefined : [known ?? "anything"].flat());
    }
    for (const [word, [command]] of tableIn(script, "commands")) strictEqual(commandOf(spec, word), command);
    const operands = tableIn(script, "operands");
    deepStrictEqual(operands.get("completion 0"), ["bash", "zsh", "fish", "powershell"]);
    for (const [command, { operands: own }] of Object.entries(spec.commands)) {
      for (const [i, { takes }] of own.entries()) {
        if (takes === "directory") deepStrictEqual(operands.get(`${command} ${i}`), ["directories"]);
      }
    }
  }
});
