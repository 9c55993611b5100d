/** The light box: a whole picture, with zoom, the next and the previous by key and by touch. */
import { signal } from "@preact/signals";
import PhotoSwipe, { type PhotoSwipeEventsMap, type SlideData } from "photoswipe";
import { render } from "preact";
import { arrangeTurns, inTurn, loadPicture } from "../live/picture_turns.ts";
import { reasonFor } from "../live/requests.ts";
import { active, shownSizes, showsDetails, table, words } from "../live/store.ts";
import { fileName } from "../model/image_facts.ts";
import { ViewerBar } from "./viewer_bar.tsx";

/** The height of the bar above a picture, in pixels; on narrow screens the name takes a line of its own. */
const [BAR_HEIGHT, TALL_BAR_HEIGHT] = [56, 88];

/** The width of the details beside a picture, in pixels; on narrow screens they take the lower half. */
const DETAILS_WIDTH = 320;

/** The size of a picture whose pixels are unknown, until it has arrived. */
const DEFAULT_SIZE = { width: 1600, height: 1200 };

/** Resolved when the browser's history has left the last light box: else that would close the next one. */
let left: Promise<void> = Promise.resolve();

/** Opens the picture at this place of a view. */
export function openViewer(slots: readonly number[], place: number): void {
  void left.then(() => document.querySelector(".pswp") ?? open(slots, place));
}

function open(slots: readonly number[], place: number): void {
  const current = signal(slots[place]);
  const box = new PhotoSwipe({
    index: place,
    loop: false,
    bgOpacity: 1,
    showHideAnimationType: "none", // Keys work at once.
    wheelToZoom: true,
    returnFocus: false,
    tapAction: "toggle-controls",
    preloadFirstSlide: true,
    getViewportSizeFn: roomForPicture,
    paddingFn: ({ x }) => ({ top: x > 2 * DETAILS_WIDTH ? BAR_HEIGHT : TALL_BAR_HEIGHT, bottom: 8, left: 0, right: 0 }),
  });
  box.addFilter("numItems", () => slots.length);
  box.addFilter("itemData", (_, index) => slideOf(slots[index]));
  requestInTurn(box);
  // The buttons of PhotoSwipe are made of markup, which the page's policy forbids: ours replace them.
  box.on("uiRegister", () => {
    if (box.ui) box.ui.uiElementsData = [];
  });
  box.on("change", () => current.value = slots[box.currIndex]);
  box.on("loadComplete", ({ content: { element, index } }) => {
    if (element instanceof HTMLImageElement) learnSize(box, slots[index], index, element);
  });
  box.on("afterInit", () => {
    const holder = document.createElement("div");
    box.element?.setAttribute("aria-label", words.value.viewer);
    box.element?.append(holder);
    render(<ViewerBar box={box} current={current} slots={slots} />, holder);
    box.on("destroy", () => render(null, holder));
  });
  closeWithBack(box);
  box.on("destroy", () => {
    active.value = current.value;
    document.getElementById("images")?.focus({ preventScroll: true });
    requestAnimationFrame(() =>
      document.getElementById(`image-${current.value}`)?.scrollIntoView({ block: "nearest" })
    );
  });
  box.init();
}

type Content = PhotoSwipeEventsMap["contentDestroy"]["content"];

/** Requests the pictures nearest to the one that is seen first, before all thumbnails. */
function requestInTurn(box: PhotoSwipe): void {
  const cancels = new Map<Content, () => void>();
  const cancel = (content: Content): void => cancels.get(content)?.();
  const rankOf = ({ index }: Content) => (): number => Math.abs(index - box.currIndex);
  box.on("contentLoadImage", (event) => {
    const { content, content: { element, data: { src = "", alt = "" } } } = event;
    if (!(element instanceof HTMLImageElement)) return;
    event.preventDefault();
    cancel(content);
    element.alt = alt;
    content.state = "loading";
    const load = (signal: AbortSignal): Promise<boolean> => loadPicture(element, src, signal);
    const done = (isThere: boolean): void => isThere ? content.onLoaded() : content.onError();
    cancels.set(content, inTurn(rankOf(content), load, done));
  });
  box.addFilter("contentErrorElement", (element, content) => {
    const { src = "", alt } = content.data;
    element.textContent = `${alt}: ${words.value.cannotShow}`;
    const ask = (signal: AbortSignal): Promise<string> => reasonFor(src, signal);
    cancel(content);
    cancels.set(content, inTurn(rankOf(content), ask, (reason) => element.textContent += ` ${reason}`));
    return element;
  });
  box.on("change", arrangeTurns);
  box.on("contentDestroy", ({ content }) => {
    cancel(content);
    cancels.delete(content);
  });
  box.on("destroy", () => cancels.forEach((it) => it()));
}

/** Where the picture may be, with the details beside or below it. */
function roomForPicture(): { x: number; y: number } {
  const [x, y] = [innerWidth, innerHeight];
  if (!showsDetails.value) return { x, y };
  return x > 2 * DETAILS_WIDTH ? { x: x - DETAILS_WIDTH, y } : { x, y: y / 2 };
}

/** The browser's Back closes the light box, and closing it goes back. */
function closeWithBack(box: PhotoSwipe): void {
  history.pushState({ viewer: true }, "");
  const close = (): void => box.close();
  addEventListener("popstate", close, { once: true });
  box.on("close", () => {
    removeEventListener("popstate", close);
    if (!history.state?.viewer) return;
    left = new Promise((resolve) => addEventListener("popstate", () => resolve(), { once: true }));
    history.back();
  });
}

function slideOf(slot: number): SlideData {
  const row = table.rows[slot];
  if (!row) return { src: "", alt: "", ...DEFAULT_SIZE };
  const [md5, name, , , width, height] = row;
  const size = shownSizes.value.get(md5) ?? (width > 0 && height > 0 ? { width, height } : DEFAULT_SIZE);
  // The thumbnail that its tile shows is there at once; any other would be one more request.
  const msrc = document.querySelector<HTMLImageElement>(`#image-${slot} img.shown`)?.src;
  return { src: `/image/${md5}`, msrc, alt: fileName(name), ...size };
}

/** Shows a picture in its own proportions, where its row says others or none. */
function learnSize(
  box: PhotoSwipe,
  slot: number,
  index: number,
  { naturalWidth, naturalHeight }: HTMLImageElement,
): void {
  const [md5, , , , width, height] = table.rows[slot] ?? [];
  if (md5 === undefined || naturalWidth === 0 || shownSizes.value.has(md5)) return;
  if (width === naturalWidth && height === naturalHeight) return;
  shownSizes.value = new Map(shownSizes.value).set(md5, { width: naturalWidth, height: naturalHeight });
  box.refreshSlideContent(index);
}
