/** Above the whole picture: what can be done with it; beside it, what is known about it. */
import type { Signal } from "@preact/signals";
import { useSignal } from "@preact/signals";
import type PhotoSwipe from "photoswipe";
import type { JSX } from "preact";
import { useEffect, useLayoutEffect } from "preact/hooks";
import { IMAGE_FLAG, type ImageDetails } from "../../api.ts";
import { act } from "../live/actions.ts";
import { read } from "../live/requests.ts";
import { canControl, showsDetails, table, tableVersion, words } from "../live/store.ts";
import { fileName } from "../model/image_facts.ts";
import { countText } from "../words/texts.ts";
import { Details } from "./details.tsx";
import { Icon, IconButton } from "./icons.tsx";

export interface ViewerBarProps {
  readonly box: PhotoSwipe;
  /** The slot of the picture that is shown. */
  readonly current: Signal<number>;
  readonly slots: readonly number[];
}

export function ViewerBar({ box, current, slots }: ViewerBarProps): JSX.Element | null {
  tableVersion.value;
  const w = words.value;
  const row = table.rows[current.value];
  const details = useSignal<ImageDetails | null>(null);
  const md5 = row?.[0] ?? "";
  useEffect(() => {
    details.value = null;
    if (showsDetails.value && md5) void loadDetails(md5, details);
  }, [md5, showsDetails.value]);
  useEffect(() => box.updateSize(true), [showsDetails.value]);
  useLayoutEffect(() => { // Keys work as soon as the picture is there.
    const onKey = ({ key, ctrlKey, metaKey, altKey }: KeyboardEvent): void => {
      if (key.toLowerCase() === "i" && !ctrlKey && !metaKey && !altKey) showsDetails.value = !showsDetails.value;
    };
    addEventListener("keydown", onKey);
    return (): void => removeEventListener("keydown", onKey);
  }, []);
  const file = row ? fileName(row[1]) : "";
  const place = box.currIndex;
  const position = w.position(countText(place + 1, w), countText(slots.length, w));
  return (
    <>
      <div class="viewer-bar" role="toolbar" aria-label={w.viewer}>
        <IconButton icon="close" label={w.close} onClick={() => box.close()} />
        <div class="viewer-title" aria-live="polite">
          <span class="name">{file}</span>
          <span class="position">{position}</span>
        </div>
        {row && <ViewerActions md5={md5} flags={row[9]} />}
        {row && (
          <a class="icon-button" href={`/image/${md5}?original`} download={file} aria-label={w.save} title={w.save}>
            <Icon name="save" />
          </a>
        )}
        <IconButton icon="zoom" label={w.zoom} onClick={() => box.toggleZoom()} />
        <IconButton
          icon="info"
          label={w.details}
          pressed={showsDetails.value}
          onClick={() => showsDetails.value = !showsDetails.value}
        />
        <IconButton icon="previous" label={w.previous} disabled={place === 0} onClick={() => box.prev()} />
        <IconButton icon="next" label={w.next} disabled={place === slots.length - 1} onClick={() => box.next()} />
      </div>
      {showsDetails.value && details.value && <Details details={details.value} />}
    </>
  );
}

function ViewerActions({ md5, flags }: { md5: string; flags: number }): JSX.Element | null {
  const w = words.value;
  const { here, shared, fetching } = IMAGE_FLAG;
  if (!canControl.value) return null;
  if (flags & fetching) return <IconButton icon="close" label={w.cancel} onClick={() => void act("cancel", [md5])} />;
  if (!(flags & here)) {
    return <IconButton icon="download" label={w.download} onClick={() => void act("download", [md5])} />;
  }
  return flags & shared
    ? <IconButton icon="unshare" label={w.unshare} onClick={() => void act("unshare", [md5])} />
    : <IconButton icon="share" label={w.share} onClick={() => void act("share", [md5])} />;
}

async function loadDetails(md5: string, into: Signal<ImageDetails | null>): Promise<void> {
  try {
    const details = await read<ImageDetails>(`/api/image/${md5}`);
    into.value = details;
  } catch {
    into.value = null; // The message of a lost client, or the one in place of the picture, says why.
  }
}
