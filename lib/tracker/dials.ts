/**
 * Which peers' ports are tried, and when.
 *
 * @module
 */
import { limit } from "./tracker_limits.ts";
import type { Registration } from "./registry/registry.ts";
import type { Source } from "./source.ts";

/**
 * What came of trying a port: reached, refused, or silence. `null` for what tells nothing of the peer: this machine has
 * no descriptor or no route left, or its firewall is in the way, or it was not tried at all.
 */
export type Reached = boolean | "silent" | null;

/**
 * How long after an attempt that told nothing of the peer it is not tried again, in milliseconds: what was short stays so
 * for a while. At most a lease, where that is shorter.
 */
const UNTRIED_REST_MS = 20_000;

/** The registrations whose ports are being tried. */
export class Dials {
  readonly #restMs: number;
  /** Until when those are left that could not be tried. */
  readonly #restUntil = new WeakMap<Registration, number>();
  /** Since when each of them is. */
  readonly #underWay = new Map<Registration, number>();

  /** @param lease How long a registration lives, in milliseconds. */
  constructor(lease: number) {
    this.#restMs = Math.min(UNTRIED_REST_MS, lease);
  }

  /** Whether it is being tried. */
  has(held: Registration): boolean {
    return this.#underWay.has(held);
  }

  /** It is being tried. */
  add(held: Registration, now: number): Registration {
    this.#underWay.set(held, now);
    return held;
  }

  /** Whether it could not be tried a moment ago. */
  rests(held: Registration, now: number): boolean {
    return now < (this.#restUntil.get(held) ?? -Infinity);
  }

  /** It was tried, or could not be; gives since when it was. */
  delete(held: Registration, reached: Reached, now: number): number {
    if (reached === null) this.#restUntil.set(held, now + this.#restMs);
    const since = this.#underWay.get(held) ?? Infinity;
    this.#underWay.delete(held);
    return since;
  }

  /** The registration, if its port has to be tried before it is listed. */
  proof(held: Registration, source: Source, now: number): Registration | undefined {
    if (held.listed || this.has(held) || !source.mayBeDialled(now)) return undefined;
    return this.add(held, now);
  }

  /**
   * A new registration, if its port is to be tried. One that is listed anyway is tried too, where its source is another
   * machine of a private network: then the log tells whose firewall keeps the others out. Those who have to be reached
   * before they are listed come first: for this, half of the dial-backs at once stay free.
   */
  first(held: Registration, source: Source, now: number): Registration | undefined {
    if (source.guarded) return this.proof(held, source, now);
    if (source.where !== "private" || this.#underWay.size >= limit("dial-backs at once") / 2) return undefined;
    return source.mayBeDialled(now) ? this.add(held, now) : undefined;
  }
}
