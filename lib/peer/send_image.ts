/** Sends a part of an image's file: reads the next block while it sends one. */
import { isStill, type SharedImage } from "../folder/image_index.ts";
import type { PlainFile } from "../files/plain_file.ts";

import { BLOCK_BYTES, BlockPool } from "../net/block_pool.ts";
import type { RateLimit } from "../net/rate_limit.ts";
import { RateWindow } from "../net/rate_window.ts";
import type { SilenceGuard } from "../net/tcp.ts";

/** The memory for the blocks of all connections, in bytes: with many, each has smaller blocks. */
const ALL_BLOCKS_BYTES = 64 << 20;

const MIN_BLOCK_BYTES = 64 << 10;

/** The blocks of few connections. */
const pool = new BlockPool((bytes) => new ArrayBuffer(bytes));

/**
 * A connection that reads less than this is closed, in bytes per second: one byte after the other must not hold a slot
 * for an hour. A modem of 1996 was six times as fast.
 */
const MIN_RATE = 1_000;

export interface SendOptions {
  readonly guard: SilenceGuard;
  /** The timeout of the guard, in milliseconds; for this long a reader may be slower than {@link MIN_RATE}. */
  readonly stall: number;
  readonly limit: RateLimit;
  /** How many other connections there are. */
  readonly crowd: number;
  /** Whether the image is still shared. */
  readonly isShared: () => boolean;
  /** Aborted when the peer ends: then no turn is waited for. */
  readonly ending: AbortSignal;
}

/** The part of an image that is sent, and a header. */
export interface Part {
  readonly offset: number;
  readonly length: number;
  /** The header, sent in the same packet as the first bytes, or not at all. */
  readonly head?: Uint8Array;
}

/**
 * Sends a part of an open file if it is still the one that was hashed, which is checked after each block was read and
 * before it is sent. A loop, since a pair of streams took 0.1 ms more processor time for each image, a third of
 * all that a small one takes.
 *
 * @returns How many bytes of the part were sent: fewer than its length if the file changed or the other side left.
 */
export async function sendImage(
  conn: Deno.TcpConn,
  file: Pick<PlainFile, "read" | "seek" | "statSync">,
  image: SharedImage,
  { offset, length, head = new Uint8Array(0) }: Part,
  { guard, stall, limit, crowd, isShared, ending }: SendOptions,
): Promise<number> {
  const room = Math.max(MIN_BLOCK_BYTES, Math.min(BLOCK_BYTES, Math.floor(ALL_BLOCKS_BYTES / 2 / crowd)));
  const isPooled = room === BLOCK_BYTES;
  const blocks = [0, 1].map((i) => Math.max(0, Math.min(room, head.length + length - i * room)))
    .map((bytes) => isPooled ? pool.take(bytes) : new Uint8Array(bytes));
  if (offset > 0) await file.seek(offset, Deno.SeekMode.Start);
  blocks[0].set(head);
  /** Reads the next block after the first `skip` bytes, which are filled already. */
  const read = async (block: Uint8Array, left: number, skip = 0): Promise<Uint8Array | null> => {
    if (left === 0) return skip > 0 ? block.subarray(0, skip) : null;
    const n = await file.read(block.subarray(skip, skip + Math.min(block.length - skip, left)));
    return n !== null && isShared() && isStill(image, file.statSync()) ? block.subarray(0, skip + n) : null;
  };
  let written = 0;
  const taken = new RateWindow(stall);
  let next = read(blocks[0], length, head.length);
  try {
    for (let turn = 1, had = -head.length;; turn++) {
      const part = await next;
      if (part === null) break;
      had += part.length;
      next = had < length ? read(blocks[turn % 2], length - had) : Promise.resolve(null);
      next.catch(() => {}); // The error is thrown when the block is needed, perhaps long after.
      for (let done = 0; done < part.length; done += limit.turn) {
        const piece = part.subarray(done, done + limit.turn);
        const wait = limit.take(piece.length, ending);
        if (wait) {
          guard.rest();
          await wait;
        }
        guard.moved();
        for (let rest = piece; rest.length > 0; guard.moved()) {
          const began = performance.now();
          const n = await conn.write(rest);
          written += n;
          const rate = taken.add(n, performance.now() - began);
          if (rate !== null && rate < MIN_RATE) return Math.max(0, written - head.length);
          rest = rest.subarray(n);
        }
      }
    }
  } catch {
    // The other side left, or timed out.
  } finally {
    await next.catch(() => null); // The file must not be closed during a read.
    if (isPooled) blocks.forEach((block) => pool.give(block));
  }
  return Math.max(0, written - head.length);
}
