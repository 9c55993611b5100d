/** Says that the network has more images than are here, and finds further ones. */
import type { JSX } from "preact";
import { findMore, hasMore, isFinding } from "../live/find.ts";
import { state, words } from "../live/store.ts";

export function FindBar(): JSX.Element | null {
  if (!state.value?.total) return null;
  const w = words.value;
  return (
    <div class="find-bar">
      <p role="status">{w.partial} {isFinding.value && w.finding}</p>
      {hasMore.value && <button type="button" class="plain" onClick={findMore}>{w.findMore}</button>}
    </div>
  );
}
