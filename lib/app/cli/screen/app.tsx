/**
 * All of the screen: the header, the menu or the list, and what is being downloaded.
 *
 * @module
 */
import { Box, Text, useApp, useInput, useStdout, useWindowSize } from "ink";
import { type ReactNode, useEffect, useState } from "react";
import type { ListedImage } from "../../../protocol/image.ts";
import { DownloadsView } from "./downloads_view.tsx";
import type { Desk } from "./desk.ts";
import { FIRST_LIST_STATE, forEntries, type ListState } from "./list_state.ts";
import { ListView } from "./list_view.tsx";
import { useChanges, useNow } from "./live.ts";
import { MenuView } from "./menu_view.tsx";
import { Header, partLines } from "./parts.tsx";

/** Fewest lines of a list beside everything else. */
const MIN_LIST_ROWS = 8;

/** From so many lines on there is room for an empty one between events and the header. */
const ROOMY_ROWS = 24;

/** Below so many lines there is room for what one works with alone: neither for who one is, nor for what keys do. */
const SCANT_ROWS = 16;

/** Most lines of downloads: those under way at once, their sum, and how to stop. */
const MAX_DOWNLOAD_ROWS = 10;

/** The screen of one session. */
export function App({ desk }: { readonly desk: Desk }): ReactNode {
  useChanges(desk.changes);
  const { words: { client, screen }, downloads } = desk;
  const { columns: width, rows: height } = useWindowSize();
  const { write } = useStdout();
  const { suspendTerminal } = useApp();
  const [view, setView] = useState<"menu" | "list">("menu");
  const menu = useNow(0);
  const state = useNow<ListState>(FIRST_LIST_STATE);
  useEffect(() => {
    desk.lines.to(write);
    return () => desk.lines.to(null);
  }, [desk, write]);
  useInput((input, key) => {
    if (key.ctrl && input === "c") desk.quit();
    if (key.ctrl && input === "x") downloads.stop();
  });

  const list = async (): Promise<void> => {
    const asked = menu.now();
    if (!await desk.list()) return;
    state.set(forEntries(state.now(), desk.entries));
    // Who went on to something else meanwhile does not want a list under their keys.
    if (menu.now() === asked) setView("list");
  };
  const fetch = (images: readonly ListedImage[]): void => {
    state.set({ ...state.now(), chosen: new Set() });
    setView("menu");
    desk.fetch(images);
  };
  const look = async (images: readonly ListedImage[], at: number): Promise<void> => {
    const cursor = await desk.look(images, at, suspendTerminal);
    state.set({ ...state.now(), cursor });
  };
  const acts = [desk.register, list, list, desk.update, desk.unregister, desk.quit];
  const items = acts.map((act, i) => ({ label: client.menu[i], act }));
  const { failed } = downloads;
  if (failed.length > 0) items.push({ label: screen.retry(failed.length), act: () => desk.retry() });

  // Ink's own picture must stay below the window's height, else all of it is drawn anew each time.
  const isScant = height < SCANT_ROWS;
  const header = isScant ? [] : partLines(desk.headerParts(), width);
  const menuKeys = isScant ? [] : screen.menuKeys;
  const gap = height >= ROOMY_ROWS ? 1 : 0;
  const free = height - 1 - gap - header.length - (desk.statusText === "" ? 0 : 1);
  const progress = downloads.progress(performance.now());
  const taken = view === "list" ? MIN_LIST_ROWS : items.length + partLines(menuKeys, width).length;
  const downloadRows = progress ? Math.max(1, Math.min(free - taken, MAX_DOWNLOAD_ROWS, progress.under.length + 2)) : 0;
  return (
    <Box flexDirection="column" marginTop={gap} maxHeight={height - 1 - gap} overflow="hidden">
      <Box flexDirection="column" flexShrink={0}>
        <Header lines={header} />
        {view === "menu"
          ? (
            <MenuView
              items={items}
              keys={menuKeys}
              width={width}
              cursor={menu}
            />
          )
          : (
            <ListView
              entries={desk.entries}
              keys={isScant ? [] : screen.listKeys}
              state={state}
              sizeOf={desk.sizeOf}
              onShown={desk.wantSizes}
              actions={{ fetch, look, again: list, back: () => setView("menu") }}
              words={desk.words}
              width={width}
              rows={free - downloadRows}
            />
          )}
        {progress && (
          <DownloadsView
            progress={progress}
            words={desk.words}
            width={width}
            rows={downloadRows}
            stop={screen.stop}
          />
        )}
        {desk.statusText !== "" && <Text wrap="truncate">{desk.statusText}</Text>}
      </Box>
    </Box>
  );
}
