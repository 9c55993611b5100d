/**
 * Decides, without sockets, which connections may be open at once, and which one is closed when there is no room.
 *
 * A stranger can open connections and send nothing. To keep room for others, the most idle connection of the busiest
 * source is closed.
 */

export interface CrowdLimits {
  readonly most: number;
  /** The limit for one source: an address, or a /64 of IPv6. */
  readonly ofSource: number;
}

/** The slot of one connection. */
export class Seat {
  readonly #crowd: Crowd;
  readonly source: string;
  readonly close: () => void;
  /** Whether we wait for a request: closing the connection loses nothing, since the other side can ask again. */
  waiting = true;
  /** Increases with each change: the connection with the largest number changed last. */
  changed = 0;

  /** Use {@link Crowd.admit}. */
  constructor(crowd: Crowd, source: string, close: () => void) {
    [this.#crowd, this.source, this.close] = [crowd, source, close];
    this.changed = crowd.tick();
  }

  /** From now on we wait for a request; the arrival of a part of one does not count as a change. */
  waits(): void {
    this.waiting = true;
    this.changed = this.#crowd.tick();
    this.#crowd.wake();
  }

  /** We serve a request, and bytes moved. */
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

  /** The next number in the order of changes, which costs less than reading a clock. */
  tick(): number {
    return ++this.#ticks;
  }

  /**
   * Gives a new connection of this source a slot, and may close another connection to make room. `null` without room;
   * `"later"` for a source without any connection, when all slots are taken by sources with one connection each.
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
      // A connection that is being served is closed only for a source with fewer, else two sources would close each
      // other's in turn.
      if (!this.#dismiss(mostIdle(theirs, busiest <= had + 1))) return had === 0 ? "later" : null;
    }
    const seat = new Seat(this, source, close);
    const seats = this.#bySource.get(source);
    if (seats) seats.add(seat);
    else this.#bySource.set(source, new Set([seat]));
    this.#size++;
    return seat;
  }

  /** Resolves when there may be room. */
  changed(): Promise<void> {
    return new Promise((resolve) => this.#wake = resolve);
  }

  wake(): void {
    this.#wake();
  }

  /** Frees the slot of a connection that is closed, or is being closed to make room. */
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

/** The connection that has waited longest; if none waits and `waiting` is false, the one idle for longest. */
function mostIdle(seats: Iterable<Seat>, waiting: boolean): Seat | null {
  let found: Seat | null = null;
  for (const seat of seats) {
    if (waiting && !seat.waiting) continue;
    const isMore = !found || (seat.waiting === found.waiting ? seat.changed < found.changed : seat.waiting);
    if (isMore) found = seat;
  }
  return found;
}
