import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { ImageBytes } from "../../lib/formats/bytes.ts";
import { pixelsOf } from "../../lib/formats/formats.ts";
import { imageType } from "../../lib/formats/recognize.ts";
import * as b from "./builders.ts";
import { threadTime } from "../support.ts";

const { box, ftyp, ispe, join, number, text, tiff } = b;

function sizeOf(mime: string, bytes: Uint8Array): string {
  const { width, height } = pixelsOf(ImageBytes.of(bytes), `image/${mime}`);
  return `${width}x${height}`;
}

const bmp = (header: number, ...fields: number[][]): Uint8Array =>
  join("BM", new Uint8Array(12), number(header, 4, true), ...fields, new Uint8Array(60));

const heic = (...properties: Uint8Array[]): Uint8Array => join(ftyp("heic"), b.meta([], properties));
const clap = (...numbers: number[]): Uint8Array => box("clap", ...numbers.map((it) => number(it, 4)));

Deno.test("the size of an image is the one that decoders show", () => {
  const cases: [what: string, mime: string, bytes: Uint8Array, size: string][] = [
    ["OS/2's first header, of two bytes a side", "bmp", bmp(12, number(127, 2, true), number(64, 2, true)), "127x64"],
    ["OS/2's second header", "bmp", bmp(64, number(127, 4, true), number(64, 4, true)), "127x64"],
    ["OS/2's second header, cut short", "bmp", bmp(16, number(127, 4, true), number(64, 4, true)), "127x64"],
    ["from top to bottom", "bmp", bmp(40, number(127, 4, true), number(2 ** 32 - 64, 4, true)), "127x64"],
    ["an aperture", "heic", heic(ispe(64, 64), clap(63, 1, 61, 1, 0, 1, 0, 1)), "63x61"],
    ["an aperture in fractions", "heic", heic(ispe(64, 64), clap(126, 2, 183, 3, 0, 1, 0, 1)), "63x61"],
    ["an aperture over 0", "heic", heic(ispe(64, 64), clap(63, 0, 61, 0, 0, 1, 0, 1)), "64x64"],
    ["an aperture larger than the picture", "heic", heic(ispe(64, 64), clap(99, 1, 61, 1, 0, 1, 0, 1)), "64x64"],
    ["turned", "heic", heic(ispe(64, 48), box("irot", [1])), "48x64"],
    ["of the primary item, not of a thumbnail", "avif", heic(ispe(64, 48), ispe(64, 48)), "64x48"],
    [
      "of a sequence",
      "avif",
      join(
        ftyp("avis"),
        box("moov", box("trak", box("tkhd", new Uint8Array(76), number(32, 2), [0, 0], number(24, 2), [0, 0]))),
      ),
      "32x24",
    ],
    [
      "behind a mebibyte of segments",
      "jpeg",
      b.jpeg(...Array.from({ length: 20 }, () => b.segment(0xe2, new Uint8Array(60_000)))),
      "32x24",
    ],
    [
      "a directory behind the picture",
      "tiff",
      tiff({ entries: [[256, 4, [70_000]], [257, 3, [9]]] }, { before: new Uint8Array(9_000) }),
      "70000x9",
    ],
    [
      "BigTIFF",
      "tiff",
      tiff({ entries: [[256, 16, [70]], [257, 3, [9]]] }, { big: true, littleEndian: false }),
      "70x9",
    ],
    [
      "PNG of Apple's devices",
      "png",
      join("\x89PNG\r\n\x1a\n", b.chunk("CgBI", [0, 0, 0, 0]), b.png().subarray(8)),
      "32x24",
    ],
    ["WebP", "webp", b.webp(), "32x24"],
    [
      "WebP without loss",
      "webp",
      join(
        "RIFF",
        number(30, 4, true),
        "WEBP",
        b.riff("VP8L", join([0x2f], number(31 + (23 << 14), 4, true), new Uint8Array(9))),
      ),
      "32x24",
    ],
    ["GIF", "gif", b.gif(), "32x24"],
    ["nothing that is there", "tiff", tiff({ entries: [[258, 3, [8]]] }), "0x0"],
  ];
  for (const [what, mime, bytes, size] of cases) strictEqual(sizeOf(mime, bytes), size, `${mime}: ${what}`);
});

Deno.test("two hundred thousand sizes in a HEIC are read quickly", () => {
  const one = ispe(1, 1);
  const many = new Uint8Array(one.length * 200_000);
  for (let i = 0; i < 200_000; i++) many.set(one, i * one.length);
  const container = new Uint8Array(8 + many.length);
  container.set([...number(container.length, 4), ...text("ipco")]);
  container.set(many, 8);
  const associations = box("ipma", number(1, 4), number(1, 4), number(1, 2), [1], number(0x7fff, 2));
  const content = new Uint8Array(container.length + associations.length + 8);
  content.set([...number(content.length, 4), ...text("iprp")]);
  content.set(container, 8);
  content.set(associations, 8 + container.length);
  const head = join(
    ftyp("heic"),
    number(content.length + 12 + 14, 4),
    "meta",
    number(0, 4),
    box("pitm", number(0, 4), number(1, 2)),
  );
  const bytes = new Uint8Array(head.length + content.length);
  bytes.set(head);
  bytes.set(content, head.length);
  const began = threadTime();
  strictEqual(sizeOf("heic", bytes), "1x1");
  ok(threadTime() - began < 1_000);
});

