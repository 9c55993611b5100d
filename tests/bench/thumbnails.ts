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
import { compare, hasAll, makeImage, output, row, run } from "./beside.ts";

const [ROUNDS, COUNT, MIB] = [3, 8, 512].map((standard, i) => Number(Deno.args[i] ?? standard));
const HERE = import.meta.dirname!;

/** What thumbnails are made of: the format, width and height, and the program that makes it if ours cannot. */
const PICTURES = [
  ["JPEG", 4_000, 3_000],
  ["JPEG", 1_632, 1_224],
  ["PNG", 4_000, 3_000],
  ["PNG", 1_632, 1_224],
  ["WEBP", 4_000, 3_000],
  ["WEBP", 1_632, 1_224],
  ["GIF", 1_632, 1_224],
  ["TIFF", 4_000, 3_000],
  ["HEIC", 4_000, 3_000, "heif-enc"],
  ["AVIF", 4_000, 3_000, "avifenc"],
] as const;

/** A picture with the details and the noise of a photo. */
async function pictureOf(format: "JPEG" | "PNG" | "WEBP" | "GIF" | "TIFF", ...size: number[]): Promise<Uint8Array> {
  const { ImageMagick, MagickReadSettings } = await loadMagick();
  const [width, height] = size;
  return ImageMagick.read("plasma:fractal", new MagickReadSettings({ width, height }), (image) => {
    image.quality = 90;
    return image.write(format, (bytes) => bytes.slice());
  });
}

/** Writes a picture of this format; `null` if the program for it is missing. */
async function writePicture([format, width, height, program]: typeof PICTURES[number]): Promise<string | null> {
  const path = join(work, `${width}.${format.toLowerCase()}`);
  if (!program) await Deno.writeFile(path, await pictureOf(format, width, height));
  else {
    if (!hasAll([program], format)) return null;
    const jpeg = join(work, "as.jpg");
    await Deno.writeFile(jpeg, await pictureOf("JPEG", width, height));
    await output(program, program === "heif-enc" ? [jpeg, "-o", path] : ["-s", "8", jpeg, path]);
  }
  return path;
}

const work = await Deno.makeTempDir({ prefix: "idp2pi-bench-" });
using maker = new ThumbnailMaker();
try {
  console.log("| thumbnails a second, 256 pixels | idp2pi | beside: times | goal |\n| --- | --- | --- | --- |");
  for (const picture of PICTURES) {
    const path = await writePicture(picture);
    if (path === null) continue;
    const bytes = await Deno.readFile(path);
    const rates = await compare(work, ROUNDS, COUNT, [
      {
        name: "idp2pi",
        measure: async () => {
          for (let i = 0; i < COUNT; i++) {
            const made = await maker.make({ bytes, source: "whole", pixels: 256 });
            if ("wrong" in made) throw new Error(`${path}: ${made.wrong}`);
          }
        },
      },
      {
        name: "vipsthumbnail", // All in one run.
        programs: ["vipsthumbnail"],
        measure: async (out) => {
          const paths = Array.from({ length: COUNT }, (_, i) => join(out, `${i}.${picture[0].toLowerCase()}`));
          await Promise.all(paths.map((it) => Deno.link(path, it)));
          await run("vipsthumbnail", [...paths, "--size", "256", "-o", "%s-256.webp[Q=75]"]);
        },
      },
      {
        name: "convert -thumbnail", // One after the other.
        programs: ["convert"],
        measure: async (out) => {
          const options = ["-define", "jpeg:size=512x512", `${path}[0]`, "-thumbnail", "256x256", "-quality", "75"];
          for (let i = 0; i < COUNT; i++) await run("convert", [...options, join(out, `${i}.webp`)]);
        },
      },
    ]);
    row(`${picture[0]}, ${picture[1]} x ${picture[2]}`, rates, "");
  }
  await serveBeside();
} finally {
  await Deno.remove(work, { recursive: true });
}

/** How fast a peer serves a large image while others ask it for thumbnails. */
async function serveBeside(): Promise<void> {
  const giving = await Deno.makeTempDir({ dir: work });
  const md5 = await makeImage(join(giving, "large.gif"), MIB << 20);
  const photo = await pictureOf("JPEG", 4_000, 3_000);
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
