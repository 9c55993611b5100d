/** Sends requests to other peers, each on a new connection or an idle one, and reads the answers. */
import { type Address, formatAddress } from "../../protocol/address.ts";
import { Fault, isFault } from "../../fault/fault.ts";
import type { ImageInfo, PeerReply } from "../../protocol/peer_reply.ts";
import { formatGet, formatInfo, formatRange, formatThumbnailRequest } from "../../protocol/peer_request.ts";
import { type RateLimit, UNLIMITED } from "../../net/rate_limit.ts";
import { type BodyExtent, type BodyOptions, BodySource, type RangeHeader } from "./body.ts";
import { FETCH_TIMEOUTS, type FetchTimeouts, MIN_RATE_WITH_OTHERS } from "./fetch_limits.ts";
import { PeerBook } from "./peer_book.ts";
import type { PeerConnection } from "./peer_connection.ts";

/** The most pending `INF` requests: with 9 KB they fit into the buffers of both sides, and use a line well. */
const MAX_INFOS_AT_ONCE = 256;

/** The options of a client of peers. */
export interface PeerClientOptions {
  readonly timeouts?: FetchTimeouts;
  readonly signal?: AbortSignal;
  /** What is known about peers, and their connections, from one fetch to the next. */
  readonly book?: PeerBook;
  readonly limit?: RateLimit;
}

/** Sends requests to peers, until its signal is aborted. */
export class PeerClient implements Disposable {
  readonly book: PeerBook;
  readonly signal: AbortSignal;
  readonly timeouts: FetchTimeouts;
  readonly limit: RateLimit;
  readonly #ownBook: PeerBook | null;

  constructor({ book, signal, timeouts = FETCH_TIMEOUTS, limit = UNLIMITED }: PeerClientOptions = {}) {
    this.book = book ?? new PeerBook();
    this.#ownBook = book ? null : this.book;
    this.signal = signal ?? new AbortController().signal;
    [this.timeouts, this.limit] = [timeouts, limit];
  }

  /**
   * Asks for a part of an image with `RNG`.
   *
   * @returns That part up to `length` bytes or the end of the image; `out-of-range` if the peer's image ends before
   * `offset`; `get-only` if the peer turned out to know only `GET`.
   * @throws {Fault} `peer-unreachable`, `peer-silent`, `peer-empty`, `peer-lacks`, `peer-odd`; the signal's reason.
   */
  async range(
    peer: Address,
    md5: string,
    offset: number,
    length: number,
  ): Promise<Answer | "out-of-range" | "get-only"> {
    const answer = await this.#ask(peer, formatRange(md5, offset, length));
    if (!answer) return "get-only";
    const { header, range } = answer;
    if (range?.offset === offset && range.length === Math.min(length, range.size - offset)) return answer;
    answer[Symbol.dispose]();
    if (header?.type !== "refused") throw new Fault("peer-odd", { peer: formatAddress(peer) });
    if (header.reason === "OUT_OF_RANGE" && offset > 0) return "out-of-range";
    throw new Fault("peer-lacks", { peer: formatAddress(peer) });
  }

  /** Requests a part by `RNG`, or the whole image by `GET` from a peer that knows no more. */
  async bytes(peer: Address, md5: string, offset: number, length: number): Promise<Answer> {
    const isGetOnly = this.book.capability(peer) === "get";
    const answer = isGetOnly ? "get-only" : await this.range(peer, md5, offset, length);
    if (answer === "out-of-range") throw new Fault("peer-lacks", { peer: formatAddress(peer) });
    return answer === "get-only" ? await this.get(peer, md5) : answer;
  }

