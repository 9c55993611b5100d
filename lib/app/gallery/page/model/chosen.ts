/** Selected images, as sets of MD5s. */

export type Chosen = ReadonlySet<string>;

export const NONE_CHOSEN: Chosen = new Set();

/** With this image selected, or not any more. */
export function toggled(chosen: Chosen, md5: string): Chosen {
  const next = new Set(chosen);
  if (!next.delete(md5)) next.add(md5);
  return next;
}

/** With the images from one place of the view to another selected too, both included. */
export function withRange(chosen: Chosen, from: number, to: number, md5At: (place: number) => string): Chosen {
  const next = new Set(chosen);
  for (let place = Math.min(from, to); place <= Math.max(from, to); place++) next.add(md5At(place));
  return next;
}

/** Without the images that are gone. */
export function withoutGone(chosen: Chosen, isHere: (md5: string) => boolean): Chosen {
  const left = [...chosen].filter(isHere);
  return left.length === chosen.size ? chosen : new Set(left);
}
