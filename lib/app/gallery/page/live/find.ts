/** Of a network with more images than the client holds, those are found that match what is searched. */
import { computed, effect, signal } from "@preact/signals";
import type { FoundPage } from "../../api.ts";
import { read } from "./requests.ts";
import { connection, filter, networkNames, notify, state, table, tableVersion, words } from "./store.ts";

/** How long nothing is typed before the network is searched, in milliseconds. */
const PAUSE_MS = 300;

/** How long what was found is on its way at most, in milliseconds: an image may be gone again before it is shown. */
const SHOWN_MS = 10_000;

/** Where to go on with this search, and an image that was found; `null` while it runs. */
const last = signal<FoundPage | null>({ next: "", first: "" });

/** Increased to search the same again. */
const times = signal(0);

let running = new AbortController();

/** What is searched in names; `null` if all images are held. */
const text = computed(() => {
  const { text, album } = filter.value;
  return state.value?.total && connection.value === "live" ? `${album.replaceAll(/[/\\]/g, " ")} ${text}`.trim() : null;
});

/** Which networks are searched, one after the other: where a search goes on is said of each. */
const searched = computed(() => networkNames.value.join());

/** Whether the network is being searched, or what was found is on its way. */
export const isFinding = computed(() => {
  tableVersion.value;
  return last.value === null || last.value.first !== "" && table.slotOf(last.value.first) === undefined;
});

/** Whether the network may have more that matches. */
export const hasMore = computed(() => text.value !== null && !isFinding.value && !!last.value?.next);

/** Searches the networks whenever something else is searched, or networks came or went. */
export function startFinding(): void {
  effect(() => {
    const wanted = text.value;
    times.value;
    searched.value;
    running.abort();
    running = new AbortController();
    last.value = wanted === null ? { next: "", first: "" } : null;
    if (wanted === null) return;
    const { signal } = running;
    const timer = setTimeout(() => void find(wanted, "", signal), PAUSE_MS);
    signal.addEventListener("abort", () => clearTimeout(timer));
  });
}

/** Searches the network for the same again: it may have changed. */
export function findAgain(): void {
  times.value++;
}

/** Finds further images, if there may be more. */
export function findMore(): void {
  const { next } = last.peek() ?? { next: "" };
  if (!hasMore.peek()) return;
  last.value = null;
  void find(text.peek()!, next, running.signal);
}

async function find(text: string, from: string, signal: AbortSignal): Promise<void> {
  try {
    const page = await read<FoundPage>(`/api/find?${new URLSearchParams({ text, from })}`, signal);
    if (signal.aborted) return;
    last.value = page;
    setTimeout(() => last.peek() === page && (last.value = { ...page, first: "" }), SHOWN_MS);
  } catch (error) {
    if (signal.aborted) return;
    last.value = { next: from, first: "" };
    notify(words.value.failed(error instanceof Error ? error.message : ""), true);
  }
}
