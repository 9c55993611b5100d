/** Keeps the page as the client is: loads everything, then follows its events. */
import { batch } from "@preact/signals";
import type { GalleryEvents, GalleryState, ImagesChange } from "../../api.ts";
import { withoutGone } from "../model/chosen.ts";
import { inSteps, readImages } from "./read_images.ts";
import { read, RefusedError } from "./requests.ts";
import {
  chosen,
  connection,
  isReadOnly,
  notify,
  notifyCounted,
  progress,
  state,
  table,
  tableVersion,
  words,
} from "./store.ts";

/** How often changes of the list are shown, in milliseconds: many at once cost one drawing. */
const SHOW_MS = 200;

/** How long the client may be silent, in milliseconds: it sends a beat every 15 s. */
const SILENCE_MS = 40_000;

/** How long after a lost connection the next attempt is, in milliseconds. */
const RETRY_MS = 2_000;

/** Changes that wait for the list that they follow, or to be shown; `null` while none waits. */
let waiting: ImagesChange[] | null = null;
let isLoading = false;

/** The number of the last event that arrived: who connects again gets those that were missed. */
let lastId = "";
let disconnect: () => void = () => {};

/**
 * Connects while the page is seen, and again whenever the connection is lost. Browsers open six connections to a client,
 * and those of tabs that are not seen would be missing for pictures and commands.
 */
export function follow(): void {
  const change = (): void => {
    disconnect();
    if (!document.hidden) connect();
  };
  document.addEventListener("visibilitychange", change);
  change();
}

function connect(): void {
  const source = new EventSource(`/api/events${lastId && `?last=${lastId}`}`);
  let timer: ReturnType<typeof setTimeout> | undefined;
  disconnect = (): void => {
    clearTimeout(timer);
    source.close();
  };
  // A machine that is asleep or out of reach closes no connection.
  const heard = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      source.close();
      source.onerror?.(new Event("error"));
    }, SILENCE_MS);
  };
  const on = <K extends keyof GalleryEvents>(kind: K, handle: (data: GalleryEvents[K]) => void): void =>
    source.addEventListener(kind, ({ data, lastEventId }) => {
      heard();
      lastId = lastEventId;
      handle(JSON.parse(data || "null"));
    });
  let isEnding = false;
  heard();
  source.onopen = (): void => void (table.at < 0 || connection.value !== "live" ? load() : undefined);
  source.onerror = (): void => {
    // While the client refuses this browser, so it is said: it may be allowed again in another tab.
    if (connection.value !== "refused") connection.value = isEnding ? "ended" : "lost";
    // The browser connects again, unless the answer was an error.
    if (source.readyState !== EventSource.CLOSED) return;
    clearTimeout(timer);
    void checkAccess();
    timer = setTimeout(connect, RETRY_MS);
  };
  on("state", (data) => state.value = data);
  on("images", queueChange);
  on("progress", (data) => progress.value = new Map(data.map((it) => [it.md5, it])));
  on("outcome", ({ kind, name, reason }) => {
    if (isReadOnly.value) return; // Others started it.
    const { outcomes, outcomeCounts } = words.value;
    const isError = kind === "failed";
    // Each failure has a reason of its own, which the list of downloads shows.
    const textOf = (count: number): string => {
      const text = count === 1 ? outcomes[kind](name) : outcomeCounts[kind](count);
      return reason && (count === 1 || !isError) ? `${text}. ${reason}` : text;
    };
    notifyCounted(isError ? kind : `${kind} ${reason}`, textOf, isError);
  });
  on("beat", () => {});
  on("reload", () => void load());
  on("bye", () => {
    isEnding = true;
    connection.value = "ended";
  });
}

/** Loads state and list; the changes that arrive meanwhile follow. */
async function load(): Promise<void> {
  if (isLoading) return;
  isLoading = true;
  try {
    const [now, images] = await Promise.all([read<GalleryState>("/api/state"), readImages()]);
    await inSteps(table.load(images));
    isLoading = false;
    batch(() => {
      if (connection.value !== "live" && connection.value !== "connecting") notify(words.value.back);
      state.value = now;
      connection.value = "live";
      show();
    });
  } catch (error) {
    connection.value = error instanceof RefusedError && error.status === 403 ? "refused" : "lost";
    isLoading = false;
    setTimeout(() => void load(), RETRY_MS);
  }
}

async function checkAccess(): Promise<void> {
  try {
    state.value = await read<GalleryState>("/api/state");
  } catch (error) {
    if (error instanceof RefusedError && error.status === 403) connection.value = "refused";
  }
}

function queueChange(change: ImagesChange): void {
  if (waiting) {
    waiting.push(change);
    return;
  }
  waiting = [change];
  setTimeout(show, SHOW_MS);
}

/** Applies what waits. */
function show(): void {
  if (isLoading || table.at < 0) return; // The list is on its way, and these follow it.
  const changes = waiting ?? [];
  waiting = null;
  if (!changes.every((change) => table.applyChange(change))) {
    void load();
    return;
  }
  batch(() => {
    tableVersion.value++;
    chosen.value = withoutGone(chosen.value, (md5) => table.slotOf(md5) !== undefined);
  });
}
