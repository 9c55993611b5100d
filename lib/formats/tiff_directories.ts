/**
 * The directories of a TIFF file and of EXIF, which has the same structure (TIFF 6.0, section 2; BigTIFF; Exif 2.3,
 * 4.6).
 */
import { type ImageBytes, LimitError, UnfinishedError } from "./bytes.ts";

/** Tags that are read. */
export const TAG = {
  width: 256,
  height: 257,
  compression: 259,
  photometric: 262,
  make: 271,
  model: 272,
  stripOffsets: 273,
  tileOffsets: 324,
  subDirectories: 330,
  xmp: 700,
  photoshop: 34377,
  exif: 34665,
  gps: 34853,
  taken: 36867,
  takenZone: 36881,
  interoperability: 40965,
  c2pa: 52545,
} as const;

/** Bytes of a value of each type: BYTE, ASCII, SHORT, LONG, RATIONAL, the signed ones, FLOAT, DOUBLE, IFD; 3 of BigTIFF. */
const TYPE_BYTES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8];

/** More directories than the longest scans have pages. */
const MAX_DIRECTORIES = 65_536;

/** How the directories of a file are walked. */
export interface TiffWalk {
  /** Tags whose values are offsets of further directories. */
  readonly links: readonly number[];
  /**
   * Which unreadable directories are skipped without an error. In cameras' EXIF, an obsolete link to a second directory
   * often remains: it leads `outside`, where no reader finds anything.
   */
  readonly skip: "none" | "outside" | "damaged";
  /** Whether a second link to the same directory is an error. */
  readonly once?: boolean;
}

/** The directories of pictures: the chain, and for each the reduced and raw pictures (SubIFDs). */
export const PICTURES: TiffWalk = { links: [TAG.subDirectories], skip: "none" };

export class Tiff {
  readonly bytes: ImageBytes;
  readonly littleEndian: boolean;
  /** Whether offsets and counts have eight bytes (BigTIFF). */
  readonly isBig: boolean;
  /** The position of the first directory. */
  readonly first: number;

  private constructor(bytes: ImageBytes, littleEndian: boolean, isBig: boolean) {
    [this.bytes, this.littleEndian, this.isBig] = [bytes, littleEndian, isBig];
    this.first = this.offset(isBig ? 8 : 4);
  }

  /** The TIFF in these bytes; `null` if they are none. */
  static of(bytes: ImageBytes): Tiff | null {
    if (bytes.size < 8 || !(bytes.has(0, "II") || bytes.has(0, "MM"))) return null;
    const littleEndian = bytes.has(0, "II");
    const version = bytes.u16(2, littleEndian);
    const isBig = version === 43 && bytes.size >= 16 && bytes.u16(4, littleEndian) === 8;
    return version === 42 || isBig ? new Tiff(bytes, littleEndian, isBig) : null;
  }

  /** A number of two bytes. */
  u16(at: number): number {
    return this.bytes.u16(at, this.littleEndian);
  }

  /** An offset or a count. */
  offset(at: number): number {
    return this.isBig ? this.bytes.u64(at, this.littleEndian) : this.bytes.u32(at, this.littleEndian);
  }

  /**
   * The directory at `at`.
   *
   * @throws {UnfinishedError} It is incomplete.
   */
  directory(at: number): TiffDirectory {
    const entryCount = this.isBig ? this.offset(at) : this.u16(at);
    const [start, entryBytes, inlineBytes] = this.isBig ? [at + 8, 20, 8] : [at + 2, 12, 4];
    const end = start + entryCount * entryBytes;
    this.bytes.step(entryCount);
    if (!(end <= this.bytes.size)) throw new UnfinishedError("it is cut off");
    const entries: TiffEntry[] = [];
    for (let here = start; here < end; here += entryBytes) {
      const [tag, type, count] = [this.u16(here), this.u16(here + 2), this.offset(here + 4)];
      const length = (TYPE_BYTES[type] ?? 1) * count;
      const inline = here + entryBytes - inlineBytes;
      entries.push({ tag, type, count, length, at: length <= inlineBytes ? inline : this.offset(inline) });
    }
    // The last directory of some writers ends with the file, without a link to the next.
    return new TiffDirectory(this, at, entries, end + inlineBytes > this.bytes.size ? 0 : this.offset(end));
  }

  /**
   * The directories of the chain and those that they link to, each once.
   *
   * @throws {UnfinishedError} One is incomplete, or there are too many.
   */
  *directories(walk: TiffWalk): Generator<TiffDirectory> {
    const waiting = [this.first];
    const seen = new Set<number>();
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      if (at === 0) continue;
      if (seen.has(at) && walk.once) throw new LimitError("directories in a circle");
      if (seen.has(at)) continue;
      seen.add(at);
      if (seen.size > MAX_DIRECTORIES) throw new LimitError("too many directories");
      if (walk.skip === "outside" && at !== this.first && at + 2 > this.bytes.size) continue;
      const directory = walk.skip === "damaged" ? this.#intactDirectory(at) : this.directory(at);
      if (!directory) continue;
      yield directory;
      waiting.push(directory.next);
      for (const tag of walk.links) {
        for (const at of directory.offsets(tag)) waiting.push(at); // Too many for the spread operator.
      }
    }
  }

  #intactDirectory(at: number): TiffDirectory | null {
    try {
      return this.directory(at);
    } catch (error) {
      if (!(error instanceof UnfinishedError) || error instanceof LimitError) throw error;
      return null;
    }
  }
}

/** One entry of a directory. */
export interface TiffEntry {
  readonly tag: number;
  readonly type: number;
  /** How many values of that type it has. */
  readonly count: number;
  /** Bytes of all values. */
  readonly length: number;
  /** The position of the values. */
  readonly at: number;
}

export class TiffDirectory {
  readonly at: number;
  readonly entries: readonly TiffEntry[];
  /** The position of the next directory of the chain; 0 after the last. */
  readonly next: number;
  readonly #tiff: Tiff;

  constructor(tiff: Tiff, at: number, entries: readonly TiffEntry[], next: number) {
    [this.#tiff, this.at, this.entries, this.next] = [tiff, at, entries, next];
  }

  /** The first entry of a tag. */
  entry(tag: number): TiffEntry | undefined {
    return this.entries.find((entry) => entry.tag === tag);
  }

  /** The first value of a tag; 0 unless it is a whole number. */
  number(tag: number): number {
    const entry = this.entry(tag);
    return entry && entry.count > 0 ? this.#numberAt(entry.at, entry.type) : 0;
  }

  /** The offsets in a tag: of directories, strips or tiles. */
  offsets(tag: number): number[] {
    const { at, type, count } = this.entry(tag) ?? { at: 0, type: 0, count: 0 };
    this.#tiff.bytes.step(count);
    return Array.from({ length: count }, (_, i) => this.#numberAt(at + i * TYPE_BYTES[type], type));
  }

  #numberAt(at: number, type: number): number {
    const { bytes, littleEndian } = this.#tiff;
    switch (type) {
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
        return 0;
    }
  }

  /** The bytes of a tag's values; none without the tag. */
  value(tag: number): Uint8Array {
    const entry = this.entry(tag);
    return entry ? this.#tiff.bytes.copy(entry.at, entry.at + entry.length) : new Uint8Array(0);
  }
}
