/**
 * Hashing a library beside `xargs -P <cores> md5sum`, and starting again beside the first start: MiB/s, each measured in
 * turn in one run, medians and ratios, at two sizes. `deno task bench` runs it; arguments: rounds, number of small
 * images, number of large ones.
 */
import { join } from "node:path";
import { HashCache } from "../../lib/folder/hash_cache.ts";
import { SharedFolder } from "../../lib/folder/shared_folder.ts";
import { compare, makeImage, row, run } from "./beside.ts";

const [ROUNDS, SMALL, LARGE] = [5, 10_000, 200].map((standard, i) => Number(Deno.args[i] ?? standard));
const CORES = navigator.hardwareConcurrency;

const work = await Deno.makeTempDir({ prefix: "idp2pi-bench-" });

/** A start of the client as far as its folder is concerned. */
async function start(directory: string, cachePath: string, expected: number): Promise<void> {
  using cache = new HashCache(cachePath);
  const folder = new SharedFolder(directory, { cache });
  await folder.scan();
  if (folder.images.length !== expected) throw new Error(`${folder.images.length} images found, not ${expected}`);
}

/** Waits until the times of the files prove that they are unchanged. */
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 3_000));

try {
  console.log("| work, MiB/s | idp2pi | beside: times | goal |\n| --- | --- | --- | --- |");
  for (const part of [1, 8]) {
    const library = await Deno.makeTempDir({ dir: work });
    const kept = join(work, `kept-${part}.sqlite`);
    let [count, mib] = [0, 0];
    for (const [whole, bytes, what] of [[SMALL, 100 << 10, "100 KiB"], [LARGE, 20 << 20, "20 MiB"]] as const) {
      const images = Math.ceil(whole / part);
      const directory = join(library, what);
      await Deno.mkdir(directory);
      for (let i = 0; i < images; i++) await makeImage(join(directory, `${i}.jpg`), bytes);
      [count, mib] = [count + images, mib + images * bytes / 2 ** 20];
      const md5sum = (...options: string[]): Promise<number | void> =>
        run("bash", [
          "-c",
          `set -o pipefail; find '${directory}' -type f -print0 | xargs -0 -P ${CORES} ${options.join(" ")} md5sum`,
        ]);
      const programs = ["bash", "find", "xargs", "md5sum"];
      const rates = await compare(work, ROUNDS, images * bytes / 2 ** 20, [
        { name: "idp2pi", measure: (out) => start(directory, join(out, "cache.sqlite"), images) },
        { name: "xargs md5sum", programs, measure: () => md5sum() },
        { name: "the same, evenly", programs, measure: () => md5sum("-n", `${Math.ceil(images / CORES)}`) },
      ]);
      row(`hash ${images} images of ${what}`, rates, "0.9");
    }
    await settle();
    await start(library, kept, count);
    const rates = await compare(work, ROUNDS, mib, [
      { name: "idp2pi", measure: () => start(library, kept, count) },
      { name: "the first start", measure: (out) => start(library, join(out, "cache.sqlite"), count) },
    ]);
    row(`start again with all ${count}`, rates, "20");
    await Deno.remove(library, { recursive: true });
  }
} finally {
  await Deno.remove(work, { recursive: true });
}
