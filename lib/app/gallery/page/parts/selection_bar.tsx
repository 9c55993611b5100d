/** What can be done with the selected images. */
import type { JSX } from "preact";
import type { ImageRow } from "../../api.ts";
import { act, type ImageAction } from "../live/actions.ts";
import { canControl, chosen, table, tableVersion, view, words } from "../live/store.ts";
import { is } from "../model/image_facts.ts";
import { sizeText } from "../words/texts.ts";
import { chooseAll, chooseNone } from "./choosing.ts";
import { Icon, IconButton, type IconName } from "./icons.tsx";

export function SelectionBar(): JSX.Element | null {
  tableVersion.value;
  const w = words.value;
  if (chosen.value.size === 0) return null;
  const rows = [...chosen.value].map((md5) => table.rowOf(md5)).filter((row) => row !== undefined);
  const unknown = rows.filter((row) => row[2] === 0).length;
  const bytes = sizeText(rows.reduce((sum, row) => sum + row[2], 0), w);
  return (
    <section class="selection-bar" aria-label={w.selection(rows.length)}>
      <IconButton icon="close" label={w.selectNone} onClick={chooseNone} />
      <p role="status">
        <strong>{w.selection(rows.length)}</strong>
        <span class="quiet">{[bytes, unknown > 0 ? w.unknownSizes(unknown) : ""].filter((it) => it).join(" · ")}</span>
      </p>
      {rows.length < view.value.length && (
        <button type="button" class="plain" onClick={() => chooseAll(view.value)}>{w.selectAll}</button>
      )}
      {canControl.value && (
        <>
          <Action action="download" rows={rows.filter((it) => !is(it, "here") && !is(it, "fetching"))} />
          <Action action="cancel" rows={rows.filter((it) => is(it, "fetching"))} />
          <Action action="share" rows={rows.filter((it) => is(it, "here") && !is(it, "shared"))} />
          <Action action="unshare" rows={rows.filter((it) => is(it, "shared"))} />
        </>
      )}
    </section>
  );
}

const ICONS = { download: "download", cancel: "close", share: "share", unshare: "unshare" } as const satisfies Partial<
  Record<ImageAction, IconName>
>;

/** A button for the images to which an action applies; nothing if there are none. */
function Action({ action, rows }: { action: keyof typeof ICONS; rows: readonly ImageRow[] }): JSX.Element | null {
  if (rows.length === 0) return null;
  const start = async (): Promise<void> => {
    await act(action, rows.map(([md5]) => md5));
    chooseNone();
  };
  return (
    <button type="button" class={action === "download" ? "main-button" : "plain"} onClick={() => void start()}>
      <Icon name={ICONS[action]} />
      <span>{words.value[action]}</span>
    </button>
  );
}
