/**
 * Which peers' ports are tried, and when.
 *
 * @module
 */
import { limit } from "./limits.ts";
import type { Registration } from "./registry.ts";
import type { Source } from "./source.ts";

/** The registrations whose ports are being tried. */
export class Dials {
  readonly #underWay = new Set<Registration>();

  /** Whether it is being tried. */
  has(held: Registration): boolean {
    return this.#underWay.has(held);
  }

  /** It is being tried. */
  add(held: Registration): Registration {
    this.#underWay.add(held);
    return held;
  }

  /** It was tried. */
  delete(held: Registration): void {
    this.#underWay.delete(held);
  }

  /** The registration, if its port has to be tried before it is listed. */
  proof(held: Registration, source: Source, now: number): Registration | undefined {
    if (held.listed || this.has(held) || !source.mayBeDialled(now)) return undefined;
    return this.add(held);
  }

  /**
   * A new registration, if its port is to be tried. One that is listed anyway is tried too, where its source is another
   * machine of a private network: then the log tells whose firewall keeps the others out. Those who have to be reached
   * before they are listed come first: for this, half of the dial-backs at once stay free.
   */
  first(held: Registration, source: Source, now: number): Registration | undefined {
    if (source.guarded) return this.proof(held, source, now);
    if (source.where !== "private" || this.#underWay.size >= limit("dial-backs at once") / 2) return undefined;
    return source.mayBeDialled(now) ? this.add(held) : undefined;
  }
}
