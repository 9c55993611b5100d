/**
 * Builds both executables: `deno task compile [--target <triple>]... [--all] [--out <directory>]`. They go to
 * dist/<triple>/, or to <directory>/<triple>/, with their checksums in SHA256SUMS.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { buildTarget } from "./build/executables.ts";
import { isTarget, type Target, TARGETS } from "./build/targets.ts";

/** What is asked for, or an exit with code 2. */
function options(): { targets: readonly Target[]; out: string } {
  try {
    const { values } = parseArgs({
      args: Deno.args,
      options: {
        target: { type: "string", multiple: true },
        all: { type: "boolean" },
        out: { type: "string", default: "dist" },
      },
    });
    const targets = (values.target ?? [Deno.build.target]).map((target) => {
      if (!isTarget(target)) throw new Error(`Unknown target ${target}: use one of ${TARGETS.join(", ")}.`);
      return target;
    });
    return { targets: values.all ? TARGETS : targets, out: values.out };
  } catch (error) {
    console.error((error as Error).message);
    Deno.exit(2);
  }
}

const { targets, out } = options();
try {
  for (const target of targets) {
    console.log(`Building idp2pi-server and idp2pi-client for ${target}…`);
    console.log(`Built ${await buildTarget(target, out)}.`);
  }
} catch (error) {
  console.error((error as Error).message);
  Deno.exit(1);
}
