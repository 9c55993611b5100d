import { ok, strictEqual } from "node:assert/strict";
import { deflateSync } from "node:zlib";
import fc from "fast-check";
import { ImageBytes } from "../../../lib/formats/bytes.ts";
import { hasLocation, pixelsOf } from "../../../lib/formats/formats.ts";
import { imageType } from "../../../lib/formats/recognize.ts";
import * as b from "../builders.ts";
import { threadTime } from "../../support.ts";

const { exif, gps, join, jpeg, number, png, text, xmp, xmpElement } = b;
const place = (mime: string, bytes: Uint8Array): string => hasLocation(ImageBytes.of(bytes), `image/${mime}`);

/** Bytes of text in UTF-16. */
const utf16 = (value: string, littleEndian: boolean): Uint8Array =>
  join(...[...`\ufeff${value}`].map((char) => number(char.charCodeAt(0), 2, littleEndian)));

const APP1 = (data: Uint8Array | string): Uint8Array => b.segment(0xe1, data);
const EXIF = (data: Uint8Array): Uint8Array => APP1(join("Exif\0\0", data));
const XMP = (value: string | Uint8Array): Uint8Array => APP1(join("http://ns.adobe.com/xap/1.0/\0", value));

/** Extended XMP: two segments in the wrong order, with the name of the coordinate cut in two. */
function extended(value: string): Uint8Array[] {
  const cut = value.indexOf("GPSLat") + 6;
  const part = (at: number, data: string): Uint8Array =>
    APP1(join("http://ns.adobe.com/xmp/extension/\0", "0".repeat(32), number(value.length, 4), number(at, 4), data));
  return [part(cut, value.slice(cut)), part(0, value.slice(0, cut))];
}

/** A JPEG with a second picture behind it, which a segment lists. */
function multiPicture(second: Uint8Array): Uint8Array {
  const make = (offset: number): Uint8Array =>
    jpeg(b.segment(
      0xe2,
      join(
        "MPF\0",
        b.tiff({ entries: [[0xb002, 7, join(new Uint8Array(24), number(offset, 4, true), number(0, 4))]] }),
      ),
    ));
  const [first, base] = [make(0), 2 + 4 + 4]; // Offsets count from behind “MPF”.
  return join(make(first.length - base), second);
}

/** A photograph with a film behind it. */
const moving = (film: Uint8Array): Uint8Array =>
  join(jpeg(XMP(xmp(`GCamera:MicroVideoOffset="${film.length}"`))), film);

const film = (where: string): Uint8Array =>
  join(b.ftyp("mp42"), b.box("moov", b.box("udta", b.box("\xa9xyz", number(where.length, 2), [0, 0], where))));

const keyed = (value: string): Uint8Array =>
  b.box(
    "meta",
    number(0, 4),
    b.box("keys", number(0, 4), number(1, 4), b.box("mdta", "com.apple.quicktime.location.ISO6709")),
    b.box(
      "ilst",
      join(number(8 + 16 + value.length, 4), number(1, 4), b.box("data", number(1, 4), number(0, 4), value)),
    ),
  );

const track = (...content: Uint8Array[]): Uint8Array => b.box("moov", b.box("trak", ...content));
const avis = (...content: Uint8Array[]): Uint8Array => join(b.ftyp("avis", "msf1"), b.meta([]), ...content);
const UUID = text("\xbe\x7a\xcf\xcb\x97\xa9\x42\xe8\x9c\x71\x99\x94\x91\xe3\xaf\xac");

