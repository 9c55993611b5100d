/** React hooks for state that changes outside of React. */
import { useReducer, useRef, useSyncExternalStore } from "react";

/** The shortest time between two renderings, in milliseconds: people read no faster. */
const RENDER_MS = 100;

/** Notifies components of changes, at most ten times a second. */
export class ChangeNotifier implements Disposable {
  readonly #listeners = new Set<() => void>();
  #timer: ReturnType<typeof setTimeout> | null = null;
  #count = 0;

  /** To be called after each change. */
  readonly notify = (): void => {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#count++;
      this.#listeners.forEach((listener) => listener());
    }, RENDER_MS);
  };

  readonly subscribe = (listener: () => void): () => void => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly count = (): number => this.#count;

  [Symbol.dispose](): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
  }
}

export function useChanges(changes: ChangeNotifier): void {
  useSyncExternalStore(changes.subscribe, changes.count);
}

/** State that keys change: `get` returns the latest, since several keys may come before it is drawn. */
export interface LatestState<T> {
  get(): T;
  set(value: T): void;
}

export function useLatestState<T>(first: T): LatestState<T> {
  const current = useRef(first);
  const [, draw] = useReducer((times: number) => times + 1, 0);
  return {
    get: () => current.current,
    set: (value) => {
      current.current = value;
      draw();
    },
  };
}
