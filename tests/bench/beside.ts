/** What the benches of files share: programs beside ours, measured in turn in one run. */
import { newMd5 } from "../../lib/hash/md5.ts";
import { hasProgram } from "../needs.ts";

/** Runs a program to its end, which must be a good one; returns what it printed. */
export async function output(command: string, args: string[], input = ""): Promise<string> {
  const child = new Deno.Command(command, { args, stdin: "piped", stdout: "piped", stderr: "inherit" }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input));
  await writer.close();
  const { success, stdout } = await child.output();
  if (!success) throw new Error(`${command} ${args.join(" ")} failed`);
  return new TextDecoder().decode(stdout);
}

/** The same; returns the seconds that it says it took, without its start, if it says so. */
export async function run(command: string, args: string[], input = ""): Promise<number | void> {
  const seconds = /^seconds (\S+)/m.exec(await output(command, args, input))?.[1];
  if (seconds) return Number(seconds);
}

export const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1];

/** A ratio or rate with as many digits as mean something. */
const short = (value: number): string => value < 10 ? value.toFixed(2) : value.toFixed(0);

/** One way to do the work: ours, or that of somebody else. */
export interface Way {
  readonly name: string;
  /** The programs that it runs; without them it is left out. */
  readonly programs?: readonly string[];
  /** Does the work once, in an empty directory of its own; may give the seconds that it took, without its start. */
  measure(directory: string): Promise<number | void>;
}

/** What a way reached, in MiB/s. */
export interface Rate {
  readonly name: string;
  readonly rate: number;
}

const reported = new Set<string>();

/** Whether these programs are there; says once of each that is not what is left out for it. */
export function hasAll(programs: readonly string[], name: string): boolean {
  for (const program of programs.filter((it) => !hasProgram(it))) {
    if (!reported.has(program + name)) console.error(`${program} is not installed: “${name}” is left out.`);
    reported.add(program + name);
  }
  return programs.every(hasProgram);
}

/**
 * Measures each way in turn, so that what disturbs disturbs all, each round beginning with another way, so that nobody
 * always comes behind the same one.
 *
 * @returns The medians, in the order of the ways, without those whose programs are missing.
 */
export async function compare(work: string, rounds: number, mib: number, ways: readonly Way[]): Promise<Rate[]> {
  const turns = ways.filter(({ programs = [], name }) => hasAll(programs, name));
  const rates = new Map(turns.map((way) => [way, [] as number[]]));
  for (let round = 0; round <= rounds; round++) {
    for (const way of turns) {
      const directory = await Deno.makeTempDir({ dir: work });
      const began = performance.now();
      const seconds = await way.measure(directory) ?? (performance.now() - began) / 1_000;
      if (round > 0) rates.get(way)!.push(mib / seconds); // The first one warms up.
      await Deno.remove(directory, { recursive: true });
    }
    turns.push(turns.shift()!);
  }
  return [...rates].map(([{ name }, values]) => ({ name, rate: median(values) }));
}

/** Prints a row: our rate, the first one, and for each other its rate and how many times it ours is. */
export function row(what: string, [ours, ...others]: readonly Rate[], goal: string): void {
  const beside = others.map(({ name, rate }) => `${name} ${short(rate)}: ${short(ours.rate / rate)}`);
  console.log(`| ${what} | ${short(ours.rate)} | ${beside.join(", ") || "nothing that is installed"} | ${goal} |`);
}

/** Random bytes behind an image's first ones; returns their MD5. */
export async function makeImage(path: string, bytes: number): Promise<string> {
  const block = crypto.getRandomValues(new Uint8Array(Math.min(bytes, 65_536)));
  using file = await Deno.open(path, { write: true, createNew: true });
  const md5 = newMd5();
  for (let left = bytes; left > 0; left -= block.length) {
    block.set(HEAD);
    block.set(new TextEncoder().encode(crypto.randomUUID()), HEAD.length);
    const part = block.subarray(0, Math.min(left, block.length));
    md5.update(part);
    for (let done = 0; done < part.length;) done += await file.write(part.subarray(done));
  }
  await file.syncData(); // Else the system writes it later, while somebody is measured.
  return md5.digest("hex");
}

/** A JPEG's beginning (JFIF), without metadata. */
const HEAD = await Deno.readFile(new URL("../../samples/sunset.jpg", import.meta.url));
