/** The queue of downloads, with what can be done about it. */
import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import type { QueuedDownload } from "../../api.ts";
import { visible } from "../../../words/visible.ts";
import { act, actOnAll } from "../live/actions.ts";
import { canControl, isReadOnly, progress, state, words } from "../live/store.ts";
import { fileName } from "../model/image_facts.ts";
import { sizeText } from "../words/texts.ts";
import { Icon, IconButton } from "./icons.tsx";
import { ListThumb } from "./list_thumb.tsx";
import { useVirtual } from "./use_virtual.ts";

/** The least height of a download in the list, in pixels: a reason for a failure may take many lines. */
const ROW = 76;

const NO_QUEUE: readonly QueuedDownload[] = [];

export function DownloadList(): JSX.Element {
  const w = words.value;
  const scroller = useRef<HTMLDivElement>(null);
  const { queue = NO_QUEUE, paused = false, reshare = false } = state.value ?? {};
  const keyAt = (i: number): string => queue[i].md5;
  const virtualizer = useVirtual({ count: queue.length, sizeAt: () => ROW, keyAt, scroller, overscan: 4 });
  return (
    <div class="list-page" ref={scroller} tabIndex={0} role="region" aria-label={w.downloads}>
      <div class="view-bar">
        <h1>{w.downloads}</h1>
        <p class="found" role="status">{w.queueLength(queue.length)}</p>
        {canControl.value && (
          <>
            {queue.some((it) => it.status === "failed") && (
              <Button
                icon="retry"
                text={w.retry}
                onClick={() => void actOnAll("retry")}
              />
            )}
            {queue.length > 0 && (
              <>
                {paused
                  ? <Button icon="resume" text={w.resumeAll} onClick={() => void actOnAll("resume")} />
                  : <Button icon="pause" text={w.pauseAll} onClick={() => void actOnAll("pause")} />}
                <Button
                  icon="close"
                  text={w.cancelAll}
                  onClick={() => void act("cancel", queue.map(({ md5 }) => md5))}
                />
              </>
            )}
            <label class="switch">
              <input
                type="checkbox"
                checked={reshare}
                onChange={({ currentTarget: { checked } }) => void actOnAll("reshare", { on: checked })}
              />
              <span>{w.reshare}</span>
            </label>
          </>
        )}
      </div>
      {queue.length === 0 && <p class="empty">{w.queueEmpty}</p>}
      <ul class="queue" style={{ height: `${virtualizer.getTotalSize()}px` }}>
        {virtualizer.getVirtualItems().map(({ index, start }) => (
          <li
            key={queue[index].md5}
            ref={virtualizer.measureElement}
            data-index={index}
            style={{ transform: `translateY(${start}px)` }}
          >
            <Download queued={queue[index]} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function Button(
  { icon, text, onClick }: Pick<Parameters<typeof IconButton>[0], "icon" | "onClick"> & { text: string },
): JSX.Element {
  return (
    <button type="button" class="plain" onClick={onClick}>
      <Icon name={icon} />
      <span>{text}</span>
    </button>
  );
}

function Download({ queued }: { queued: QueuedDownload }): JSX.Element {
  const w = words.value;
  const { md5, status, reason } = queued;
  const name = visible(queued.name);
  const { received, size, rate, peer } = progress.value.get(md5) ?? queued;
  const [isActive, isPaused] = [status === "active", status === "paused"];
  const facts = [
    isActive ? "" : w.queueStates[status],
    size > 0 ? w.ofSize(sizeText(received, w) || "0", sizeText(size, w)) : sizeText(received, w),
    isActive && rate > 0 ? w.perSecond(sizeText(rate, w)) : "",
    peer && (isActive || status === "asking") ? w.fromPeer(peer) : "",
    reason,
  ];
  return (
    <div class={`download ${status}`}>
      <ListThumb md5={md5} />
      <div class="download-text">
        <div class="name" title={name}>{fileName(queued.name)}</div>
        <progress max={size || 1} value={size > 0 ? received : 0} aria-label={fileName(queued.name)} />
        <div class="facts">{facts.filter((it) => it !== "").join(" · ")}</div>
      </div>
      {canControl.value && (
        <div class="buttons">
          {status !== "failed" && (
            <IconButton
              icon={isPaused ? "resume" : "pause"}
              label={`${isPaused ? w.resume : w.pause}: ${name}`}
              onClick={() => void act(isPaused ? "resume" : "pause", [md5])}
            />
          )}
          <IconButton icon="close" label={`${w.cancel}: ${name}`} onClick={() => void act("cancel", [md5])} />
        </div>
      )}
    </div>
  );
}

/** The downloads in short, below the images; leads to their list. */
export function DownloadsInShort({ open }: { open: () => void }): JSX.Element | null {
  const w = words.value;
  const queue = state.value?.queue ?? NO_QUEUE;
  if (queue.length === 0 || isReadOnly.value) return null;
  const parts = queue.map((it) => progress.value.get(it.md5) ?? it);
  const rate = sizeText([...progress.value.values()].reduce((sum, it) => sum + it.rate, 0), w);
  return (
    <button type="button" class="in-short" onClick={open}>
      <Icon name="download" />
      <span>{w.queueLength(queue.length)}{rate && ` · ${w.perSecond(rate)}`}</span>
      <progress
        aria-label={w.downloads}
        max={parts.reduce((sum, it) => sum + it.size, 0) || 1}
        value={parts.reduce((sum, it) => sum + (it.size > 0 ? it.received : 0), 0)}
      />
    </button>
  );
}
