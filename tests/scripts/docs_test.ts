/** What the documents take from the programs is as the programs are now. */
import { deepStrictEqual, match, strictEqual, throws } from "node:assert/strict";
import { join } from "node:path";
import { EXIT } from "../../lib/app/cli/exit_code.ts";
import { wordsFor } from "../../lib/app/words/language.ts";
import { GENERATED, picture, reference } from "../../scripts/docs.ts";
import { renewReference } from "../../scripts/docs/reference.ts";
import { terminalSvg } from "../../scripts/docs/terminal_svg.ts";
import { needing } from "../needs.ts";
import { ROOT } from "../support.ts";

for (const language of ["en", "pt"] as const) {
  const paths = GENERATED[language];

  Deno.test(`${paths.reference} has the commands and options of the programs (deno task docs)`, async () => {
    strictEqual(await Deno.readTextFile(join(ROOT, paths.reference)), await reference(language));
  });

  Deno.test(
    needing(["hosts", "tmux"], `${paths.picture} shows the output of the programs (deno task docs)`, async () => {
      strictEqual(await Deno.readTextFile(join(ROOT, paths.picture)), await picture(language));
    }),
  );
}

Deno.test("the references have every exit code of the programs", async () => {
  // 101 is Deno's own.
  const codes = [...Object.values(EXIT), 101];
  for (const { reference } of Object.values(GENERATED)) {
    const rows = (await Deno.readTextFile(join(ROOT, reference))).matchAll(/^\| (\d+) +\|/gm);
    deepStrictEqual([...rows].map(([, code]) => Number(code)), codes);
  }
});

Deno.test("a reference keeps parts that are not generated, and is refused if it asks for an unknown part", async () => {
  const words = await wordsFor("en");
  const renewed = renewReference("before\n<!-- options of server -->\nold\n<!-- end -->\nafter\n", words);
  match(
    renewed,
    /^before\n<!-- options of server -->\n\n\| option .*`--lease.*IDP2PI_SERVER_LEASE.*<!-- end -->\nafter\n$/s,
  );
  strictEqual(renewed.includes("old"), false);
  strictEqual(renewReference(renewed, words), renewed);
  throws(() => renewReference("<!-- options of nobody -->\n<!-- end -->", words), /“nobody”/);
});

Deno.test("a screen becomes text in place and in colour, and nothing in it becomes markup", () => {
  const svg = terminalSvg(
    [{ title: "a <b>", rows: ["\x1b[1;31m<script>\x1b[0m  x & y", "\x1b[7m› 東京", "still\x1b[27m", ""] }],
    20,
    "label",
  );
  match(svg, /<title>label<\/title>/);
  match(svg, />a &lt;b&gt;</);
  match(svg, /<text x="10" y="48" textLength="62.4" fill="#f47067" font-weight="bold"[^>]*>&lt;script&gt;</);
  match(svg, /<text x="88" y="48" textLength="39" fill="#d1d7e0" [^>]*>x &amp; y</);
  match(svg, /<rect x="10" y="53" width="46.8" [^>]*\/>\n *<text [^>]*fill="#151b23"[^>]*>› 東京</);
  match(svg, /<text x="10" y="82" textLength="39" fill="#151b23"[^>]*>still</);
  throws(() => terminalSvg([{ title: "", rows: ["\x1b[5mblink"] }], 20, ""), /SGR code 5 /);
});
