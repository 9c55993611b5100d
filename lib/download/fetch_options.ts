/** The options of a fetch, its progress, and its outcome. */
import type { SharedImage } from "../folder/image_index.ts";
import type { Address } from "../protocol/address.ts";
import type { Fault } from "../fault/fault.ts";
import type { ListedImage } from "../protocol/image.ts";
import type { PeerClientOptions } from "./peers/peer_client.ts";
import type { SaveService } from "./save/save_service.ts";

/** The options of a fetch. If the signal aborts it, the received bytes are kept for a later one. */
export interface FetchOptions extends PeerClientOptions {
  /** Computes MD5s and saves small images; default: the calling thread. */
  readonly service?: SaveService;
  /** Whether the new file gets the time of its peer's file, if the peer sends it; default: `true`. */
  readonly keepTime?: boolean;
}

/** The progress of one image. */
export interface FetchProgress {
  /** The image, as the caller gave it. */
  readonly image: ListedImage;
  /** Bytes received so far, including those of an earlier fetch. */
  readonly received: number;
  /** The size of the image in bytes, if the peer sent it. */
  readonly size?: number;
  /** How many bytes an earlier fetch had left; 0 for a new fetch. */
  readonly resumedFrom: number;
  /** The peer that sends it, or was asked. */
  readonly peer: Address;
  /** Set until the peer sends the first bytes. */
  readonly isAsking?: true;
}

/** The callbacks of a fetch. Their exceptions go to standard error, and stop nothing. */
export interface FetchWatcher {
  /** A peer is asked, or bytes arrived. */
  onProgress?(progress: FetchProgress): void;
  /** A peer failed; the next one is tried. */
  onFailure?(failure: { readonly image: ListedImage; readonly fault: Fault; readonly peer: Address }): void;
  /** All bytes arrived; they are verified and synced to the disk next. */
  onReceived?(): void;
}

/** An image that was fetched. */
export interface FetchedImage {
  /** The new file. */
  readonly path: string;
  /** Its path within the directory, separated by `/`. */
  readonly file: string;
  /** Its size in bytes. */
  readonly bytes: number;
  /** How many of its bytes an earlier fetch had left. */
  readonly resumedFrom: number;
  /** The peer that sent it, or the last part of it. */
  readonly peer: Address;
  /** Set if that peer sent all of it, but then neither closed the connection nor sent anything more. */
  readonly unclosed?: true;
  /** Whether the new file is shared now. */
  readonly shared: boolean;
  /** Why it is not. */
  readonly leftOut?: "no-image" | "incomplete" | "located" | "uncertain" | "ignored" | "unshared" | "unreadable";
  /** Why the tracker does not know it yet. */
  readonly unannounced?: Fault;
}

/** An image that was fetched, but is not shared yet. */
export type Fetched = Omit<FetchedImage, "file" | "shared" | "leftOut" | "unannounced">;

/** The result for one of many images. */
export type FetchOutcome =
  | { readonly kind: "fetched"; readonly image: ListedImage; readonly fetched: FetchedImage }
  /** It already exists here. */
  | { readonly kind: "here"; readonly image: ListedImage; readonly here: SharedImage }
  | { readonly kind: "failed"; readonly image: ListedImage; readonly fault: Fault };

/** The callbacks for many images. Their exceptions go to standard error, and stop nothing. */
export interface FetchAllWatcher extends Pick<FetchWatcher, "onProgress" | "onFailure"> {
  /** No peer sent the image, for reasons that may pass; it is tried again in `retryIn` milliseconds. */
  onLater?(later: { readonly image: ListedImage; readonly faults: readonly Fault[]; readonly retryIn: number }): void;
  /** An image is finished, successfully or not. */
  onOutcome?(outcome: FetchOutcome): void;
}
