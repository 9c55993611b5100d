/**
 * Thumbnails beside what else makes them, by format and size, and what making them costs the downloads of others: each
 * measured in turn in one run, medians and ratios. `deno task bench` runs it; arguments: rounds, thumbnails a round, MiB.
 */
import { join } from "node:path";
import { loadMagick } from "../../lib/app/preview/magick.ts";
import { ThumbnailMaker } from "../../lib/app/thumbnails/thumbnail_maker.ts";
import { askThumbnail } from "../../lib/download/ask_thumbnail.ts";
import { PeerBook } from "../../lib/download/peers/peer_book.ts";
import { md5Of } from "../../lib/hash/md5.ts";
import { compare, makeImage, output, row, run } from "./beside.ts";

const [ROUNDS, COUNT, MIB] = [3, 8, 512].map((standard, i) => Number(Deno.args[i] ?? standard));
const HERE = import.meta.dirname!;

/** Width and height of the images, in pixels: 12 and 2 megapixels. */
const SIZES = [[4_000, 3_000], [1_632, 1_224]] as const;

async function pictureOf(format: "JPEG" | "PNG" | "WEBP", width: number, height: number): Promise<Uint8Array> {
  const { ImageMagick, MagickReadSettings } = await loadMagick();
  return ImageMagick.read("plasma:fractal", new MagickReadSettings({ width, height }), (image) => {
    image.quality = 90;
    return image.write(format, (bytes) => bytes.slice());
  });
}

const work = await Deno.makeTempDir({ prefix: "idp2pi-bench-" });
using maker = new ThumbnailMaker();
try {
  console.log("| thumbnails a second, 256 pixels | idp2pi | beside: times |\n| --- | --- | --- |");
  for (const [width, height] of SIZES) {
    for (const format of ["JPEG", "PNG", "WEBP"] as const) {
      const bytes = await pictureOf(format, width, height);
      const path = join(work, `picture.${format.toLowerCase()}`);
      await Deno.writeFile(path, bytes);
      const each = async (make: (i: number) => Promise<unknown>): Promise<void> => {
        for (let i = 0; i < COUNT; i++) await make(i);
      };
      const rates = await compare(work, ROUNDS, COUNT, [
        {
          name: "idp2pi",
          measure: () => each(() => maker.make({ bytes, source: "whole", pixels: 256 })),
        },
        {
          name: "vipsthumbnail",
          programs: ["vipsthumbnail"],
          measure: (out) =>
            each((i) => output("vipsthumbnail", [path, "--size", "256", "-o", join(out, `${i}.webp[Q=75]`)])),
        },
        {
          name: "convert -thumbnail",
          programs: ["convert"],
          measure: (out) => {
            const options = ["-define", "jpeg:size=512x512", path, "-thumbnail", "256x256", "-quality", "75"];
            return each((i) => output("convert", [...options, join(out, `${i}.webp`)]));
          },
        },
      ]);
      row(`${format}, ${width} x ${height}`, rates, "");
    }
  }
  await serveBeside();
} finally {
  await Deno.remove(work, { recursive: true });
}

/** How fast a peer serves a large image while others ask it for thumbnails. */
async function serveBeside(): Promise<void> {
  const giving = await Deno.makeTempDir({ dir: work });
  const md5 = await makeImage(join(giving, "large.gif"), MIB << 20);
  const photo = await pictureOf("JPEG", ...SIZES[0]);
  const photos: string[] = [];
  for (let i = 0; i < 400; i++) { // Different ones, so that none is kept.
    const bytes = new Uint8Array([...photo.subarray(0, 2), 0xff, 0xfe, 0, 4, i >> 8, i & 255, ...photo.subarray(2)]);
    photos.push(md5Of(bytes));
    await Deno.writeFile(join(giving, `${i}.jpg`), bytes);
  }
  const args = ["run", "-A", join(HERE, "giver.ts"), giving, "--thumbnails"];
  const child = new Deno.Command(Deno.execPath(), { args, stdout: "piped", stderr: "inherit" }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let said = "";
  while (!/port \d+\n/.test(said)) said += (await reader.read()).value ?? "";
  const port = Number(/port (\d+)/.exec(said)![1]);
  using book = new PeerBook();
  let made = 0;
  const sink = (): Promise<number | void> => run("python3", [join(HERE, "baseline_peer.py"), "sink", `${port}`, md5]);
  const asking = async (stop: AbortSignal): Promise<void> => {
    while (!stop.aborted && photos.length > 0) {
      const image = { md5: photos.pop()!, name: "a.jpg", peers: [{ host: "127.0.0.1", port }] };
      const got = await askThumbnail(image, { pixels: 256, mayRead: () => 0 }, { book });
      if (typeof got !== "string") made++;
    }
  };
  const rates = await compare(work, ROUNDS, MIB, [
    {
      name: "with thumbnails",
      measure: async () => {
        const stop = new AbortController();
        const askers = Array.from({ length: 4 }, () => asking(stop.signal));
        const seconds = await sink();
        stop.abort();
        await Promise.all(askers);
        return seconds;
      },
    },
    { name: "without", programs: ["python3"], measure: sink },
  ]);
  row(`MiB/s served while thumbnails are made (${made})`, rates, "0.8");
  child.kill("SIGKILL");
  await reader.cancel();
  await child.status;
}
