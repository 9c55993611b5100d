import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { ImageBytes } from "../../lib/formats/bytes.ts";
import { isWhole } from "../../lib/formats/formats.ts";
import { contentOf } from "../../lib/formats/recognize.ts";
import { SAMPLES } from "../support.ts";
import * as b from "./builders.ts";

/** Whether bytes are an image with its end; `null` for no image. */
async function whole(bytes: Uint8Array): Promise<boolean | null> {
  const mime = await contentOf(ImageBytes.of(bytes));
  return typeof mime === "string" ? isWhole(ImageBytes.of(bytes), mime) : null;
}

const sample = (name: string): Promise<Uint8Array> => Deno.readFile(join(SAMPLES, name));

/** A sequence of pictures, as AVIF and HEIC have them: it has no items. */
const sequence = b.join(b.ftyp("avis", "avis"), b.box("moov", new Uint8Array(40)), b.box("mdat", new Uint8Array(90)));

/** Whole images that have an end, and how many bytes of it may be missing without notice. */
const IMAGES: [what: string, bytes: () => Promise<Uint8Array> | Uint8Array, padding?: number][] = [
  ["a JPEG", () => sample("sunset.jpg")],
  ["a JPEG with a thumbnail, which has an end of its own", () => b.jpeg(b.segment(0xe1, b.jpeg()))],
  ["a PNG", () => sample("moon.png")],
  ["a WebP", () => sample("sea.webp")],
  ["a WebP whose last chunk is made even", () => b.webp(b.riff("VP8 ", new Uint8Array(99))), 1],
  ["a HEIC", () => sample("dusk.heic")],
  ["an AVIF", () => sample("forest.avif")],
  ["an AVIF sequence", () => sequence],
];

for (const [what, make, padding = 0] of IMAGES) {
  Deno.test(`${what} is complete, whatever follows it, and incomplete wherever it is cut off`, async () => {
    const bytes = await make();
    strictEqual(await whole(bytes), true);
    // A video, a second picture, zeros, a few bytes, and text that looks like the header of a box.
    for (const more of [bytes, new Uint8Array(200_000), [1, 2, 3], "SEFH\x6a\0\0\0 appended by a camera"]) {
      strictEqual(await whole(b.join(bytes, more)), true, `${more.slice(0, 9)}`);
    }
    const lengths = new Set(Array.from({ length: 400 }, (_, i) => Math.floor((bytes.length - padding) * i / 400)));
    for (let missing = 1 + padding; missing < 40; missing++) lengths.add(bytes.length - missing);
    let found = 0;
    for (const length of lengths) {
      const is = await whole(bytes.subarray(0, Math.max(0, length)));
      ok(!is, `cut off at ${length} of ${bytes.length}`);
      if (is === false) found++;
    }
    ok(found > lengths.size / 2, `${found} of ${lengths.size} are recognized`);
  });
}

Deno.test("a damaged image, or one of a format without a reliable end, does not count as cut off", async () => {
  const [jpeg, png] = [await sample("sunset.jpg"), await sample("moon.png")];
  const damagedSegment = jpeg.slice();
  damagedSegment.set([0, 0], 4); // Shorter than the two bytes of its own length.
  const cases: [string, Uint8Array][] = [
    ["a JPEG with a segment of no bytes", damagedSegment],
    ["a PNG with a chunk of no name", b.join(png.subarray(0, -12), b.damagedChunk())],
    ["a WebP without the byte that makes it even", b.webp(b.riff("VP8 ", new Uint8Array(99))).subarray(0, -1)],
    ["a GIF without its trailer", (await sample("blink.gif")).subarray(0, -1)],
    ["a BMP", (await sample("dots.bmp")).subarray(0, -1)],
  ];
  for (const [what, bytes] of cases) strictEqual(await whole(bytes), true, what);
});

Deno.test("a file that is no image is a raw file with its maker, a video, or something else", async () => {
  const make = (name: string): b.Entry => [271, 2, b.text(`${name}\0`)];
  const dng = (name: string): Uint8Array => b.tiff({ entries: [[262, 3, [32_803]], make(name)] });
  const raw = (kind?: string): unknown => ({ why: "raw", ...kind !== undefined && { kind } });
  const cases: [Uint8Array, unknown][] = [
    [dng("NIKON CORPORATION"), raw("Nikon")],
    [dng("Canon"), raw("Canon")],
    [dng("OLYMPUS IMAGING CORP.  "), raw("Olympus")],
    [dng("\x1b[31mNobody"), raw()],
    [b.tiff({ entries: [[262, 3, [32_803]]] }), raw()],
    [b.join(b.ftyp("crx ", "isom"), b.box("mdat", [1])), raw("Canon")],
    [b.text("FUJIFILMCCD-RAW 0201FF129502"), raw("Fujifilm")],
    [b.text("IIRO\x08\0\0\0"), raw("Olympus")],
    [b.text("IIU\0\x18\0\0\0"), raw("Panasonic")],
    [b.join(b.ftyp("isom", "mp42"), b.box("mdat", [1])), { why: "video" }],
    [b.join(b.ftyp("qt  ", "qt  "), b.box("mdat", [1])), { why: "video" }],
    [b.join([0x1a, 0x45, 0xdf, 0xa3, 0x93, 0x42, 0x82, 0x88], "matroska", new Uint8Array(20)), { why: "video" }],
    [b.text("A letter."), { why: "other" }],
    [b.text("II*\0"), { why: "other" }],
  ];
  for (const [bytes, content] of cases) deepStrictEqual(await contentOf(ImageBytes.of(bytes)), content);
});
