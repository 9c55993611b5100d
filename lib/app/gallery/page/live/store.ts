/** What the page knows and what its user chose, as signals: what shows them is drawn again when they change. */
import { batch, computed, signal } from "@preact/signals";
import type { GalleryState, TransferProgress } from "../../api.ts";
import { visible } from "../../../words/visible.ts";
import { type Chosen, NONE_CHOSEN } from "../model/chosen.ts";
import { type Filter, matching, NO_FILTER } from "../model/filter.ts";
import { ImageOrder, type Sort } from "../model/image_order.ts";
import { ImageTable } from "../model/image_table.ts";
import { type PageWords, READ_ONLY_EN, WORDS_EN } from "../words/words_en.ts";
import { READ_ONLY_PT, WORDS_PT } from "../words/words_pt.ts";

/** `refused`: the client knows this browser no more, since it was restarted. */
export type Connection = "connecting" | "live" | "lost" | "ended" | "refused";

/** Where one is: the images, or a list beside them. */
export type Place = "images" | "downloads" | "history";

/** A message that goes away after a while; its text is harmless. */
export interface Notice {
  readonly id: number;
  readonly text: string;
  readonly isError: boolean;
  /** Which messages it counts, and how many they are; "" if it stands for itself. */
  readonly group: string;
  readonly count: number;
}

/** The images; what reads them reads {@link tableVersion} too. */
export const table = new ImageTable();
export const tableVersion = signal(0);

export const state = signal<GalleryState | null>(null);
export const connection = signal<Connection>("connecting");
export const progress = signal<ReadonlyMap<string, TransferProgress>>(new Map());
export const notices = signal<readonly Notice[]>([]);

export const place = signal<Place>("images");
export const filter = signal<Filter>(NO_FILTER);
export const sort = signal<Sort>({ key: "newest", reversed: false });
export const chosen = signal<Chosen>(NONE_CHOSEN);

/** Whether the light box shows details; stays from one image to the next. */
export const showsDetails = signal(false);

/**
 * By MD5, the sizes at which pictures are shown whole, where their rows say others or none: turned as their EXIF says, or
 * reduced by the client since the browser does not know their format.
 */
export const shownSizes = signal<ReadonlyMap<string, { readonly width: number; readonly height: number }>>(new Map());

/** The slot of the image that has the focus; -1 before there is one. */
export const active = signal(-1);

/** Whether nothing can be changed here, ever. */
export const isReadOnly = computed(() => state.value?.canControl === false);
export const words = computed<PageWords>(() => {
  const isPortuguese = state.value?.language === "pt";
  if (isReadOnly.value) return isPortuguese ? READ_ONLY_PT : READ_ONLY_EN;
  return isPortuguese ? WORDS_PT : WORDS_EN;
});
export const canControl = computed(() => state.value?.canControl === true && connection.value === "live");

/** The names of the networks by their numbers in rows, if there are several. */
export const networkNames = computed(() => {
  const { networks = [] } = state.value ?? {};
  return networks.length > 1 ? networks.map(({ name }) => visible(name)) : [];
});

/** The number of the network whose images alone are shown; -1 for all, and while the client is not in it. */
export const shownNetwork = computed(() => networkNames.value.indexOf(filter.value.network));

const order = new ImageOrder();
const sorted = computed(() => {
  tableVersion.value;
  return order.sorted(table, sort.value);
});

/** The slots of the images that are shown, in their order. */
export const view = computed(() => {
  tableVersion.value; // Rows may have changed where the order has not.
  return matching(table, sorted.value, filter.value, shownNetwork.value);
});

/** The place in the view of the image that has the focus; else the first. */
export const activePlace = computed(() => Math.max(0, view.value.indexOf(active.value)));

export function setFilter(part: Partial<Filter>): void {
  filter.value = { ...filter.value, ...part };
}

/** Goes to a place; to the images with these filters. */
export function goTo(where: Place, filters: Partial<Filter> = {}): void {
  batch(() => {
    place.value = where;
    setFilter(filters);
  });
}

/** How long a notice stays, in milliseconds: long enough to read two lines. */
const NOTICE_MS = 6_000;

/** The most notices at once: more would cover the images. */
const MAX_NOTICES = 4;

let lastNotice = 0;

export function notify(text: string, isError = false): void {
  show(text, isError, "", 1);
}

/** Shows one message for all of a group that come while it is shown; `textOf` says how many they are. */
export function notifyCounted(group: string, textOf: (count: number) => string, isError: boolean): void {
  const { count = 0 } = notices.value.find((it) => it.group === group) ?? {};
  show(textOf(count + 1), isError, group, count + 1);
}

function show(text: string, isError: boolean, group: string, count: number): void {
  const id = ++lastNotice;
  const others = notices.value.filter((it) => group === "" || it.group !== group);
  notices.value = [...others, { id, text: visible(text), isError, group, count }].slice(-MAX_NOTICES);
  setTimeout(() => dismiss(id), NOTICE_MS);
}

export function dismiss(id: number): void {
  notices.value = notices.value.filter((it) => it.id !== id);
}
