/** What is different between two lists of images of a peer: most announces change one image of many. Pure. */
import type { ImageEdit, SharedImages } from "./shared_state.ts";

/** The shortest edit that makes one list of the other. */
export function editOf(before: SharedImages, after: SharedImages): ImageEdit {
  const isSame = (i: number, j: number): boolean => before[i] === after[j] && before[i + 1] === after[j + 1];
  const most = Math.min(before.length, after.length);
  let [begin, end] = [0, 0];
  while (begin < most && isSame(begin, begin)) begin += 2;
  while (end < most - begin && isSame(before.length - end - 2, after.length - end - 2)) end += 2;
  return {
    kept: begin / 2,
    dropped: (before.length - end - begin) / 2,
    added: after.slice(begin, after.length - end),
  };
}

/** The list that an edit makes of the one that it was made for. */
export function edited(before: SharedImages, { kept, dropped, added }: ImageEdit): SharedImages {
  return [...before.slice(0, 2 * kept), ...added, ...before.slice(2 * (kept + dropped))];
}
