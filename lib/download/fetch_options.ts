/** The options of a fetch, its progress, and its outcome. */
import type { SharedImage } from "../folder/image_index.ts";
import type { Address } from "../protocol/address.ts";
import type { Fault } from "../fault/fault.ts";
import type { ListedImage } from "../protocol/image.ts";
import type { PeerClientOptions } from "./peers/peer_client.ts";
import type { SaveService } from "./save/save_service.ts";

/** What a caller may change about a fetch. If the signal aborts it, what came is kept for a later one. */
export interface FetchOptions extends PeerClientOptions {
  /** Where MD5s are taken and small images saved; default: the calling thread. */
  readonly service?: SaveService;
}

/** How far one image is. */
export interface FetchProgress {
  /** The image, as the caller gave it. */
  readonly image: ListedImage;
  /** Bytes received so far, including those of an earlier fetch. */
  readonly received: number;
  /** Bytes of the whole image, if the peer sent its size. */
  readonly size?: number;
  /** How many bytes an earlier fetch had left; 0 for a new one. */
  readonly resumedFrom: number;
  /** The peer that sends it. */
  readonly peer: Address;
}

/** What is called while an image is fetched. What a callback throws goes to standard error, and stops nothing. */
export interface FetchWatcher {
  /** Bytes came. */
  onProgress?(progress: FetchProgress): void;
  /** A peer failed; the next one is tried. */
  onFailure?(failure: { readonly image: ListedImage; readonly fault: Fault; readonly peer: Address }): void;
  /** All bytes came; they are verified and synced to the disk next. */
  onReceived?(): void;
}

/** An image that was fetched. */
export interface FetchedImage {
  /** The new file. */
  readonly path: string;
  /** How many bytes it has. */
  readonly bytes: number;
  /** How many of them an earlier fetch had left here. */
  readonly resumedFrom: number;
  /** The peer that sent it, or the last part of it. */
  readonly peer: Address;
  /** Set when that peer sent all of it and then neither anything more nor the end of the connection. */
  readonly unclosed?: true;
  /** Whether the new file is shared now. */
  readonly shared: boolean;
  /** Why it is not. */
  readonly leftOut?: "no-image" | "incomplete" | "located" | "uncertain" | "ignored" | "unreadable";
  /** Why the tracker does not know of it yet. */
  readonly unannounced?: Fault;
}

/** An image that was fetched, and is not in the list of shared ones yet. */
export type Fetched = Omit<FetchedImage, "shared" | "leftOut" | "unannounced">;

/** What became of one image of many. */
export type FetchOutcome =
  | { readonly kind: "fetched"; readonly image: ListedImage; readonly fetched: FetchedImage }
  /** It was here already. */
  | { readonly kind: "here"; readonly image: ListedImage; readonly here: SharedImage }
  | { readonly kind: "failed"; readonly image: ListedImage; readonly fault: Fault };

/** What is called while many images are fetched. What a callback throws goes to standard error, and stops nothing. */
export interface FetchAllWatcher extends Pick<FetchWatcher, "onProgress" | "onFailure"> {
  /** No peer gave one image, for reasons that may pass; it is tried again in `retryIn` milliseconds. */
  onLater?(later: { readonly image: ListedImage; readonly faults: readonly Fault[]; readonly retryIn: number }): void;
  /** One image is done, successfully or not. */
  onOutcome?(outcome: FetchOutcome): void;
}
