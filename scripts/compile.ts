/**
 * Builds both executables: `deno task compile [--target <triple>]... [--all]`. They go to dist/<triple>/ with their
 * checksums in dist/<triple>/SHA256SUMS. What each may do is taken from the task of the same name in deno.json, so that
 * an executable can do exactly what the task can.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { taskFlags } from "./task_flags.ts";

/** The targets that `deno compile` of this version knows. */
const TARGETS = [
  "x86_64-unknown-linux-gnu",
  "aarch64-unknown-linux-gnu",
  "x86_64-pc-windows-msvc",
  "aarch64-pc-windows-msvc",
  "x86_64-apple-darwin",
  "aarch64-apple-darwin",
];

const PROGRAMS = ["server", "client"] as const;

/** Modules that no import leads to, since workers are started from them; `deno compile` would leave them out. */
const WORKERS = {
  server: [],
  client: ["lib/library/save_worker.ts", "lib/library/scan_worker.ts", "lib/preview/preview_worker.ts"],
} as const;

/** What no program needs of a package: its second build, of 15 MB, for memory beyond 4 GiB. */
const UNUSED = { server: [], client: ["@imagemagick/magick-wasm/x64/magick.wasm"] } as const;

const { values } = parseArgs({
  args: Deno.args,
  options: { target: { type: "string", multiple: true }, all: { type: "boolean" } },
});
const targets = values.all ? TARGETS : values.target ?? [Deno.build.target];
const unknown = targets.find((target) => !TARGETS.includes(target));
if (unknown !== undefined) {
  console.error(`There is no target ${unknown}: give one of ${TARGETS.join(", ")}.`);
  Deno.exit(2);
}
for (const target of targets) await build(target);

/** Builds both programs for one target. */
async function build(target: string): Promise<void> {
  const directory = join("dist", target);
  await Deno.mkdir(directory, { recursive: true });
  const sums: string[] = [];
  for (const program of PROGRAMS) {
    const name = `idp2pi-${program}${target.includes("windows") ? ".exe" : ""}`;
    const output = join(directory, name);
    const args = ["compile", "--exclude-unused-npm", ...flagsOf(program), "--target", target, "--output", output];
    args.push(...WORKERS[program].flatMap((module) => ["--include", module]));
    args.push(...UNUSED[program].flatMap((file) => ["--exclude", fileURLToPath(import.meta.resolve(file))]));
    const { code } = await new Deno.Command(Deno.execPath(), { args: [...args, `${program}.ts`] }).spawn().status;
    if (code !== 0) {
      console.error(`deno compile failed for ${name} (${target}): see its message above.`);
      Deno.exit(1);
    }
    sums.push(`${createHash("sha256").update(await Deno.readFile(output)).digest("hex")}  ${name}\n`);
  }
  await Deno.writeTextFile(join(directory, "SHA256SUMS"), sums.join(""));
  console.log(`Built ${directory}: ${PROGRAMS.map((program) => `idp2pi-${program}`).join(", ")} and SHA256SUMS.`);
}

/** The flags with which the task runs the program. */
function flagsOf(program: typeof PROGRAMS[number]): string[] {
  return taskFlags(program).filter((word) => word !== "--quiet");
}
