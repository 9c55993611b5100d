/** The whole page. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { visible } from "../../words/visible.ts";
import { droppedFiles, upload } from "./live/upload.ts";
import { canControl, place, state, words } from "./live/store.ts";
import { DownloadList, DownloadsInShort } from "./parts/download_list.tsx";
import { FindBar } from "./parts/find_bar.tsx";
import { Grid } from "./parts/grid.tsx";
import { HistoryList } from "./parts/history_list.tsx";
import { IconButton } from "./parts/icons.tsx";
import { ConnectionMessage, Notices } from "./parts/messages.tsx";
import { SelectionBar } from "./parts/selection_bar.tsx";
import { SideBar } from "./parts/side_bar.tsx";
import { ToolBar, ViewBar } from "./parts/tool_bar.tsx";

/** From this width on, in pixels, views and filters stand beside the images; on narrower screens they are opened. */
const WIDE = matchMedia("(min-width: 900px)");

export function Gallery(): JSX.Element {
  const isWide = useSignal(WIDE.matches);
  const menu = useRef<HTMLDialogElement>(null);
  const isDropping = useDropping();
  const w = words.value;
  useEffect(() => {
    const follow = (): boolean => isWide.value = WIDE.matches;
    WIDE.addEventListener("change", follow);
    return (): void => WIDE.removeEventListener("change", follow);
  }, []);
  useEffect(() => {
    document.documentElement.lang = w.tag;
    document.title = `${w.title} · ${visible(state.value?.directory ?? "idp2pi")}`;
  }, [w, state.value?.directory]);
  return (
    <div class="page">
      {isWide.value
        ? (
          <div class="side-column">
            <SideBar />
          </div>
        )
        : (
          <dialog ref={menu} class="menu" aria-label={w.openMenu} onClick={closeOutside}>
            <IconButton icon="close" label={w.close} onClick={() => menu.current?.close()} />
            <SideBar />
          </dialog>
        )}
      <div class="content">
        <ToolBar openMenu={isWide.value ? null : () => menu.current?.showModal()} />
        <ConnectionMessage />
        <main>
          {place.value === "images" && (
            <>
              <ViewBar />
              <FindBar />
              <Grid />
            </>
          )}
          {place.value === "downloads" && <DownloadList />}
          {place.value === "history" && <HistoryList />}
        </main>
        {place.value === "images" && (
          <div class="bottom">
            <DownloadsInShort open={() => place.value = "downloads"} />
            <SelectionBar />
          </div>
        )}
      </div>
      <Notices />
      {isDropping && <div class="drop">{w.dropHere}</div>}
    </div>
  );
}

/** A click on the shade around the menu closes it, and so does one on a view. */
function closeOutside({ target, currentTarget }: MouseEvent): void {
  if (target === currentTarget || (target as Element).closest(".view")) (currentTarget as HTMLDialogElement).close();
}

/** Takes files that are dropped anywhere; whether some are above the page. */
function useDropping(): boolean {
  const isAbove = useSignal(false);
  useEffect(() => {
    const onOver = (event: DragEvent): void => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault(); // Else the browser would leave the page for the file.
      isAbove.value = canControl.value;
    };
    const onLeave = (event: DragEvent): void => {
      if (!event.relatedTarget) isAbove.value = false;
    };
    const onDrop = (event: DragEvent): void => {
      isAbove.value = false;
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      if (canControl.value) void droppedFiles(event.dataTransfer.items).then(upload);
    };
    addEventListener("dragover", onOver);
    addEventListener("dragleave", onLeave);
    addEventListener("drop", onDrop);
    return (): void => {
      removeEventListener("dragover", onOver);
      removeEventListener("dragleave", onLeave);
      removeEventListener("drop", onDrop);
    };
  }, []);
  return isAbove.value;
}
