/**
 * Executables that depend on nothing but a commit: built from a copy of it in which all files bear the commit's time,
 * since the times of what is embedded are in an executable.
 *
 * @module
 */
import { join } from "node:path";
import type { Commit } from "./checkout.ts";
import { run } from "./run.ts";
import type { Target } from "./targets.ts";

/**
 * Builds the executables of some targets.
 *
 * @param work A directory for the copy.
 * @returns The directory in which each target has one, as `deno task compile` makes them.
 */
export async function cleanBuild(targets: readonly Target[], commit: Commit, work: string): Promise<string> {
  const source = join(work, "source");
  const executables = join(work, "executables");
  await Deno.mkdir(source);
  await run("git", ["archive", "--format=tar", "--output", `${source}.tar`, commit.id]);
  await run("tar", ["--extract", "--file", `${source}.tar`, "--directory", source]);
  for (const target of targets) {
    console.log(`Building idp2pi-server and idp2pi-client for ${target}…`);
    const args = ["task", "--quiet", "compile", "--target", target, "--out", executables];
    await run(Deno.execPath(), args, { cwd: source });
  }
  return executables;
}
