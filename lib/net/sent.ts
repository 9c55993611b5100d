/**
 * How much of which image other hosts have from here, so that one is known to have gone out whole, in whatever parts.
 *
 * @module
 */

/** Most images under way that are remembered, over all hosts: a megabyte; the one begun first is forgotten first. */
const MAX_REMEMBERED = 10_000;

/** What went out to whom. Pure. */
export class Sent {
  /** By host and MD5: up to which byte, from the first on, an image went out. */
  readonly #reach = new Map<string, number>();

  /**
   * Notes that a host took a part of an image, from `offset` up to before `end`.
   *
   * @returns Whether the host has all of the image from here now, since it last had.
   */
  took(host: string, { md5, size }: { md5: string; size: number }, offset: number, end: number): boolean {
    const key = `${host} ${md5}`;
    const before = this.#reach.get(key) ?? 0;
    const reach = offset <= before ? Math.max(before, end) : before;
    if (reach === before) return false; // Bytes that it had already, or that do not follow them.
    this.#reach.delete(key);
    if (reach >= size) return true;
    this.#reach.set(key, reach);
    if (this.#reach.size > MAX_REMEMBERED) this.#reach.delete(this.#reach.keys().next().value!);
    return false;
  }
}
