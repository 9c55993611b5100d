/** TanStack's virtualizer as a hook: of many rows only those that are seen are drawn. */
import {
  defaultRangeExtractor,
  elementScroll,
  observeElementOffset,
  observeElementRect,
  type Range,
  Virtualizer,
} from "@tanstack/virtual-core";
import type { RefObject } from "preact";
import { useLayoutEffect, useReducer, useState } from "preact/hooks";

export interface VirtualOptions {
  readonly count: number;
  /** The height of a row, in pixels; where rows are measured, a guess. */
  readonly sizeAt: (index: number) => number;
  /** What a measured row is known by, since its index changes. */
  readonly keyAt?: (index: number) => string;
  readonly scroller: RefObject<HTMLElement | null>;
  /** How many more rows are drawn on either side. */
  readonly overscan: number;
  /** A row that is drawn even where it is not seen. */
  readonly keep?: number;
}

/** Draws the component again whenever other rows are seen. */
export function useVirtual(
  { count, sizeAt, keyAt, scroller, overscan, keep }: VirtualOptions,
): Virtualizer<HTMLElement, Element> {
  const [, redraw] = useReducer<number, void>((it) => it + 1, 0);
  const options = {
    count,
    estimateSize: sizeAt,
    ...keyAt && { getItemKey: keyAt },
    overscan,
    rangeExtractor: (range: Range): number[] => {
      const rows = defaultRangeExtractor(range);
      return keep === undefined || rows.includes(keep) ? rows : [...rows, keep];
    },
    getScrollElement: (): HTMLElement | null => scroller.current,
    observeElementRect,
    observeElementOffset,
    scrollToFn: elementScroll,
    onChange: (): void => redraw(),
  };
  const [virtualizer] = useState(() => new Virtualizer<HTMLElement, Element>(options));
  virtualizer.setOptions(options);
  useLayoutEffect(() => virtualizer._didMount(), []);
  useLayoutEffect(() => virtualizer._willUpdate());
  return virtualizer;
}
