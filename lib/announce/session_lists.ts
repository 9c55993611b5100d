/** The lists of one session: requested, found, and followed. */
import { Fault } from "../fault/fault.ts";
import type { FoundImages } from "../protocol/find.ts";
import type { Listing } from "./list/fetch_list.ts";
import { FoundList } from "./list/found_list.ts";
import { type ListDifference, LiveList } from "./list/live_list.ts";
import type { TrackerClient } from "./tracker_client.ts";
import { isNamed, type ListUpdate, watchList, type WatchOptions, type WatchParts } from "./list/watch_list.ts";

interface ListParts extends Pick<WatchParts, "images" | "isOwn" | "onList"> {
  readonly client: TrackerClient;
  /** Aborted when the peer ends. */
  readonly ending: AbortSignal;
}

/** A list is held whole again below this part of the most images: else one of about as many would change all the time. */
const SHORT_AGAIN = 0.9;

/** Requests lists for a peer that should be named in them. */
export class SessionLists {
  readonly #parts: ListParts;
  readonly #onUnnamed: () => void;
  /** The last list, which is brought up to date when it is requested again. */
  readonly #list = new LiveList();
  /** Of a network with more images than wanted. */
  readonly found: FoundList = new FoundList();
  /** Why the last list did not arrive, unless the tracker has answered since. */
  fault: Fault | null = null;

  /**
   * @ignore Sessions make their own.
   * @param onUnnamed Called when a list should name the peer but does not.
   */
  constructor(parts: ListParts, onUnnamed: () => void) {
    [this.#parts, this.#onUnnamed] = [parts, onUnnamed];
  }

  /** As {@link TrackerSession.list}. */
  async list(most = Infinity): Promise<Listing> {
    const { onList } = this.#parts;
    await this.#asked(this.#refresh(this.#list, most));
    const { listing } = this.#list;
    onList?.(listing);
    if (!isNamed(listing, this.#parts)) this.#onUnnamed();
    return listing;
  }

  /**
   * Lists at least all images that {@link TrackerClient.find} finds: these alone, or the whole list if that is needed.
   *
   * @throws {Fault} `tracker-silent`, `tracker-unreachable`, `not-a-tracker`.
   */
  async find(queries: readonly (readonly string[])[]): Promise<Listing> {
    const { client, onList } = this.#parts;
    const images = await this.#asked(client.find(queries));
    if (!images) return await this.list();
    onList?.({ images, mayBeCut: false });
    return { images, mayBeCut: false };
  }

  /** About how many images the list has; 0 if the tracker cannot tell. */
  count(): Promise<number> {
    return this.#parts.client.count();
  }

  /** The next images that contain these words; `null` if the list is held whole, or the tracker cannot find. */
  async findMore(words: readonly string[], from: number): Promise<FoundImages | null> {
    const { client, onList } = this.#parts;
    const some = this.found.total > 0 ? await this.#asked(client.findSome(words, from)) : null;
    if (!some) return null;
    onList?.({ images: some.images, mayBeCut: true });
    this.found.add(some.images);
    return some;
  }

  /** As {@link TrackerSession.watchList}. */
  watch(signal: AbortSignal | undefined, { most = () => Infinity, waits }: WatchOptions): AsyncGenerator<ListUpdate> {
    const { ending } = this.#parts;
    const refresh = (list: LiveList) => this.#asked(this.#refresh(list, most()));
    const parts = { ...this.#parts, found: this.found, refresh, onUnnamed: this.#onUnnamed };
    return watchList(parts, signal ? AbortSignal.any([signal, ending]) : ending, waits);
  }

  /** Brings a list up to date; where the network has more images than `most`, it has those that were found. */
  async #refresh(list: LiveList, most: number): Promise<ListDifference> {
    const { client } = this.#parts;
    // Of one that is kept current by its changes the number is known. A tracker may not be able to tell.
    if (most < Infinity && (list.version === "" || list.size > most)) {
      const total = await client.count() || this.found.total;
      const isLong = total > (this.found.total > 0 ? most * SHORT_AGAIN : most);
      this.found.total = isLong ? total : 0;
      if (isLong) return list.replace(this.found.listing);
    }
    return await client.refresh(list);
  }

  /** Remembers why a list did not arrive. */
  async #asked<T>(asking: Promise<T>): Promise<T> {
    const result = await asking.catch((error) => {
      if (error instanceof Fault) this.fault = error;
      throw error;
    });
    this.fault = null;
    return result;
  }
}
