/**
 * Lines of events above what the screen shows: gathered for a moment, so that a flood of them is one piece of work.
 *
 * @module
 */

/** How long lines are gathered, in milliseconds: shorter than anybody notices. */
const GATHER_MS = 40;

/** Most lines shown of one such moment: more nobody could read, and a terminal far away would not keep up. */
const MAX_LINES = 200;

/** Gathers lines for what shows them. */
export class Lines {
  #waiting: string[] = [];
  #timer: ReturnType<typeof setTimeout> | null = null;
  #isHeld = false;
  /** How many there was no room for. */
  #left = 0;
  readonly #tellLeft: (lines: number) => string;

  /** Lines of which none is there yet; `tellLeft` says that so many had no room. */
  constructor(tellLeft: (lines: number) => string) {
    this.#tellLeft = tellLeft;
  }

  #show: ((text: string) => void) | null = null;

  /** Shows lines by `show` from now on; `null` keeps them until there is something again. */
  to(show: ((text: string) => void) | null): void {
    this.#show = show;
    this.flush();
  }

  /** Keeps lines, while something else has the terminal. */
  hold(): void {
    this.#isHeld = true;
  }

  /** Shows lines again. */
  go(): void {
    this.#isHeld = false;
    this.flush();
  }

  /** One more line. */
  add(line: string): void {
    this.#waiting.push(line);
    if (this.#waiting.length > MAX_LINES) {
      this.#waiting.shift();
      this.#left++;
    }
    this.#timer ??= setTimeout(() => this.flush(), GATHER_MS);
  }

  /** Shows what waits. */
  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (!this.#show || this.#isHeld || this.#waiting.length === 0) return;
    const left = this.#left > 0 ? [this.#tellLeft(this.#left)] : [];
    const text = `${[...left, ...this.#waiting].join("\n")}\n`;
    [this.#waiting, this.#left] = [[], 0];
    this.#show(text);
  }
}
