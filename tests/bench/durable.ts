/**
 * Saving images so that they survive a power cut, beside a C program that does the same and one that syncs nothing:
 * MiB/s, each measured in turn in one run, medians and ratios. Ours computes MD5s too and reports each image when it is on
 * the disk; the C program syncs the directory once. `deno task bench` runs it; arguments: rounds, number of small images,
 * MiB of the large one.
 */
import { join } from "node:path";
import { PartialFile } from "../../lib/download/save/partial_file.ts";
import { md5Of } from "../../lib/hash/md5.ts";
import { SaveWorkers } from "../../lib/download/save/save_service.ts";
import { compare, hasAll, output, row, run } from "./beside.ts";

const [ROUNDS, SMALL, LARGE_MIB] = [5, 1_000, 512].map((standard, i) => Number(Deno.args[i] ?? standard));
const SMALL_BYTES = 200 * 1_024;
/** As many as the program has at the same time: eight fetches, and those that wait for the disk. */
const AT_ONCE = 40;

const work = await Deno.makeTempDir({ prefix: "idp2pi-bench-" });
const service = new SaveWorkers();
try {
  const program = join(work, "durable");
  const source = join(import.meta.dirname!, "durable.c");
  if (hasAll(["gcc"], "C")) await output("gcc", ["-O2", "-pthread", "-o", program, source]);
  const programs = ["gcc"];
  console.log("| work, MiB/s | idp2pi | beside: times | goal |\n| --- | --- | --- | --- |");
  for (
    const [count, bytes, what] of [[SMALL, SMALL_BYTES, "200 KiB"], [1, LARGE_MIB << 20, `${LARGE_MIB} MiB`]] as const
  ) {
    const image = new Uint8Array(bytes);
    const block = crypto.getRandomValues(new Uint8Array(65_536));
    for (let at = 0; at < bytes; at += block.length) image.set(block.subarray(0, bytes - at), at);
    const md5 = md5Of(image);
    const save = async (directory: string, number: number): Promise<void> => {
      const file = await PartialFile.open(directory, { md5, name: `${number}.gif` }, { service });
      await file.expect(bytes);
      const blocks = async function* (): AsyncGenerator<Uint8Array> {
        for (let done = 0; done < bytes;) {
          const block = await file.block();
          const piece = image.subarray(done, done + block.length);
          block.set(piece);
          yield block.subarray(0, piece.length);
          done += piece.length;
        }
      };
      await file.receive(ReadableStream.from(blocks()));
      if ((await file.finish()).kind !== "saved") throw new Error("it was not saved");
    };
    const ours = async (directory: string): Promise<void> => {
      let next = 0;
      const runner = async (): Promise<void> => {
        for (let i = next++; i < count; i = next++) await save(directory, i);
      };
      await Promise.all(Array.from({ length: AT_ONCE }, runner));
    };
    const beside = (threads: number, how: "sync" | "none") => (directory: string): Promise<number | void> =>
      run(program, [directory, `${count}`, `${bytes}`, `${threads}`, how]);
    const rates = await compare(work, ROUNDS, count * bytes / 2 ** 20, [
      { name: "idp2pi", measure: ours },
      { name: `C, ${AT_ONCE} threads`, programs, measure: beside(AT_ONCE, "sync") },
      { name: "C, one after the other", programs, measure: beside(1, "sync") },
      { name: "C that syncs nothing", programs, measure: beside(AT_ONCE, "none") },
    ]);
    row(`save ${count} of ${what}, on the disk`, rates, "0.5");
  }
} finally {
  service.close();
  await Deno.remove(work, { recursive: true });
}
