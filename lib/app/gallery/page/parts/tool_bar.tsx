/** Above the images: search, order, how many there are, and the files to share. */
import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { visible } from "../../../words/visible.ts";
import { findAgain } from "../live/find.ts";
import { upload } from "../live/upload.ts";
import {
  canControl,
  chosen,
  filter,
  isReadOnly,
  place,
  setFilter,
  sort,
  state,
  table,
  view,
  words,
} from "../live/store.ts";
import type { SortKey } from "../model/image_order.ts";
import { countText } from "../words/texts.ts";
import { chooseAll } from "./choosing.ts";
import { Icon, IconButton } from "./icons.tsx";

export function ToolBar({ openMenu }: { openMenu: (() => void) | null }): JSX.Element {
  const w = words.value;
  return (
    <header class="tool-bar">
      {openMenu && <IconButton icon="menu" label={w.openMenu} onClick={openMenu} />}
      <SearchField />
      {canControl.value && <FileButton />}
    </header>
  );
}

/** Searches as one types. `/` leads to it. */
function SearchField(): JSX.Element {
  const w = words.value;
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== "/" || (event.target as Element).closest("input, select, textarea, .pswp")) return;
      event.preventDefault();
      field.current?.focus();
    };
    addEventListener("keydown", onKey);
    return (): void => removeEventListener("keydown", onKey);
  }, []);
  return (
    <div class="search" role="search">
      <Icon name="search" />
      <input
        ref={field}
        type="search"
        aria-label={w.search}
        placeholder={w.searchHint}
        value={filter.value.text}
        onKeyDown={({ key }) => key === "Enter" && findAgain()}
        onInput={({ currentTarget: { value } }) => {
          place.value = "images";
          setFilter({ text: value });
        }}
      />
    </div>
  );
}

function FileButton(): JSX.Element {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" class="main-button" onClick={() => input.current?.click()}>
        <Icon name="share" />
        <span class="wide-only">{words.value.addFiles}</span>
        <span class="narrow-only visually-hidden">{words.value.addFiles}</span>
      </button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        accept="image/*"
        onChange={({ currentTarget }) => {
          void upload(Array.from(currentTarget.files ?? [], (file) => ({ path: file.name, file })));
          currentTarget.value = "";
        }}
      />
    </>
  );
}

/** The title of the view, with the number of its images and their order. */
export function ViewBar(): JSX.Element {
  const w = words.value;
  const { album, status } = filter.value;
  const { key, reversed } = sort.value;
  const [found, all] = [view.value.length, table.size];
  const { total = 0 } = state.value ?? {};
  return (
    <div class="view-bar">
      <h1>{visible(album) || (status === "own" ? w.own : w.everything)}</h1>
      <p class="found" role="status">
        {total > 0
          ? w.foundOfAbout(countText(found, w), w.images(total))
          : found === all
          ? w.images(all)
          : w.found(countText(found, w), w.images(all))}
      </p>
      {!isReadOnly.value && chosen.value.size === 0 && found > 0 && (
        <button
          type="button"
          class="plain"
          onClick={() => chooseAll(view.value)}
        >
          {w.selectAll}
        </button>
      )}
      <label class="sort">
        <span class="visually-hidden">{w.sortBy}</span>
        <select
          value={key}
          onChange={({ currentTarget: { value } }) => sort.value = { key: value as SortKey, reversed: false }}
        >
          {Object.entries(w.sorts).map(([key, text]) => <option key={key} value={key}>{text}</option>)}
        </select>
      </label>
      <IconButton
        icon="sort"
        label={w.reverse}
        pressed={reversed}
        onClick={() => sort.value = { key, reversed: !reversed }}
      />
    </div>
  );
}
