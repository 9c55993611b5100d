/**
 * Checks that imports between the rooms of lib/ run downwards only (ARCHITECTURE.md, "Rooms"), that no file imports
 * itself in a circle, that what comes from elsewhere is imported by the bare names of deno.json, and that no two exported
 * types have one name.
 */
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import config from "../deno.json" with { type: "json" };

/**
 * What each room may import, besides itself, in the order in which they are read. What is no room (entry points, scripts,
 * tests) may import any.
 */
const BELOW: Readonly<Record<string, readonly string[]>> = {
  protocol: [],
  fault: [],
  hash: [],
  formats: [],
  worker: [],
  tracker: ["protocol", "fault"],
  files: ["protocol", "fault"],
  folder: ["protocol", "fault", "hash", "formats", "worker", "files"],
  net: ["protocol", "fault"],
  server: ["protocol", "fault", "tracker", "files", "net"],
  announce: ["protocol", "fault", "net"],
  download: ["protocol", "fault", "hash", "worker", "files", "folder", "net"],
  peer: ["protocol", "fault", "files", "folder", "net", "announce", "download"],
  "app/discovery": ["protocol", "fault", "net", "announce"],
  "app/doctor": ["protocol", "fault", "hash", "tracker", "files", "folder", "net", "announce", "app/discovery"],
  "app/words": ["protocol", "fault", "tracker", "app/doctor"],
  "app/preview": ["formats", "worker"],
  "app/thumbnails": ["protocol", "fault", "worker", "files", "folder", "net", "download", "peer", "app/preview"],
  "app/control": ["protocol", "fault", "files", "net", "announce", "peer"],
  "app/status": ["tracker", "net", "server"],
  "app/gallery": [
    ...["protocol", "fault", "hash", "formats", "worker", "files", "folder", "net", "announce", "download", "peer"],
    ...["app/words", "app/preview", "app/thumbnails"],
  ],
};

/** Above all others. */
const TOP = "app/cli";

const ENTRIES = [...Object.values(config.exports), "server.ts", "client.ts"];

/** As much of what `deno info --json` says as is used. */
interface Info {
  readonly modules: readonly {
    readonly specifier: string;
    readonly dependencies?: readonly {
      readonly specifier: string;
      readonly code?: { readonly specifier?: string };
      readonly type?: { readonly specifier?: string };
    }[];
  }[];
}

/** The files of the project that `entry` imports, each with what it imports: specifier and file. */
async function importsFrom(entry: string): Promise<Map<string, { specifier: string; file: string }[]>> {
  const { stdout, success } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json", entry] }).output();
  if (!success) throw new Error(`deno info ${entry} failed`);
  const { modules }: Info = JSON.parse(new TextDecoder().decode(stdout));
  const local = modules.filter(({ specifier }) => specifier.startsWith("file:"));
  return new Map(local.map(({ specifier, dependencies = [] }) => [
    pathOf(specifier),
    dependencies.map(({ specifier, code, type }) => ({
      specifier,
      file: pathOf(code?.specifier ?? type?.specifier ?? ""),
    })),
  ]));
}

function pathOf(specifier: string): string {
  return specifier.startsWith("file:")
    ? relative(Deno.cwd(), fileURLToPath(specifier)).replaceAll("\\", "/")
    : specifier;
}

/** The room of a file of lib/, or nothing. */
function roomOf(file: string): string | undefined {
  return /^lib\/((?:app\/)?[^/]+)\//.exec(file)?.[1];
}

function upwards(from: string, to: string): boolean {
  const [here, there] = [roomOf(from), roomOf(to)];
  if (here === undefined) return false;
  if (there === undefined) return to.endsWith(".ts");
  return here !== TOP && here !== there && !BELOW[here]?.includes(there);
}

/** The first circle of imports found, as the files along it. */
function circle(graph: Map<string, { file: string }[]>): string[] | null {
  const done = new Set<string>();
  const walk = (file: string, path: string[]): string[] | null => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return null;
    for (const next of graph.get(file) ?? []) {
      const found = walk(next.file, [...path, file]);
      if (found) return found;
    }
    done.add(file);
    return null;
  };
  for (const file of graph.keys()) {
    const found = walk(file, []);
    if (found) return found;
  }
  return null;
}

const wrong: string[] = [];
const rooms = Object.keys(BELOW);
for (const [i, room] of rooms.entries()) {
  const above = BELOW[room].filter((it) => !rooms.slice(0, i).includes(it));
  if (above.length > 0) wrong.push(`${room} is listed before ${above.join(", ")}, which it may import`);
  const people = room.startsWith("app/") ? [] : BELOW[room].filter((it) => it.startsWith("app/"));
  if (people.length > 0) wrong.push(`${room} may import ${people.join(", ")}: the core imports nothing of app`);
}
const graph = new Map((await Promise.all(ENTRIES.map(importsFrom))).flatMap((imports) => [...imports]));
for (const [from, imports] of graph) {
  const room = roomOf(from);
  if (room !== undefined && room !== TOP && !Object.hasOwn(BELOW, room)) wrong.push(`${from}: its room is not known`);
  for (const { specifier, file } of imports) {
    if (upwards(from, file)) wrong.push(`${from} imports ${file}, which stands above it`);
    if (/^(npm|jsr|https?):/.test(specifier)) {
      wrong.push(`${from} imports ${specifier}: give it a bare name in deno.json`);
    }
  }
}
const found = circle(graph);
if (found) wrong.push(`imports in a circle: ${found.join(" -> ")}`);

const declared = new Map<string, string>();
for (const file of graph.keys().filter((it) => it.startsWith("lib/"))) {
  for (const [, name] of (await Deno.readTextFile(file)).matchAll(/^export (?:interface|type|class) (\w+)/gm)) {
    const other = declared.get(name);
    if (other) wrong.push(`${other} and ${file} both export a type ${name}: one word, one type`);
    declared.set(name, file);
  }
}

wrong.forEach((line) => console.error(line));
console.log(`check_imports: ${graph.size} files, ${wrong.length} wrong imports`);
if (wrong.length > 0 || graph.size < 20) Deno.exit(1);
