/**
 * Fills a directory with pictures as the formats' own writers make them: ImageMagick, libtiff, libheif, libavif, libwebp
 * and ExifTool, with each option that moves metadata or headers. scripts/compare_pictures.ts holds them against what
 * other readers say.
 *
 *     deno run --allow-run --allow-write --allow-read scripts/make_pictures.ts <directory>
 *
 * Debian: exiftool (libimage-exiftool-perl), imagemagick, libtiff-tools, libheif-examples, libavif-bin, webp.
 */
import { join } from "node:path";

/** Coordinates as ExifTool writes them, by where. */
const GPS = "-GPSLatitude=48.8577 -GPSLatitudeRef=N -GPSLongitude=2.295 -GPSLongitudeRef=E";
const XMP = "-XMP-exif:GPSLatitude=48.8577 -XMP-exif:GPSLongitude=2.295";
const ZERO = "-GPSLatitude=0 -GPSLatitudeRef=N -GPSLongitude=0 -GPSLongitudeRef=E";

/** What is done with ExifTool to a picture, and in which formats. */
const MOVES: [name: string, options: string][] = [
  ["exif", GPS],
  ["xmp", XMP],
  ["both", `${GPS} ${XMP}`],
  ["zero", ZERO],
  ["destination", "-GPSDestLatitude=1.5 -GPSDestLatitudeRef=S -GPSDestLongitude=2 -GPSDestLongitudeRef=W"],
  ["altitude", "-GPSAltitude=35 -GPSDateStamp=2024:01:01"],
  ["packed", `-z ${GPS} ${XMP}`],
  ["big-endian", `-ExifByteOrder=MM ${GPS}`],
  ["compact-xmp", `-api Compact=Shorthand,OneDesc,NoPadding ${XMP}`],
  ["description", "-Artist=Somebody -XMP-dc:Title=Latitude -Comment=Longitude"],
  ["dji", "-XMP-drone-dji:GPSLatitude=48.8 -XMP-drone-dji:GPSLongitude=2.2"],
  ["location-created", "-XMP-iptcExt:LocationCreatedGPSLatitude=48.8 -XMP-iptcExt:LocationCreatedGPSLongitude=2.2"],
];

