/**
 * From what changes at any time to components that show it.
 *
 * @module
 */
import { useReducer, useRef, useSyncExternalStore } from "react";

/** The shortest time between two looks at what moves, in milliseconds: nobody reads faster. */
const LOOK_MS = 100;

/** Tells components that something changed, at most ten times a second. */
export class Changes implements Disposable {
  readonly #listeners = new Set<() => void>();
  #timer: ReturnType<typeof setTimeout> | null = null;
  #count = 0;

  /** Something changed. */
  readonly note = (): void => {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#count++;
      this.#listeners.forEach((listener) => listener());
    }, LOOK_MS);
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

/** Renders a component again after each change. */
export function useChanges(changes: Changes): void {
  useSyncExternalStore(changes.subscribe, changes.count);
}

/** State that keys change: `now` gives it at once, for several keys may come before it is drawn. */
export interface Now<T> {
  now(): T;
  set(value: T): void;
}

/** State of a component that keys change. */
export function useNow<T>(first: T): Now<T> {
  const current = useRef(first);
  const [, draw] = useReducer((times: number) => times + 1, 0);
  return {
    now: () => current.current,
    set: (value) => {
      current.current = value;
      draw();
    },
  };
}
