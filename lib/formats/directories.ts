/**
 * The directories of a TIFF file and of EXIF, which is laid out alike (TIFF 6.0, section 2; BigTIFF; Exif 2.3, 4.6).
 *
 * @module
 */
import { type ImageBytes, UnfinishedError } from "./bytes.ts";

/** How numbers stand in a TIFF. */
export interface TiffHeader {
  /** Whether the least significant byte comes first. */
  readonly littleEndian: boolean;
  /** Whether offsets and counts have eight bytes (BigTIFF). */
  readonly big: boolean;
  /** Where the first directory is. */
  readonly first: number;
}

/** One entry of a directory. */
export interface TiffEntry {
  readonly tag: number;
  readonly type: number;
  /** How many values of that type. */
  readonly count: number;
  /** Where the values stand. */
  readonly at: number;
}

/** A directory. */
export interface TiffDirectory {
  readonly at: number;
  readonly entries: ReadonlyMap<number, TiffEntry>;
  /** Where the next one of the chain is; 0 behind the last. */
  readonly next: number;
}

/** The tags that are read. */
export const TAG = {
  width: 256,
  height: 257,
  compression: 259,
  photometric: 262,
  make: 271,
  stripOffsets: 273,
  tileOffsets: 324,
  subDirectories: 330,
  xmp: 700,
  photoshop: 34377,
  exif: 34665,
  gps: 34853,
  c2pa: 52545,
} as const;

/** Bytes of a value of each type: BYTE, ASCII, SHORT, LONG, RATIONAL, the signed ones, FLOAT, DOUBLE, IFD; BigTIFF's three. */
const TYPE_BYTES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8];

/** More directories than pages in the longest scans. */
const MAX_DIRECTORIES = 65_536;

/** The header of a TIFF; `null` when it is none. */
export function tiffHeader(bytes: ImageBytes): TiffHeader | null {
  if (bytes.size < 8 || !(bytes.has(0, "II") || bytes.has(0, "MM"))) return null;
  const littleEndian = bytes.has(0, "II");
  const version = bytes.u16(2, littleEndian);
  if (version === 42) return { littleEndian, big: false, first: bytes.u32(4, littleEndian) };
  if (version !== 43 || bytes.size < 16 || bytes.u16(4, littleEndian) !== 8) return null;
  return { littleEndian, big: true, first: bytes.u64(8, littleEndian) };
}

/**
 * The directory at `at`.
 *
 * @throws {UnfinishedError} It is not all there.
 */
export function tiffDirectory(bytes: ImageBytes, { littleEndian, big }: TiffHeader, at: number): TiffDirectory {
  const count = big ? bytes.u64(at, littleEndian) : bytes.u16(at, littleEndian);
  const [start, length, inline] = big ? [at + 8, 20, 8] : [at + 2, 12, 4];
  const end = start + count * length;
  if (!(end <= bytes.size)) throw new UnfinishedError("it is cut off");
  bytes.step(count);
  const entries = new Map<number, TiffEntry>();
  for (let here = start; here < end; here += length) {
    const tag = bytes.u16(here, littleEndian);
    const type = bytes.u16(here + 2, littleEndian);
    const number = big ? bytes.u64(here + 4, littleEndian) : bytes.u32(here + 4, littleEndian);
    const value = here + length - inline;
    const isInline = (TYPE_BYTES[type] ?? 1) * number <= inline;
    const valueAt = isInline ? value : big ? bytes.u64(value, littleEndian) : bytes.u32(value, littleEndian);
    if (!entries.has(tag)) entries.set(tag, { tag, type, count: number, at: valueAt });
  }
  // The last one of some writers ends with the file, without a link to the next.
  const next = end + inline > bytes.size ? 0 : big ? bytes.u64(end, littleEndian) : bytes.u32(end, littleEndian);
  return { at, entries, next };
}

/**
 * The directories of pictures: those of the chain, the reduced and raw ones behind each (SubIFDs), each once.
 *
 * @param strict Whether a link that leads outside is an error: in a file it is, while in EXIF of cameras the link to a
 * second directory is often left over, and nothing is there for anybody to read.
 */
