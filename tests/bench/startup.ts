/**
 * The time from the start of a program to its first line, beside that of an empty program with the same permissions:
 * each measured in turn in one run, medians and ratios. `deno task bench` runs it; argument: rounds.
 */
import { join } from "node:path";
import { taskFlags } from "../../scripts/task_flags.ts";
import { programCommand, ROOT } from "../support.ts";

/** Enough that the median of a busy machine stays within some hundredths. */
const ROUNDS = Number(Deno.args[0] ?? 40);
/** A first line may take so many times what an empty program takes. */
const GOAL = 2;

const work = await Deno.makeTempDir({ prefix: "idp2pi-bench-" });
const empty = join(work, "empty.ts");
await Deno.writeTextFile(empty, "");
const pictures = join(ROOT, "samples");

/** What is started, and as which program: the empty one, and command lines of ours. */
const STARTS: Readonly<Record<string, [task: "client" | "server", ...args: string[]]>> = {
  "an empty program": ["client"],
  "client --version": ["client", "--version"],
  "client --help": ["client", "--help"],
  "client --help --lang pt": ["client", "--help", "--lang", "pt"],
  "client --hepl (wrong usage)": ["client", "--hepl"],
  "client <ip> <directory>": ["client", "127.0.0.1", pictures, "--server-port", "9", "--no-cache"],
  "server --version": ["server", "--version"],
  "server --help": ["server", "--help"],
};

/** Milliseconds to the first byte shown, or to the end of what shows nothing. */
async function firstLine(task: "client" | "server", args: readonly string[]): Promise<number> {
  const [command, ...program] = args.length === 0
    ? [Deno.execPath(), "run", ...taskFlags(task), empty]
    : programCommand(task);
  const began = performance.now();
  const child = new Deno.Command(command, {
    args: [...program, ...args],
    cwd: ROOT,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    env: { LC_ALL: "C.UTF-8" },
  }).spawn();
  const readers = [child.stdout.getReader(), child.stderr.getReader()];
  const shown = readers.map(async (reader) => (await reader.read()).done ? await child.status : null);
  await Promise.race(shown);
  const took = performance.now() - began;
  try {
    child.kill("SIGKILL");
  } catch {
    // It has ended.
  }
  await Promise.all([...shown, child.status]);
  await Promise.all(readers.map((reader) => reader.cancel()));
  return took;
}

const times = new Map(Object.keys(STARTS).map((name) => [name, [] as number[]]));
const turns = Object.entries(STARTS);
try {
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [name, [task, ...args]] of turns) {
      const took = await firstLine(task, args);
      if (round > 0) times.get(name)!.push(took); // The first one fills the caches.
    }
    turns.push(turns.shift()!);
  }
} finally {
  await Deno.remove(work, { recursive: true });
}

const medians = [...times].map(([name, all]): [string, number] => [name, all.sort((a, b) => a - b)[all.length >> 1]]);
const [[, base]] = medians;
console.log(`| start to first line, ${ROUNDS} rounds | ms | times the empty one | goal |\n| --- | --- | --- | --- |`);
for (const [name, ms] of medians) {
  console.log(`| ${name} | ${ms.toFixed(0)} | ${(ms / base).toFixed(2)} | ${ms === base ? "" : `below ${GOAL}`} |`);
}
