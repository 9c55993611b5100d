/** Finds coordinates in EXIF, and in TIFF files, which have the same structure. */
import type { ImageBytes } from "../bytes.ts";
import { RESOURCE, resources } from "./photoshop.ts";
import { textHasLocation, textOf } from "./location_text.ts";
import { PICTURES, TAG, Tiff, type TiffDirectory, type TiffWalk } from "../tiff_directories.ts";

/** The position of the TIFF in an EXIF block: some writers put other bytes before it. */
export function tiffIn(block: ImageBytes): number | null {
  for (let at = 0; at < 16 && at + 8 <= block.size; at++) {
    if (Tiff.of(block.part(at)) !== null) return at;
  }
  return null;
}

/** Whether a block of EXIF contains coordinates; `false` without a TIFF. */
export function exifHasLocation(block: ImageBytes): boolean {
  const at = tiffIn(block);
  return at !== null && tiffHasLocation(block.part(at), { ...PICTURES, skip: "outside" });
}

/** Whether a TIFF contains coordinates. */
export function tiffHasLocation(bytes: ImageBytes, walk: TiffWalk = PICTURES): boolean {
  const tiff = Tiff.of(bytes);
  if (!tiff) return false;
  const linked = (directory: TiffDirectory, tag: number): TiffDirectory[] =>
    directory.offsets(tag).filter((at) => at > 0).map((at) => tiff.directory(at));
  for (const picture of tiff.directories(walk)) {
    for (const directory of [picture, ...linked(picture, TAG.exif)]) {
      if (linked(directory, TAG.gps).some(gpsHasLocation)) return true;
      if (textHasLocation(bytes, textOf(directory.value(TAG.xmp)))) return true;
      if (photoshopHasLocation(bytes.within(directory.value(TAG.photoshop)))) return true;
      if (textHasLocation(bytes, textOf(directory.value(TAG.c2pa)), true)) return true;
    }
  }
  return false;
}

/** Types of values: text; RATIONAL and SRATIONAL, a numerator and a denominator of four bytes each. */
const ASCII = 2;
const RATIONAL = new Set([5, 10]);

/** The tags of latitude and longitude, of the camera and of its subject (Exif 2.3, 4.6.6). */
const COORDINATES = [2, 4, 20, 22];

/**
 * Whether a GPS directory contains coordinates. Coordinates of 0 do not count, whatever their denominator: cameras
 * write 0/0 until they have a position, and programs 0/1.
 */
function gpsHasLocation(directory: TiffDirectory): boolean {
  return COORDINATES.some((tag) => {
    const [type, value] = [directory.entry(tag)?.type ?? 0, directory.value(tag)];
    if (type === ASCII) return /[1-9]/.test(new TextDecoder("latin1").decode(value));
    return value.some((byte, i) => byte !== 0 && !(RATIONAL.has(type) && i % 8 >= 4));
  });
}

/** Whether Photoshop's image resources contain coordinates. */
export function photoshopHasLocation(bytes: ImageBytes): boolean {
  for (const { id, start, end } of resources(bytes)) {
    if ((id === RESOURCE.exif || id === RESOURCE.exif3) && exifHasLocation(bytes.part(start, end))) return true;
    if (id === RESOURCE.xmp && textHasLocation(bytes, textOf(bytes.copy(start, end)))) return true;
  }
  return false;
}
