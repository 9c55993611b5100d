/** The albums of the network. */
import { computed } from "@preact/signals";
import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { visible } from "../../../words/visible.ts";
import { filter, goTo, place, table, tableVersion, words } from "../live/store.ts";
import { countText } from "../words/texts.ts";
import { Icon } from "./icons.tsx";
import { useVirtual } from "./use_virtual.ts";

/** The height of an album in the list, and of their title, in pixels. */
const [ROW, TITLE] = [36, 30];

/** How many albums are seen however low the window is; in a higher one more. */
const MIN_SEEN = 3;

/** Each album with the number of its images, by name. */
const albums = computed(() => {
  tableVersion.value;
  const { compare } = new Intl.Collator(words.value.tag);
  return table.albumCounts.entries.toSorted(([one], [other]) => compare(one, other));
});

export function Albums(): JSX.Element | null {
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtual({ count: albums.value.length, sizeAt: () => ROW, scroller, overscan: 5 });
  const w = words.value;
  return (
    <section
      class="albums"
      aria-labelledby="albums-title"
      hidden={albums.value.length === 0}
      style={{ minHeight: `${TITLE + ROW * Math.min(albums.value.length, MIN_SEEN)}px` }}
    >
      <h2 id="albums-title">{w.albums}</h2>
      <div class="album-list" ref={scroller}>
        <ul style={{ height: `${virtualizer.getTotalSize()}px` }}>
          {virtualizer.getVirtualItems().map(({ index, start }) => {
            const [album, count] = albums.value[index];
            const isCurrent = place.value === "images" && filter.value.album === album;
            return (
              <li key={album} style={{ transform: `translateY(${start}px)` }}>
                <button
                  type="button"
                  class="view"
                  title={visible(album)}
                  aria-current={isCurrent ? "page" : undefined}
                  onClick={() => goTo("images", { album, status: "any" })}
                >
                  <Icon name="album" />
                  <span>{visible(album)}</span>
                  <span class="count">{countText(count, w)}</span>
                </button>
              </li>
            );
          })}
        </ul>
      </div>
    </section>
  );
}
