/** Pictures are requested in turns: peers may let each wait for minutes, and what people do must reach the client meanwhile. */

/**
 * How many at once, by all tabs together: browsers open six connections to a client, and a tab that is seen keeps one for events.
 */
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
      void inSlot(work, signal).then((result) => {
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

/**
 * Starts those whose turn it is, and stops others: called whenever ranks have changed. A tab that is not seen leaves its
 * turns to others, but for the picture of its light box.
 */
export function arrangeTurns(): void {
  const ordered = [...turns].sort((a, b) => a.rank() - b.rank());
  const most = !document.hidden ? MOST_AT_ONCE : ordered[0]?.rank() === 0 ? 1 : 0;
  for (const turn of ordered.slice(most)) {
    turn.stop?.abort();
    turn.stop = undefined;
  }
  for (const turn of ordered.slice(0, most)) if (!turn.stop) turn.run();
}

/**
 * Runs work while it holds one of the locks that all tabs share; the result never comes if the signal stops it. Pages
 * that another machine opens have no locks, since their connection is not encrypted: there each tab counts alone.
 */
function inSlot<T>(work: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
  if (!navigator.locks) return work(signal);
  return new Promise((resolve) => {
    const waiting = new AbortController();
    const stopped = new Promise<void>((stop) =>
      signal.addEventListener("abort", () => {
        waiting.abort();
        stop();
      })
    );
    const run = async (): Promise<void> => {
      if (waiting.signal.aborted) return; // It holds another one already.
      waiting.abort();
      await Promise.race([work(signal).then(resolve), stopped]);
    };
    for (let i = 0; i < MOST_AT_ONCE; i++) {
      navigator.locks.request(`picture ${i}`, { signal: waiting.signal }, run).catch(() => {}); // No longer wanted.
    }
  });
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