const pictures: [number, number, number[]][] = [[256, 3, [9]], [257, 3, [9]]];
const picture = (...entries: [number, number, number[] | Uint8Array][]): b.Directory => ({
  entries: [...pictures, ...entries].sort(([a], [c]) => a - c),
});

Deno.test("a TIFF is recognized wherever its directory is and whatever its picture contains, and a camera's raw file is not", async () => {
  const make = (name: string): [number, number, Uint8Array] => [271, 2, text(`${name}\0`)];
  const entries28: b.Entry[] = Array.from({ length: 28 }, (_, i) => [i === 0 ? 254 : 290 + i, 3, [1]]);
  const cases: [what: string, bytes: Uint8Array, mime: string | null][] = [
    ["the directory at the end", tiff(picture(), { before: new Uint8Array(20_000) }), "image/tiff"],
    [
      "the same, most significant byte first",
      tiff(picture(), { before: new Uint8Array(20_001), littleEndian: false }),
      "image/tiff",
    ],
    ["BigTIFF", tiff(picture(), { before: new Uint8Array(20_000), big: true }), "image/tiff"],
    ["PrintIM", tiff(picture(make("SEIKO"), [50341, 7, new Uint8Array(20)])), "image/tiff"],
    [
      "a picture that begins like CR2",
      tiff(picture([273, 4, [8]]), { before: join("CR\x02\0", new Uint8Array(40)) }),
      "image/tiff",
    ],
    [
      "a picture that begins like NEF",
      tiff(picture([273, 4, [8]]), { before: join([0x1c, 0, 0xfe, 0], new Uint8Array(40)) }),
      "image/tiff",
    ],
    ["strips that are cut off", tiff(picture([273, 4, [8, 9]])).subarray(0, -8), "image/tiff"],
    ["28 entries", tiff({ entries: entries28 }), "image/tiff"],
    ["CR2", tiff(picture(make("Canon")), { before: join("CR\x02\0", number(900, 4, true)) }), null],
    ["NEF", tiff({ entries: [[254, 4, [1]], make("NIKON CORPORATION"), [330, 4, picture([259, 3, [34713]])]] }), null],
    ["NEF without a name", tiff({ entries: [[254, 4, [1]], ...entries28.slice(2), [330, 4, picture()]] }), null],
    ["ARW", tiff({ entries: [make("SONY"), [330, 4, picture([262, 3, [32803]])]] }), null],
    ["ARW by its own tag", tiff(picture(make("SONY"), [50740, 1, new Uint8Array(4)])), null],
    ["DNG", tiff(picture([50706, 1, [1, 4, 0, 0]])), null],
    ["DNG, linear", tiff(picture([262, 3, [34892]])), null],
    ["PEF", tiff(picture([259, 3, [65535]])), null],
    ["no directory", tiff(picture(), { before: new Uint8Array(100) }).subarray(0, 100), null],
    ["an empty directory", tiff({ entries: [] }), null],
    ["another version", join("II", [0x55, 0], new Uint8Array(50)), null],
  ];
  for (const [what, bytes, mime] of cases) strictEqual(await imageType(ImageBytes.of(bytes)), mime, what);
});

Deno.test("HEIC and AVIF are recognized by all of their brands", async () => {
  const cases: [major: string, brands: string[], mime: string | null][] = [
    ["avif", ["mif1"], "image/avif"],
    ["avis", ["msf1"], "image/avif"],
    ["heic", [], "image/heic"],
    ["heim", [], "image/heic"],
    ["heis", [], "image/heic"],
    ["hevm", [], "image/heic-sequence"],
    ["hevs", [], "image/heic-sequence"],
    ["mif1", ["heic"], "image/heif"],
    ["mif1", ["avif"], "image/avif"],
    ["mif2", ["heic"], "image/heif"],
    ["mif3", [], "image/heif"],
    ["msf1", ["hevc"], "image/heif-sequence"],
    ["miaf", ["heic"], "image/heic"],
    ["MA1B", ["avif", "heic"], "image/avif"],
    ["isom", ["mif1", "avif"], null],
    ["qt  ", ["mif1"], null],
    ["crx ", ["isom"], null],
  ];
  for (const [major, brands, mime] of cases) {
    deepStrictEqual([major, await imageType(ImageBytes.of(join(ftyp(major, ...brands), box("mdat", [1]))))], [
      major,
      mime,
    ]);
  }
});
