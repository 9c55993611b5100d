import { strictEqual } from "node:assert/strict";
import { deflateSync } from "node:zlib";
import { ImageBytes } from "../../lib/formats/bytes.ts";
import { cameraOf, secondsOf, takenAt } from "../../lib/formats/taken.ts";
import * as b from "./builders.ts";

const { join, text } = b;

const UTC = Date.UTC(2024, 4, 31, 18, 30, 15) / 1_000;

/** EXIF with a date, and a time zone if there is one. */
function dated(date = "2024:05:31 18:30:15\0", zone = "+00:00\0", options: b.TiffOptions = {}): Uint8Array {
  const entries: b.Entry[] = [[36867, 2, text(date)], ...zone ? [[36881, 2, text(zone)] as b.Entry] : []];
  return b.tiff({ entries: [[34665, 4, { entries }]] }, options);
}

const app1 = (exif: Uint8Array): Uint8Array => b.jpeg(b.segment(0xe1, join("Exif\0\0", exif)));

Deno.test("the time when a picture was taken is read from the EXIF of each format", () => {
  const images: [mime: string, bytes: Uint8Array][] = [
    ["jpeg", app1(dated())],
    ["jpeg", app1(dated(undefined, undefined, { littleEndian: false }))],
    ["jpeg", b.jpeg(b.segment(0xe1, "http://ns.adobe.com/xap/1.0/\0"), b.segment(0xe1, join("Exif\0\0", dated())))],
    ["png", b.png(b.chunk("eXIf", dated()))],
    ["png", b.png(b.chunk("zxIf", join([0], b.number(dated().length, 4), deflateSync(dated()))))],
    ["png", b.png(b.zTxt("comment", "none"), b.zTxt("Raw profile type exif", b.rawProfile("exif", dated())))],
    ["webp", b.webp(b.riff("EXIF", dated()))],
    ["avif", b.avif(b.xmpItem(), b.exifItem(dated()))],
    ["heic", b.avif(b.exifItem(dated()))],
    ["tiff", dated()],
  ];
  for (const [mime, bytes] of images) strictEqual(takenAt(ImageBytes.of(bytes), `image/${mime}`), UTC, mime);
});

Deno.test("a picture without a date, or with a damaged one, was taken at no known time", () => {
  const images: [what: string, mime: string, bytes: Uint8Array][] = [
    ["no EXIF", "jpeg", b.jpeg()],
    ["EXIF without a date", "jpeg", app1(b.exif())],
    ["a clock that was never set", "jpeg", app1(dated("0000:00:00 00:00:00\0"))],
    ["blanks", "jpeg", app1(dated("    :  :     :  :  \0"))],
    ["a text without end", "jpeg", app1(dated("2024:05:31 18:30:15".repeat(9)))],
    ["a file that is cut off", "png", b.png(b.chunk("eXIf", dated())).subarray(0, 90)],
    ["values behind the end", "jpeg", app1(dated().subarray(0, 40))],
    ["a format without EXIF", "gif", text("GIF89a")],
    ["no image", "plain", text("")],
  ];
  for (const [what, mime, bytes] of images) strictEqual(takenAt(ImageBytes.of(bytes), `image/${mime}`), 0, what);
});

Deno.test("a date is in its own time zone, else in this machine's", () => {
  strictEqual(secondsOf("2024:05:31 18:30:15", "-03:00"), UTC + 3 * 3_600);
  strictEqual(secondsOf("2024:05:31 18:30:15", "+05:30"), UTC - 5.5 * 3_600);
  strictEqual(secondsOf("2024-05-31T18:30:15", "+00:00"), UTC);
  const local = new Date(2024, 4, 31, 18, 30, 15).getTime() / 1_000;
  for (const zone of ["", "   :  ", "Z"]) strictEqual(secondsOf("2024:05:31 18:30:15", zone), local, zone);
  for (
    const text of ["2024:13:01 00:00:00", "2024:02:30 00:00:00", "2024:05:31", "31.05.2024", "2024:05:31 24:00:00"]
  ) {
    strictEqual(secondsOf(text, ""), 0, text);
  }
  strictEqual(secondsOf("1969:01:01 00:00:00", "+00:00"), 0);
});

Deno.test("the camera is the model, after its maker unless the model names it", () => {
  const cameras: [make: string, model: string, camera: string][] = [
    ["Canon\0", "Canon EOS R6\0", "Canon EOS R6"],
    ["NIKON CORPORATION\0", "NIKON Z 6\0", "NIKON CORPORATION NIKON Z 6"],
    ["Google\0", "Pixel 8\0\0\0", "Google Pixel 8"],
    ["\0", "X\0", "X"],
    ["   \0", "\0", ""],
    ["x".repeat(100), "y\0", "y"],
  ];
  for (const [make, model, camera] of cameras) {
    const exif = b.tiff({ entries: [[271, 2, text(make)], [272, 2, text(model)]] });
    strictEqual(cameraOf(ImageBytes.of(app1(exif)), "image/jpeg"), camera);
  }
  strictEqual(cameraOf(ImageBytes.of(b.jpeg()), "image/jpeg"), "");
  strictEqual(cameraOf(ImageBytes.of(app1(b.exif()).subarray(0, 30)), "image/jpeg"), "");
});
