/** Remembers for a while why there is no thumbnail of an image in a size, so that it is not tried again at each look. Pure. */
import type { ThumbnailRefusal } from "../../download/ask_thumbnail.ts";
import type { Wrong } from "../preview/decode.ts";

/**
 * Why there is no thumbnail: what is wrong with the image (see {@link Wrong}), why no peer sent one (see
 * {@link ThumbnailRefusal}), or that nobody lists it.
 */
export type ThumbnailReason = Wrong["wrong"] | ThumbnailRefusal | "unlisted";

/** For how long, in milliseconds: an image does not change, but a peer comes back, or has time again. */
const REMEMBERED_MS: Readonly<Record<ThumbnailReason, number>> = {
  "unreadable": 3_600_000,
  "too-large": 3_600_000,
  "too-slow": 600_000,
  "blocked": 3_000,
  "unmade": 3_600_000,
  "no-thumbnails": 600_000,
  "unreachable": 30_000,
  "busy": 3_000,
  "unlisted": 0,
};

/** The most images remembered: a megabyte; the oldest is forgotten first. */
const MAX_REMEMBERED = 10_000;

export class Refusals {
  readonly #known = new Map<string, { readonly reason: ThumbnailReason; readonly until: number }>();

  /** Why there is no thumbnail of this key, if that is known; times are in milliseconds. */
  get(key: string, now: number): ThumbnailReason | null {
    const known = this.#known.get(key);
    return known && now < known.until ? known.reason : null;
  }

  add(key: string, reason: ThumbnailReason, now: number): void {
    this.#known.delete(key);
    this.#known.set(key, { reason, until: now + REMEMBERED_MS[reason] });
    if (this.#known.size > MAX_REMEMBERED) this.#known.delete(this.#known.keys().next().value!);
  }
}
