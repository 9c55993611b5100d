/**
 * What becomes of many images that are fetched.
 *
 * @module
 */
import type { SharedImage } from "../folder/image_index.ts";
import type { Fault } from "../fault/fault.ts";
import type { ListedImage } from "../protocol/image.ts";
import type { FetchedImage, FetchWatcher } from "./fetch_options.ts";

/** What became of one image of many. */
export type FetchOutcome =
  | { readonly kind: "fetched"; readonly image: ListedImage; readonly fetched: FetchedImage }
  /** It was here already. */
  | { readonly kind: "here"; readonly image: ListedImage; readonly here: SharedImage }
  | { readonly kind: "failed"; readonly image: ListedImage; readonly fault: Fault };

/** What is called while many images are fetched. What a callback throws goes to standard error, and stops nothing. */
export interface FetchAllWatcher extends Pick<FetchWatcher, "onProgress" | "onFailure"> {
  /** Nobody gave one image, for a reason that may pass; it is tried again for two minutes at most. */
  onLater?(image: ListedImage, faults: readonly Fault[]): void;
  /** One image is done with, well or not. */
  onOutcome?(outcome: FetchOutcome): void;
}