  /**
   * Requests a thumbnail of an image by `THM`.
   *
   * @returns Its bytes, which are whatever the peer sent; `NO_THUMBNAIL` or `BUSY` as the peer answered; `NONE` if it does
   * not know this request.
   * @throws {Fault} As {@link PeerClient.range}; `peer-slow`, `peer-cut`.
   */
  async thumbnail(
    peer: Address,
    md5: string,
    pixels: number,
  ): Promise<Uint8Array<ArrayBuffer> | "NO_THUMBNAIL" | "BUSY" | "NONE"> {
    using answer = await this.#ask(peer, formatThumbnailRequest(md5, pixels)).catch((error) => {
      if (isFault(error, "peer-empty")) return null; // It knows `RNG`, but closes on this.
      throw error;
    });
    if (!answer) return "NONE";
    const { header } = answer;
    if (header?.type === "thumbnail") {
      return await new Response(answer.body({ minRate: MIN_RATE_WITH_OTHERS })).bytes();
    }
    if (header?.type !== "refused" || header.reason === "OUT_OF_RANGE") {
      throw new Fault("peer-odd", { peer: formatAddress(peer) });
    }
    if (header.reason === "NOT_SHARED") throw new Fault("peer-lacks", { peer: formatAddress(peer) });
    return header.reason;
  }

  /**
   * Requests the properties of images by `INF`, many at a time on one connection. A peer that knows only `GET` answers
   * none.
   *
   * @param md5s Taken as answers arrive.
   * @param onInfo Called with each answer: `null` if the peer does not share the image.
   * @throws {Fault} `peer-unreachable`, `peer-silent`, `peer-empty`, `peer-odd`; the signal's reason.
   */
  async infos(
    peer: Address,
    md5s: Iterator<string>,
    onInfo: (md5: string, info: ImageInfo | null) => void,
  ): Promise<void> {
    const waiting: string[] = [];
    const fill = (): string => {
      let requests = "";
      for (let next = md5s.next(); !next.done; next = md5s.next()) {
        requests += formatInfo(next.value);
        if (waiting.push(next.value) === MAX_INFOS_AT_ONCE) break;
      }
      return requests;
    };
    let requests = fill();
    if (requests === "") return;
    using _slot = await this.book.enter(peer, this.signal);
    using answer = new Answer(await this.#dial(peer), this);
    for (let md5 = waiting.shift(); md5 !== undefined; md5 = waiting.shift()) {
      const reply = await this.#header(answer.connection, requests);
      this.signal.throwIfAborted();
      if (!reply && this.book.capability(peer) === "range") {
        throw new Fault("peer-empty", { peer: formatAddress(peer) });
      }
      this.book.learn(peer, reply ? "range" : "get");
      if (!reply) return;
      if (reply.type !== "info" && reply.type !== "refused") throw new Fault("peer-odd", { peer: formatAddress(peer) });
      const { type, ...info } = reply;
      onInfo(md5, type === "info" ? info as ImageInfo : null);
      requests = waiting.length < MAX_INFOS_AT_ONCE / 2 ? fill() : "";
      if (waiting.length === 0) answer.header = reply; // The connection is free.
    }
  }

  /** Requests an image by `GET`. */
  async get(peer: Address, md5: string): Promise<Answer> {
    using slot = await this.book.enter(peer, this.signal);
    const answer = new Answer(await this.#dial(peer), this);
    answer.hold(slot.move());
    await answer.connection.send(formatGet(md5)).catch(() => {}); // If it is closed already, reading reports it.
    return answer;
  }

  async #ask(peer: Address, request: string): Promise<Answer | null> {
    const { book } = this;
    using slot = await this.book.enter(peer, this.signal);
    const idle = book.take(peer);
    let answer = await this.#send(request, idle ?? await this.#dial(peer));
    // The connection was idle for too long, and the other side has closed it.
    if (!answer && idle) answer = await this.#send(request, await this.#dial(peer));
    if (!answer && book.capability(peer) === "range") throw new Fault("peer-empty", { peer: formatAddress(peer) });
    book.learn(peer, answer ? "range" : "get");
    answer?.hold(slot.move());
    return answer;
  }

  #dial(peer: Address): Promise<PeerConnection> {
    return this.book.dial(peer, this.timeouts.connect, this.signal);
  }

  async #send(request: string, connection: PeerConnection): Promise<Answer | null> {
    using stack = new DisposableStack();
    const answer = stack.use(new Answer(connection, this));
    answer.header = await this.#header(connection, request);
    this.signal.throwIfAborted();
    if (answer.header !== null) stack.move(); // From now on the caller disposes of it.
    return answer.header && answer;
  }

  async #header(connection: PeerConnection, request: string): Promise<PeerReply | null> {
    try {
      return await connection.ask(request, this.timeouts.header);
    } catch (error) {
      this.signal.throwIfAborted();
      // A peer that waits for GET for ever may not understand more.
      if (isFault(error, "peer-silent") && !this.book.capability(connection.peer)) return null;
      throw error;
    }
  }

  /** Closes idle connections, unless they are shared. */
  [Symbol.dispose](): void {
    this.#ownBook?.[Symbol.dispose]();
  }
}

/** An answer. Disposing of it frees its connection for another request, or closes it if some of it is unread. */
export class Answer implements Disposable {
  readonly connection: PeerConnection;
  /** Its header; `null` for `GET`. */
  header: PeerReply | null = null;
  readonly #client: PeerClient;
  readonly #held = new DisposableStack();
  #body: BodySource | null = null;

  /** The next answer on this connection, which is closed when the client's signal is aborted. */
  constructor(connection: PeerConnection, client: PeerClient) {
    [this.connection, this.#client] = [connection, client];
    const close = (): void => connection.close();
    client.signal.addEventListener("abort", close);
    this.#held.defer(() => client.signal.removeEventListener("abort", close));
    if (client.signal.aborted) close(); // It was aborted during the connect.
  }

  /** Keeps a peer's slot until the end of the answer. */
  hold(slot: Disposable): void {
    this.#held.use(slot);
  }

  /** Its header, if it answers `RNG`. */
  get range(): RangeHeader | null {
    return this.header?.type === "range" ? this.header : null;
  }

  /** The bytes that its header announces, if any. */
  get #extent(): BodyExtent | null {
    return this.header?.type === "thumbnail" ? { offset: 0, length: this.header.size } : this.range;
  }

  /** The bytes after the header, or those after `GET` up to one more than an image may have. */
  body(options: BodyOptions = {}): ReadableStream<Uint8Array> {
    this.#body = this.#held.use(new BodySource(this.connection, this.#extent, this.#client, options));
    return new ReadableStream(this.#body, { highWaterMark: 0 });
  }

  [Symbol.dispose](): void {
    const isWhole = this.#body ? this.#body.isWhole : this.header !== null && !this.#extent;
    if (isWhole) this.#client.book.put(this.connection);
    else this.connection.close();
    this.#held.dispose();
  }
}
