/**
 * Checks that the documents are true to the tree: the version of Deno is the pinned one everywhere, links to files and
 * headings lead somewhere, tasks, commands and options that they name exist, both languages have the same commands, the
 * table of limits is the code's, ARCHITECTURE.md names files that exist, each decision where it is made, the doors of the
 * library document all that they show, and the code in docs/LIBRARY.md is that of the examples.
 */
import { dirname, join, normalize } from "node:path";
import config from "../deno.json" with { type: "json" };
import { CLIENT } from "../lib/app/cli/options/client_definition.ts";
import { commandOf, type ProgramSpec } from "../lib/app/cli/options/definition.ts";
import { SERVER } from "../lib/app/cli/options/server_definition.ts";
import { TRACKER_LIMITS } from "../lib/tracker/tracker_limits.ts";

/** The one place where the version of Deno is pinned. */
const PIN = (await Deno.readTextFile(".dvmrc")).trim();

/** Documents of users, each in English and in Portuguese. */
const PAIRS = [
  ["README.md", "README.pt-BR.md"],
  ["docs/REFERENCE.md", "docs/REFERENCE.pt-BR.md"],
  ["docs/OPERATIONS.md", "docs/OPERATIONS.pt-BR.md"],
];

/** Options of our tasks, which the same documents name. */
const TASK_OPTIONS = ["target", "out"];

const PROGRAMS: Readonly<Record<string, ProgramSpec>> = { client: CLIENT, server: SERVER };

const wrong: string[] = [];
const texts = new Map<string, string>();
for (const directory of ["", "docs"]) {
  for await (const { name } of Deno.readDir(directory || ".")) {
    const path = join(directory, name);
    if (name.endsWith(".md")) texts.set(path, await Deno.readTextFile(path));
  }
}

for (const [document, text] of texts) {
  for (const [, version] of text.matchAll(/\bdeno@(\d+\.\d+\.\d+)/g)) {
    if (version !== PIN) wrong.push(`${document} says deno@${version}, but .dvmrc pins ${PIN}`);
  }
  for (const [, task] of text.matchAll(/\b(?:deno|deno@[\d.]+) task (?:-q )?([a-z:]+)/g)) {
    if (!Object.hasOwn(config.tasks, task)) wrong.push(`${document} names the task ${task}, which deno.json has not`);
  }
  await checkLinks(document, text);
}
for (const [english, portuguese] of PAIRS) {
  const [one, other] = [english, portuguese].map((it) => {
    checkWords(it, texts.get(it)!);
    return commandsOf(texts.get(it)!).join("\n");
  });
  const [levels, others] = [english, portuguese].map((it) => texts.get(it)!.match(/^#+(?= )/gm)!.join(" "));
  if (levels !== others) wrong.push(`${english} and ${portuguese} have different sections: ${levels} -- ${others}`);
  if (one !== other) wrong.push(`${english} and ${portuguese} differ in their commands:\n${one}\n--\n${other}`);
}
await checkLimits();
await checkDecisions();
await checkPaths();
await checkDoors();
await checkLibrary();

wrong.forEach((line) => console.error(line));
console.log(`check_docs: ${texts.size} documents, ${wrong.length} wrong statements`);
if (wrong.length > 0) Deno.exit(1);

/** Links to files of the tree, and to headings of documents. */
async function checkLinks(document: string, text: string): Promise<void> {
  for (const [, target, heading] of text.matchAll(/\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]*))?\)/g)) {
    const path = target === "" ? document : normalize(join(dirname(document), target));
    if (!await Deno.stat(path).then(() => true, () => false)) {
      wrong.push(`${document} links to ${target}, which does not exist`);
    } else if (heading !== undefined && !headingsOf(texts.get(path) ?? "").includes(decodeURIComponent(heading))) {
      wrong.push(`${document} links to #${heading}, which ${path} does not have`);
    }
  }
}

/** What links to a document's headings are called, as GitHub makes them. */
function headingsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, "").replaceAll(" ", "-")
  );
}

