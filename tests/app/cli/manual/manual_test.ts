import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { optionsOf } from "../../../../lib/app/cli/options/definition.ts";
import { explanationOf, usageLine } from "../../../../lib/app/cli/help.ts";
import { manualPage } from "../../../../lib/app/cli/manual/manual.ts";
import { EXIT } from "../../../../lib/app/cli/exit_code.ts";
import { VERSION } from "../../../../lib/app/cli/version.ts";
import { bold, entry, escaped, filled, verbatim } from "../../../../lib/app/cli/manual/roff.ts";
import { isPersistent, variableOf } from "../../../../lib/app/cli/options/settings.ts";
import { userPaths } from "../../../../lib/app/cli/user_paths.ts";
import { needing } from "../../../needs.ts";
import { tempDir } from "../../../support.ts";
import { runTool } from "../../../support_shell.ts";
import { ALL } from "../completion/expected.ts";

const NASTY = [
  `a\\b \\fBc\\fR \\n(.x "q" 'r' \`s\` ^t ~u -v --w`,
  ".SH no request",
  "'br neither",
  "diretório “ção” … ñ €",
  `.TP \\" no comment`,
];

Deno.test(needing(["groff", "mandoc"], "every text is shown literally, and none is taken for a request", async () => {
  const page = [
    `'\\" -*- coding: UTF-8 -*-`,
    '.TH "X" "1"',
    ".nh",
    '.SH "Y"',
    ...NASTY.flatMap((text) => [".PP", ...filled(escaped(text))]),
    ...entry(bold(NASTY[1]), escaped(NASTY[2])),
    ...verbatim(NASTY),
  ].join("\n") + "\n";
  for (const [tool, ...args] of [["groff", "-k", "-man", "-Tutf8", "-ww", "-P-cbou"], ["mandoc", "-Tutf8"]]) {
    const { stdout, stderr } = await runTool(tool, args, page);
    strictEqual(stderr, "", tool);
    const shown = stdout.replace(/.[\b]/g, "").split("\n").map((it) => it.trim());
    for (const text of NASTY) {
      strictEqual(
        shown.filter((it) => it === text).length,
        NASTY.indexOf(text) === 1 || NASTY.indexOf(text) === 2 ? 3 : 2,
        `${tool}: ${text} in\n${stdout}`,
      );
    }
  }
}));

Deno.test(
  needing(
    ["groff", "man", "lexgrog", "mandoc"],
    "each page is complete, and passes the checkers of manual pages without warnings",
    async () => {
      for (const { spec, words, program } of ALL) {
        const page = manualPage(spec, words, VERSION);
        strictEqual(manualPage(spec, words, VERSION), page);
        await using dir = await tempDir({ [`${program}.1`]: new TextEncoder().encode(page) });
        const path = join(dir.path, `${program}.1`);
        deepStrictEqual((await runTool("groff", ["-k", "-man", "-Tutf8", "-ww", path])).stderr, "");
        const { code, stdout, stderr } = await runTool("man", ["--warnings", "-l", path]);
        deepStrictEqual([code, stderr], [0, ""]);
        // A page that bore its date would be another each day.
        const lint = (await runTool("mandoc", ["-Tlint", "-Wwarning", path])).stdout.split("\n").filter((it) =>
          it !== ""
        );
        deepStrictEqual(lint.map((it) => it.replace(/^.*?\d: /, "")), ['WARNING: missing date, using "": TH']);
        const { is } = words.programs[spec.name];
        ok((await runTool("lexgrog", [path])).stdout.includes(`"${program} - ${is}"`), "whatis and apropos find it");

        const shown = stdout.replace(/.[\b]/g, "").replace(/\s+/g, " ");
        const has = (text: string): void => ok(shown.includes(text.replace(/\s+/g, " ")), `${text} in\n${stdout}`);
        for (const heading of Object.values(words.manual.sections)) has(heading);
        for (const [command, { aliases }] of Object.entries(spec.commands)) {
          has(usageLine(spec, command, words).replace(/[<>]/g, ""));
          has(words.programs[spec.name].commands[command]);
          has(optionsOf(spec, command).map((it) => `--${it}`).join(", "));
          aliases.forEach(has);
        }
        for (const [name, option] of Object.entries(spec.options)) {
          has(`--${name} ${words.programs[spec.name].options[name][0]}`.trim());
          has(explanationOf(spec, name, words));
          if (isPersistent(option)) has(variableOf(spec, name));
        }
        words.programs[spec.name].examples.forEach((it) => has(`${program} ${it}`));
        const { hashCache, history, thumbnails } = userPaths("client", "linux", { HOME: "~" });
        if (spec.name === "client") [hashCache, history, thumbnails].forEach((it) => has(it!));
      }
    },
  ),
);

Deno.test("the pages list all exit codes", () => {
  const codes = Object.values(EXIT).map(String);
  for (const { words } of ALL) deepStrictEqual(Object.keys(words.manual.exits), codes);
});
