/** What the benches of files share: programs beside ours, measured in turn in one run. */
import { md5OfFile } from "../../lib/hash/md5.ts";

/** Runs a program to its end; gives the seconds that it says it took, without its start, if it says so. */
export async function run(command: string, args: string[], input = ""): Promise<number | void> {
  const child = new Deno.Command(command, { args, stdin: "piped", stdout: "piped", stderr: "inherit" }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input));
  await writer.close();
  const { success, stdout } = await child.output();
  if (!success) throw new Error(`${command} ${args.join(" ")} failed`);
  const seconds = /^seconds (\S+)/m.exec(new TextDecoder().decode(stdout))?.[1];
  if (seconds) return Number(seconds);
}

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1];

/** A ratio or rate with as many digits as mean something. */
const short = (value: number): string => value < 10 ? value.toFixed(2) : value.toFixed(0);

/**
 * Measures each way in turn, so that what disturbs disturbs all, each round beginning with another way, so that nobody
 * always comes behind the same one. A way may say how many seconds it took; each has an empty directory of its own below
 * `work`.
 *
 * @returns The medians, in MiB/s.
 */
export async function compare(
  work: string,
  rounds: number,
  mib: number,
  ways: Record<string, (directory: string) => Promise<number | void>>,
): Promise<number[]> {
  const rates = new Map(Object.keys(ways).map((name) => [name, [] as number[]]));
  const turns = Object.entries(ways);
  for (let round = 0; round <= rounds; round++) {
    for (const [name, way] of turns) {
      const directory = await Deno.makeTempDir({ dir: work });
      const began = performance.now();
      const seconds = await way(directory) ?? (performance.now() - began) / 1_000;
      if (round > 0) rates.get(name)!.push(mib / seconds); // The first one warms up.
      await Deno.remove(directory, { recursive: true });
    }
    turns.push(turns.shift()!);
  }
  return [...rates.values()].map(median);
}

/** Prints a row: our rate, and for each other its rate and how many times it ours is. */
export function row(what: string, names: string[], rates: number[], goal: string): void {
  const others = rates.slice(1).map((rate, i) => `${names[i + 1]} ${short(rate)}: ${short(rates[0] / rate)}`);
  console.log(`| ${what} | ${short(rates[0])} | ${others.join(", ")} | ${goal} |`);
}

/** Random bytes behind an image's first ones; gives their MD5. */
export async function makeImage(path: string, bytes: number): Promise<string> {
  const block = crypto.getRandomValues(new Uint8Array(Math.min(bytes, 65_536)));
  {
    using file = await Deno.open(path, { write: true, createNew: true });
    for (let left = bytes; left > 0; left -= block.length) {
      block.set(HEAD);
      block.set(new TextEncoder().encode(crypto.randomUUID()), HEAD.length);
      await file.write(block.subarray(0, Math.min(left, block.length)));
    }
    await file.syncData(); // Else the system writes it later, while somebody is measured.
  }
  using file = await Deno.open(path);
  return await md5OfFile(file);
}

/** A JPEG's beginning (JFIF), without metadata. */
const HEAD = await Deno.readFile(new URL("../../samples/sunset.jpg", import.meta.url));
