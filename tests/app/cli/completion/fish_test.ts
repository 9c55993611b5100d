import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { completionScript } from "../../../../lib/app/cli/completion/script.ts";
import { needing } from "../../../needs.ts";
import { tempDir } from "../../../support.ts";
import { runTool } from "../../../support_shell.ts";
import { ALL, casesOf } from "./expected.ts";

/** Has fish itself say what it offers for each line that it reads, in a directory with a file and a directory. */
const ASK = `
cd (dirname (status filename))
source ./script.fish
while read line
    complete -C $line
    echo ==
end
`;

Deno.test(
  needing(
    ["fish"],
    "fish offers the commands, the options of each, and what these take, with explanations",
    async () => {
      for (const { spec, words } of ALL) {
        await using dir = await tempDir({
          "a file": new Uint8Array(),
          "script.fish": new TextEncoder().encode(completionScript("fish", spec, words)),
          "ask.fish": new TextEncoder().encode(ASK),
        });
        await Deno.mkdir(join(dir.path, "a directory"));
        const cases = casesOf(spec, words);
        const input = cases.map(({ line }) => `${line}\n`).join("");
        const { stdout, stderr } = await runTool("fish", ["--no-config", join(dir.path, "ask.fish")], input);
        strictEqual(stderr, "");
        const answers = stdout.split("==\n");
        for (const [i, { line, offers }] of cases.entries()) {
          const rows = answers[i].split("\n").filter((it) => it !== "").map((it) => it.split("\t"));
          const got = Object.fromEntries(rows.map(([candidate, explanation = ""]) => [candidate, explanation]));
          if (typeof offers === "string") {
            ok("a directory/" in got, line);
            strictEqual("a file" in got, offers === "files", line);
            continue;
          }
          deepStrictEqual(Object.keys(got).sort(), Object.keys(offers).sort(), line);
          for (const [candidate, explanation] of Object.entries(offers)) {
            if (explanation !== "") strictEqual(got[candidate], explanation, line);
          }
        }
      }
    },
  ),
);
