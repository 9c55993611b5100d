/** Buffers lines of events above the screen, so that a flood of them is drawn at once. */

/** How long lines are buffered, in milliseconds: too short to be noticed. */
const BUFFER_MS = 40;

/** The most lines that are shown at once: people could not read more, and a remote terminal would not keep up. */
const MAX_LINES = 200;

export class LineBuffer {
  #waiting: string[] = [];
  #timer: ReturnType<typeof setTimeout> | null = null;
  #isPaused = false;
  #leftOut = 0;
  readonly #leftOutText: (lines: number) => string;
  #show: ((text: string) => void) | null = null;

  constructor(leftOutText: (lines: number) => string) {
    this.#leftOutText = leftOutText;
  }

  /** Attaches the output; `null` keeps lines until there is one again. */
  attach(show: ((text: string) => void) | null): void {
    this.#show = show;
    this.flush();
  }

  /** Keeps lines while something else uses the terminal. */
  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.flush();
  }

  add(line: string): void {
    this.#waiting.push(line);
    if (this.#waiting.length > MAX_LINES) {
      this.#waiting.shift();
      this.#leftOut++;
    }
    this.#timer ??= setTimeout(() => this.flush(), BUFFER_MS);
  }

  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (!this.#show || this.#isPaused || this.#waiting.length === 0) return;
    const leftOut = this.#leftOut > 0 ? [this.#leftOutText(this.#leftOut)] : [];
    const text = `${[...leftOut, ...this.#waiting].join("\n")}\n`;
    [this.#waiting, this.#leftOut] = [[], 0];
    this.#show(text);
  }
}