export function* tiffDirectories(bytes: ImageBytes, header: TiffHeader, strict: boolean): Generator<TiffDirectory> {
  const waiting = [header.first];
  const seen = new Set<number>([0]);
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (seen.has(at)) continue;
    seen.add(at);
    if (seen.size > MAX_DIRECTORIES) throw new UnfinishedError("too many directories");
    if (!strict && at !== header.first && at + 2 > bytes.size) continue;
    const directory = tiffDirectory(bytes, header, at);
    yield directory;
    waiting.push(directory.next);
    for (const at of links(bytes, header, directory, TAG.subDirectories)) waiting.push(at); // Too many for a spread.
  }
}

/** Offsets that a tag holds: those of directories, strips or tiles. */
export function links(bytes: ImageBytes, header: TiffHeader, { entries }: TiffDirectory, tag: number): number[] {
  const entry = entries.get(tag);
  if (!entry) return [];
  bytes.step(entry.count);
  return Array.from({ length: entry.count }, (_, i) => numberOf(bytes, header, entry, i) ?? 0);
}

/** One value of an entry, if it is a whole number; the first when not said otherwise. */
export function numberOf(
  bytes: ImageBytes,
  { littleEndian }: TiffHeader,
  entry: TiffEntry | undefined,
  index = 0,
): number | null {
  if (!entry || index >= entry.count) return null;
  const at = entry.at + index * TYPE_BYTES[entry.type];
  switch (entry.type) {
    case 1:
      return bytes.u8(at);
    case 3:
      return bytes.u16(at, littleEndian);
    case 4:
    case 13:
      return bytes.u32(at, littleEndian);
    case 16:
    case 18:
      return bytes.u64(at, littleEndian);
    default:
      return null;
  }
}

/** The bytes of an entry's values. */
export function valueOf(bytes: ImageBytes, entry: TiffEntry): Uint8Array {
  return bytes.copy(entry.at, (TYPE_BYTES[entry.type] ?? 1) * entry.count);
}

/** RATIONAL and SRATIONAL: a numerator and a denominator, four bytes each. */
const RATIONAL = new Set([5, 10]);

/** The tags of latitude and longitude, of where the camera was and of what it looked at (Exif 2.3, 4.6.6). */
const COORDINATES = [2, 4, 20, 22];

/**
 * Whether a directory of GPS says where. Coordinates of 0 say nothing, whatever they are divided by: cameras write 0/0
 * while they know no place, and programs 0/1.
 */
export function isPlace(bytes: ImageBytes, { entries }: TiffDirectory): boolean {
  return COORDINATES.some((tag) => {
    const entry = entries.get(tag);
    if (!entry) return false;
    const value = valueOf(bytes, entry);
    if (entry.type === 2) return /[1-9]/.test(new TextDecoder("latin1").decode(value));
    return value.some((byte, i) => byte !== 0 && !(RATIONAL.has(entry.type) && i % 8 >= 4));
  });
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
 * Whether a TIFF is a camera's raw file, by what its pictures are. Signatures alone do not tell: the bytes where Canon
 * has its own may be those of a picture, and the tags of printers (PrintIM) stand in files of all kinds.
 */
export function isRaw(bytes: ImageBytes, header: TiffHeader): boolean {
  for (const directory of tiffDirectories(bytes, header, false).take(RAW_DIRECTORIES)) {
    const { at, entries } = directory;
    const value = (tag: number): number => numberOf(bytes, header, entries.get(tag)) ?? 0;
    if (RAW_COMPRESSION.has(value(TAG.compression)) || RAW_PHOTOMETRIC.has(value(TAG.photometric))) return true;
    if (entries.has(DNG_VERSION)) return true;
    if (at !== header.first) continue;
    const make = entries.get(TAG.make);
    const isMadeBy = (name: string): boolean => make !== undefined && bytes.has(make.at, name);
    if (isMadeBy("SONY") && entries.has(SONY_PRIVATE)) return true;
    const isNikon = isMadeBy("NIKON") || NIKON_ENTRIES.has(entries.size) && entries.has(NEW_SUBFILE_TYPE);
    if (at === 8 && entries.has(TAG.subDirectories) && isNikon) return true;
    if (at >= 16 && bytes.has(8, "CR\x02\0") && !beginsAt8(bytes, header, directory)) return true;
  }
  return false;
}

/** Whether a picture's bytes begin right behind the header, where Canon's raw files have a signature. */
function beginsAt8(bytes: ImageBytes, header: TiffHeader, directory: TiffDirectory): boolean {
  return [TAG.stripOffsets, TAG.tileOffsets].some((tag) => numberOf(bytes, header, directory.entries.get(tag)) === 8);
}
