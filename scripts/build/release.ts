/** All files of a release, from a commit. */
import { basename, dirname, join, resolve } from "node:path";
import config from "../../deno.json" with { type: "json" };
import { archive } from "./archive.ts";
import { changesOf, checkedOut, type Commit, copyOf } from "./checkout.ts";
import { CHECKSUMS, checksums } from "./checksums.ts";
import { debianName, debianPackage } from "./debian.ts";
import { documents } from "./documents.ts";
import { WORKERS } from "./executables.ts";
import { licenceOf, noticesOf } from "./licences.ts";
import { type Packages, packagesFor } from "./npm_packages.ts";
import { run } from "./run.ts";
import { sbom } from "./sbom.ts";
import { PROGRAMS, type Target, TARGETS } from "./targets.ts";

/** Programs of the system that pack. */
const PACKERS = ["tar", "gzip", "zip", "dpkg-deb"];

/** What is released. */
export interface ReleaseOptions {
  readonly targets: readonly Target[];
  /** The tag that is released: what is made must be a release then. When left out, the tag of the commit, if it has one. */
  readonly tag?: string;
  /** Where executables are that were built before, a directory for each target; when left out they are built. */
  readonly executables?: string;
  /** Where the files go: a directory that does not exist yet. */
  readonly out: string;
}

/**
 * Makes the files, and says on standard output what it does. All is made from a copy of the commit, whatever happens to
 * the checkout meanwhile: the process works in that copy until it is done.
 *
 * @returns Why what was made is no release but a rehearsal; nothing for a release.
 * @throws When the checkout is not that of the version, when a program is missing or fails, or when `out` exists. Nothing
 *   is left behind then.
 */
export async function release(options: ReleaseOptions): Promise<string[]> {
  const { targets, tag } = options;
  const { version } = config;
  const commit = await checkedOut(".", version, tag);
  const changes = changesOf(await Deno.readTextFile("CHANGELOG.md"), version, !commit.isTagged);
  const whyRehearsal = await reasons(commit, options);
  if (tag !== undefined && whyRehearsal.length > 0) {
    throw new Error(`No release of ${tag}: ${whyRehearsal.join("; ")}.`);
  }
  const [out, executables] = [options.out, options.executables].map((path) =>
    path === undefined ? path : resolve(path)
  );
  if (await exists(out!)) throw new Error(`${options.out} exists already: delete it, or use --out <directory>.`);
  for (const program of PACKERS) await run(program, ["--version"]); // One that is missing is found before the long build.

  const work = join(dirname(out!), `.unfinished-${basename(out!)}-${Deno.pid}`);
  const files = join(work, "files");
  await Deno.mkdir(files, { recursive: true });
  const before = Deno.cwd();
  try {
    Deno.chdir(await copyOf(commit, work));
    const built = executables ?? await build(targets, join(work, "executables"));
    // The page's packages are in its one script, which the client holds.
    const programs = PROGRAMS.flatMap((program) => [`${program}.ts`, ...WORKERS[program]]);
    const packages = await packagesFor([...programs, "lib/app/gallery/page/main.tsx"]);
    const common = { version, time: commit.time, notices: await noticesOf(packages.needed, Deno.version.deno) };
    const debian = { ...common, changes, maintainer: commit.author, documents: await documents() };
    for (const target of targets) {
      console.log(`Packing ${target}…`);
      const one = { target, executables: join(built, target) };
      await archive({ ...common, ...one }, join(work, "archives"), files);
      if (debianName(version, target) === null) continue;
      await debianPackage({ ...debian, ...one }, join(work, "debian", target), files);
    }
    const bill = JSON.stringify(await billOf(commit, packages), null, 2) + "\n";
    await Deno.writeTextFile(join(files, "idp2pi.cdx.json"), bill);
    await Deno.writeTextFile(join(files, "CHANGES.md"), changes);
    const names = (await Array.fromAsync(Deno.readDir(files), ({ name }) => name)).sort();
    await Deno.writeTextFile(join(files, CHECKSUMS), await checksums(files, names));
    await Deno.rename(files, out!);
    return whyRehearsal;
  } finally {
    Deno.chdir(before);
    await Deno.remove(work, { recursive: true });
  }
}

/** Why this is no release. */
async function reasons(commit: Commit, { targets, executables }: ReleaseOptions): Promise<string[]> {
  const pinned = (await Deno.readTextFile(".dvmrc")).trim();
  return [
    ...commit.isTagged ? [] : [`the commit has no tag v${config.version}`],
    ...targets.length === TARGETS.length ? [] : [`only ${targets.join(", ")}`],
    ...executables === undefined ? [] : ["made from executables that were built before"],
    ...Deno.version.deno === pinned ? [] : [`built with Deno ${Deno.version.deno}, not ${pinned}`],
  ];
}

/** Builds the executables as `deno task compile` does; returns their directory. */
async function build(targets: readonly Target[], out: string): Promise<string> {
  for (const target of targets) {
    console.log(`Building idp2pi-server and idp2pi-client for ${target}…`);
    await run(Deno.execPath(), ["task", "--quiet", "compile", "--target", target, "--out", out]);
  }
  return out;
}

/** The bill of materials. */
async function billOf({ id, time }: Commit, { needed, unneeded }: Packages): Promise<Record<string, unknown>> {
  const keyOf = ({ name, version }: { name: string; version: string }): string => `${name}@${version}`;
  const licences = new Map<string, string>();
  for (const one of [...needed, ...unneeded]) {
    const licence = await licenceOf(one);
    if (licence !== undefined) licences.set(keyOf(one), licence);
  }
  return sbom({
    lock: JSON.parse(await Deno.readTextFile("deno.lock")),
    version: config.version,
    commit: id,
    time,
    deno: Deno.version.deno,
    embedded: new Set(needed.map(keyOf)),
    licences,
  });
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}
