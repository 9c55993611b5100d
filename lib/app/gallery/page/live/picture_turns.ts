/** Pictures are requested in turns: peers may let each wait for minutes, and what people do must reach the client meanwhile. */

/** How many at once: browsers open six connections to a client, of which one carries events and two stay free. */
const MOST_AT_ONCE = 3;

interface Turn {
  /** The lowest comes first. */
  readonly rank: () => number;
  run(): void;
  /** Set while it runs. */
  stop?: AbortController;
}

const turns = new Set<Turn>();

/** The rank of pictures that come last, in the order in which they were wanted. */
export const LAST = Number.MAX_SAFE_INTEGER;

/**
 * Runs `work` in its turn, then `done` with what it resolves to; returns what cancels it. Work of a lower rank may stop it
 * through its signal: then it runs anew, later.
 */
export function inTurn<T>(
  rank: () => number,
  work: (signal: AbortSignal) => Promise<T>,
  done: (result: T) => void,
): () => void {
  const turn: Turn = {
    rank,
    run(): void {
      const { signal } = turn.stop = new AbortController();
      void work(signal).then((result) => {
        if (signal.aborted) return;
        turns.delete(turn);
        arrangeTurns();
        done(result);
      });
    },
  };
  turns.add(turn);
  arrangeTurns();
  return (): void => {
    if (!turns.delete(turn)) return;
    turn.stop?.abort();
    arrangeTurns();
  };
}

/** Starts those whose turn it is, and stops others: called whenever ranks have changed. */
export function arrangeTurns(): void {
  const ordered = [...turns].sort((a, b) => a.rank() - b.rank());
  for (const turn of ordered.slice(MOST_AT_ONCE)) {
    turn.stop?.abort();
    turn.stop = undefined;
  }
  for (const turn of ordered.slice(0, MOST_AT_ONCE)) if (!turn.stop) turn.run();
}

/** Loads the picture under this path; whether there is one. */
export function loadPicture(image: HTMLImageElement, path: string, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    image.onload = (): void => resolve(true);
    image.onerror = (): void => resolve(false);
    signal.addEventListener("abort", () => image.removeAttribute("src")); // Stops the request.
    image.src = path;
  });
}
