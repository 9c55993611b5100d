/**
 * Builds both executables: `deno task compile [--target <triple>]... [--all] [--out <directory>]`. They go to
 * dist/<triple>/, or to <directory>/<triple>/, with their checksums in SHA256SUMS.
 */
import { parseArgs } from "node:util";
import { buildTarget } from "./build/executables.ts";
import { type Target, TARGETS, targetsOf } from "./build/targets.ts";

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
    const targets = values.all ? TARGETS : targetsOf(values.target ?? [Deno.build.target]);
    return { targets, out: values.out };
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
