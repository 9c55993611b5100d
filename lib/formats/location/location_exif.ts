/**
 * Where EXIF, and TIFF files, which are laid out alike, can say where a picture was taken.
 *
 * @module
 */
import type { ImageBytes } from "../bytes.ts";
import { RESOURCE, resources } from "./photoshop.ts";
import { textHasLocation, textOf } from "./location_text.ts";
import {
  entryOf,
  links,
  PICTURES,
  TAG,
  tiffDirectories,
  type TiffDirectory,
  tiffDirectory,
  tiffHeader,
  type TiffWalk,
  valueOf,
} from "../tiff_directories.ts";

/** Where the TIFF of an EXIF block begins: some writers put bytes of their own before it. */
export function tiffIn(block: ImageBytes): number | null {
  for (let at = 0; at < 16 && at + 8 <= block.size; at++) {
    if (tiffHeader(block.part(at)) !== null) return at;
  }
  return null;
}

/** Whether a block of EXIF says where; one without a TIFF says nothing. */
export function exifHasLocation(block: ImageBytes): boolean {
  const at = tiffIn(block);
  return at !== null && tiffHasLocation(block.part(at), { ...PICTURES, skip: "outside" });
}

/** Whether a TIFF says where. */
export function tiffHasLocation(bytes: ImageBytes, walk: TiffWalk = PICTURES): boolean {
  const header = tiffHeader(bytes);
  if (!header) return false;
  const linked = (directory: TiffDirectory, tag: number): TiffDirectory[] =>
    links(bytes, header, directory, tag).filter((at) => at > 0).map((at) => tiffDirectory(bytes, header, at));
  const text = (directory: TiffDirectory, tag: number): string => {
    const entry = entryOf(directory, tag);
    return entry ? textOf(valueOf(bytes, entry)) : "";
  };
  for (const picture of tiffDirectories(bytes, header, walk)) {
    for (const directory of [picture, ...linked(picture, TAG.exif)]) {
      if (linked(directory, TAG.gps).some((gps) => gpsHasLocation(bytes, gps))) return true;
      if (textHasLocation(bytes, text(directory, TAG.xmp))) return true;
      const photoshop = entryOf(directory, TAG.photoshop);
      if (photoshop && photoshopHasLocation(bytes.within(valueOf(bytes, photoshop)))) return true;
      if (textHasLocation(bytes, text(directory, TAG.c2pa), true)) return true;
    }
  }
  return false;
}

/** RATIONAL and SRATIONAL: a numerator and a denominator, four bytes each. */
const RATIONAL = new Set([5, 10]);

/** The tags of latitude and longitude, of where the camera was and of what it looked at (Exif 2.3, 4.6.6). */
const COORDINATES = [2, 4, 20, 22];

/**
 * Whether a directory of GPS says where. Coordinates of 0 say nothing, whatever they are divided by: cameras write 0/0
 * while they know no place, and programs 0/1.
 */
function gpsHasLocation(bytes: ImageBytes, directory: TiffDirectory): boolean {
  return COORDINATES.some((tag) => {
    const entry = entryOf(directory, tag);
    if (!entry) return false;
    const value = valueOf(bytes, entry);
    if (entry.type === 2) return /[1-9]/.test(new TextDecoder("latin1").decode(value));
    return value.some((byte, i) => byte !== 0 && !(RATIONAL.has(entry.type) && i % 8 >= 4));
  });
}

/** Whether Photoshop's image resources say where. */
export function photoshopHasLocation(bytes: ImageBytes): boolean {
  for (const { id, start, end } of resources(bytes)) {
    if ((id === RESOURCE.exif || id === RESOURCE.exif3) && exifHasLocation(bytes.part(start, end))) return true;
    if (id === RESOURCE.xmp && textHasLocation(bytes, textOf(bytes.copy(start, end - start)))) return true;
  }
  return false;
}
