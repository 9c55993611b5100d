/** The whole screen: header, menu or list, and downloads. */
import { Box, Text, useApp, useInput, useStdout, useWindowSize } from "ink";
import { type ReactNode, useEffect, useState } from "react";
import type { ListedImage } from "../../../protocol/image.ts";
import { DownloadsView } from "./downloads_view.tsx";
import type { ScreenModel } from "./screen_model.ts";
import { INITIAL_LIST_STATE, type ListState, withList } from "./list/list_state.ts";
import { ListView } from "./list/list_view.tsx";
import { useChanges, useLatestState } from "./hooks.ts";
import { MenuView } from "./menu_view.tsx";
import { Header, partLines } from "./parts.tsx";
import { QuestionView } from "./question_view.tsx";
import { UnfinishedView } from "./unfinished_view.tsx";
import { SharingView } from "./sharing_view.tsx";

/** The fewest lines of a list beside everything else. */
const MIN_LIST_ROWS = 8;

/** The fewest lines of a window with an empty line between events and header. */
const ROOMY_ROWS = 24;

/** The fewest lines of a window with the header and the help on keys. */
const SCANT_ROWS = 16;

/** The most lines of downloads: eight at once, their total, and how to abort. */
const MAX_DOWNLOAD_ROWS = 10;

export function App({ model }: { readonly model: ScreenModel }): ReactNode {
  useChanges(model.changes);
  const { words: { client, screen }, downloads } = model;
  const { columns: width, rows: height } = useWindowSize();
  const { write } = useStdout();
  const { suspendTerminal } = useApp();
  const [chosenView, setView] = useState<"menu" | "list" | "sharing" | "unfinished">("menu");
  const { resting, unfinished } = downloads;
  const isOver = chosenView === "unfinished" && unfinished.length === 0;
  const view = model.question ? "question" : isOver ? "menu" : chosenView;
  const menu = useLatestState(0);
  const download = useLatestState(0);
  const state = useLatestState<ListState>(INITIAL_LIST_STATE);
  useEffect(() => {
    // A cursor at the top stays there; elsewhere it stays on its line.
    model.onSorted = (before) => {
      if (state.get().cursor > 0) state.set(withList(state.get(), model.listed, before));
    };
    model.lines.attach(write);
    return () => model.lines.attach(null);
  }, [model, write]);
  useInput((input, key) => {
    if (key.ctrl && input === "c") model.quit();
    if (key.ctrl && input === "x") downloads.stop();
    if (key.ctrl && input === "p") downloads.active.length > 0 ? downloads.pause() : model.resume();
  });

  const list = async (): Promise<void> => {
    const asked = menu.get();
    const before = model.listed;
    if (!await model.list()) return;
    state.set(withList(state.get(), model.listed, before));
    // The list must not appear under the keys of a user who has moved on.
    if (menu.get() === asked) setView("list");
  };
  const fetch = async (images: readonly ListedImage[]): Promise<void> => {
    if (!await model.confirm(images)) return;
    state.set({ ...state.get(), chosen: new Set() });
    setView("menu");
    model.fetch(images);
  };
  const look = (images: readonly ListedImage[], at: number): Promise<number> => model.look(images, at, suspendTerminal);
  const acts = [model.register, list, list, model.update, model.unregister, model.quit, () => setView("sharing")];
  const items = acts.map((act, i) => ({ label: client.menu[i], act }));
  if (model.showGallery) items.push({ label: model.words.gallery.menu, act: model.showGallery });
  const progress = downloads.progress(performance.now());
  if (progress) items.push({ label: screen.pause, act: () => downloads.pause() });
  if (resting.length > 0) items.push({ label: screen.resume(resting.length), act: () => model.resume() });
  if (unfinished.length > 0) {
    items.push({ label: screen.unfinished(unfinished.length), act: () => setView("unfinished") });
  }

  // If its output is as high as the window, Ink redraws everything each time.
  const isScant = height < SCANT_ROWS;
  const header = isScant ? [] : partLines(model.headerParts(), width);
  const menuKeys = isScant ? [] : screen.menuKeys;
  const gap = height >= ROOMY_ROWS ? 1 : 0;
  const free = height - 1 - gap - header.length - (model.statusText === "" ? 0 : 1);
  const taken = view !== "menu" ? MIN_LIST_ROWS : items.length + partLines(menuKeys, width).length;
  const downloadRows = progress ? Math.max(1, Math.min(free - taken, MAX_DOWNLOAD_ROWS, progress.under.length + 2)) : 0;
  return (
    <Box flexDirection="column" marginTop={gap} maxHeight={height - 1 - gap} overflow="hidden">
      <Box flexDirection="column" flexShrink={0}>
        <Header lines={header} />
        {model.question && <QuestionView model={model} question={model.question} width={width} />}
        {view === "menu" && <MenuView items={items} keys={menuKeys} width={width} cursor={menu} />}
        {view === "sharing" && (
          <SharingView
            model={model}
            back={() => setView("menu")}
            width={width}
            rows={free - downloadRows}
          />
        )}
        {view === "unfinished" && (
          <UnfinishedView
            model={model}
            cursor={download}
            width={width}
            rows={free - downloadRows}
            back={() => setView("menu")}
          />
        )}
        {view === "list" && (
          <ListView
            model={model}
            keys={isScant ? [] : screen.listKeys}
            state={state}
            actions={{ fetch, look, again: list, back: () => setView("menu") }}
            width={width}
            rows={free - downloadRows}
          />
        )}
        {progress && <DownloadsView progress={progress} words={model.words} width={width} rows={downloadRows} />}
        {model.statusText !== "" && <Text wrap="truncate">{model.statusText}</Text>}
      </Box>
    </Box>
  );
}
