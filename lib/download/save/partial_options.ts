/**
 * How a download to the disk is opened, and what it turned out to be.
 *
 * @module
 */
import type { SaveService } from "./save_service.ts";

/** What a file turned out to be. */
export type Received =
  /** The image, now a file of the directory. */
  | { readonly kind: "saved"; readonly path: string; readonly bytes: number }
  /** Something else, of which nothing is left. */
  | { readonly kind: "other"; readonly bytes: number; readonly md5: string; readonly head: Uint8Array };

/** How a file is opened. */
export interface PartialOptions {
  /** Goes on with what an earlier attempt left, and leaves what comes to a later one. */
  readonly resume?: boolean;
  /** Where MD5s are taken and small images saved. */
  readonly service?: SaveService;
}
