/** An image as a stream that is verified at its end, for programs that want its bytes without a file. */
import { newMd5 } from "../hash/md5.ts";
import { type Address, formatAddress } from "../protocol/address.ts";
import { Fault } from "../fault/fault.ts";
import type { ListedImage } from "../protocol/image.ts";
import { MAX_IMAGE_BYTES } from "../protocol/limits.ts";
import { fetchFailed, HEAD_BYTES, notTheImage, openEnd } from "./fetch_faults.ts";
import { PeerClient, type PeerClientOptions } from "./peers/peer_client.ts";

/** The most peers that are tried. */
const MAX_TRIES = 20;

/** See `Fetcher.open`; `onEnd` is called when the stream has ended in any way. */
export function openImage(
  image: ListedImage,
  options: PeerClientOptions = {},
  onEnd: () => void = () => {},
): ReadableStream<Uint8Array> {
  const cancelled = new AbortController();
  const signal = AbortSignal.any([cancelled.signal, ...options.signal ? [options.signal] : []]);
  const client = new PeerClient({ ...options, signal });
  const bytes = new ImageBytes(image, client).all();
  const held = new DisposableStack();
  held.defer(onEnd);
  held.use(client);
  let stopped: Promise<void> = Promise.resolve();
  return new ReadableStream({
    type: "bytes",
    start(controller): void {
      // If the stream is not being read, no pull would ever end it.
      const stop = (): void => {
        stopped = bytes.return().then(() => {
          held.dispose();
          controller.error(signal.reason);
        });
      };
      signal.addEventListener("abort", stop);
      held.defer(() => signal.removeEventListener("abort", stop));
      if (signal.aborted) stop();
    },
    async pull(controller): Promise<void> {
      try {
        const { value, done } = await bytes.next();
        if (!done) return controller.enqueue(value as Uint8Array<ArrayBuffer>);
        held.dispose();
        controller.close();
        controller.byobRequest?.respond(0);
      } catch (error) {
        held.dispose();
        throw error;
      }
    },
    async cancel(reason): Promise<void> {
      cancelled.abort(reason);
      await stopped;
    },
  }, { highWaterMark: 0 });
}

/** The bytes of one image, from one peer after the other. */
class ImageBytes {
  readonly #image: ListedImage;
  readonly #client: PeerClient;
  readonly #md5 = newMd5();
  readonly #gave = new Set<Address>();
  readonly #head = new Uint8Array(HEAD_BYTES);
  #received = 0;
  /** Whether all bytes arrived, by the size that the peer stated. */
  #isComplete = false;

  constructor(image: ListedImage, client: PeerClient) {
    [this.#image, this.#client] = [image, client];
  }

  /** All bytes; returns if their MD5 is right, and throws if it is wrong. */
  async *all(): AsyncGenerator<Uint8Array, void> {
    const { name, peers } = this.#image;
    const { book, signal } = this.#client;
    if (peers.length === 0) throw new Fault("no-peers", { name });
    const { usable, faults } = book.usable(peers, MAX_TRIES);
    for (const peer of usable) {
      try {
        yield* this.#from(peer);
        return book.gave(peer);
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof Fault)) throw error;
        // If several peers sent parts, it is unknown whose part was wrong.
        const isBlamed = error.code !== "wrong-md5" || this.#gave.size === 1 && this.#gave.has(peer);
        if (isBlamed) book.penalize(peer, error);
        faults.push(error);
        if (this.#isComplete) break; // The reader already has the bytes.
      }
    }
    throw faults.length === 1 ? faults[0] : fetchFailed(name, faults);
  }

  /** The bytes of one peer, from where the one before stopped. */
  async *#from(peer: Address): AsyncGenerator<Uint8Array, void> {
    const start = this.#received;
    using answer = await this.#client.bytes(peer, this.#image.md5, start, MAX_IMAGE_BYTES - start);
    let skip = answer.range ? 0 : start; // GET begins at the first byte.
    let end: Fault | undefined;
    try {
      for await (const chunk of answer.body()) {
        const bytes = chunk.subarray(Math.min(skip, chunk.length));
        skip -= chunk.length - bytes.length;
        if (bytes.length === 0) continue;
        this.#take(bytes, peer);
        yield bytes;
      }
    } catch (error) {
      if (answer.range) throw error;
      end = openEnd(error, this.#received);
    }
    this.#isComplete = answer.range !== null;
    const [bytes, md5] = [this.#received, this.#md5.copy().digest("hex")];
    if (md5 === this.#image.md5) return;
    throw notTheImage(peer, this.#image, { bytes, md5, head: this.#head.subarray(0, bytes) }, end);
  }

  #take(bytes: Uint8Array, peer: Address): void {
    this.#gave.add(peer);
    this.#md5.update(bytes);
    if (this.#received < HEAD_BYTES) this.#head.set(bytes.subarray(0, HEAD_BYTES - this.#received), this.#received);
    this.#received += bytes.length;
    if (this.#received <= MAX_IMAGE_BYTES) return;
    throw new Fault("too-large", { peer: formatAddress(peer), limit: MAX_IMAGE_BYTES });
  }
}
