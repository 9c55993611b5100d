import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import fc from "fast-check";
import { ignoreRules } from "../../lib/folder/skip.ts";
import { needing } from "../needs.ts";
import { tempDir } from "../support.ts";

/** Parts of patterns; letters are few, so that they match. */
const part = fc.constantFrom(
  "a",
  "b",
  "ab",
  "*",
  "?",
  "**",
  "a*",
  "*b",
  "a**",
  "**b",
  "a**b",
  "***",
  "a***",
  "[ab]",
  "a?",
);
const patternArbitrary = fc.tuple(
  fc.constantFrom("", "/"),
  fc.array(part, { minLength: 1, maxLength: 3 }),
  fc.constantFrom("", "/"),
).map(([start, parts, end]) => start + parts.join("/") + end);

const names = ["a", "b", "ab", "aab", "aXb", "X"];
/** Files: of directories that are not there git says what it would say of a file within them that has no name. */
const PATHS = [
  ...names,
  ...names.flatMap((one) => names.map((two) => `${one}/${two}`)),
  ...["a/b/a", "ab/X/b", "a/X/aab/b", "aX/b/ab/X"],
];

/** Which paths git ignores under each of these texts, all in one run: each text is that of a directory of its own. */
async function gitIgnores(texts: readonly string[]): Promise<string[][]> {
  await using dir = await tempDir();
  const git = (...args: string[]): Deno.Command =>
    new Deno.Command("git", { args: ["-C", dir.path, ...args], stdin: "piped", stdout: "piped" });
  const init = git("init", "-q").spawn();
  await init.stdin.close();
  await init.output();
  for (const [i, text] of texts.entries()) {
    await Deno.mkdir(join(dir.path, `${i}`));
    await Deno.writeTextFile(join(dir.path, `${i}`, ".gitignore"), text);
  }
  const check = git("check-ignore", "--no-index", "--stdin", "-z").spawn();
  const asked = texts.flatMap((_, i) => PATHS.map((path) => `${i}/${path}\0`)).join("");
  const [{ stdout }] = await Promise.all([
    check.output(),
    new Blob([asked]).stream().pipeTo(check.stdin),
  ]);
  const ignored = new Set(new TextDecoder().decode(stdout).split("\0"));
  return texts.map((_, i) => PATHS.filter((path) => ignored.has(`${i}/${path}`)));
}

Deno.test(needing(["git"], "exactly the files that git ignores are excluded", async () => {
  const known = [
    "a**/",
    "a**/b",
    "/a**/b/",
    "!a\na**/b",
    "a**",
    "**a/",
    "**/a**/",
    "a/b**/X",
    "a***/b",
    "# a**/b",
    "a**/b**/",
    "\\a**/b",
  ];
  const texts = [
    ...known,
    ...fc.sample(patternArbitrary, { numRuns: 300, seed: 7 }),
    ...fc.sample(fc.tuple(patternArbitrary, patternArbitrary), { numRuns: 100, seed: 8 }).map(([one, two]) =>
      `${one}\n!${two}`
    ),
  ];
  const git = await gitIgnores(texts);
  const wrong = texts.flatMap((text, i) => {
    const rules = ignoreRules(text);
    const ours = PATHS.filter(rules);
    const differ = PATHS.filter((path) => ours.includes(path) !== git[i].includes(path));
    return differ.length > 0 ? [[text, ...differ.map((path) => `${path} ${rules(path)}`)]] : [];
  });
  deepStrictEqual(wrong, []);
}));

Deno.test("letters with accents match in rules and names, however they are written", () => {
  const [composed, split] = ["F\u00e9rias/\n*.\u00e9", "F\u00e9rias/\n*.\u00e9".normalize("NFD")];
  for (const text of [composed, split]) {
    const rules = ignoreRules(text);
    for (const form of ["NFC", "NFD"]) {
      strictEqual(rules("F\u00e9rias/".normalize(form)), true);
      strictEqual(rules("F\u00e9rias/a.jpg".normalize(form)), true);
      strictEqual(rules("a.\u00e9".normalize(form)), true);
      strictEqual(rules("Ferias/".normalize(form)), false);
    }
  }
});
