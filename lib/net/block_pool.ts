/** Memory for blocks of bytes that is reused: new memory for each small image takes a fifth of the time to serve it. */

/** How many bytes are read or received at a time: larger blocks gain nothing, smaller ones cost more work. */
export const BLOCK_BYTES: number = 1 << 20;

/** The most blocks that are kept. */
const MAX_FREE = 16;

export class BlockPool {
  readonly #allocate: (bytes: number) => ArrayBufferLike;
  readonly #free: ArrayBufferLike[] = [];

  /** @param allocate Allocates memory of this many bytes. */
  constructor(allocate: (bytes: number) => ArrayBufferLike) {
    this.#allocate = allocate;
  }

  /** The first bytes of a block, at most {@link BLOCK_BYTES}; they may hold anything. */
  take(bytes: number): Uint8Array {
    return new Uint8Array(this.#free.pop() ?? this.#allocate(BLOCK_BYTES), 0, bytes);
  }

  /** Takes back a block that is no longer used. */
  give({ buffer }: Uint8Array): void {
    if (this.#free.length < MAX_FREE) this.#free.push(buffer);
  }
}
