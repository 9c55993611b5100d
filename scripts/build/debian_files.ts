/** What is in the Debian package. */
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { executableName, PROGRAMS, type Target } from "./targets.ts";
import type { TreeFile } from "./tree.ts";

/** What a package is made from. */
export interface DebianInput {
  readonly target: Target;
  /** The directory of the executables. */
  readonly executables: string;
  readonly version: string;
  /** `Name <address>`. */
  readonly maintainer: string;
  /** The time of all files, in seconds since 1970. */
  readonly time: number;
  /** What changed, as a list in Markdown. */
  readonly changes: string;
  /** The notices of what is in the executables. */
  readonly notices: string;
  /** Manual pages and completions, by their paths. */
  readonly documents: ReadonlyMap<string, string>;
}

const DOC = "usr/share/doc/idp2pi";

/** The files of the package, sorted by path. */
export async function debianFiles(input: DebianInput): Promise<TreeFile[]> {
  const programs = PROGRAMS.map((program) => executableName(program, input.target)).map((name) => ({
    path: `usr/bin/${name}`,
    content: { copy: join(input.executables, name) },
    isExecutable: true,
  }));
  const documents = input.documents.entries().map(([path, text]) =>
    path.includes("/man/") ? compressed(path, text) : { path, content: text }
  );
  const files: TreeFile[] = [
    ...programs,
    ...documents,
    ...await examples(),
    { path: "usr/lib/systemd/system/idp2pi-server.service", content: await unit() },
    { path: `${DOC}/copyright`, content: filled(await template("copyright"), { licence: await licence() }) },
    compressed(`${DOC}/changelog`, changelog(input)),
    compressed(`${DOC}/THIRD-PARTY.txt`, input.notices),
    { path: "usr/share/lintian/overrides/idp2pi", content: await template("lintian-overrides") },
  ];
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The version in Debian's order, where `1.0.0~rc.1` is before `1.0.0`. */
export function debianVersion(version: string): string {
  return version.replace("-", "~");
}

/** A file of deploy/debian/. */
export async function template(name: string): Promise<string> {
  return await Deno.readTextFile(`deploy/debian/${name}`);
}

/** A template with its fields, `{name}`, filled in. */
export function filled(text: string, fields: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/g, (_, name) => fields[name]);
}

/** The unit as deploy/ has it, for programs in /usr/bin, without what it says about installing it by hand. */
async function unit(): Promise<string> {
  const text = await Deno.readTextFile("deploy/idp2pi-server.service");
  const moved = text.replace(/^# +install .*\n/gm, "").replaceAll("/usr/local/bin/", "/usr/bin/");
  if (/^ExecStart=\/usr\/bin\/idp2pi-server /m.test(moved)) return moved;
  throw new Error("deploy/idp2pi-server.service does not start /usr/local/bin/idp2pi-server.");
}

/** What differs in files of deploy/ where they are copied from a package, with the program beside them. */
const IN_PACKAGE: readonly [text: string, replacement: string][] = [
  ["npx -y deno@2.9.6 task compile --target x86_64-unknown-linux-gnu", "cp /usr/bin/idp2pi-server ."],
  ["podman build -f deploy/Containerfile", "podman build"],
  ["ARG TARGET=x86_64-unknown-linux-gnu\n", ""],
  ["dist/${TARGET}/", ""],
  ["cd deploy/registry", "cd registry"],
  ["context: ../..", "context: .."],
  ["dockerfile: deploy/", "dockerfile: "],
  ["docs/OPERATIONS.md", "“Several trackers, one registry” in docs/OPERATIONS.md of the sources"],
];

/** Examples: the tracker in a container, and several trackers with one registry. */
async function examples(): Promise<TreeFile[]> {
  const registry = await Array.fromAsync(Deno.readDir("deploy/registry"), ({ name, isFile }) => isFile ? [name] : []);
  const names = ["Containerfile", ...registry.flat().map((name) => `registry/${name}`)];
  const texts = await Promise.all(names.map((name) => Deno.readTextFile(`deploy/${name}`)));
  const unused = IN_PACKAGE.find(([text]) => !texts.some((it) => it.includes(text)));
  if (unused) throw new Error(`No file of deploy/ contains “${unused[0]}”.`);
  return names.map((name, i) => ({
    path: `${DOC}/examples/${name}`,
    content: IN_PACKAGE.reduce((text, [from, to]) => text.replaceAll(from, to), texts[i]),
  }));
}

/** LICENSE in the form of Debian's copyright files: indented, with a dot for an empty line. */
async function licence(): Promise<string> {
  const [, , holder, , ...text] = (await Deno.readTextFile("LICENSE")).trim().split("\n");
  const holders = holder.replace(/^Copyright \(c\) /, "Copyright: ");
  return [holders, "License: Expat", ...text.map((line) => ` ${line || "."}`)].join("\n");
}

/** The changes in Debian's form of a changelog, with one entry. */
function changelog({ version, maintainer, time, changes }: DebianInput): string {
  const items = changes.trim().split(/\n(?=- )/).map((item) => folded(item.replace(/^- /, "").replace(/\s+/g, " ")));
  const points = items.map((lines) => lines.map((line, at) => `${at === 0 ? "  * " : "    "}${line}`).join("\n"));
  const date = new Date(time * 1000).toUTCString().replace("GMT", "+0000");
  const head = `idp2pi (${debianVersion(version)}) unstable; urgency=medium`;
  return [head, "", ...points, "", ` -- ${maintainer}  ${date}`, ""].join("\n");
}

/** A text in lines of at most 76 columns, as many as Debian's tools want beside what stands before them. */
function folded(text: string): string[] {
  return text.match(/\S.{0,75}(?=\s|$)|\S{77,}/g) ?? [];
}

/** A file compressed as by `gzip -9n`: without its name and time. */
function compressed(path: string, text: string): TreeFile {
  return { path: `${path}.gz`, content: gzipSync(text, { level: 9 }) };
}
