/**
 * What becomes of many images that are fetched.
 *
 * @module
 */
import type { SharedImage } from "../folder/image_index.ts";
import type { Address } from "../protocol/address.ts";
import type { Fault } from "../fault/fault.ts";
import type { ListedImage } from "../protocol/image.ts";
import type { FetchedImage } from "./fetch_options.ts";

/** What became of one image of many. */
export type FetchOutcome =
  | { readonly kind: "fetched"; readonly image: ListedImage; readonly fetched: FetchedImage }
  /** It was here already. */
  | { readonly kind: "here"; readonly image: ListedImage; readonly here: SharedImage }
  | { readonly kind: "failed"; readonly image: ListedImage; readonly fault: Fault };

/** How fetching many goes on. What its callbacks throw goes to standard error, and stops nothing. */
export interface FetchAllWatcher {
  /** Bytes of one image so far, how many there will be, if that is known, and how many an earlier fetch had left. */
  onBytes?(image: ListedImage, bytes: number, from: Address, size?: number, left?: number): void;
  /** A peer failed; the next one is tried. */
  onFailure?(image: ListedImage, fault: Fault, from: Address): void;
  /** Nobody gave one image, for a reason that may pass; it is tried again for two minutes at most. */
  onLater?(image: ListedImage, faults: readonly Fault[]): void;
  /** One image is done with, well or not. */
  onOutcome?(outcome: FetchOutcome): void;
}
