/** Tells TIFF files from cameras' raw files, which have the same structure. */
import { type ImageBytes, UnfinishedError } from "./bytes.ts";
import { PICTURES, TAG, Tiff } from "./tiff_directories.ts";

/**
 * Whether it is a TIFF, and not a camera's raw file. Its first directory must be complete, whether it is before the
 * picture or after it.
 */
export function isTiff(bytes: ImageBytes): boolean {
  try {
    const tiff = Tiff.of(bytes);
    return tiff !== null && tiff.directory(tiff.first).entries.length > 0 && !isRaw(tiff);
  } catch (error) {
    if (error instanceof UnfinishedError) return false;
    throw error;
  }
}

/** Values of Compression that only raw files have: Epson, Samsung, Sony, Kodak, Nikon, Adobe (DNG), Pentax. */
const RAW_COMPRESSION = new Set([32_767, 32_769, 32_770, 32_772, 32_867, 34_713, 34_892, 65_000, 65_535]);
/** Values of PhotometricInterpretation for data of a sensor, with or without colour filters. */
const RAW_PHOTOMETRIC = new Set([32_803, 34_892]);
const DNG_VERSION = 50_706;
const NEW_SUBFILE_TYPE = 254;
/** How many entries the first directory of Nikon's raw files has, which follows the header immediately. */
const NIKON_ENTRIES = new Set([28, 31]);
/** How many directories are searched: those that identify a raw file come first, and scans have thousands of pages. */
const RAW_DIRECTORIES = 16;
const SONY_PRIVATE = 50_740;

/**
 * Whether a TIFF is a camera's raw file, judged by its pictures. Signatures are not enough: the bytes where Canon has
 * its own may belong to a picture, and printers' tags (PrintIM) occur in all kinds of files.
 */
function isRaw(tiff: Tiff): boolean {
  for (const directory of tiff.directories({ ...PICTURES, skip: "outside" }).take(RAW_DIRECTORIES)) {
    const { at, entries } = directory;
    const has = (tag: number): boolean => directory.entry(tag) !== undefined;
    if (RAW_COMPRESSION.has(directory.number(TAG.compression))) return true;
    if (RAW_PHOTOMETRIC.has(directory.number(TAG.photometric)) || has(DNG_VERSION)) return true;
    if (at !== tiff.first) continue;
    const make = directory.entry(TAG.make);
    const isMadeBy = (name: string): boolean => make !== undefined && tiff.bytes.has(make.at, name);
    if (isMadeBy("SONY") && has(SONY_PRIVATE)) return true;
    const isNikon = isMadeBy("NIKON") || NIKON_ENTRIES.has(entries.length) && has(NEW_SUBFILE_TYPE);
    if (at === 8 && has(TAG.subDirectories) && isNikon) return true;
    // Canon's signature follows the header immediately, where the picture of another file may begin.
    if (at < 16 || !tiff.bytes.has(8, "CR\x02\0")) continue;
    if (![TAG.stripOffsets, TAG.tileOffsets].some((tag) => directory.number(tag) === 8)) return true;
  }
  return false;
}

/** The first bytes of raw files that do not have the structure of a TIFF, or only nearly, and their makers. */
const SIGNATURES: readonly (readonly [at: number, text: string, maker: string])[] = [
  [4, "ftypcrx ", "Canon"],
  [6, "HEAPCCDR", "Canon"],
  [0, "FUJIFILMCCD-RAW", "Fujifilm"],
  [0, "IIRO", "Olympus"],
  [0, "IIRS", "Olympus"],
  [0, "MMOR", "Olympus"],
  [0, "IIU\0", "Panasonic"],
  [0, "FOVb", "Sigma"],
  [0, "\0MRM", "Minolta"],
];

/** Makers as people write them; a file may add a legal form, or use capitals. */
const MAKERS = (
  "Canon,Nikon,Sony,Fujifilm,Olympus,OM Digital,Panasonic,Pentax,Ricoh,Samsung,Leica,Hasselblad,Phase One,Kodak," +
  "Epson,Sigma,Minolta,Casio,Apple,Google,DJI,GoPro"
).split(",");
const MAX_MAKE = 40;

/** The maker of a raw file's camera, empty if unknown; `null` for all other files. */
export function rawMaker(bytes: ImageBytes): string | null {
  const signature = SIGNATURES.find(([at, text]) => bytes.has(at, text));
  if (signature) return signature[2];
  try {
    const tiff = Tiff.of(bytes);
    if (tiff === null || !isRaw(tiff)) return null;
    const make = tiff.directory(tiff.first).entry(TAG.make);
    const text = make ? tiff.bytes.ascii(make.at, Math.min(make.count, MAX_MAKE)).toLowerCase() : "";
    return MAKERS.find((maker) => text.includes(maker.toLowerCase())) ?? "";
  } catch (error) {
    if (error instanceof UnfinishedError) return null;
    throw error;
  }
}
