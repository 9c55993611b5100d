/** Clicks and keys in the grid: which image has the focus, which are selected, which is opened. */
import { batch } from "@preact/signals";
import { active, activePlace, chosen, isReadOnly, table } from "../live/store.ts";
import { NONE_CHOSEN, toggled, withRange } from "../model/chosen.ts";
import { moved } from "../model/moves.ts";
import type { RowLayout } from "../model/rows.ts";
import { openViewer } from "./viewer.tsx";

/** Where a range starts: the image that was selected last. */
let rangeStart = -1;

function md5Of(slot: number): string {
  return table.rows[slot]?.[0] ?? "";
}

function toggleAt(place: number, slots: readonly number[]): void {
  rangeStart = slots[place];
  chosen.value = toggled(chosen.value, md5Of(slots[place]));
}

function chooseTo(place: number, from: number, slots: readonly number[]): void {
  const start = slots.indexOf(rangeStart);
  if (start < 0) rangeStart = slots[from];
  chosen.value = withRange(chosen.value, start < 0 ? from : start, place, (it) => md5Of(slots[it]));
}

export function chooseAll(slots: readonly number[]): void {
  chosen.value = new Set(slots.map(md5Of));
}

export function chooseNone(): void {
  chosen.value = NONE_CHOSEN;
}

/** Opens an image, or selects it: with a click on its mark, or with a key of selection held. */
export function clickTile(event: MouseEvent, slots: readonly number[]): void {
  const target = event.target as Element;
  const tile = target.closest<HTMLElement>("[data-place]");
  if (!tile) return;
  const place = Number(tile.dataset.place);
  batch(() => {
    const from = activePlace.value;
    active.value = slots[place];
    if (isReadOnly.value) openViewer(slots, place);
    else if (event.shiftKey) chooseTo(place, from, slots);
    else if (event.ctrlKey || event.metaKey || target.closest(".check")) toggleAt(place, slots);
    else openViewer(slots, place);
  });
}

/** Does what a key stands for; `false` for other keys. */
export function pressKey(
  { key, shiftKey, ctrlKey, metaKey }: KeyboardEvent,
  slots: readonly number[],
  layout: RowLayout,
  rowsPerPage: number,
): boolean {
  const place = activePlace.value;
  const chooses = !isReadOnly.value;
  if (ctrlKey || metaKey) {
    if (key.toLowerCase() !== "a" || !chooses) return false;
    chooseAll(slots);
    return true;
  }
  const target = moved(key, place, layout, rowsPerPage);
  if (target !== null) {
    batch(() => {
      if (shiftKey && chooses) chooseTo(target, place, slots);
      active.value = slots[target];
    });
  } else if (key === "Enter") openViewer(slots, place);
  else if (key === " " && chooses) toggleAt(place, slots);
  else if (key === "Escape" && chosen.value.size > 0) chooseNone();
  else return false;
  return true;
}
