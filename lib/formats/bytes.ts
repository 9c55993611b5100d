/**
 * Random access to the bytes of an image in memory or in a file, within limits, so that reading a hostile structure
 * ends.
 */

/** Reads bytes from `at` until `into` is full or the image ends; returns their number. */
export type ReadAt = (at: number, into: Uint8Array) => number;

/** The structure cannot be read to its end: it is damaged, cut off, or beyond {@link LIMITS}. */
export class UnfinishedError extends Error {
  override readonly name: string = "UnfinishedError";
}

/** The structure exceeds {@link LIMITS}, or another limit of its format. */
export class LimitError extends UnfinishedError {
  override readonly name = "LimitError";
}

/**
 * The time is up. The disk may be slow or the machine busy, which says nothing about the image: so it is no {@link
 * UnfinishedError}, and its code is that of a transient error (files/transient.ts).
 */
export class SlowError extends Error {
  override readonly name = "SlowError";
  readonly code = "ETIMEDOUT";
}

/** The limits on reading the structure of one image. */
export const LIMITS = {
  /** Bytes of metadata in memory, packed and unpacked: the largest known are depth maps of some MiB. */
  heldBytes: 64 << 20,
  /** Chunks, boxes, segments, directory entries and the like: a PNG of 1 GiB in chunks of 8 KiB has 131,072. */
  steps: 1 << 20,
  /** Milliseconds, on slow disks too. A worker that sends nothing for 30 s is terminated (file_reader.ts). */
  time: 10_000,
} as const;

/** How much is read at a time, in bytes, if a structure jumps through a file: a page, since mostly headers are read. */
const JUMP_BYTES = 4 << 10;

/** The same for a structure that continues where the last read ended. */
const SEQUENTIAL_BYTES = 64 << 10;

/** How often the time is checked, in steps. */
const STEPS_BETWEEN_CHECKS = 1_024;

/** The rest of {@link LIMITS}, shared by an image and all its parts. */
class Budget {
  #held: number = LIMITS.heldBytes;
  #steps: number = LIMITS.steps;
  readonly #deadline = performance.now() + LIMITS.time;

