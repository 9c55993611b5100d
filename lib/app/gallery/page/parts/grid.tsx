/** The images in rows: a list of options for screen readers, of which only those that are seen are drawn. */
import type { JSX } from "preact";
import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { RefObject } from "preact";
import {
  active,
  activePlace,
  canControl,
  connection,
  filter,
  isReadOnly,
  sort,
  table,
  tableVersion,
  view,
  words,
} from "../live/store.ts";
import { findMore, isFinding } from "../live/find.ts";
import { NO_FILTER } from "../model/filter.ts";
import { layOut, rowAt, type RowLayout, tileRatio } from "../model/rows.ts";
import { clickTile, pressKey } from "./choosing.ts";
import { Icon } from "./icons.tsx";
import { Tile } from "./tile.tsx";
import { useVirtual } from "./use_virtual.ts";

/** Pixels between tiles, and those of the name and the facts below a picture. */
const GAP = 12;
const CAPTION = 48;

/** How high rows are, by the width of the grid: two pictures beside one another on a phone, larger ones on a wall. */
function targetFor(width: number): number {
  return Math.round(Math.min(280, Math.max(150, width / 6 + 60)));
}

export function Grid(): JSX.Element {
  const scroller = useRef<HTMLDivElement>(null);
  const width = useWidth(scroller);
  tableVersion.value; // Rows may have changed where the view has not.
  const slots = view.value;
  // Rows from the one at the top of the screen on stay as they are when images before it come and go.
  const top = useRef<{ slot: number; offset: number } | null>(null);
  const cause = useRef<unknown[]>([]);
  const chosenView = [filter.value, sort.value];
  const isSameView = chosenView.every((it, i) => it === cause.current[i]);
  const anchor = useMemo(
    () => isSameView && top.current ? Math.max(0, slots.indexOf(top.current.slot)) : 0,
    [slots, width, table.shapes],
  );
  const layout = useMemo(() => {
    const options = { width, target: targetFor(width), gap: GAP };
    return layOut(slots.map((slot) => table.ratios[slot]), options, anchor);
  }, [slots, width, table.shapes]);
  const virtualizer = useVirtual({
    count: layout.heights.length,
    sizeAt: (row) => layout.heights[row] + CAPTION + GAP,
    scroller,
    overscan: 2,
    // The image with the focus is drawn wherever it is, since screen readers follow it there.
    keep: slots.length > 0 && active.value >= 0 ? rowAt(layout, activePlace.value) : undefined,
  });
  useLayoutEffect(() => {
    virtualizer.measure();
    const row = anchor > 0 ? rowAt(layout, anchor) : 0;
    const [at] = virtualizer.getOffsetForIndex(row, "start") ?? [0];
    if (!isSameView) scroller.current?.scrollTo({ top: 0 });
    else if (anchor > 0 && top.current) scroller.current?.scrollTo({ top: at + top.current.offset });
    cause.current = chosenView;
  }, [layout]);
  const show = (place: number): void => virtualizer.scrollToIndex(rowAt(layout, place), { align: "auto" });
  const items = virtualizer.getVirtualItems();
  // Rows that stay as they are are not drawn again while one scrolls. Tiles have places of their own, so that those whose
  // row changes stay in the page, with their pictures.
  const drawn = useMemo(() => new Map<string, JSX.Element[]>(), [layout, slots, tableVersion.value]);
  const tilesIn = (index: number, top: number): JSX.Element[] => {
    const key = `${index} ${top}`;
    const tiles = drawn.get(key) ?? tilesOf(index, top, layout, slots);
    drawn.set(key, tiles);
    return tiles;
  };
  const onScroll = (): void => {
    const { scrollTop: offset = 0, clientHeight = 0, scrollHeight = 0 } = scroller.current ?? {};
    if (offset > 0 && offset + 2 * clientHeight > scrollHeight) findMore();
    const first = virtualizer.getVirtualItemForOffset(offset);
    top.current = first && offset > 0
      ? { slot: slots[layout.starts[first.index]], offset: offset - first.start }
      : null;
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / (targetFor(width) + CAPTION + GAP)));
    if (slots.length > 0 && pressKey(event, slots, layout, page)) {
      event.preventDefault();
      show(activePlace.value);
    }
  };
  return (
    <div class="grid" ref={scroller} onScroll={onScroll}>
      <p id="grid-help" hidden>{isReadOnly.value ? words.value.gridHelpReadOnly : words.value.gridHelp}</p>
      <div
        role="listbox"
        class="rows"
        id="images"
        tabIndex={0}
        aria-label={words.value.grid}
        aria-describedby="grid-help"
        aria-multiselectable={!isReadOnly.value}
        aria-activedescendant={slots.length > 0 ? `image-${slots[activePlace.value]}` : undefined}
        style={{ height: `${virtualizer.getTotalSize()}px` }}
        onKeyDown={onKeyDown}
        onFocus={() => active.value < 0 && slots.length > 0 && (active.value = slots[0])}
        onClick={(event) => clickTile(event, slots)}
      >
        {width > 0 && items.flatMap(({ index, start }) => tilesIn(index, start))}
      </div>
      {slots.length === 0 && <Empty />}
    </div>
  );
}

/** The tiles of a row that starts at this height. */
function tilesOf(index: number, top: number, layout: RowLayout, slots: readonly number[]): JSX.Element[] {
  const [first, height] = [layout.starts[index], layout.heights[index]];
  let end = 0;
  return slots.slice(first, layout.starts[index + 1]).flatMap((slot, i) => {
    const row = table.rows[slot];
    if (!row) return [];
    const left = end;
    end += tileRatio(layout.ratios[first + i]) * height + GAP;
    const box = { left: Math.round(left), top: Math.round(top), width: Math.round(end - GAP) - Math.round(left) };
    return (
      <Tile key={slot} {...{ slot, row, place: first + i, count: slots.length, box, height: Math.round(height) }} />
    );
  });
}

/** Why there are no images, and what to do. */
function Empty(): JSX.Element {
  const { loading, noImages, dropHint, noMatch, clearAll } = words.value;
  if (table.at < 0) return <div class="empty">{connection.value === "connecting" ? loading : ""}</div>;
  if (isFinding.value) return <div class="empty" />; // The bar above says so.
  const isBare = table.size === 0;
  return (
    <div class="empty">
      <Icon name={isBare ? "images" : "search"} />
      <p>{isBare ? noImages : noMatch}</p>
      {isBare
        ? canControl.value && <p>{dropHint}</p>
        : <button type="button" class="plain" onClick={() => filter.value = NO_FILTER}>{clearAll}</button>}
    </div>
  );
}

/** The width inside an element, followed as it changes. */
function useWidth(element: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const inside = element.current!;
    const measure = (): void => {
      const { paddingLeft, paddingRight } = getComputedStyle(inside);
      setWidth(Math.floor(inside.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight)));
    };
    const observer = new ResizeObserver(measure);
    observer.observe(inside);
    measure();
    return (): void => observer.disconnect();
  }, []);
  return width;
}
