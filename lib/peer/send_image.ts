/** Sending a part of an image's file: the next block is read while the one before is sent. */
import type { SharedImage } from "../folder/image_index.ts";
import type { PlainFile } from "../files/plain_file.ts";
import { isStill } from "../folder/shared_folder.ts";
import type { RateLimit } from "../net/rate_limit.ts";
import { RateWindow } from "../net/rate_window.ts";
import type { SilenceGuard } from "../net/tcp.ts";

/** Bytes read from the disk at a time when few are served: larger ones gain nothing more. */
const BLOCK_BYTES = 1 << 20;

/** Memory for the blocks of all connections together, in bytes: with many, each has smaller ones. */
const ALL_BLOCKS_BYTES = 64 << 20;

const MIN_BLOCK_BYTES = 64 << 10;

/**
 * A reader that takes less than this is closed, in bytes per second of waiting for it: a place is not held for an hour by
 * one byte after the other. A modem of 1996 takes six times as much.
 */
const MIN_RATE = 1_000;

export interface SendOptions {
  readonly guard: SilenceGuard;
  /** The guard's wait, in milliseconds; as long as that a reader may be slower than {@link MIN_RATE}. */
  readonly stall: number;
  readonly limit: RateLimit;
  /** How many conversations there may be beside this one. */
  readonly crowd: number;
  /** Aborted when all ends: no turn is waited for any more. */
  readonly ending: AbortSignal;
}

/** Which part of an image is sent, and what before it. */
export interface Part {
  readonly offset: number;
  readonly length: number;
  /** Goes before it, in the same packet: only together with the first bytes. */
  readonly head?: Uint8Array;
}

/**
 * Sends a part of an open file, as long as it is the one that was hashed; this is looked at after each block was read
 * and before it is sent. A loop and no pair of streams: those took 0.1 ms more of the processor for each image, a third of
 * all that a small one takes.
 *
 * @returns How many bytes of the part were sent: fewer than its length when the file changed or the other side left.
 */
export async function sendImage(
  conn: Deno.TcpConn,
  file: Pick<PlainFile, "read" | "seek" | "statSync">,
  image: SharedImage,
  { offset, length, head = new Uint8Array(0) }: Part,
  { guard, stall, limit, crowd, ending }: SendOptions,
): Promise<number> {
  const room = Math.max(MIN_BLOCK_BYTES, Math.min(BLOCK_BYTES, Math.floor(ALL_BLOCKS_BYTES / 2 / crowd)));
  const blocks = [0, 1].map((i) => new Uint8Array(head.length + Math.max(0, Math.min(room, length - i * room))));
  if (offset > 0) await file.seek(offset, Deno.SeekMode.Start);
  blocks[0].set(head);
  /** The next block, behind `skip` bytes that stand in it already. */
  const read = async (block: Uint8Array, left: number, skip = 0): Promise<Uint8Array | null> => {
    if (left === 0) return skip > 0 ? block.subarray(0, skip) : null;
    const n = await file.read(block.subarray(skip, skip + Math.min(block.length - skip, left)));
    return n !== null && isStill(image, file.statSync()) ? block.subarray(0, skip + n) : null;
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
      next.catch(() => {}); // It is thrown where the block is needed, perhaps long after.
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
    // The other side left, or was closed for its silence.
  } finally {
    await next.catch(() => null); // The file must not be closed under a read.
  }
  return Math.max(0, written - head.length);
}
