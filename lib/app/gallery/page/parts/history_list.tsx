/** Finished downloads and uploads, the newest first. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { HistoryPage } from "../../api.ts";
import { visible } from "../../../words/visible.ts";
import { read } from "../live/requests.ts";
import { notify, table, tableVersion, words } from "../live/store.ts";
import { sizeText, timeText } from "../words/texts.ts";
import { ListThumb } from "./list_thumb.tsx";

const NO_PAGE: HistoryPage = { entries: [], hasMore: true };

export function HistoryList(): JSX.Element {
  const w = words.value;
  const shown = useSignal(NO_PAGE);
  const load = async (): Promise<void> => {
    const before = shown.value.entries.at(-1)?.id;
    try {
      const next = await read<HistoryPage>(`/api/history${before === undefined ? "" : `?before=${before}`}`);
      shown.value = { ...next, entries: [...shown.value.entries, ...next.entries] };
    } catch (error) {
      notify(w.failed(error instanceof Error ? error.message : ""), true);
    }
  };
  useEffect(() => void load(), []);
  const { entries, hasMore } = shown.value;
  void tableVersion.value; // It is drawn again when the list changes.
  const isListed = (md5: string): boolean => table.slotOf(md5) !== undefined;
  return (
    <div class="list-page" tabIndex={0} role="region" aria-label={w.history}>
      <div class="view-bar">
        <h1>{w.history}</h1>
      </div>
      {entries.length === 0 && !hasMore && <p class="empty">{w.noHistory}</p>}
      <ul class="transfers">
        {entries.map(({ id, at, direction, md5, name, size, rate, peer }) => (
          <li key={id} class="transfer">
            {isListed(md5) ? <ListThumb md5={md5} /> : <div class="list-thumb" />}
            <div class="transfer-text">
              <div class="name" title={visible(name)}>{visible(name)}</div>
              <div class="facts">
                {[
                  w.directions[direction],
                  timeText(at, w),
                  sizeText(size, w),
                  direction === "download" ? w.fromPeer(peer) : w.toPeer(peer),
                  rate > 0 ? w.perSecond(sizeText(rate, w)) : "",
                ].filter((it) => it !== "").join(" · ")}
              </div>
            </div>
          </li>
        ))}
      </ul>
      {entries.length > 0 && hasMore && (
        <button type="button" class="plain" onClick={() => void load()}>{w.more}</button>
      )}
    </div>
  );
}
