/** The lists of one session: requested, found, and followed. */
import { Fault } from "../fault/fault.ts";
import type { Listing } from "./list/fetch_list.ts";
import { LiveList } from "./list/live_list.ts";
import type { TrackerClient } from "./tracker_client.ts";
import { isNamed, type ListUpdate, watchList, type WatchParts, type WatchWaits } from "./list/watch_list.ts";

interface ListParts extends Pick<WatchParts, "images" | "isOwn" | "onList"> {
  readonly client: TrackerClient;
  /** Aborted when the peer ends. */
  readonly ending: AbortSignal;
}

/** Requests lists for a peer that should be named in them. */
export class SessionLists {
  readonly #parts: ListParts;
  readonly #onUnnamed: () => void;
  /** The last list, which is brought up to date when it is requested again. */
  readonly #list = new LiveList();
  /** Why the last list did not arrive, unless the tracker has answered since. */
  fault: Fault | null = null;

  /** @param onUnnamed Called when a list should name the peer but does not. */
  constructor(parts: ListParts, onUnnamed: () => void) {
    [this.#parts, this.#onUnnamed] = [parts, onUnnamed];
  }

  async list(): Promise<Listing> {
    const { client, onList } = this.#parts;
    await this.#asked(client.refresh(this.#list));
    const { listing } = this.#list;
    onList?.(listing);
    if (!isNamed(listing, this.#parts)) this.#onUnnamed();
    return listing;
  }

  async find(queries: readonly (readonly string[])[]): Promise<Listing> {
    const { client, onList } = this.#parts;
    const images = await this.#asked(client.find(queries));
    if (!images) return await this.list();
    onList?.({ images, mayBeCut: false });
    return { images, mayBeCut: false };
  }

  watch(signal?: AbortSignal, waits?: WatchWaits): AsyncGenerator<ListUpdate> {
    const { client, ending } = this.#parts;
    const refresh = (list: LiveList) => this.#asked(client.refresh(list));
    const parts = { ...this.#parts, refresh, onUnnamed: this.#onUnnamed };
    return watchList(parts, signal ? AbortSignal.any([signal, ending]) : ending, waits);
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
