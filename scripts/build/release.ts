/**
 * All files of a release, from a commit.
 *
 * @module
 */
import { basename, dirname, join, resolve } from "node:path";
import config from "../../deno.json" with { type: "json" };
import { archive } from "./archive.ts";
import { changesOf, checkedOut, type Commit } from "./checkout.ts";
import { CHECKSUMS, checksums } from "./checksums.ts";
import { cleanBuild } from "./clean_build.ts";
import { debianName, debianPackage } from "./debian.ts";
import { documents } from "./documents.ts";
import { WORKERS } from "./executables.ts";
import { licenceOf, noticesOf } from "./licences.ts";
import { packagesFor } from "./npm_packages.ts";
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
 * Makes the files, and says on standard output what it does.
 *
 * @returns Why what was made is no release but a rehearsal; nothing for a release.
 * @throws When the checkout is not that of the version, when a program is missing or fails, or when `out` exists. Nothing
 *   is left behind then.
 */
export async function release({ targets, tag, executables, out }: ReleaseOptions): Promise<string[]> {
  const { version } = config;
  const commit = await checkedOut(".", version, tag);
  const changes = changesOf(await Deno.readTextFile("CHANGELOG.md"), version, !commit.isTagged);
  const whyRehearsal = await reasons(commit, targets, executables);
  if (tag !== undefined && whyRehearsal.length > 0) {
    throw new Error(`No release of ${tag}: ${whyRehearsal.join("; ")}.`);
  }
  const directory = resolve(out);
  if (await exists(directory)) throw new Error(`${out} exists already: delete it, or use --out <directory>.`);
  for (const program of PACKERS) await run(program, ["--version"]); // One that is missing is found before the long build.
  const work = join(dirname(directory), `.unfinished-${basename(directory)}-${Deno.pid}`);
  const files = join(work, "files");
  await Deno.mkdir(files, { recursive: true });
  try {
    const built = resolve(executables ?? await cleanBuild(targets, commit, work));
    const packages = await packagesFor(PROGRAMS.flatMap((program) => [`${program}.ts`, ...WORKERS[program]]));
    const notices = await noticesOf(packages.needed, Deno.version.deno);
    const written = await documents();
    for (const target of targets) {
      console.log(`Packing ${target}…`);
      const input = { target, executables: join(built, target), version, time: commit.time, notices, changes };
      await archive(input, join(work, "archives"), files);
      if (debianName(version, target) === null) continue;
      const debian = { ...input, maintainer: commit.author, documents: written };
      await debianPackage(debian, join(work, "debian", target), files);
    }
    const all = [...packages.needed, ...packages.unneeded];
    const licences = await Promise.all(
      all.map(async (it) => [`${it.name}@${it.version}`, await licenceOf(it)] as const),
    );
    const bill = sbom({
      lock: JSON.parse(await Deno.readTextFile("deno.lock")),
      version,
      commit: commit.id,
      time: commit.time,
      deno: Deno.version.deno,
      embedded: new Set(packages.needed.map(({ name, version }) => `${name}@${version}`)),
      licences: new Map(licences.flatMap(([key, licence]) => licence === undefined ? [] : [[key, licence]])),
    });
    await Deno.writeTextFile(join(files, `idp2pi-${version}.cdx.json`), JSON.stringify(bill, null, 2) + "\n");
    await Deno.writeTextFile(join(files, "CHANGES.md"), changes);
    const names = (await Array.fromAsync(Deno.readDir(files), ({ name }) => name)).sort();
    await Deno.writeTextFile(join(files, CHECKSUMS), await checksums(files, names));
    await Deno.rename(files, directory);
    return whyRehearsal;
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}

/** Why this is no release. */
async function reasons(commit: Commit, targets: readonly Target[], executables?: string): Promise<string[]> {
  const pinned = (await Deno.readTextFile(".dvmrc")).trim();
  return [
    ...commit.isTagged ? [] : [`the commit has no tag v${config.version}`],
    ...targets.length === TARGETS.length ? [] : [`only ${targets.join(", ")}`],
    ...executables === undefined ? [] : ["made from executables that were built before"],
    ...Deno.version.deno === pinned ? [] : [`built with Deno ${Deno.version.deno}, not ${pinned}`],
  ];
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}
