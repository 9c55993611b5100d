/**
 * The npm packages of the lock file, and which of them a program needs when it runs.
 *
 * @module
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** A package in Deno's cache. */
export interface NpmPackage {
  readonly name: string;
  readonly version: string;
  /** Where its files are. */
  readonly directory: string;
}

/** As much of what `deno info --json` prints as is used. */
interface Info {
  /** All packages of the lock file. */
  readonly npmPackages: Readonly<
    Record<string, { readonly name: string; readonly version: string; readonly dependencies: readonly string[] }>
  >;
  readonly modules: readonly { readonly npmPackage?: string; readonly error?: string }[];
}

/** Files that a program can load. A package that has none is for the type checker alone. */
const RUNNABLE = /\.(?:js|mjs|cjs|wasm|node)$/;

/**
 * The packages of the lock file, sorted by name.
 *
 * @param modules Paths of a program and of its workers.
 * @returns `needed`: what these modules import and all that it depends on, without packages that hold nothing but types.
 *   `unneeded`: the others.
 * @throws When a module or a package cannot be read.
 */
export async function packagesFor(
  modules: readonly string[],
): Promise<{ needed: NpmPackage[]; unneeded: NpmPackage[] }> {
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
  const needed: NpmPackage[] = [];
  const unneeded: NpmPackage[] = [];
  for (const id of Object.keys(all).sort()) {
    const { name, version } = all[id];
    const one = { name, version, directory: join(cacheDirectory(), name, version) };
    (imported.has(id) && await canRun(one.directory) ? needed : unneeded).push(one);
  }
  return { needed, unneeded };
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

/** Where Deno keeps packages, `<cache>/npm/<registry>`: told by the place of one of them. */
function cacheDirectory(): string {
  const path = fileURLToPath(import.meta.resolve("ipaddr.js"));
  return path.slice(0, path.search(/ipaddr\.js[\\/]\d/));
}

async function canRun(directory: string): Promise<boolean> {
  for await (const { name, isDirectory } of Deno.readDir(directory)) {
    if (isDirectory ? await canRun(join(directory, name)) : RUNNABLE.test(name)) return true;
  }
  return false;
}
