/** The small picture of an image in a list; a plain box where there is none. */
import type { JSX } from "preact";
import { useThumbnail } from "./use_thumbnail.ts";

/** Its height in pixels, as in the style. */
const HEIGHT = 52;

export function ListThumb({ md5 }: { md5: string }): JSX.Element {
  const { phase, image } = useThumbnail(md5, HEIGHT);
  const isWanted = phase === "loading" || phase === "shown";
  return <div class="list-thumb">{isWanted && <img ref={image} alt="" />}</div>;
}
