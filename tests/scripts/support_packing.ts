/** What the tests of packages need: executables, which run the programs from their sources or are those to be tested. */
import { join } from "node:path";
import type { DebianInput } from "../../scripts/build/debian_files.ts";
import { PROGRAMS } from "../../scripts/build/targets.ts";
import { programCommand, ROOT } from "../support.ts";

/** Writes both programs, as files that can be started, into a directory. */
export async function writePrograms(directory: string): Promise<void> {
  await Deno.mkdir(directory, { recursive: true });
  for (const program of PROGRAMS) {
    const path = join(directory, `idp2pi-${program}`);
    const [command, ...args] = programCommand(program);
    if (args.length === 0) await Deno.copyFile(command, path);
    else {
      const words = [command, ...args].map((word) => `'${word}'`).join(" ");
      await Deno.writeTextFile(path, `#!/bin/sh\ncd '${ROOT}' && exec ${words} "$@"\n`);
    }
    await Deno.chmod(path, 0o755);
  }
}

/** What a package is made from, of programs in a directory. */
export function packageInput(executables: string, documents: ReadonlyMap<string, string>): DebianInput {
  return {
    target: "x86_64-unknown-linux-gnu",
    executables,
    version: "1.2.3-rc.1",
    maintainer: "Ana Silva <ana@example.org>",
    time: 1_700_000_000,
    changes: `- It works.\n- ${"And it is described in many words. ".repeat(9)}\n`,
    notices: "Notices.\n",
    documents,
  };
}