/** Commands and options that a document of users names. */
function checkWords(document: string, text: string): void {
  const called = text.matchAll(/\bidp2pi-(client|server)( [a-zà-ú]+(?![\w.]))?([^`\n]*)/g);
  for (const [whole, name, word, rest] of called) {
    const spec = PROGRAMS[name];
    // In running text the name of a program stands without backticks only in headings and code.
    const isCode = !/^[,;.:)]/.test(rest);
    if (isCode && word && !commandOf(spec, word.trim()) && /^ ?(<|--|\d|$)/.test(rest)) {
      wrong.push(`${document}: “${whole}” names no command`);
    }
    for (const [, option] of rest.matchAll(/ --([a-z-]+)/g)) {
      if (!Object.hasOwn(spec.options, option)) wrong.push(`${document}: idp2pi-${name} has no option --${option}`);
    }
  }
  const options = [...Object.keys(CLIENT.options), ...Object.keys(SERVER.options), ...TASK_OPTIONS];
  for (const [, option] of text.matchAll(/`--([a-z-]+)[^`]*`/g)) {
    // `--network=host` and its like are other programs'.
    if (!options.includes(option) && !text.includes(`--${option}=`)) wrong.push(`${document}: no option --${option}`);
  }
}

/** The commands of a document's code blocks, those of our programs by their English names and without operands. */
function commandsOf(text: string): string[] {
  const blocks = [...text.matchAll(/^ *```sh\n(.*?)^ *```/gms)].flatMap(([, block]) => block.split("\n"));
  return blocks.map((line) => line.replace(/\s*#.*$/, "").trim()).filter((line) => line !== "").map((line) => {
    const [, name, rest] = /^idp2pi-(client|server) (.*)$/.exec(line) ?? [];
    if (!name) return line;
    const [word, ...more] = rest.split(" ");
    const command = commandOf(PROGRAMS[name], word) ?? "main";
    return [`idp2pi-${name}`, command, ...more.filter((it) => it.startsWith("-"))].join(" ");
  });
}

/** Each limit stands in the protocol's table with its value, its reason and what one over it sees. */
async function checkLimits(): Promise<void> {
  const rows = rowsOf(await Deno.readTextFile("PROTOCOL.md"));
  for (const [name, { value, reason, over }] of Object.entries(TRACKER_LIMITS)) {
    const row = rows.find((cells) => cells[1] === name);
    const expected = [value.toLocaleString("en"), reason, over];
    if (row?.slice(2, 5).join("|") !== expected.join("|")) {
      wrong.push(`PROTOCOL.md lacks the limit: | ${[name, ...expected].join(" | ")} |`);
    }
  }
}

/** “Where is it decided”: each row names a file of `lib/` and what in it decides, which the file has to declare. */
async function checkDecisions(): Promise<void> {
  const [, section = ""] = /^## Where is it decided\?\n(.*?)^## /ms.exec(texts.get("ARCHITECTURE.md")!) ?? [];
  const rows = rowsOf(section).slice(2);
  if (rows.length < 5) wrong.push("ARCHITECTURE.md lacks the table of “Where is it decided?”");
  for (const cells of rows) {
    const [, file, symbol] = /`(lib\/\S+)`.*`(?:\w+\.)?([#\w]+)`/.exec(cells.slice(2).join(" ")) ?? [];
    const source = file && await Deno.readTextFile(file).catch(() => null);
    if (!source) wrong.push(`ARCHITECTURE.md: “${cells[1]}” is decided in ${file}, which does not exist`);
    else if (!declares(source, symbol)) wrong.push(`ARCHITECTURE.md: ${file} does not declare ${symbol}`);
  }
}

/** ARCHITECTURE.md names each room, and each source file that it names exists, with as much of its path as is given. */
async function checkPaths(): Promise<void> {
  const files: string[] = [];
  const walk = async (directory: string): Promise<void> => {
    for await (const { name, isDirectory } of Deno.readDir(directory)) {
      if (isDirectory) await walk(`${directory}/${name}`);
      else files.push(`/${directory}/${name}`);
    }
  };
  for (const directory of ["lib", "scripts", "tests"]) await walk(directory);
  const rooms = new Set(files.flatMap((file) => /^\/(lib\/(?:app\/)?(?!app\/)\w+\/)/.exec(file)?.[1] ?? []));
  for (const room of rooms) {
    if (!texts.get("ARCHITECTURE.md")!.includes(`| \`${room}\``)) wrong.push(`ARCHITECTURE.md lacks the room ${room}`);
  }
  for (const [, path] of texts.get("ARCHITECTURE.md")!.matchAll(/`([\w/]+\.tsx?)`/g)) {
    const exists = ["server.ts", "client.ts", "mod.ts"].includes(path) || files.some((it) => it.endsWith(`/${path}`));
    if (!exists) wrong.push(`ARCHITECTURE.md names ${path}, which does not exist`);
  }
}

/** Each door exports and documents all that its functions take and give, and all that its documentation links to. */
async function checkDoors(): Promise<void> {
  for (const door of Object.values(config.exports)) {
    const { success, stderr } = await new Deno.Command(Deno.execPath(), { args: ["doc", "--lint", door] }).output();
    if (!success) wrong.push(`deno doc --lint ${door}:\n${new TextDecoder().decode(stderr)}`);
    const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["doc", "--json", door] }).output();
    const json = new TextDecoder().decode(stdout);
    const modules: { readonly symbols: readonly { readonly name: string }[] }[] = Object.values(JSON.parse(json).nodes);
    const names = modules.flatMap(({ symbols }) => symbols.map(({ name }) => name));
    for (const [, name] of json.matchAll(/\{@link (\w+)/g)) {
      if (!names.includes(name)) wrong.push(`${door}: a link leads to ${name}, which it does not export`);
    }
  }
}

/** docs/LIBRARY.md shows the examples, which run as tests, and no other code. */
async function checkLibrary(): Promise<void> {
  const shown = new Set([...texts.get("docs/LIBRARY.md")!.matchAll(/^```ts\n(.*?)^```/gms)].map(([, code]) => code));
  for await (const { name } of Deno.readDir("examples")) {
    const program = (await Deno.readTextFile(`examples/${name}`)).replace(/^\/\*\*.*?\*\/\n/s, "");
    if (!shown.delete(program)) wrong.push(`docs/LIBRARY.md does not show examples/${name} as it is`);
  }
  for (const code of shown) wrong.push(`docs/LIBRARY.md shows code that is in no example:\n${code}`);
}

/** Whether a source declares a function, constant, class or type of this name. */
function declares(source: string, name: string): boolean {
  return new RegExp(`^(?:export )?(?:async )?(?:function|const|class|interface|type) ${name}\\b`, "m").test(source);
}

/** The cells of each row of the tables in a text; the first one is empty. */
function rowsOf(text: string): string[][] {
  return text.split("\n").filter((line) => line.startsWith("|"))
    .map((line) => line.split("|").map((cell) => cell.trim()));
}
