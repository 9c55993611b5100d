/** Announces successive changes of the images together, since each announce names all of them. */
import type { Fault } from "../../fault/fault.ts";
import { pause } from "../../net/pause.ts";

/** How far apart announces are, in milliseconds: further with many images, since a long one would fill the line. */
const CHANGES_APART_MS = 1_000;
const APART_PER_IMAGE_MS = 0.2;
const MAX_APART_MS = 5_000;

/** Gathers the changes of one peer. */
export class GatheredChanges {
  readonly #announce: () => Promise<Fault | undefined>;
  readonly #images: () => readonly unknown[];
  readonly #ending: AbortSignal;
  /** The change that is being announced, and the one that waits for it. */
  #changing: Promise<Fault | undefined> = Promise.resolve(undefined);
  #next: Promise<Fault | undefined> | null = null;
  #changedAt = -Infinity;

  /** @param announce Announces what is shared then, and returns why the tracker does not know it yet. */
  constructor(announce: () => Promise<Fault | undefined>, images: () => readonly unknown[], ending: AbortSignal) {
    [this.#announce, this.#images, this.#ending] = [announce, images, ending];
  }

  /** Announces a change soon, together with those that come until then. */
  changed(): Promise<Fault | undefined> {
    return this.#next ??= this.#changing.then(async () => {
      const apart = Math.min(MAX_APART_MS, CHANGES_APART_MS + this.#images().length * APART_PER_IMAGE_MS);
      await pause(this.#changedAt + apart - performance.now(), this.#ending);
      this.#next = null; // Later changes are announced the next time.
      this.#changedAt = performance.now();
      return await (this.#changing = this.#announce());
    });
  }

  /** Resolves when nothing is being announced any more. */
  async ended(): Promise<void> {
    await Promise.allSettled([this.#changing, this.#next]);
  }
}
