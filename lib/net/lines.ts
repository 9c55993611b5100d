/**
 * Reads lines that end with a newline from a connection. One buffer grows with the line up to its limit and is given
 * away with the line, so that answering a long line needs no second copy of it.
 */

/** A source of bytes; `null` at its end. */
export interface ByteSource {
  read(into: Uint8Array): Promise<number | null>;
}

const NEWLINE = 0x0a;

/**
 * The buffer for a line of typical length, in bytes. It is also the most that is read at once, and so the most that can
 * follow a line; and the least that is free in a larger buffer.
 */
const BUFFER_BYTES = 16 << 10;
const FREE_BYTES = BUFFER_BYTES / 4;

export class LineReader {
  readonly #source: ByteSource;
  readonly #maxBytes: number;
  #buffer = new Uint8Array(0);
  #start = 0;
  #end = 0;
  /** There is no newline before this position. */
  #searched = 0;

  /** @param maxBytes The longest line that is read, without its newline. */
  constructor(source: ByteSource, maxBytes: number) {
    this.#source = source;
    this.#maxBytes = maxBytes;
  }

  /** Bytes that were read but not taken; valid until the next {@link LineReader.more}. */
  get pending(): Uint8Array {
    return this.#buffer.subarray(this.#start, this.#end);
  }

  /** Whether the pending bytes exceed the longest line; then nothing more is read. */
  get isTooLong(): boolean {
    return this.#end - this.#start > this.#maxBytes;
  }

  /** The next line without its newline, if it is complete; valid until the next {@link LineReader.more}. */
  take(): Uint8Array | null {
    const at = this.#buffer.subarray(this.#searched, this.#end).indexOf(NEWLINE);
    if (at < 0) {
      this.#searched = this.#end;
      return null;
    }
    const line = this.#buffer.subarray(this.#start, this.#searched + at);
    this.skip(line.length + 1);
    if (this.#buffer.length > BUFFER_BYTES) this.#keepPending();
    return line;
  }

  /** Drops this many of the pending bytes, whatever they are. */
  skip(bytes: number): void {
    this.#start = this.#searched = Math.min(this.#end, this.#start + bytes);
  }

  /** Reads once, and returns how many bytes came: 0 at the end, or if the pending line is too long. */
  async more(): Promise<number> {
    if (this.isTooLong) return 0;
    this.#makeRoom();
    const n = await this.#source.read(this.#buffer.subarray(this.#end, this.#end + BUFFER_BYTES)) ?? 0;
    this.#end += n;
    return n;
  }

  /** Reads up to the next newline; `null` if the source ends before it, or the line is too long. */
  async line(): Promise<Uint8Array | null> {
    for (;;) {
      const line = this.take();
      if (line || await this.more() === 0) return line;
    }
  }

  /** Reads the bytes after the lines that were taken; `null` at the end. */
  async read(into: Uint8Array): Promise<number | null> {
    if (this.#start === this.#end) return await this.#source.read(into);
    const bytes = this.pending.subarray(0, into.length);
    into.set(bytes);
    this.skip(bytes.length);
    return bytes.length;
  }

  /** Leaves the buffer to the line that was taken, and copies the pending bytes to a new one. */
  #keepPending(): void {
    this.#buffer = this.pending.slice();
    [this.#start, this.#end, this.#searched] = [0, this.#buffer.length, 0];
  }

  /** Moves the pending bytes to the beginning of a buffer that has room for more of their line. */
  #makeRoom(): void {
    const pending = this.pending;
    let size = BUFFER_BYTES;
    while (size < pending.length + FREE_BYTES) size *= 2;
    size = Math.min(size, this.#maxBytes + 1);
    const searched = this.#searched - this.#start;
    if (size === this.#buffer.length) {
      if (this.#start > 0) this.#buffer.copyWithin(0, this.#start, this.#end);
    } else {
      this.#buffer = new Uint8Array(size);
      this.#buffer.set(pending);
    }
    [this.#start, this.#end, this.#searched] = [0, pending.length, searched];
  }
}
