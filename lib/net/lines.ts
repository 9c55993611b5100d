/**
 * Lines that end with a newline, read from a connection. What comes is kept in one buffer, which grows with the line up
 * to its limit and is given away with it, so that answering a long line holds no more memory than the line.
 */

/** What bytes are read from; `null` at its end. */
export interface ByteSource {
  read(into: Uint8Array): Promise<number | null>;
}

const NEWLINE = 0x0a;

/**
 * The buffer of a line of typical length, in bytes, which is also the most that is read at once and so the most that
 * follows a line; and how much of a larger one is free at least.
 */
const BUFFER_BYTES = 16 << 10;
const FREE_BYTES = BUFFER_BYTES / 4;

export class LineReader {
  readonly #source: ByteSource;
  readonly #maxBytes: number;
  #buffer = new Uint8Array(0);
  #start = 0;
  #end = 0;
  /** No newline stands before this place. */
  #searched = 0;

  /** @param maxBytes The longest line that is read, without its newline. */
  constructor(source: ByteSource, maxBytes: number) {
    this.#source = source;
    this.#maxBytes = maxBytes;
  }

  /** What has come and was not taken; valid until the next {@link LineReader.more}. */
  get pending(): Uint8Array {
    return this.#buffer.subarray(this.#start, this.#end);
  }

  /** Whether what is pending is longer than a line may be: nothing more is read then. */
  get isTooLong(): boolean {
    return this.#end - this.#start > this.#maxBytes;
  }

  /** The next line without its newline, if it has come whole; valid until the next {@link LineReader.more}. */
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

  /** Takes this many of the pending bytes, whatever they are. */
  skip(bytes: number): void {
    this.#start = this.#searched = Math.min(this.#end, this.#start + bytes);
  }

  /** Reads on once. Returns how many bytes came: none at the end, or after more than a line may have. */
  async more(): Promise<number> {
    if (this.isTooLong) return 0;
    this.#makeRoom();
    const n = await this.#source.read(this.#buffer.subarray(this.#end, this.#end + BUFFER_BYTES)) ?? 0;
    this.#end += n;
    return n;
  }

  /** Reads up to the next newline; `null` when it does not come, or only after more than a line may have. */
  async line(): Promise<Uint8Array | null> {
    for (;;) {
      const line = this.take();
      if (line || await this.more() === 0) return line;
    }
  }

  /** Reads what follows the lines that were taken; `null` at the end. */
  async read(into: Uint8Array): Promise<number | null> {
    if (this.#start === this.#end) return await this.#source.read(into);
    const bytes = this.pending.subarray(0, into.length);
    into.set(bytes);
    this.skip(bytes.length);
    return bytes.length;
  }

  /** Leaves the buffer to the line that was taken. */
  #keepPending(): void {
    this.#buffer = this.pending.slice();
    [this.#start, this.#end, this.#searched] = [0, this.#buffer.length, 0];
  }

  /** Moves what is pending to the beginning of a buffer that has room for more of its line. */
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
