/** The npm packages of the lock file, and which of them a program needs when it runs. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** A package in Deno's cache. */
export interface NpmPackage {
  readonly name: string;
  readonly version: string;
  /** Where its files are. */
  readonly directory: string;
}

/** The packages of the lock file, sorted by name. */
export interface Packages {
  /** What a program imports and all that it depends on, without packages that hold nothing but types. */
  readonly needed: readonly NpmPackage[];
  /** The others. */
  readonly unneeded: readonly NpmPackage[];
  /** Deno's cache, in which they are. */
  readonly cache: string;
}

/** As much of what `deno info --json` prints as is used. */
interface Info {
  /** All packages of the lock file. */
  readonly npmPackages: Readonly<
    Record<string, { readonly name: string; readonly version: string; readonly dependencies: readonly string[] }>
  >;
  readonly modules: readonly { readonly npmPackage?: string; readonly error?: string }[];
}

/** Files that a program can load, beside JSON. A package that has none is for the type checker alone. */
export const RUNNABLE: RegExp = /\.(?:js|mjs|cjs|wasm|node)$/;

/**
 * Finds the packages; downloads those that are missing.
 *
 * @param modules Paths of a program and of its workers.
 * @throws When a module or a package cannot be read.
 */
export async function packagesFor(modules: readonly string[]): Promise<Packages> {
  const imported = new Set<string>();
  let all: Info["npmPackages"] = {};
  for (const module of modules) {
    const { npmPackages, modules } = await inspect(module);
    all = npmPackages;
    const waiting = modules.flatMap(({ npmPackage }) => npmPackage ?? []);
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
      if (imported.has(id)) continue;
      imported.add(id);
      waiting.push(...npmPackages[id].dependencies);
    }
  }
  const registry = registryDirectory();
  const [needed, unneeded]: NpmPackage[][] = [[], []];
  for (const id of Object.keys(all).sort()) {
    const { name, version } = all[id];
    const one = { name, version, directory: join(registry, name, version) };
    const isNeeded = imported.has(id) && (await filesOf(one)).some((path) => RUNNABLE.test(path));
    (isNeeded ? needed : unneeded).push(one);
  }
  return { needed, unneeded, cache: join(registry, "..", "..") };
}

/** The paths of all files of a package. */
export async function filesOf({ directory }: Pick<NpmPackage, "directory">): Promise<string[]> {
  const paths: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(directory)) {
    const path = join(directory, name);
    paths.push(...isDirectory ? await filesOf({ directory: path }) : [path]);
  }
  return paths;
}

/** `deno info`, which also downloads what is missing. */
async function inspect(module: string): Promise<Info> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--quiet", "--json", module],
  }).output();
  if (!success) throw new Error(`deno info ${module} failed: ${new TextDecoder().decode(stderr).trim()}`);
  const info: Info = JSON.parse(new TextDecoder().decode(stdout));
  const failed = info.modules.find(({ error }) => error !== undefined);
  if (failed) throw new Error(`${module} cannot be read whole: ${failed.error}.`);
  return info;
}

/** Where Deno keeps packages, `<cache>/npm/<registry>`: found by the path of one of them. */
function registryDirectory(): string {
  const path = fileURLToPath(import.meta.resolve("ipaddr.js"));
  return path.slice(0, path.search(/[\\/]ipaddr\.js[\\/]\d/));
}
