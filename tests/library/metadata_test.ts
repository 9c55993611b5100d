import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { join } from "node:path";
import { Inspector } from "../../lib/library/inspect.ts";
import { HEAD_BYTES, imageType } from "../../lib/library/kind.ts";
import { dimensionsOf, isLocated } from "../../lib/library/metadata.ts";
import { md5Of } from "../../lib/hash/md5.ts";
import { SHREDDED } from "../formats/shredded.ts";
import { placeTiff, SAMPLES, tempDir, withPlace, withSegment } from "../support.ts";

/** The samples, and how large they are. */
const KNOWN: [string, string, number, number][] = [
  ["blink.gif", "image/gif", 24, 24],
  ["dots.bmp", "image/bmp", 12, 12],
  ["dusk.heic", "image/heic", 64, 64],
  ["forest.avif", "image/avif", 32, 32],
  ["grey.tiff", "image/tiff", 16, 16],
  ["moon.png", "image/png", 48, 48],
  ["sea.webp", "image/webp", 32, 32],
  ["sunset.jpg", "image/jpeg", 96, 64],
];

const sample = (name: string): Promise<Uint8Array> => Deno.readFile(join(SAMPLES, name));
const text = (value: string): Uint8Array => new TextEncoder().encode(value);

for (const [name, mime, width, height] of KNOWN) {
  Deno.test(`what ${name} is, is told by its bytes`, async () => {
    const { image } = await new Inspector().inspect(await Deno.realPath(SAMPLES), name);
    deepStrictEqual(image, { md5: md5Of(await sample(name)), mime, width, height, located: false });
  });
}

/** A chunk of PNG; nobody here looks at its checksum. */
function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(data.length + 12);
  new DataView(bytes.buffer).setUint32(0, data.length);
  bytes.set(text(type), 4);
  bytes.set(data, 8);
  return bytes;
}

const XMP = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:exif="http://ns.adobe.com/exif/1.0/" exif:GPSLatitude="10,1.2N"
 exif:GPSLongitude="10,1.2E"/></rdf:RDF></x:xmpmeta>`;

Deno.test("coordinates are found in EXIF and in XMP, also behind the picture, and large segments before them do not hide them", async () => {
  const [jpeg, png] = [await sample("sunset.jpg"), await sample("moon.png")];
  const end = png.length - 12; // The last chunk, IEND, is empty.
  const cases: [string, string, Uint8Array][] = [
    ["EXIF in JPEG", "image/jpeg", withPlace(jpeg)],
    ["XMP in JPEG", "image/jpeg", withSegment(jpeg, text(`http://ns.adobe.com/xap/1.0/\0${XMP}`))],
    ["behind another segment", "image/jpeg", withSegment(withPlace(jpeg), new Uint8Array(60_000))],
    ["TIFF", "image/tiff", placeTiff()],
    [
      "EXIF behind the picture of PNG",
      "image/png",
      new Uint8Array([...png.subarray(0, end), ...chunk("eXIf", placeTiff()), ...png.subarray(end)]),
    ],
  ];
  for (const [what, mime, bytes] of cases) ok(await isLocated(bytes, mime), what);
  for (const [name, mime] of KNOWN) strictEqual(await isLocated(await sample(name), mime), false, name);
});

Deno.test("a large image with coordinates is hashed whole", async () => {
  const jpeg = withPlace(await sample("sunset.jpg"));
  const bytes = new Uint8Array(5_000_000);
  bytes.set(jpeg);
  const png = new Uint8Array(3_000_000);
  png.set(await sample("moon.png"));
  await using dir = await tempDir({ "large.jpg": bytes, "large.png": png });
  const root = await Deno.realPath(dir.path);
  const inspector = new Inspector();
  for (const [name, all] of [["large.png", png], ["large.jpg", bytes]] as const) {
    const { image } = await inspector.inspect(root, name);
    strictEqual(image?.md5, md5Of(all));
    strictEqual(image.located, name === "large.jpg");
  }
});

Deno.test("reading damaged images ends, and never throws", async () => {
  const samples = await Promise.all(KNOWN.map(async ([name, mime]) => [await sample(name), mime] as const));
  samples.push([withPlace(await sample("sunset.jpg")), "image/jpeg"], [placeTiff(), "image/tiff"]);
  const damage = fc.record({
    which: fc.nat(samples.length - 1),
    changes: fc.array(fc.tuple(fc.nat(1_500), fc.constantFrom(0, 1, 0x7f, 0x80, 0xff, 8, 12)), { maxLength: 12 }),
    length: fc.nat(1_500),
  });
  await fc.assert(
    fc.asyncProperty(damage, async ({ which, changes, length }) => {
      const [bytes, mime] = [samples[which][0].slice(), samples[which][1]];
      for (const [at, byte] of changes) if (at < bytes.length) bytes[at] = byte;
      const cut = bytes.subarray(0, Math.max(20, length));
      await imageType(cut.subarray(0, HEAD_BYTES));
      const { width, height } = await dimensionsOf(cut);
      ok(width >= 0 && height >= 0);
      strictEqual(typeof await isLocated(cut, mime), "boolean");
    }),
    { numRuns: 3_000, endOnFailure: true },
  );
});

Deno.test("an image of too many parts is shared, and taken for one that may say where it was taken", async () => {
  // Frames cost who decodes them, not who looks for metadata.
  const files = Object.entries(SHREDDED).filter(([what]) => !what.includes("frames")).map(([what, make]) =>
    [what, ...make()] as const
  );
  await using dir = await tempDir(Object.fromEntries(files.map(([name, , bytes]) => [name, bytes])));
  const root = await Deno.realPath(dir.path);
  const inspector = new Inspector();
  for (const [name, , bytes] of files) {
    const { image } = await inspector.inspect(root, name);
    // Some are no images to file-type, and not shared at all.
    if (image) deepStrictEqual([image.md5, image.located], [md5Of(bytes), true], name);
  }
});

Deno.test("XMP that would keep a parser of XML busy for minutes is looked through at once", async () => {
  const names = Array.from({ length: 100_000 }, (_, i) => `<a xmlns:b${i}="c">`).join("");
  const png = await sample("moon.png");
  const packet = chunk(
    "iTXt",
    text(`XML:com.adobe.xmp\0\0\0\0\0${XMP.replace(/exif:GPS\S+/g, "").replace("/>", `>${names}`)}`),
  );
  const bytes = new Uint8Array([...png.subarray(0, 33), ...packet, ...png.subarray(33)]);
  const began = performance.now();
  strictEqual(await isLocated(bytes, "image/png"), false);
  ok(performance.now() - began < 2_000);
});