/** Every place in which an image can say where it was taken, and nothing else in the image does. */
const LOCATED: [what: string, mime: string, bytes: Uint8Array][] = [
  ["EXIF", "jpeg", jpeg(EXIF(exif()))],
  ["EXIF, most significant byte first", "jpeg", jpeg(EXIF(exif(gps(), { littleEndian: false })))],
  ["EXIF in a second segment", "jpeg", jpeg(EXIF(b.tiff({ entries: [] })), EXIF(exif()))],
  ["EXIF that continues in a second segment", "jpeg", jpeg(EXIF(exif().subarray(0, 60)), EXIF(exif().subarray(60)))],
  ["EXIF behind filling bytes", "jpeg", jpeg(join([0xff, 0xff], EXIF(exif())))],
  ["EXIF behind bytes that are no segment", "jpeg", jpeg(join([1, 2, 3], EXIF(exif())))],
  ["the place that is looked at", "jpeg", jpeg(EXIF(exif({ entries: [[20, 5, [1, 1, 2, 1, 3, 1]]] })))],
  ["longitude alone", "jpeg", jpeg(EXIF(exif(gps([0, 1, 0, 1, 0, 1]))))],
  [
    "coordinates within EXIF's own directory",
    "jpeg",
    jpeg(EXIF(b.tiff({ entries: [[34665, 4, { entries: [[34853, 4, gps()]] }]] }))),
  ],
  [
    "coordinates in the second directory",
    "jpeg",
    jpeg(EXIF(b.tiff({ entries: [], next: { entries: [[34853, 4, gps()]] } }))),
  ],
  ["XMP", "jpeg", jpeg(XMP(xmp()))],
  ["XMP in UTF-16", "jpeg", jpeg(XMP(utf16(xmp(), true)))],
  ["XMP in UTF-16, the other way", "jpeg", jpeg(XMP(utf16(xmp(), false)))],
  ["XMP without its signature", "jpeg", jpeg(APP1(xmp()))],
  ["extended XMP", "jpeg", jpeg(...extended(xmp()))],
  ["Photoshop's EXIF", "jpeg", jpeg(b.segment(0xed, join("Photoshop 3.0\0", b.photoshop(1058, exif()))))],
  [
    "Photoshop's XMP",
    "jpeg",
    jpeg(b.segment(0xed, join("Photoshop 3.0\0", b.photoshop(1028, text("abc")), b.photoshop(1060, text(xmp()))))),
  ],
  [
    "Content Credentials",
    "jpeg",
    jpeg(b.segment(0xeb, join("JP", new Uint8Array(14), `{"exif:GPSLatitude":"48,51N"}`))),
  ],
  ["a second picture", "jpeg", multiPicture(jpeg(EXIF(exif())))],
  ["a film behind it", "jpeg", moving(film("+48.8577+002.2950/"))],
  ["eXIf behind the picture", "png", png(b.chunk("eXIf", exif()))],
  ["packed EXIF", "png", png(b.chunk("zxIf", join([0], number(exif().length, 4), deflateSync(exif()))))],
  [
    "tEXt, raw profile exif",
    "png",
    png(b.chunk("tEXt", join("Raw profile type exif\0", b.rawProfile("exif", join("Exif\0\0", exif()))))),
  ],
  ["zTXt, raw profile exif", "png", png(b.zTxt("Raw profile type exif", b.rawProfile("exif", exif())))],
  [
    "zTXt, raw profile APP1",
    "png",
    png(b.zTxt("Raw profile type APP1", b.rawProfile("APP1", join("Exif\0\0", exif())))),
  ],
  [
    "zTXt, raw profile APP1 with XMP",
    "png",
    png(b.zTxt("Raw profile type APP1", b.rawProfile("generic", join("http://ns.adobe.com/xap/1.0/\0", xmp())))),
  ],
  ["iTXt, raw profile xmp", "png", png(b.iTxt("Raw profile type xmp", b.rawProfile("xmp", text(xmp())), true))],
  [
    "zTXt, raw profile 8bim",
    "png",
    png(b.zTxt("Raw profile type 8bim", b.rawProfile("8bim", b.photoshop(1058, exif())))),
  ],
  ["iTXt with XMP", "png", png(b.iTxt("XML:com.adobe.xmp", xmp(), false))],
  ["packed iTXt with XMP", "png", png(b.iTxt("XML:com.adobe.xmp", xmp(), true))],
  ["a keyword", "png", png(b.chunk("tEXt", "exif:GPSLatitude\x0048/1, 51/1, 27/1"))],
  ["XMP", "gif", b.gif(b.gifXmp(xmp()))],
  ["a comment", "gif", b.gif(join([0x21, 0xfe], b.subBlocks(text(xmp()))))],
  ["EXIF", "webp", b.webp(b.riff("EXIF", exif()))],
  ["EXIF with JPEG's signature", "webp", b.webp(b.riff("EXIF", join("Exif\0\0", exif())))],
  ["XMP behind a chunk of odd length", "webp", b.webp(b.riff("VP8 ", "abc"), b.riff("XMP ", xmp()))],
  ["an item with EXIF", "avif", b.avif(b.exifItem())],
  ["an item with XMP", "heic", b.avif(b.xmpItem())],
  [
    "a packed item with XMP",
    "heic",
    b.avif({ type: "mime", info: "application/rdf+xml\0deflate\0", data: deflateSync(text(xmp())) }),
  ],
  ["a box with XMP", "heic", join(b.avif(), b.box("uuid", UUID, xmp()))],
  ["a box with EXIF", "heic", join(b.avif(), b.box("uuid", UUID, exif()))],
  ["an item of a sequence's track", "avif", avis(track(b.meta([b.exifItem()])))],
  ["an item of a sequence", "heif-sequence", avis(b.box("moov", b.meta([b.xmpItem()])))],
  [
    "QuickTime's coordinates",
    "heic-sequence",
    avis(b.box("moov", b.box("udta", b.box("\xa9xyz", [0, 18, 0, 0], "+48.8577+002.2950/")))),
  ],
  ["Apple's list of keys", "heic-sequence", avis(b.box("moov", keyed("+48.8577+002.2950/")))],
  [
    "3GPP's location",
    "heic-sequence",
    avis(
      b.box(
        "moov",
        b.box(
          "udta",
          b.box(
            "loci",
            new Uint8Array(6),
            "Paris\0",
            [0],
            number(2, 2),
            [0, 0],
            number(48, 2),
            [0, 0],
            new Uint8Array(6),
          ),
        ),
      ),
    ),
  ],
  ["metadata in a track", "heic-sequence", avis(track(b.box("mdia", b.box("hdlr", new Uint8Array(8), "meta"))))],
  ["a directory", "tiff", b.tiff({ entries: [[256, 3, [9]], [34853, 4, gps()]] })],
  ["a directory of BigTIFF", "tiff", b.tiff({ entries: [[256, 3, [9]], [34853, 18, gps()]] }, { big: true })],
  ["XMP", "tiff", b.tiff({ entries: [[700, 1, text(xmp())]] })],
  ["Photoshop's EXIF", "tiff", b.tiff({ entries: [[34377, 1, b.photoshop(1058, exif())]] })],
  ["the third page", "tiff", b.tiff({ entries: [], next: { entries: [], next: { entries: [[34853, 4, gps()]] } } })],
  ["a reduced picture (SubIFD)", "tiff", b.tiff({ entries: [[330, 4, { entries: [[34853, 4, gps()]] }]] })],
  ["EXIF's directory", "tiff", b.tiff({ entries: [[34665, 4, { entries: [[34853, 4, gps()]] }]] })],
];

