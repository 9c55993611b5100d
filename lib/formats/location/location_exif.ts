/**
 * Where EXIF, and TIFF files, which are laid out alike, can say where a picture was taken.
 *
 * @module
 */
import type { ImageBytes } from "../bytes.ts";
import { RESOURCE, resources } from "./photoshop.ts";
import { saysPlace, textOf } from "./location_text.ts";
import { isPlace, links, TAG, tiffDirectories, tiffDirectory, tiffHeader, valueOf } from "../directories.ts";

/** Where the TIFF of an EXIF block begins: some writers put bytes of their own before it. */
export function tiffIn(block: ImageBytes): number | null {
  for (let at = 0; at < 16 && at + 8 <= block.size; at++) {
    if (tiffHeader(block.part(at)) !== null) return at;
  }
  return null;
}

/** Whether a block of EXIF says where; one without a TIFF says nothing. */
export function inExif(block: ImageBytes): boolean {
  const at = tiffIn(block);
  return at !== null && inTiff(block.part(at), false);
}

/** Whether a TIFF says where; for `strict` see {@link tiffDirectories}. */
export function inTiff(bytes: ImageBytes, strict: boolean): boolean {
  const header = tiffHeader(bytes);
  if (!header) return false;
  for (const directory of tiffDirectories(bytes, header, strict)) {
    const exif = links(bytes, header, directory, TAG.exif).filter((at) => at > 0).map((at) =>
      tiffDirectory(bytes, header, at)
    );
    for (const { entries } of [directory, ...exif]) {
      const [gps, xmp, photoshop, credentials] = [TAG.gps, TAG.xmp, TAG.photoshop, TAG.c2pa].map((tag) =>
        entries.get(tag)
      );
      const places = gps ? links(bytes, header, { at: 0, entries, next: 0 }, TAG.gps) : [];
      if (places.some((at) => at > 0 && isPlace(bytes, tiffDirectory(bytes, header, at)))) return true;
      if (xmp && saysPlace(bytes, textOf(valueOf(bytes, xmp)))) return true;
      if (photoshop && inPhotoshop(bytes.within(valueOf(bytes, photoshop)))) return true;
      if (credentials && saysPlace(bytes, textOf(valueOf(bytes, credentials)), true)) return true;
    }
  }
  return false;
}

/** Whether Photoshop's image resources say where. */
export function inPhotoshop(bytes: ImageBytes): boolean {
  for (const { id, start, end } of resources(bytes)) {
    if ((id === RESOURCE.exif || id === RESOURCE.exif3) && inExif(bytes.part(start, end))) return true;
    if (id === RESOURCE.xmp && saysPlace(bytes, textOf(bytes.copy(start, end - start)))) return true;
  }
  return false;
}
