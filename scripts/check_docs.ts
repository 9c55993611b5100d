/**
 * Checks that the documents are true to the tree: the version of Deno is the pinned one everywhere, links to files lead
 * somewhere, tasks that they name exist, both READMEs have the same commands, and the table of limits is the code's.
 *
 * @module
 */
import { dirname, join } from "node:path";
import config from "../deno.json" with { type: "json" };
import { TRACKER_LIMITS } from "../lib/tracker/tracker_limits.ts";

/** The one place where the version of Deno is pinned. */
const PIN = (await Deno.readTextFile(".dvmrc")).trim();

const wrong: string[] = [];
const documents: string[] = [];
for await (const { name } of Deno.readDir(".")) if (name.endsWith(".md")) documents.push(name);

for (const document of documents.sort()) {
  const text = await Deno.readTextFile(document);
  for (const [, version] of text.matchAll(/\bdeno@(\d+\.\d+\.\d+)/g)) {
    if (version !== PIN) wrong.push(`${document} says deno@${version}, but .dvmrc pins ${PIN}`);
  }
  for (const [, task] of text.matchAll(/\b(?:deno|deno@[\d.]+) task (?:-q )?([a-z:]+)/g)) {
    if (!Object.hasOwn(config.tasks, task)) wrong.push(`${document} names the task ${task}, which deno.json has not`);
  }
  for (const [, target] of text.matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)(?:#[^)]*)?\)/g)) {
    const exists = await Deno.stat(join(dirname(document), target)).then(() => true, () => false);
    if (!exists) wrong.push(`${document} links to ${target}, which is not there`);
  }
}

/** The commands of a document's code blocks that start one of our programs or tasks. */
async function commandsOf(document: string): Promise<string[]> {
  const text = await Deno.readTextFile(document);
  const blocks = [...text.matchAll(/^```sh\n(.*?)^```/gms)].flatMap(([, block]) => block.split("\n"));
  return blocks.map((line) => line.replace(/\s*#.*$/, "").trim()).filter((line) => line !== "");
}
const [english, portuguese] = await Promise.all(["README.md", "README.pt-BR.md"].map(commandsOf));
if (english.join("\n") !== portuguese.join("\n")) {
  wrong.push(
    `README.md and README.pt-BR.md differ in their commands:\n${english.join("\n")}\n--\n${portuguese.join("\n")}`,
  );
}

// Each limit stands in the protocol's table with its value, its reason and what one over it sees.
const rows = (await Deno.readTextFile("PROTOCOL.md")).split("\n").map((line) =>
  line.split("|").map((cell) => cell.trim())
);
for (const [name, { value, reason, over }] of Object.entries(TRACKER_LIMITS)) {
  const row = rows.find((cells) => cells[1] === name);
  const expected = [value.toLocaleString("en"), reason, over];
  if (row?.slice(2, 5).join("|") !== expected.join("|")) {
    wrong.push(`PROTOCOL.md lacks the limit: | ${[name, ...expected].join(" | ")} |`);
  }
}

wrong.forEach((line) => console.error(line));
console.log(`check_docs: ${documents.length} documents, ${wrong.length} wrong statements`);
if (wrong.length > 0) Deno.exit(1);
