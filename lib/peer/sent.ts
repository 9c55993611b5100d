/**
 * How much of which image other hosts have from here, so that one is known to have gone out whole, in whatever parts. Pure.
 */

/** Most images under way that are remembered, over all hosts: a megabyte; the one begun first is forgotten first. */
const MAX_REMEMBERED = 10_000;

/** How far an image went out to a host, in bytes from the first on. */
interface Progress {
  /** What the host is known to have taken. */
  taken: number;
  /** What was written to it, at least as much: of what broke off it is not known how much of that arrived. */
  written: number;
}

export class Sent {
  /** By host and MD5. */
  readonly #progress = new Map<string, Progress>();

  /** Notes that a part of an image was written to a host, of which it may not have taken all. */
  wrote(host: string, { md5 }: { md5: string }, offset: number, end: number): void {
    const key = `${host} ${md5}`;
    const { taken, written } = this.#progress.get(key) ?? { taken: 0, written: 0 };
    if (offset <= written && end > written) this.#set(key, { taken, written: end });
  }

  /** Notes that a host continues at `offset`: of what was written to it, it has all that is before. */
  resumed(host: string, { md5 }: { md5: string }, offset: number): void {
    const progress = this.#progress.get(`${host} ${md5}`);
    if (progress && offset <= progress.written) progress.taken = Math.max(progress.taken, offset);
  }

  /**
   * Notes that a host took a part of an image, from `offset` up to before `end`.
   *
   * @returns Whether the host has all of the image from here now, since it last had.
   */
  took(host: string, { md5, size }: { md5: string; size: number }, offset: number, end: number): boolean {
    const key = `${host} ${md5}`;
    const { taken, written } = this.#progress.get(key) ?? { taken: 0, written: 0 };
    if (offset > taken) return false; // Bytes that do not follow those that it has.
    if (Math.max(taken, end) >= size) {
      this.#progress.delete(key);
      return true;
    }
    if (end > taken) this.#set(key, { taken: end, written: Math.max(written, end) });
    return false;
  }

  #set(key: string, progress: Progress): void {
    this.#progress.delete(key);
    this.#progress.set(key, progress);
    if (this.#progress.size > MAX_REMEMBERED) this.#progress.delete(this.#progress.keys().next().value!);
  }
}
