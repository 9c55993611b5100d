/**
 * Which connections may be open at once, and which one is closed when there is no room: a decision without sockets.
 *
 * A stranger can open connections and send nothing. That must not keep others out: when there is no room, the most
 * idle connection of the busiest source is closed.
 */

export interface CrowdLimits {
  readonly most: number;
  /** For one source: an address, or a /64 of IPv6. */
  readonly ofSource: number;
}

/** The slot of one connection. */
export class Seat {
  readonly #crowd: Crowd;
  readonly source: string;
  readonly close: () => void;
  /** Whether we wait for the other side to ask for something: nothing is lost when it has to ask elsewhere. */
  waiting = true;
  /** A larger one changed later. */
  changed = 0;

  /** Use {@link Crowd.admit}. */
  constructor(crowd: Crowd, source: string, close: () => void) {
    [this.#crowd, this.source, this.close] = [crowd, source, close];
    this.changed = crowd.tick();
  }

  /** From now on we wait for a request; a part of one changes nothing. */
  waits(): void {
    this.waiting = true;
    this.changed = this.#crowd.tick();
    this.#crowd.wake();
  }

  /** We do what was asked, and something moved. */
  moves(): void {
    this.waiting = false;
    this.changed = this.#crowd.tick();
  }

  leave(): void {
    this.#crowd.leave(this);
  }
}

export class Crowd {
  readonly #limits: CrowdLimits;
  readonly #bySource = new Map<string, Set<Seat>>();
  #size = 0;
  #ticks = 0;
  #wake: () => void = () => {};

  constructor(limits: CrowdLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#size;
  }

  /** The next number in the order of changes: cheaper than a clock. */
  tick(): number {
    return ++this.#ticks;
  }

  /**
   * A slot for one more connection of this source, for which another one may be closed. `null` where there is none;
   * `"later"` for a source without any, when all places are taken by others of whom none has more than one.
   *
   * @param close Closes the new connection.
   */
  admit(source: string, close: () => void): Seat | "later" | null {
    const own = this.#bySource.get(source);
    const had = own?.size ?? 0;
    if (had >= this.#limits.ofSource) {
      if (!this.#dismiss(mostIdle(own!, true))) return null;
    } else if (this.#size >= this.#limits.most) {
      const busiest = this.#bySource.values().reduce((most, { size }) => Math.max(most, size), 0);
      const theirs = this.#bySource.values().filter(({ size }) => size === busiest).flatMap((it) => it);
      // One that is served goes only for a source with fewer: else two sources would take turns in closing each other.
      if (!this.#dismiss(mostIdle(theirs, busiest <= had + 1))) return had === 0 ? "later" : null;
    }
    const seat = new Seat(this, source, close);
    const seats = this.#bySource.get(source);
    if (seats) seats.add(seat);
    else this.#bySource.set(source, new Set([seat]));
    this.#size++;
    return seat;
  }

  /** Resolves when there may be a place. */
  changed(): Promise<void> {
    return new Promise((resolve) => this.#wake = resolve);
  }

  wake(): void {
    this.#wake();
  }

  /** A connection is closed, or is being closed for another. */
  leave(seat: Seat): void {
    const seats = this.#bySource.get(seat.source);
    if (!seats?.delete(seat)) return;
    if (seats.size === 0) this.#bySource.delete(seat.source);
    this.#size--;
    this.#wake();
  }

  #dismiss(seat: Seat | null): boolean {
    if (!seat) return false;
    this.leave(seat);
    seat.close();
    return true;
  }
}

/** The one that has waited longest; if none waits, the one whose work stands still longest, unless only `waiting` ones go. */
function mostIdle(seats: Iterable<Seat>, waiting: boolean): Seat | null {
  let found: Seat | null = null;
  for (const seat of seats) {
    if (waiting && !seat.waiting) continue;
    const isMore = !found || (seat.waiting === found.waiting ? seat.changed < found.changed : seat.waiting);
    if (isMore) found = seat;
  }
  return found;
}
