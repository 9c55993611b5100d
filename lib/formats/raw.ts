/**
 * TIFF files and the raw files of cameras, which are laid out alike.
 *
 * @module
 */
import { type ImageBytes, UnfinishedError } from "./bytes.ts";
import {
  entryOf,
  numberOf,
  PICTURES,
  TAG,
  tiffDirectories,
  type TiffDirectory,
  tiffDirectory,
  type TiffHeader,
  tiffHeader,
} from "./tiff_directories.ts";

/**
 * Whether it is a TIFF, and not a camera's raw file. Its first directory must be there, wherever it stands: writers put
 * it in front of the picture or behind it.
 */
export function isTiff(bytes: ImageBytes): boolean {
  try {
    const header = tiffHeader(bytes);
    return header !== null && tiffDirectory(bytes, header, header.first).entries.length > 0 && !isRaw(bytes, header);
  } catch (error) {
    if (error instanceof UnfinishedError) return false;
    throw error;
  }
}

/** Values of Compression that raw files alone have: Epson, Samsung, Sony, Kodak, Nikon, Adobe (DNG), Pentax. */
const RAW_COMPRESSION = new Set([32_767, 32_769, 32_770, 32_772, 32_867, 34_713, 34_892, 65_000, 65_535]);
/** Values of PhotometricInterpretation: what a sensor saw, behind its colour filters or not. */
const RAW_PHOTOMETRIC = new Set([32_803, 34_892]);
const DNG_VERSION = 50_706;
const NEW_SUBFILE_TYPE = 254;
/** How many entries the first directory of Nikon's raw files has, which stands right behind the header. */
const NIKON_ENTRIES = new Set([28, 31]);
/** The directories in which a raw file shows itself are among the first; scans have thousands of pages. */
const RAW_DIRECTORIES = 16;
const SONY_PRIVATE = 50_740;

/**
 * Whether a TIFF is a camera's raw file, by what its pictures are. Signatures alone do not suffice: the bytes where Canon
 * has its own may be those of a picture, and the tags of printers (PrintIM) stand in files of all kinds.
 */
function isRaw(bytes: ImageBytes, header: TiffHeader): boolean {
  for (const directory of tiffDirectories(bytes, header, { ...PICTURES, skip: "outside" }).take(RAW_DIRECTORIES)) {
    const { at, entries } = directory;
    const has = (tag: number): boolean => entryOf(directory, tag) !== undefined;
    const value = (tag: number): number => numberOf(bytes, header, entryOf(directory, tag)) ?? 0;
    if (RAW_COMPRESSION.has(value(TAG.compression)) || RAW_PHOTOMETRIC.has(value(TAG.photometric))) return true;
    if (has(DNG_VERSION)) return true;
    if (at !== header.first) continue;
    const make = entryOf(directory, TAG.make);
    const isMadeBy = (name: string): boolean => make !== undefined && bytes.has(make.at, name);
    if (isMadeBy("SONY") && has(SONY_PRIVATE)) return true;
    const isNikon = isMadeBy("NIKON") || NIKON_ENTRIES.has(entries.length) && has(NEW_SUBFILE_TYPE);
    if (at === 8 && has(TAG.subDirectories) && isNikon) return true;
    if (at >= 16 && bytes.has(8, "CR\x02\0") && !beginsAt8(bytes, header, directory)) return true;
  }
  return false;
}

/** Whether a picture's bytes begin right behind the header, where Canon's raw files have a signature. */
function beginsAt8(bytes: ImageBytes, header: TiffHeader, directory: TiffDirectory): boolean {
  return [TAG.stripOffsets, TAG.tileOffsets].some((tag) => numberOf(bytes, header, entryOf(directory, tag)) === 8);
}
