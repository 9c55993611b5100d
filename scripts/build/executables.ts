/**
 * Building the executables of one target. What each may do is taken from the task of the same name in deno.json, so that
 * an executable can do exactly what the task can.
 */
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { taskFlags } from "../task_flags.ts";
import { CHECKSUMS, checksums } from "./checksums.ts";
import { leanCache } from "./lean_cache.ts";
import { type Packages, packagesFor } from "./npm_packages.ts";
import { executableName, type Program, PROGRAMS, type Target } from "./targets.ts";

/** Modules that no import leads to, since workers are started from them; `deno compile` would leave them out. */
export const WORKERS: Readonly<Record<Program, readonly string[]>> = {
  server: [],
  client: [
    "lib/download/save/save_worker.ts",
    "lib/folder/scan_worker.ts",
    "lib/app/preview/preview_worker.ts",
    "lib/app/thumbnails/thumbnail_worker.ts",
  ],
};

/** Files of packages that no program needs: a second build of ImageMagick, 15 MB, for memory beyond 4 GiB. */
const UNUSED: Readonly<Record<Program, readonly string[]>> = {
  server: [],
  client: ["@imagemagick/magick-wasm/x64/magick.wasm"],
};

/**
 * Builds both programs into `<out>/<target>/`, with their checksums in SHA256SUMS. Each file appears there when it is
 * whole; SHA256SUMS comes last, and while it is there it is true.
 *
 * @returns The directory.
 * @throws When `deno compile` fails (it has printed why), or an executable holds another set of packages than it needs.
 */
export async function buildTarget(target: Target, out: string): Promise<string> {
  const directory = join(out, target);
  const unfinished = resolve(out, `.unfinished-${target}-${Deno.pid}`);
  await Deno.mkdir(directory, { recursive: true });
  await Deno.mkdir(unfinished);
  try {
    const names = PROGRAMS.map((program) => executableName(program, target));
    for (const program of PROGRAMS) await compile(program, target, unfinished);
    const sums = await checksums(unfinished, names);
    await Deno.writeTextFile(join(unfinished, CHECKSUMS), sums);
    await Deno.remove(join(directory, CHECKSUMS)).catch((error) => {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    });
    for (const name of [...names, CHECKSUMS]) await Deno.rename(join(unfinished, name), join(directory, name));
    return directory;
  } finally {
    await Deno.remove(unfinished, { recursive: true });
  }
}

async function compile(program: Program, target: Target, unfinished: string): Promise<void> {
  const entry = `${program}.ts`;
  const output = join(unfinished, executableName(program, target));
  const packages = await packagesFor([entry, ...WORKERS[program]]);
  const cache = join(unfinished, `cache of ${program}`);
  await leanCache(packages, UNUSED[program].map((file) => fileURLToPath(import.meta.resolve(file))), cache);
  const args = [
    "compile",
    "--quiet",
    "--frozen",
    "--no-check", // `deno task ok` checks.
    "--no-code-cache", // Any user could put code there: ARCHITECTURE.md, "Executables and releases".
    ...taskFlags(program).filter((flag) => flag !== "--quiet"),
    ...WORKERS[program].flatMap((module) => ["--include", module]),
    ...["--target", target, "--output", output, entry],
  ];
  const { code } = await new Deno.Command(Deno.execPath(), { args, env: { DENO_DIR: cache } }).spawn().status;
  if (code !== 0) throw new Error(`deno compile failed for idp2pi-${program} (${target}): see its message above.`);
  await checkExecutable(output, packages, cache);
}

/**
 * Fails when an executable lacks a package that it needs or contains one that it does not (a package is recognized by its
 * package.json, which is embedded as it is), or says where it was built.
 */
async function checkExecutable(executable: string, { needed, unneeded }: Packages, cache: string): Promise<void> {
  // As text, which is searched natively: in bytes it would take a second for each package.
  const text = async (path: string): Promise<string> => new TextDecoder("latin1").decode(await Deno.readFile(path));
  const embedded = await text(executable);
  for (const [packages, expected] of [[needed, true], [unneeded, false]] as const) {
    for (const { name, version, directory } of packages) {
      if (embedded.includes(await text(join(directory, "package.json"))) === expected) continue;
      throw new Error(`${executable} ${expected ? "lacks" : "contains"} the package ${name}@${version}.`);
    }
  }
  if (embedded.includes(cache)) throw new Error(`${executable} contains the path ${cache}.`);
}