/** Lines for a shell in an empty directory. Each begins with the picture that it makes. */
function* lines(): Generator<[file: string, command: string]> {
  yield ["base.png", "convert -size 64x48 gradient:red-blue -depth 8 base.png"];
  yield ["base.jpg", "convert base.png base.jpg"];
  yield ["placed.jpg", `exiftool -q ${GPS} ${XMP} -Artist=x -o placed.jpg base.jpg`];
  yield ["placed-xmp.jpg", `exiftool -q ${XMP} -o placed-xmp.jpg base.jpg`];
  // ImageMagick: each format from a picture with metadata, and the kinds of each.
  for (const format of ["jpg", "png", "gif", "webp", "avif", "heic", "tiff", "bmp"]) {
    yield [`im.${format}`, `convert placed.jpg im.${format}`];
    yield [`im-plain.${format}`, `convert base.png -strip im-plain.${format}`];
    yield [`im-odd.${format}`, `convert placed.jpg -resize 37x53! im-odd.${format}`];
  }
  for (
    const kind of [
      "BMP2",
      "BMP3",
      "BMP",
      "PNG8",
      "PNG24",
      "PNG48",
      "PNG64",
      "PNG00",
      "GIF87",
      "PJPEG",
      "TIFF64",
      "PTIF",
    ]
  ) {
    const ending = { BMP: "bmp", PNG: "png", GIF: "gif", PJP: "jpg", TIF: "tiff", PTI: "tiff" }[kind.slice(0, 3)];
    yield [`im-${kind}.${ending}`, `convert placed.jpg ${kind}:im-${kind}.${ending}`];
  }
  for (const compression of ["None", "LZW", "Zip", "JPEG", "RLE", "Fax", "Group4", "LZMA", "WebP", "Zstd"]) {
    yield [`im-${compression}.tiff`, `convert placed.jpg -compress ${compression} im-${compression}.tiff`];
  }
  for (const depth of [1, 4, 8, 16, 32]) {
    yield [`im-depth${depth}.tiff`, `convert base.png -depth ${depth} im-depth${depth}.tiff`];
  }
  yield ["im-msb.tiff", "convert placed.jpg -endian MSB im-msb.tiff"];
  yield ["im-pages.tiff", "convert base.png base.png placed.jpg im-pages.tiff"];
  yield ["im-large.tiff", "convert -size 900x700 plasma: im-large.tiff"];
  yield ["im-large.png", "convert placed.jpg -resize 2500x1800! -seed 1 +noise Random im-large.png"];
  yield ["im-include.png", "convert placed.jpg -define png:include-chunk=all im-include.png"];
  yield ["im-none.png", "convert placed.jpg -define png:exclude-chunk=all im-none.png"];
  yield ["im-zTXt.png", `convert placed.jpg -set GPSLatitude '48,51N' im-zTXt.png`];
  yield ["im-interlaced.png", "convert placed.jpg -interlace PNG im-interlaced.png"];
  yield ["im-progressive.jpg", "convert placed.jpg -interlace JPEG im-progressive.jpg"];
  yield ["im-cmyk.jpg", "convert placed.jpg -colorspace CMYK im-cmyk.jpg"];
  yield ["im-comment.gif", "convert base.png -set comment 'hello' im-comment.gif"];
  yield ["im-animated.gif", "convert -delay 10 base.png placed.jpg im-animated.gif"];
  yield ["im-animated.webp", "convert -delay 10 base.png placed.jpg im-animated.webp"];
  // libtiff.
  yield ["source.tiff", "convert placed.jpg -compress None source.tiff"];
  for (
    const options of [
      "-B",
      "-L",
      "-8",
      "-t -w 16 -l 16",
      "-r 1",
      "-c lzw",
      "-c zip",
      "-c packbits",
      "-p separate",
      "-c jpeg",
    ]
  ) {
    const name = `tiffcp${options.replaceAll(/\W+/g, "-")}.tiff`;
    yield [name, `tiffcp ${options} source.tiff ${name}`];
  }
  yield ["tiffcp-pages.tiff", "tiffcp source.tiff im-LZW.tiff source.tiff tiffcp-pages.tiff"];
  yield ["tiffset.tiff", "cp source.tiff tiffset.tiff && tiffset -s 315 Somebody tiffset.tiff"];
  yield ["tiffcrop.tiff", "tiffcrop -R 90 source.tiff tiffcrop.tiff"];
  yield ["tiffdither.tiff", "convert base.png -colorspace Gray grey.tiff && tiffdither grey.tiff tiffdither.tiff"];
  // libheif.
  for (const format of ["heic", "avif"]) {
    const codec = format === "avif" ? "-A" : "";
    yield [`heif-enc.${format}`, `heif-enc ${codec} placed.jpg -o heif-enc.${format}`];
    yield [`heif-enc-lossless.${format}`, `heif-enc ${codec} -L placed.jpg -o heif-enc-lossless.${format}`];
    yield [`heif-enc-plain.${format}`, `heif-enc ${codec} base.png -o heif-enc-plain.${format}`];
    yield [`heif-enc-thumb.${format}`, `heif-enc ${codec} -t 16 placed.jpg -o heif-enc-thumb.${format}`];
    yield [`heif-enc-two.${format}`, `heif-enc ${codec} placed.jpg base.jpg -o heif-enc-two.${format}`];
    yield [`heif-enc-odd.${format}`, `heif-enc ${codec} im-odd.png -o heif-enc-odd.${format}`];
  }
  // libavif.
  yield ["avifenc.avif", "avifenc placed.jpg avifenc.avif"];
  yield ["avifenc-ignored.avif", "avifenc --ignore-exif --ignore-xmp placed.jpg avifenc-ignored.avif"];
  yield ["avifenc-no-exif.avif", "avifenc --ignore-exif placed.jpg avifenc-no-exif.avif"];
  yield ["avifenc-no-xmp.avif", "avifenc --ignore-xmp placed.jpg avifenc-no-xmp.avif"];
  yield ["avifenc-sequence.avif", "avifenc base.png im-plain.png avifenc-sequence.avif"];
  yield [
    "avifenc-sequence-exif.avif",
    "exiftool -q -b -Exif placed.jpg > e.bin; exiftool -q -b -XMP placed.jpg > x.bin; avifenc --exif e.bin base.png im-plain.png avifenc-sequence-exif.avif",
  ];
  yield ["avifenc-sequence-xmp.avif", "avifenc --xmp x.bin base.png im-plain.png avifenc-sequence-xmp.avif"];
  for (
    const options of [
      "--crop 4,4,32,24",
      "--clap 32,1,24,1,0,1,0,1",
      "--irot 1",
      "--imir 0",
      "--pasp 2,1",
      "-y 420",
      "-a end-usage=q",
    ]
  ) {
    const name = `avifenc${options.replaceAll(/\W+/g, "-")}.avif`;
    yield [name, `avifenc ${options} placed.jpg ${name}`];
  }
  yield [
    "avifenc-grid.avif",
    "convert base.png -resize 128x128! g.png && avifenc --grid 2x1 g.png g.png avifenc-grid.avif",
  ];
  // libwebp.
  for (const what of ["all", "exif", "xmp", "icc", "none"]) {
    yield [`cwebp-${what}.webp`, `cwebp -quiet -metadata ${what} placed.jpg -o cwebp-${what}.webp`];
  }
  yield ["cwebp-lossless.webp", "cwebp -quiet -lossless -metadata all placed.jpg -o cwebp-lossless.webp"];
  yield ["cwebp-odd.webp", "cwebp -quiet im-odd.png -o cwebp-odd.webp"];
  yield ["webpmux-xmp.webp", "webpmux -set xmp x.bin cwebp-none.webp -o webpmux-xmp.webp"];
  yield ["webpmux-exif.webp", "webpmux -set exif e.bin cwebp-lossless.webp -o webpmux-exif.webp"];
  yield ["gif2webp.webp", "gif2webp -quiet -metadata all im-animated.gif -o gif2webp.webp"];
  yield ["img2webp.webp", "img2webp base.png im-plain.png -o img2webp.webp"];
  // ExifTool: into each format that it writes.
  const plain = [
    ...["base.jpg", "im-plain.png", "im-plain.gif", "avifenc-ignored.avif", "heif-enc-plain.heic"],
    ...["im-plain.tiff", "im-depth16.tiff", "im-LZW.tiff", "im-pages.tiff"],
  ];
  for (const from of plain) {
    for (const [name, options] of MOVES) {
      const to = `exiftool-${name}-${from}`;
      yield [to, `exiftool -q -m ${options} -o ${to} ${from}`];
    }
  }
  yield ["exiftool-early.png", `exiftool -q -api PNGEarlyXMP=1 ${XMP} -o exiftool-early.png im-plain.png`];
  yield [
    "exiftool-extended.jpg",
    `head -c 90000 /dev/zero | tr '\\0' x > n.txt; exiftool -q ${XMP} '-XMP-dc:Description<=n.txt' -o exiftool-extended.jpg base.jpg`,
  ];
  yield ["exiftool-geotag-removed.jpg", "exiftool -q -gps:all= -xmp:all= -o exiftool-geotag-removed.jpg placed.jpg"];
  yield ["exiftool-trunc.jpg", "head -c 200 placed.jpg > exiftool-trunc.jpg"];
  // Raw files and others, which are not to be taken for pictures of ours.
  yield ["raw.dng", "exiftool -q -m -DNGVersion=1.4.0.0 -o raw.tiff source.tiff && mv raw.tiff raw.dng"];
  yield ["cfa.tiff", "exiftool -q -m '-IFD0:PhotometricInterpretation#=32803' -o cfa.tiff source.tiff"];
  yield ["printim.tiff", "exiftool -q -m -Make=SEIKO -Artist=x -o printim.tiff source.tiff"];
  yield ["not.psd", "convert base.png not.psd"];
  yield ["not.ico", "convert base.png -resize 16x16 not.ico"];
  yield ["not.jp2", "convert base.png not.jp2"];
  yield ["not.pnm", "convert base.png not.pnm"];
}

/** Makes them; returns the commands that failed, with what they said. */
export async function makePictures(directory: string): Promise<{ made: number; failed: [string, string][] }> {
  const failed: [string, string][] = [];
  let made = 0;
  await Deno.mkdir(directory, { recursive: true });
  for (const [file, command] of lines()) {
    const { success, stderr } = await new Deno.Command("sh", { args: ["-c", command], cwd: directory }).output();
    const isThere = await Deno.stat(join(directory, file)).then(({ size }) => size > 0, () => false);
    if (isThere) made++;
    else {failed.push([
        command,
        new TextDecoder().decode(stderr).trim().split("\n")[0] || (success ? "nothing" : "failed"),
      ]);}
  }
  for (const name of ["e.bin", "x.bin", "n.txt"]) await Deno.remove(join(directory, name)).catch(() => {});
  return { made, failed };
}

if (import.meta.main) {
  const [directory] = Deno.args;
  if (!directory) {
    console.error("Name a directory to make pictures in.");
    Deno.exit(2);
  }
  const { made, failed } = await makePictures(directory);
  for (const [command, reason] of failed) console.log(`not made: ${command}\n  ${reason}`);
  console.log(`${made} pictures made, ${failed.length} not`);
}