Deno.test("coordinates are found wherever an image contains them", () => {
  for (const [what, mime, bytes] of LOCATED) {
    const expected = what === "metadata in a track" ? "unknown" : "yes";
    strictEqual(place(mime, bytes), expected, `${mime}: ${what}`);
  }
});

/** XMP that says a place in a way of its own. */
const SAID = [
  xmpElement("<exif:GPSLatitude>48,51.4N</exif:GPSLatitude>"),
  xmpElement("<e:GPSLatitude xmlns:e='http://ns.adobe.com/exif/1.0/'>48,51.4N</e:GPSLatitude>"),
  xmpElement("<exif:GPSLongitude\n>\n<rdf:value>2,17E</rdf:value></exif:GPSLongitude>"),
  xmpElement(`<exif:GPSLatitude rdf:value="2,17N"/>`),
  xmpElement("<exif:GPSLatitude>&lat;</exif:GPSLatitude>"),
  xmp(`drone-dji:GpsLatitude="48.8"`),
  xmp(`drone-dji:GpsLongtitude = '+2.2'`),
  xmp(`dwc:decimalLatitude="48.8"`),
  xmp(`geo:long="2.2"`),
  `<x:xapmeta>${xmp()}</x:xapmeta>`,
  xmp().replace("</x:xmpmeta>", ""),
];

/** XMP that says none. */
const UNSAID = [
  xmp(`dc:title="GPSLatitude"`),
  xmp(`exif:GPSLatitudeRef="N" exif:GPSVersionID="2.3.0.0" exif:GPSAltitude="35/1"`),
  xmp(`exif:GPSLatitude="0,0.000000N" exif:GPSLongitude="0,0.0E"`),
  xmp(`exif:GPSLatitude="0/100" exif:GPSLongitude=""`),
  xmp(`exif:ISOSpeedLatitudeyyy="100" crs:Latitude.x="1"`),
  xmpElement("<exif:GPSLatitude>0,0N</exif:GPSLatitude><dc:title>1 Latitude = 2</dc:title>"),
  xmpElement("<dc:subject>latitude 7, longitude</dc:subject><tiff:Make>5</tiff:Make>"),
  xmpElement(
    `<exif:GPSLatitude xmlns:exif="http://ns.adobe.com/exif/1.0/" rdf:parseType="Resource1">0</exif:GPSLatitude>`,
  ),
];

