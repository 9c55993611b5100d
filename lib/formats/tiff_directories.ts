/**
 * The directories of a TIFF file and of EXIF, which is laid out alike (TIFF 6.0, section 2; BigTIFF; Exif 2.3, 4.6).
 *
 * @module
 */
import { type ImageBytes, LimitError, UnfinishedError } from "./bytes.ts";

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
  /** Bytes of all values. */
  readonly length: number;
  /** Where the values stand. */
  readonly at: number;
}

/** A directory. */
export interface TiffDirectory {
  readonly at: number;
  readonly entries: readonly TiffEntry[];
  /** Where the next one of the chain is; 0 behind the last. */
  readonly next: number;
}

/** Tags that are read. */
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
  interoperability: 40965,
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
  const word = (at: number): number => big ? bytes.u64(at, littleEndian) : bytes.u32(at, littleEndian);
  const entryCount = big ? bytes.u64(at, littleEndian) : bytes.u16(at, littleEndian);
  const [start, entryBytes, inlineBytes] = big ? [at + 8, 20, 8] : [at + 2, 12, 4];
  const end = start + entryCount * entryBytes;
  bytes.step(entryCount);
  if (!(end <= bytes.size)) throw new UnfinishedError("it is cut off");
  const entries: TiffEntry[] = [];
  for (let here = start; here < end; here += entryBytes) {
    const [tag, type] = [bytes.u16(here, littleEndian), bytes.u16(here + 2, littleEndian)];
    const count = word(here + 4);
    const length = (TYPE_BYTES[type] ?? 1) * count;
    const inline = here + entryBytes - inlineBytes;
    entries.push({ tag, type, count, length, at: length <= inlineBytes ? inline : word(inline) });
  }
  // The last one of some writers ends with the file, without a link to the next.
  return { at, entries, next: end + inlineBytes > bytes.size ? 0 : word(end) };
}

/** The entry of a tag, the first of several. */
export function entryOf({ entries }: TiffDirectory, tag: number): TiffEntry | undefined {
  return entries.find((entry) => entry.tag === tag);
}

/** How the directories of a file are walked. */
export interface TiffWalk {
  /** Tags whose values are offsets of further directories. */
  readonly links: readonly number[];
  /**
   * Which directories that cannot be read are passed over, and are no error. In EXIF of cameras the link to a second
   * directory is often left over: it leads `outside`, and nothing is there for anybody to read.
   */
  readonly skip: "none" | "outside" | "damaged";
  /** Whether a link to a directory that was walked already is an error. */
  readonly once?: boolean;
}

/** The directories of pictures: those of the chain, and the reduced and raw ones behind each (SubIFDs). */
export const PICTURES: TiffWalk = { links: [TAG.subDirectories], skip: "none" };

/**
 * The directories of the chain, and those that they link to, each once.
 *
 * @throws {UnfinishedError} One is not all there, or there are too many.
 */
export function* tiffDirectories(bytes: ImageBytes, header: TiffHeader, walk: TiffWalk): Generator<TiffDirectory> {
  const waiting = [header.first];
  const seen = new Set<number>();
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (at === 0) continue;
    if (seen.has(at) && walk.once) throw new LimitError("directories in a circle");
    if (seen.has(at)) continue;
    seen.add(at);
    if (seen.size > MAX_DIRECTORIES) throw new LimitError("too many directories");
    if (walk.skip === "outside" && at !== header.first && at + 2 > bytes.size) continue;
    const directory = readDirectory(bytes, header, at, walk);
    if (!directory) continue;
    yield directory;
    waiting.push(directory.next);
    for (const tag of walk.links) {
      for (const at of links(bytes, header, directory, tag)) waiting.push(at); // Too many for a spread.
    }
  }
}

function readDirectory(bytes: ImageBytes, header: TiffHeader, at: number, { skip }: TiffWalk): TiffDirectory | null {
  try {
    return tiffDirectory(bytes, header, at);
  } catch (error) {
    if (skip !== "damaged" || !(error instanceof UnfinishedError) || error instanceof LimitError) throw error;
    return null;
  }
}

/** Offsets that a tag holds: those of directories, strips or tiles. */
export function links(bytes: ImageBytes, header: TiffHeader, directory: TiffDirectory, tag: number): number[] {
  const entry = entryOf(directory, tag);
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
  return bytes.copy(entry.at, entry.length);
}
