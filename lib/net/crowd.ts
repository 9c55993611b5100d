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
export class Slot {
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
  readonly #bySource = new Map<string, Set<Slot>>();
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
  admit(source: string, close: () => void): Slot | "later" | null {
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
    const slot = new Slot(this, source, close);
    const slots = this.#bySource.get(source);
    if (slots) slots.add(slot);
    else this.#bySource.set(source, new Set([slot]));
    this.#size++;
    return slot;
  }

  /** Resolves when there may be room. */
  changed(): Promise<void> {
    return new Promise((resolve) => this.#wake = resolve);
  }

  wake(): void {
    this.#wake();
  }

  /** Frees the slot of a connection that is closed, or is being closed to make room. */
  leave(slot: Slot): void {
    const slots = this.#bySource.get(slot.source);
    if (!slots?.delete(slot)) return;
    if (slots.size === 0) this.#bySource.delete(slot.source);
    this.#size--;
    this.#wake();
  }

  #dismiss(slot: Slot | null): boolean {
    if (!slot) return false;
    this.leave(slot);
    slot.close();
    return true;
  }
}

/** The connection that has waited longest; if none waits and `waiting` is false, the one idle for longest. */
function mostIdle(slots: Iterable<Slot>, waiting: boolean): Slot | null {
  let found: Slot | null = null;
  for (const slot of slots) {
    if (waiting && !slot.waiting) continue;
    const isMore = !found || (slot.waiting === found.waiting ? slot.changed < found.changed : slot.waiting);
    if (isMore) found = slot;
  }
  return found;
}