Deno.test("coordinates in XMP are found under any root and prefix, and zeros do not count", () => {
  for (const said of SAID) strictEqual(place("webp", b.webp(b.riff("XMP ", said))), "yes", said);
  for (const unsaid of UNSAID) strictEqual(place("webp", b.webp(b.riff("XMP ", unsaid))), "no", unsaid);
});

Deno.test("coordinates of 0/0 and 0 do not count", () => {
  const zeros = [[0, 0, 0, 0, 0, 0], [0, 1, 0, 1, 0, 1], [0, 100, 0, 1, 0, 1_000]];
  for (const zero of zeros) strictEqual(place("jpeg", jpeg(EXIF(exif(gps(zero, zero))))), "no");
  strictEqual(
    place(
      "jpeg",
      jpeg(EXIF(exif({ entries: [[0, 1, [2, 3, 0, 0]], [6, 5, [35, 1]], [29, 2, text("2024:01:01\0")]] }))),
    ),
    "no",
  );
  strictEqual(place("jpeg", moving(film("+00.0000+000.0000/"))), "no");
});

Deno.test("images without coordinates have none, whatever else they contain", () => {
  const plain: [string, Uint8Array][] = [
    ["jpeg", jpeg()],
    ["jpeg", jpeg(APP1("Exif\0\0"), b.segment(0xed, "Photoshop 3.0\0"), b.segment(0xfe, "Latitude: 5"))],
    [
      "jpeg",
      jpeg(EXIF(join(b.tiff({ entries: [[271, 2, text("Somebody\0")]] }).subarray(0, -4), number(9_999, 4, true)))),
    ],
    ["jpeg", join(jpeg(), jpeg(EXIF(exif())))], // Nothing leads there.
    ["png", join(png(b.zTxt("Comment", "Latitude")), "whatever")],
    ["gif", b.gif(join([0x21, 0xff, 11], "NETSCAPE2.0", [3, 1, 0, 0, 0]))],
    ["gif", join("GIF89a", [1, 0, 1, 0, 0, 0, 0], [0x77], new Uint8Array(100))],
    ["webp", join(b.webp(b.riff("EXIF", b.tiff({ entries: [] }))), b.riff("XMP ", xmp()))],
    ["avif", b.avif(b.exifItem(b.tiff({ entries: [] })))],
    ["tiff", b.tiff({ entries: [[256, 3, [9]], [305, 2, text("GPSLatitude=5\0")]] })],
    ["bmp", text(`BM${xmp()}`)],
  ];
  for (const [mime, bytes] of plain) strictEqual(place(mime, bytes), "no", mime);
});

Deno.test("metadata that cannot be read to the end may contain coordinates", () => {
  const cut = (bytes: Uint8Array, by: number): Uint8Array => bytes.subarray(0, bytes.length - by);
  const unfinished: [string, string, Uint8Array][] = [
    ["no picture", "jpeg", jpeg().subarray(0, 12)],
    ["a link outside", "jpeg", jpeg(EXIF(b.tiff({ entries: [[34853, 4, [60_000]]] })))],
    ["no end", "png", cut(png(), 12)],
    ["damaged text", "png", png(b.chunk("zTXt", "Comment\0\0nonsense"))],
    ["a profile that is too short", "png", png(b.chunk("tEXt", "Raw profile type exif\0\nexif\n 999\n0011\n"))],
    ["no trailer", "gif", cut(b.gif(), 4)],
    ["cut off", "webp", cut(b.webp(b.riff("XMP ", "x".repeat(50))), 20)],
    ["a box that is larger than the file", "avif", cut(b.avif(), 1)],
    ["a page outside", "tiff", cut(b.tiff({ entries: [], next: { entries: [[256, 3, [9]]] } }), 6)],
    [
      "an item that is nowhere",
      "avif",
      join(
        b.ftyp("avif"),
        b.box(
          "meta",
          number(0, 4),
          b.box("iinf", number(0, 4), number(1, 2), b.box("infe", [2, 0, 0, 0, 0, 7, 0, 0], "Exif\0")),
        ),
      ),
    ],
  ];
  for (const [what, mime, bytes] of unfinished) strictEqual(place(mime, bytes), "unknown", `${mime}: ${what}`);
});

