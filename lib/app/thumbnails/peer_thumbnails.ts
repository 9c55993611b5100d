/** All thumbnails of a running client: for other peers, and for its user. Nothing is loaded before the first one. */
import type { CacheProblem } from "../../files/cache_file.ts";
import type { Peer } from "../../peer/peer.ts";
import type { MakeThumbnail } from "../../peer/thumbnail_queue.ts";
import type { ListedImage } from "../../protocol/image.ts";
import type { OwnThumbnails } from "./own_thumbnails.ts";
import type { Thumbnails } from "./thumbnails.ts";
import type { ThumbnailCache } from "./thumbnail_cache.ts";
import type { ThumbnailMaker } from "./thumbnail_maker.ts";
import type { PoolTimeouts } from "../../worker/pool_worker.ts";

interface Loaded {
  readonly own: OwnThumbnails;
  readonly maker: ThumbnailMaker;
  readonly cache: ThumbnailCache;
}

/** Makes the thumbnails of one peer. Dispose of it after the peer. */
export class PeerThumbnails implements AsyncDisposable {
  readonly #path: string | null;
  readonly #onProblem: ((problem: CacheProblem) => void) | undefined;
  readonly #timeouts: PoolTimeouts | undefined;
  readonly #ending = new AbortController();
  #loading: Promise<Loaded> | null = null;
  #ahead: Promise<void> | null = null;
  #peer: Peer | null = null;
  #usedAt = -Infinity;

  /**
   * Thumbnails for one peer.
   *
   * @param path The file in which they are kept; `null` keeps few of them, until the program ends.
   * @param onProblem Called if that file is damaged, and then made anew; or of another program, and then not used.
   * @param timeouts Of the worker that makes them.
   */
  constructor(path: string | null, onProblem?: (problem: CacheProblem) => void, timeouts?: PoolTimeouts) {
    [this.#path, this.#onProblem, this.#timeouts] = [path, onProblem, timeouts];
  }

  /** Answers other peers: for the configuration of the peer. */
  readonly make: MakeThumbnail = async (image, pixels, folder) => {
    const { own } = await this.#load();
    const made = await own.get(image, pixels, folder);
    return "wrong" in made ? null : made;
  };

  /** Since somebody looks at pictures, thumbnails of this peer's images are made ahead of time from the first one on. */
  set peer(peer: Peer) {
    this.#peer = peer;
    if (this.#loading) void this.#load();
  }

  /**
   * Thumbnails of all images that the user sees.
   *
   * @param find A listed image by MD5, with its peers.
   */
  async of(peer: Peer, find: (md5: string) => ListedImage | undefined): Promise<Thumbnails> {
    const loaded = await this.#load();
    const { Thumbnails } = await import("./thumbnails.ts");
    return new Thumbnails({ ...loaded, peer, find, onUse: () => void (this.#usedAt = performance.now()) });
  }

  async #load(): Promise<Loaded> {
    this.#ending.signal.throwIfAborted();
    const loaded = await (this.#loading ??= this.#start());
    this.#ending.signal.throwIfAborted();
    if (this.#peer) this.#ahead ??= this.#makeAhead(this.#peer, loaded);
    return loaded;
  }

  async #start(): Promise<Loaded> {
    const [{ OwnThumbnails }, { ThumbnailMaker }, { ThumbnailCache }] = await Promise.all([
      import("./own_thumbnails.ts"),
      import("./thumbnail_maker.ts"),
      import("./thumbnail_cache.ts"),
    ]);
    const maker = new ThumbnailMaker(this.#timeouts);
    const cache = new ThumbnailCache(this.#path, { onProblem: this.#onProblem });
    return { maker, cache, own: new OwnThumbnails(maker, cache) };
  }

  async #makeAhead(peer: Peer, { own, cache }: Loaded): Promise<void> {
    if (this.#path === null) return; // Few would be kept.
    const { makeAhead } = await import("./make_ahead.ts");
    const idleMs = (): number => Math.min(peer.idleMs, performance.now() - this.#usedAt);
    await makeAhead({ folder: peer.folder, own, cache, idleMs }, this.#ending.signal);
  }

  /** Ends the worker, after the peer has ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort();
    const loaded = await this.#loading;
    loaded?.maker[Symbol.dispose]();
    await this.#ahead;
    loaded?.cache[Symbol.dispose]();
  }
}
