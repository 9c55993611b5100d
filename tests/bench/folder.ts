/**
 * Hashing a library beside `xargs -P <cores> md5sum`, and starting again beside the first start: MiB/s, each measured in
 * turn in one run, medians and ratios, at two sizes. `deno task bench` runs it; arguments: rounds, number of small
 * images, number of large ones.
 */
import { join } from "node:path";
import { HashCache, SharedFolder } from "../../mod.ts";
import { compare, makeImage, row, run } from "./beside.ts";

const [ROUNDS, SMALL, LARGE] = [5, 10_000, 200].map((usual, i) => Number(Deno.args[i] ?? usual));
const CORES = navigator.hardwareConcurrency;

const work = await Deno.makeTempDir({ prefix: "idp2pi-bench-" });

/** A start of the client as far as its folder is concerned. */
async function start(directory: string, cachePath: string, expected: number): Promise<void> {
  using cache = new HashCache(cachePath);
  const folder = new SharedFolder(directory, { cache });
  await folder.scan();
  if (folder.images.length !== expected) throw new Error(`${folder.images.length} images found, not ${expected}`);
}

/** Waits until the times of the files tell that they are unchanged. */
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 3_000));

try {
  console.log("| work, MiB/s | idp2pi | beside: times | goal |\n| --- | --- | --- | --- |");
  for (const [count, bytes, what] of [[SMALL, 100 << 10, "100 KiB"], [LARGE, 20 << 20, "20 MiB"]] as const) {
    for (const images of [count, Math.ceil(count / 8)]) {
      const directory = await Deno.makeTempDir({ dir: work });
      for (let i = 0; i < images; i++) await makeImage(join(directory, `${i}.jpg`), bytes);
      await settle();
      const mib = images * bytes / 2 ** 20;
      const kept = join(work, "kept.sqlite");
      await start(directory, kept, images);
      const rates = await compare(work, ROUNDS, mib, {
        idp2pi: (out) => start(directory, join(out, "cache.sqlite"), images),
        shell: () => run("bash", ["-c", `find ${directory} -type f -print0 | xargs -0 -P ${CORES} md5sum`]),
        even: () => run("bash", ["-c", `find ${directory} -type f -print0 | xargs -0 -P ${CORES} -n 64 md5sum`]),
        again: () => start(directory, kept, images),
      });
      const [first, shell, even, again] = rates;
      row(`hash ${images} images of ${what}`, ["", "xargs md5sum", "the same with -n 64"], [first, shell, even], "0.9");
      row(`start again with ${images} images of ${what}`, ["", "the first start"], [again, first], "20");
      await Deno.remove(directory, { recursive: true });
    }
  }
} finally {
  await Deno.remove(work, { recursive: true });
}