Deno.test("reading a structure made to hold its reader ends soon, and may contain coordinates", () => {
  const circle = b.tiff({ entries: [[330, 4, [8]]] });
  strictEqual(place("tiff", circle), "no", "a circle is passed through once");
  const bomb = png(b.chunk("zTXt", join("Comment\0\0", deflateSync(new Uint8Array(80 << 20)))));
  const items = Array.from({ length: 3_000 }, () => b.exifItem(text("")));
  const deep = Array.from({ length: 50 }).reduce<Uint8Array>((inner) => b.box("moov", inner), text(""));
  const empty = new Uint8Array(13 << 20); // Of chunks without a name and without content.
  empty.set(png().subarray(0, 8));
  const many: [string, Uint8Array][] = [
    ["png", bomb],
    ["png", empty],
    ["avif", b.avif(...items)],
    ["webp", b.webp(b.riff("XMP ", " <latitude latitude='0'".repeat(70_000)))],
    ["avif", avis(deep)],
  ];
  for (const [mime, bytes] of many) {
    const began = threadTime();
    const { now } = performance;
    const stopped = now.call(performance);
    performance.now = () => stopped; // A busy machine must not reach the limit on time before the others.
    try {
      strictEqual(place(mime, bytes), "unknown", mime);
    } finally {
      performance.now = now;
    }
    ok(threadTime() - began < 5_000, `${mime} took ${threadTime() - began} ms`);
  }
});

Deno.test("the end of a file of many gigabytes is reached by jumps", () => {
  const [size, end] = [3 * 2 ** 30, png(b.chunk("eXIf", exif())).subarray(8 + 25 + 62)];
  const head = png().subarray(0, 8 + 25);
  let read = 0;
  // Large chunks of the picture in between, of which nothing but their lengths is there.
  const step = 64 << 20;
  const bytes = ImageBytes.from(size, head, (at, into) => {
    into.fill(0);
    read += into.length;
    for (let start = head.length; start < size - end.length; start += step) {
      const length = Math.min(step, size - end.length - start) - 12;
      const header = join(number(length, 4), "IDAT");
      if (start >= at && start < at + into.length) into.set(header.subarray(0, into.length - (start - at)), start - at);
    }
    if (at + into.length > size - end.length) {
      into.set(end.subarray(at - (size - end.length)).subarray(0, into.length), 0);
    }
    return into.length;
  });
  strictEqual(hasLocation(bytes, "image/png"), "yes");
  ok(read < 1 << 20, `${read} bytes were read`);
});

Deno.test("reading damaged images ends, and never throws", async () => {
  const damage = fc.record({
    which: fc.nat(LOCATED.length - 1),
    changes: fc.array(fc.tuple(fc.nat(1_500), fc.constantFrom(0, 1, 0x7f, 0x80, 0xff, 8, 12)), { maxLength: 12 }),
    length: fc.nat(1_500),
  });
  await fc.assert(
    fc.asyncProperty(damage, async ({ which, changes, length }) => {
      const [, mime, whole] = LOCATED[which];
      const bytes = whole.slice();
      for (const [at, byte] of changes) if (at < bytes.length) bytes[at] = byte;
      const cut = bytes.subarray(0, Math.max(4, length));
      await imageType(ImageBytes.of(cut));
      const { width, height } = pixelsOf(ImageBytes.of(cut), `image/${mime}`);
      ok(width >= 0 && height >= 0);
      ok(["yes", "no", "unknown"].includes(place(mime, cut)));
    }),
    { numRuns: 3_000, endOnFailure: true },
  );
});

Deno.test("long sequences of names that turn out to be prefixes take linear time", () => {
  for (const end of [":", "=", ""]) {
    const run = "latitude".repeat(40_000) + end;
    const began = threadTime();
    strictEqual(place("png", png(b.chunk("tEXt", join("Comment\0", run)))), "no");
    ok(threadTime() - began < 2_000, `${threadTime() - began} ms`);
  }
});

Deno.test("a name that begins like a shorter one is read completely", () => {
  for (const name of ["geo:lat", "geo:long", "geo:lon", "geo:lat_long", "x:latitude", "x:longitude"]) {
    strictEqual(place("jpeg", jpeg(XMP(`<rdf:Description ${name}="48.1"/>`))), "yes", name);
    strictEqual(place("jpeg", jpeg(XMP(`<rdf:Description ${name}:tool="48.1"/>`))), "no", name);
  }
});
