/**
 * What the worker that makes previews is told, and what it tells.
 *
 * @module
 */
import type { Wrong } from "./decode.ts";
import type { Shown } from "./encode.ts";
import type { Graphics } from "./graphics.ts";
import type { Room } from "./picture.ts";

/** A look that is wanted. */
export interface ToPreviewWorker {
  readonly bytes: Uint8Array;
  readonly graphics: Graphics;
  readonly room: Room;
  /** Whether only the beginning of the image is there. */
  readonly part: boolean;
  /** The flag that the worker keeps up while it works. */
  readonly flag: SharedArrayBuffer;
}

/** It is ready, what became of a look, or that an image broke the library: no further look can be taken in it. */
export type FromPreviewWorker = "ready" | "broken" | Shown | Wrong;
