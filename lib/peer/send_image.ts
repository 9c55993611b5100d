/**
 * Sending a part of an image's file: a stream of its blocks into the connection.
 *
 * @module
 */
import type { SharedImage } from "../folder/image_index.ts";
import type { PlainFile } from "../files/plain_file.ts";
import { isStill } from "../folder/shared_folder.ts";
import type { RateLimit } from "../net/rate_limit.ts";
import { pipe } from "../net/pipe.ts";
import type { SilenceGuard } from "../net/tcp.ts";

/** Bytes read from the disk at a time when few are served: larger ones gain nothing more. */
const BLOCK_BYTES = 1 << 20;

/** Memory for the blocks of all conversations together, in bytes: with many, each has smaller ones. */
const ALL_BLOCKS_BYTES = 64 << 20;

/** Smallest block, in bytes. */
const MIN_BLOCK_BYTES = 64 << 10;

/**
 * A reader that takes less than this is closed, in bytes per second of waiting for it: a place is not held for an hour by
 * one byte after the other. A modem of 1996 takes six times as much.
 */
const MIN_RATE = 1_000;

/** How a part is sent. */
export interface SendOptions {
  /** Closes the connection when nothing moves. */
  readonly guard: SilenceGuard;
  /** Its wait, in milliseconds; as long as that a reader may be slower than {@link MIN_RATE}. */
  readonly stall: number;
  /** Bytes per second. */
  readonly limit: RateLimit;
  /** How many conversations there may be beside this one. */
  readonly crowd: number;
  /** Aborted when all ends: no turn is waited for any more. */
  readonly ending: AbortSignal;
}

/** Which part of an image is sent, and what before it. */
export interface Part {
  /** Where it begins. */
  readonly offset: number;
  /** How many bytes it has. */
  readonly length: number;
  /** Goes before it, in the same packet: only together with the first bytes. */
  readonly head?: Uint8Array;
}

/**
 * Sends a part of an open file.
 *
 * @returns How many bytes of the part were sent: fewer than its length when the file changed or the other side left.
 */
export async function sendImage(
  conn: Pick<Deno.TcpConn, "write">,
  file: ImageFile,
  image: SharedImage,
  part: Part,
  options: SendOptions,
): Promise<number> {
  const blockBytes = Math.max(MIN_BLOCK_BYTES, Math.min(BLOCK_BYTES, Math.floor(ALL_BLOCKS_BYTES / 2 / options.crowd)));
  const sink = new ConnectionSink(conn, options);
  const source = new FileSource(file, image, part, blockBytes);
  await pipe(new ReadableStream(source, AHEAD), new WritableStream(sink, AHEAD))
    .catch(() => {}); // The other side left, or was closed for its silence.
  return Math.max(0, sink.sent - (part.head?.length ?? 0));
}

/** One block is read while the one before is sent. */
const AHEAD = { highWaterMark: 1 };

/** An open file. */
type ImageFile = Pick<PlainFile, "read" | "seek" | "statSync">;

/**
 * The blocks of a part of a file, behind its head. It ends early when the file is no longer the one that was hashed: this
 * is looked at after each block was read and before it is sent.
 */
class FileSource implements UnderlyingDefaultSource<Uint8Array> {
  readonly #file: ImageFile;
  readonly #image: SharedImage;
  #head: Uint8Array;
  #left: number;
  /** Two, in turn: the one is read into while the other is sent. */
  readonly #blocks: Uint8Array[];
  #reading: Promise<unknown> = Promise.resolve();

  constructor(file: ImageFile, image: SharedImage, { offset, length, head = new Uint8Array(0) }: Part, bytes: number) {
    [this.#file, this.#image, this.#head, this.#left] = [file, image, head, length];
    this.#blocks = [0, 1].map((i) => new Uint8Array(head.length + Math.max(0, Math.min(bytes, length - i * bytes))));
    if (offset > 0) this.#reading = file.seek(offset, Deno.SeekMode.Start);
  }

  async pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    this.#blocks.reverse();
    const [, block] = this.#blocks;
    const head = this.#head;
    block.set(head);
    await this.#reading;
    let n: number | null = 0;
    if (this.#left > 0) {
      const reading = this.#file.read(block.subarray(head.length, head.length + this.#left));
      this.#reading = reading.catch(() => {});
      n = await reading;
      if (n === null || !isStill(this.#image, this.#file.statSync())) return controller.close();
    }
    this.#head = new Uint8Array(0);
    this.#left -= n;
    if (head.length + n > 0) controller.enqueue(block.subarray(0, head.length + n));
    if (this.#left === 0) controller.close();
  }

  /** The file must not be closed under a read. */
  async cancel(): Promise<void> {
    await this.#reading;
  }
}

/** A connection that is written to within limits on rate, silence and slowness. */
class ConnectionSink implements UnderlyingSink<Uint8Array> {
  readonly #conn: Pick<Deno.TcpConn, "write">;
  readonly #options: SendOptions;
  /** What was sent since the rate was last checked, and how long that was waited for. */
  #window = { bytes: 0, ms: 0 };
  /** Bytes that were sent. */
  sent = 0;

  constructor(conn: Pick<Deno.TcpConn, "write">, options: SendOptions) {
    [this.#conn, this.#options] = [conn, options];
  }

  async write(block: Uint8Array): Promise<void> {
    const { limit, guard, ending } = this.#options;
    for (let done = 0; done < block.length; done += limit.turn) {
      const piece = block.subarray(done, done + limit.turn);
      const wait = limit.take(piece.length, ending);
      if (wait) {
        guard.rest();
        await wait;
      }
      guard.moved();
      for (let rest = piece; rest.length > 0; guard.moved()) {
        const began = performance.now();
        const n = await this.#conn.write(rest);
        this.sent += n;
        this.#checkRate(n, performance.now() - began);
        rest = rest.subarray(n);
      }
    }
  }

  #checkRate(bytes: number, ms: number): void {
    const window = this.#window;
    window.bytes += bytes;
    window.ms += ms;
    if (window.ms <= this.#options.stall) return;
    if (window.bytes < MIN_RATE / 1_000 * window.ms) throw new Error("the other side reads too slowly");
    this.#window = { bytes: 0, ms: 0 };
  }
}
