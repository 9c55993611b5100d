/** What is known about an image. */
import type { JSX } from "preact";
import type { ImageDetails } from "../../api.ts";
import { shownSizes, words } from "../live/store.ts";
import { albumOf } from "../../../../protocol/image_path.ts";
import { visible } from "../../../words/visible.ts";
import { fileName, formatIn } from "../model/image_facts.ts";
import { countText, sizeText, timeText } from "../words/texts.ts";
import type { PageWords } from "../words/words_en.ts";

function pixelsText({ width, height }: { width: number; height: number }, w: PageWords): string {
  return `${countText(width, w)} × ${countText(height, w)}`;
}

export function Details({ details }: { details: ImageDetails }): JSX.Element {
  const w = words.value;
  const { facts, locations } = w;
  const { name, path, size, type, width, height, taken, modified, camera, hasLocation, peers, networks, md5 } = details;
  const shown = shownSizes.value.get(md5);
  const isReduced = shown && Math.max(shown.width, shown.height) < Math.max(width, height);
  const pairs: readonly (readonly [string, string])[] = [
    [facts.name, fileName(name)],
    [facts.album, visible(albumOf(name))],
    [facts.path, visible(path)],
    [facts.size, sizeText(size, w)],
    [facts.format, formatIn(name, type)],
    [facts.pixels, width > 0 ? pixelsText({ width, height }, w) : ""],
    [facts.shown, isReduced ? pixelsText(shown, w) : ""],
    [facts.taken, timeText(taken, w)],
    [facts.modified, timeText(modified, w)],
    [facts.camera, visible(camera)],
    [facts.location, hasLocation === null ? locations.unknown : hasLocation ? locations.yes : locations.no],
    [facts.peers, peers.join("\n")],
    [facts.networks, networks.map(visible).join("\n")],
    [facts.md5, md5],
  ];
  return (
    <aside class="details" aria-label={w.details} tabIndex={0}>
      <h2>{w.details}</h2>
      <dl>
        {pairs.filter(([, value]) => value !== "").map(([term, value]) => (
          <>
            <dt>{term}</dt>
            <dd>{value}</dd>
          </>
        ))}
      </dl>
    </aside>
  );
}
