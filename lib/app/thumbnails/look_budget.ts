/** Limits how much of images is read for thumbnails, from peers that make none. */
import type { ReceivedThumbnail, ThumbnailRefusal } from "../../download/ask_thumbnail.ts";
import type { ImageInfo } from "../../protocol/peer_reply.ts";

/** How much of an image is read, in bytes: a whole small one, or a JPEG's metadata with its thumbnail. */
const LOOK_BYTES = 256 << 10;

/** The most bytes that are read in a minute: two megabits a second, of which no line at home runs out. */
const MAX_BYTES = 16 << 20;

const MINUTE_MS = 60_000;

/** Whether a look at an image may show something, if no peer sent a thumbnail for this reason. */
export function isWorthLook(info: ImageInfo | undefined, reason: ThumbnailRefusal): boolean {
  if (info && info.size <= LOOK_BYTES) return true;
  // A busy peer is asked again soon: looks that may be in vain would use up the budget meanwhile.
  return reason !== "busy" && (!info || info.mime === "image/jpeg");
}

/** A part of the budget. Disposing of it gives back what was not read. */
export interface Look extends Disposable {
  /** How many bytes may be read; 0 if the budget is used up. */
  readonly bytes: number;
  /** Notes what was received. */
  read(got: ReceivedThumbnail): void;
}

export class LookBudget {
  readonly #now: () => number;
  #since = -Infinity;
  #used = 0;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Reserves a look. */
  take(): Look {
    const now = this.#now();
    if (now - this.#since >= MINUTE_MS) [this.#since, this.#used] = [now, 0];
    const bytes = this.#used + LOOK_BYTES <= MAX_BYTES ? LOOK_BYTES : 0;
    this.#used += bytes;
    let read = 0;
    return {
      bytes,
      read: ({ source, bytes }) => void (read = source === "thumbnail" ? 0 : bytes.length),
      [Symbol.dispose]: () => void (this.#used = Math.max(0, this.#used - Math.max(0, bytes - read))),
    };
  }
}
