/** How much of which image other hosts received, to tell when an image was served whole, in whatever parts. Pure. */

/** The most images remembered, over all hosts: a megabyte; the oldest entry is forgotten first. */
const MAX_REMEMBERED = 10_000;

/** A part of an image, from `offset` to before `end`, and how long sending it took, in milliseconds. */
export interface SentPart {
  readonly offset: number;
  readonly end: number;
  readonly ms: number;
}

/** How much of an image was sent to a host, in bytes from its beginning. */
interface Progress {
  /** What the host certainly received. */
  taken: number;
  /** What was written to it, at least as much: after a failure, it is unknown how much of that arrived. */
  written: number;
  /** How long sending all that took, in milliseconds. */
  ms: number;
}

const NOTHING: Readonly<Progress> = { taken: 0, written: 0, ms: 0 };

export class Sent {
  /** By host and MD5. */
  readonly #progress = new Map<string, Progress>();

  /** Notes that a part of an image was written to a host, which may not have received all of it. */
  wrote(host: string, { md5 }: { md5: string }, { offset, end, ms: part }: SentPart): void {
    const key = `${host} ${md5}`;
    const { taken, written, ms } = this.#progress.get(key) ?? NOTHING;
    if (offset <= written && end > written) this.#set(key, { taken, written: end, ms: ms + part });
  }

  /** Notes that a host continues at `offset`: it received everything before that. */
  resumed(host: string, { md5 }: { md5: string }, offset: number): void {
    const progress = this.#progress.get(`${host} ${md5}`);
    if (progress && offset <= progress.written) progress.taken = Math.max(progress.taken, offset);
  }

  /**
   * Notes that a host received a part of an image.
   *
   * @returns How long sending all of the image took, if the host now has it, for the first time since it last had;
   * else `null`.
   */
  took(host: string, { md5, size }: { md5: string; size: number }, { offset, end, ms: part }: SentPart): number | null {
    const key = `${host} ${md5}`;
    const { taken, written, ms } = this.#progress.get(key) ?? NOTHING;
    if (offset > taken) return null; // These bytes do not follow those that it has.
    if (Math.max(taken, end) >= size) {
      this.#progress.delete(key);
      return ms + part;
    }
    if (end > taken) this.#set(key, { taken: end, written: Math.max(written, end), ms: ms + part });
    return null;
  }

  #set(key: string, progress: Progress): void {
    this.#progress.delete(key);
    this.#progress.set(key, progress);
    if (this.#progress.size > MAX_REMEMBERED) this.#progress.delete(this.#progress.keys().next().value!);
  }
}
