/**
 * The gallery's page with 100, 10,000 and 100,000 images, in headless Chromium: medians of five rounds. A frame is the
 * time between two of them while the page is scrolled from top to bottom; a task is what one step of the page's script
 * takes of the processor, which a busy machine does not change. Arguments: rounds, numbers of images.
 */
import type { CDPSession, Page } from "playwright-core";
import { FakeGallery } from "../app/gallery/page/fake_gallery.ts";
import { closeBrowser, launched } from "../app/gallery/page/chromium.ts";
import { median } from "./beside.ts";

const ROUNDS = Number(Deno.args[0] ?? 5);
const COUNTS = Deno.args.length > 1 ? Deno.args.slice(1).map(Number) : [100, 10_000, 100_000];

/** How long the page is scrolled slowly, in milliseconds, and how far in each of them, in pixels; then to the end. */
const [LOOK_MS, LOOK_PIXELS, SCROLL_MS] = [3_000, 2, 3_000];

/** One round, in milliseconds and MB. */
interface Round {
  readonly firstPaint: number;
  readonly firstThumbnail: number;
  readonly loadTask: number;
  readonly scrollFrame: number;
  readonly scrollTask: number;
  readonly heap: number;
  readonly tab: number;
}

const TITLES: Readonly<Record<keyof Round, string>> = {
  firstPaint: "first paint, ms",
  firstThumbnail: "first thumbnail, ms",
  loadTask: "longest task while loading, ms",
  scrollFrame: "longest frame while scrolling, ms",
  scrollTask: "longest task while scrolling, ms",
  heap: "heap, MB",
  tab: "memory of the tab, MB",
};

async function measure(count: number): Promise<Round> {
  await using gallery = new FakeGallery(count);
  const browser = await launched();
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.addInitScript(WATCH_THUMBNAILS);
  const loadTask = await longestTask(page, async () => {
    await page.goto(gallery.address);
    await page.locator("img.shown").first().waitFor();
    await page.evaluate("new Promise(requestIdleCallback)");
  });
  const [firstPaint, firstThumbnail] = await page.evaluate<number[]>(
    `["first-contentful-paint", "first thumbnail"].map((it) => performance.getEntriesByName(it)[0].startTime)`,
  );
  let scrollFrame = 0;
  const scrollTask = await longestTask(page, async () => {
    scrollFrame = await page.evaluate<number>(SCROLL_THROUGH);
  });
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  const heap = (await session.send("Runtime.getHeapUsage")).usedSize / 1e6;
  const tab = await tabMemory(await browser.newBrowserCDPSession());
  await page.close();
  return { firstPaint, firstThumbnail, loadTask, scrollFrame, scrollTask, heap, tab };
}

/** Marks when a thumbnail is shown first; runs in the page before its script. */
const WATCH_THUMBNAILS = `new MutationObserver((_, observer) => {
  if (!document.querySelector("img.shown")) return;
  performance.mark("first thumbnail");
  observer.disconnect();
}).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["class"] })`;

/** Scrolls as one who looks, then on to the bottom, evenly; runs in the page. The longest time between two frames. */
const SCROLL_THROUGH = `(async () => {
  const grid = document.querySelector(".grid");
  const frame = () => new Promise(requestAnimationFrame);
  const height = grid.scrollHeight - grid.clientHeight;
  let [last, longest] = [await frame(), 0];
  const scroll = async (to, duration) => {
    const [from, began] = [grid.scrollTop, last];
    while (last < began + duration) {
      const now = await frame();
      longest = Math.max(longest, now - last);
      last = now;
      grid.scrollTop = from + (to - from) * Math.min(1, (now - began) / duration);
    }
  };
  await scroll(Math.min(height, ${LOOK_MS * LOOK_PIXELS}), ${LOOK_MS});
  await scroll(height, ${SCROLL_MS});
  return longest;
})()`;

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly args?: { readonly name?: string };
  /** Processor time, in microseconds. */
  readonly tdur?: number;
}

/** The longest task of the page's main thread while `work` runs, in milliseconds of the processor. */
async function longestTask(page: Page, work: () => Promise<void>): Promise<number> {
  const browser = page.context().browser()!;
  await browser.startTracing(page, { categories: ["toplevel", "__metadata"] });
  await work();
  const { traceEvents } = JSON.parse(new TextDecoder().decode(await browser.stopTracing())) as {
    traceEvents: TraceEvent[];
  };
  const mains = new Set(
    traceEvents.filter((it) => it.ph === "M" && it.args?.name === "CrRendererMain").map((it) => `${it.pid} ${it.tid}`),
  );
  const tasks = traceEvents.filter((it) => it.tdur !== undefined && mains.has(`${it.pid} ${it.tid}`));
  return Math.max(0, ...tasks.map((it) => it.tdur!)) / 1_000;
}

/** What the largest tab has in memory for itself, in MB. */
async function tabMemory(browser: CDPSession): Promise<number> {
  const { processInfo } = await browser.send("SystemInfo.getProcessInfo");
  const sizes = processInfo.filter(({ type }) => type === "renderer").map(({ id }) => {
    const text = Deno.readTextFileSync(`/proc/${id}/smaps_rollup`);
    return Number(/^Pss: +(\d+) kB/m.exec(text)![1]) * 1_024 / 1e6;
  });
  return Math.max(...sizes);
}

console.log(`| images | ${COUNTS.map((it) => it.toLocaleString("en")).join(" | ")} |`);
console.log(`| --- |${COUNTS.map(() => " --- |").join("")}`);
const rounds = new Map<number, Round[]>(COUNTS.map((it) => [it, []]));
try {
  for (let i = 0; i < ROUNDS; i++) {
    for (const count of COUNTS) rounds.get(count)!.push(await measure(count));
  }
} finally {
  await closeBrowser();
}
for (const [key, title] of Object.entries(TITLES)) {
  const values = COUNTS.map((it) => median(rounds.get(it)!.map((round) => round[key as keyof Round])));
  console.log(`| ${title} | ${values.map((it) => it.toFixed(0)).join(" | ")} |`);
}