  hold(bytes: number): number {
    this.#held -= bytes;
    if (this.#held < 0) throw new LimitError("too many bytes of metadata");
    return this.#held;
  }

  step(count: number): void {
    const before = Math.floor(this.#steps / STEPS_BETWEEN_CHECKS);
    this.#steps -= count;
    if (this.#steps < 0) throw new LimitError("too many parts");
    if (Math.floor(this.#steps / STEPS_BETWEEN_CHECKS) !== before) this.checkTime();
  }

  checkTime(): void {
    if (performance.now() > this.#deadline) throw new SlowError("it takes too long");
  }
}

/** The positions where some bytes of an image begin and end. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** The bytes of an image, or of a part of it. Positions count from its beginning. */
export class ImageBytes {
  readonly size: number;
  readonly #readAt: ReadAt;
  readonly #budget: Budget;
  /** The bytes that were read last, and their position. */
  #window: Uint8Array;
  #view: DataView;
  #windowAt = 0;

  private constructor(size: number, window: Uint8Array, readAt: ReadAt, budget: Budget) {
    [this.size, this.#readAt, this.#budget] = [size, readAt, budget];
    [this.#window, this.#view] = [window, viewOf(window)];
  }

  static of(bytes: Uint8Array): ImageBytes {
    return new ImageBytes(bytes.length, bytes, () => 0, new Budget());
  }

  /** An image of `size` bytes. Its first bytes, `head`, are in memory, and `readAt` reads the others. */
  static from(size: number, head: Uint8Array, readAt: ReadAt): ImageBytes {
    return new ImageBytes(size, head, (at, into) => {
      if (at + into.length > head.length) return readAt(at, into);
      into.set(head.subarray(at, at + into.length));
      return into.length;
    }, new Budget());
  }

  /** A part of this image that is in memory, under the same limits. */
  within(bytes: Uint8Array): ImageBytes {
    return new ImageBytes(bytes.length, bytes, () => 0, this.#budget);
  }

  /** The bytes from `start` to `end` as an image, under the same limits. */
  part(start: number, end: number = this.size): ImageBytes {
    if (start < 0 || end > this.size || start > end) throw new UnfinishedError("it points outside");
    const none = new Uint8Array(0);
    return new ImageBytes(end - start, none, (at, into) => this.#read(start + at, into), this.#budget);
  }

  /** Counts another chunk, box or the like against the limit. */
  step(count = 1): void {
    this.#budget.step(count);
  }

  /** Counts bytes in memory against the limit; returns how many are left. */
  hold(bytes: number): number {
    return this.#budget.hold(bytes);
  }

  copy(start = 0, end: number = this.size): Uint8Array {
    const length = end - start;
    this.#check(start, length);
    this.hold(length);
    const bytes = new Uint8Array(length);
    if (this.#read(start, bytes) < length) throw new UnfinishedError("it is cut off");
    return bytes;
  }

  /** `length` bytes as Latin-1 text. For short ones: a signature, the name of a chunk. */
  ascii(at: number, length: number): string {
    let text = "";
    for (let i = 0; i < length; i++) text += String.fromCharCode(this.u8(at + i));
    return text;
  }

  /** Whether the bytes at `at` are this Latin-1 text. */
  has(at: number, text: string): boolean {
    return at >= 0 && at + text.length <= this.size && this.ascii(at, text.length) === text;
  }

  /** Unsigned, like all but `i32`. */
  u8(at: number): number {
    const here = this.#seek(at, 1);
    return this.#view.getUint8(here);
  }

  u16(at: number, littleEndian = false): number {
    const here = this.#seek(at, 2);
    return this.#view.getUint16(here, littleEndian);
  }

  u32(at: number, littleEndian = false): number {
    const here = this.#seek(at, 4);
    return this.#view.getUint32(here, littleEndian);
  }

  i32(at: number, littleEndian = false): number {
    const here = this.#seek(at, 4);
    return this.#view.getInt32(here, littleEndian);
  }

  /** Not exact above 2^53, which no file reaches. */
  u64(at: number, littleEndian = false): number {
    const here = this.#seek(at, 8);
    return Number(this.#view.getBigUint64(here, littleEndian));
  }

  /** The position of the next byte of this value from `at` on; -1 if there is none. */
  indexOf(byte: number, at: number): number {
    while (at < this.size) {
      const here = this.#seek(at, 1);
      const found = this.#window.indexOf(byte, here);
      if (found >= 0) return this.#windowAt + found;
      at = this.#windowAt + this.#window.length;
    }
    return -1;
  }

  #check(at: number, length: number): void {
    if (!(at >= 0 && length >= 0 && at + length <= this.size)) throw new UnfinishedError("it points outside");
  }

  /** Moves the window to `length` bytes from `at` on; returns their index in it. */
  #seek(at: number, length: number): number {
    const here = at - this.#windowAt;
    if (here >= 0 && here + length <= this.#window.length) return here;
    this.#check(at, length);
    const end = this.#windowAt + this.#window.length;
    const wanted = at >= end && at < end + JUMP_BYTES ? SEQUENTIAL_BYTES : JUMP_BYTES;
    const bytes = new Uint8Array(Math.min(wanted, this.size - at));
    const n = this.#read(at, bytes);
    if (n < length) throw new UnfinishedError("it is cut off");
    this.#window = bytes.subarray(0, n);
    [this.#view, this.#windowAt] = [viewOf(this.#window), at];
    return 0;
  }

  #read(at: number, into: Uint8Array): number {
    const here = at - this.#windowAt;
    if (here >= 0 && here + into.length <= this.#window.length) {
      into.set(this.#window.subarray(here, here + into.length));
      return into.length;
    }
    this.#budget.checkTime();
    return this.#readAt(at, into);
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The parts of a structure up to the first damaged one. */
export function* untilDamage<T>(parts: Iterable<T>): Generator<T> {
  try {
    yield* parts;
  } catch (error) {
    if (!(error instanceof UnfinishedError) || error instanceof LimitError) throw error;
  }
}
