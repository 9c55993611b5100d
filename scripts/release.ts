/**
 * Makes all files of a release: `deno task release`. From the commit that is checked out it builds the executables of
 * all targets, packs them, and writes the bill of materials and SHA256SUMS, into dist/<version>/.
 *
 * To rehearse: `--target <triple>` builds for some targets only, `--executables <directory>` packs executables that
 * `deno task compile --out <directory>` made. `--tag <tag>` says which tag is released, `--out <directory>` where to.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import config from "../deno.json" with { type: "json" };
import { release, type ReleaseOptions } from "./build/release.ts";
import { isTarget, type Target, TARGETS, targetsOf } from "./build/targets.ts";

/** What is asked for, or an exit with code 2. */
function options(): ReleaseOptions {
  try {
    const { values } = parseArgs({
      args: Deno.args,
      options: {
        target: { type: "string", multiple: true },
        executables: { type: "string" },
        tag: { type: "string" },
        out: { type: "string", default: join("dist", config.version) },
      },
    });
    const { target, ...others } = values;
    return { ...others, targets: target === undefined ? targetsIn(values.executables) : targetsOf(target) };
  } catch (error) {
    console.error((error as Error).message);
    Deno.exit(2);
  }
}

/** The targets for which there are executables; without a directory, all of them. */
function targetsIn(executables: string | undefined): readonly Target[] {
  if (executables === undefined) return TARGETS;
  const found = Deno.readDirSync(executables).map(({ name }) => name).filter(isTarget).toArray();
  if (found.length === 0) throw new Error(`${executables} has no directory named like a target.`);
  return TARGETS.filter((target) => found.includes(target));
}

const asked = options();
try {
  const whyRehearsal = await release(asked);
  console.log(`The files of version ${config.version} are in ${asked.out}.`);
  if (whyRehearsal.length > 0) console.log(`This is a rehearsal, not a release: ${whyRehearsal.join("; ")}.`);
} catch (error) {
  console.error((error as Error).message);
  Deno.exit(1);
}
