/** Text of strangers in the gallery: it stays text, hides nothing, asks for nothing, and leaves the page in its shape. */
import { ok, strictEqual } from "node:assert/strict";
import type { Page } from "playwright-core";
import type { QueuedDownload } from "../../../../lib/app/gallery/api.ts";
import { assertHarmless, HOSTILE_NAMES } from "../../../hostile_names.ts";
import { needing } from "../../../needs.ts";
import { closeBrowser, withPage } from "./chromium.ts";
import { FakeGallery, rowOf } from "./fake_gallery.ts";

Deno.test.afterAll(closeBrowser);

const WORD = "W".repeat(10_000);
const RIGHT_TO_LEFT = `${"קובץ ".repeat(40)}gnp.\u202egif`;
const MARKUP = [
  `"><img src=x onerror=alert(1)><svg/onload=alert(2)>.png`,
  `<iframe srcdoc="<script>alert(3)</script>">`,
  "<style>*{display:none}</style>.gif",
  "javascript:alert(4)",
  "https://example.org/picture.png",
  "{{constructor.constructor('alert(5)')()}}",
];
const NAMES = [
  ...[...MARKUP, RIGHT_TO_LEFT, WORD, `${WORD}/${WORD}.gif`, "ü".repeat(127) + "x", ""],
  ...HOSTILE_NAMES,
];
const ROWS = NAMES.map((name, i) => rowOf(i).with(1, name).with(12, [0, 1]) as unknown as ReturnType<typeof rowOf>);
const QUEUE = ROWS.map(([md5, name], i): QueuedDownload => ({
  ...{ md5, name, received: 1, size: 9, rate: 10, peer: WORD, reason: MARKUP[i % MARKUP.length] },
  status: (["active", "asking", "waiting", "failed", "paused"] as const)[i % 5],
}));

for (const width of [1_280, 360]) {
  Deno.test({
    ...needing(["chromium"], `text of strangers stays text and in its place, ${width} pixels wide`, async () => {
      await using gallery = new FakeGallery(0, {
        directory: `${WORD}${RIGHT_TO_LEFT}`,
        networks: [MARKUP[0], WORD].map((name) => ({
          name,
          trackers: ["192.0.2.1:13377", "192.0.2.2:13377"],
          registered: false,
          lost: `${MARKUP[0]} ${WORD}`,
        })),
      });
      gallery.rows = ROWS;
      gallery.withoutThumbnail.set(ROWS[0][0], `${MARKUP[1]} ${WORD}`);
      await withPage(gallery.address, { viewport: { width, height: 740 } }, (page) => lookAtAll(page, gallery));
    }),
    sanitizeOps: false,
    sanitizeResources: false,
  });
}

async function lookAtAll(page: Page, gallery: FakeGallery): Promise<void> {
  const menu = page.getByRole("button", { name: "Views and filters" });
  const goTo = async (view: string): Promise<void> => {
    if (await menu.count() > 0) {
      await menu.click();
      await check(page, "menu");
    }
    await page.locator(".view", { hasText: view }).click();
  };
  await page.locator(".tile img.shown").first().waitFor();
  await page.locator(".reason").first().waitFor();
  for (let isEnd = false; !isEnd;) {
    await check(page, "grid");
    isEnd = await page.evaluate(`(() => {
      const grid = document.querySelector(".grid");
      const before = grid.scrollTop;
      grid.scrollBy(0, grid.clientHeight);
      return grid.scrollTop === before;
    })()`);
    await page.locator(".tile img.shown").first().waitFor();
  }
  for (const [i, [md5, name]] of [ROWS[0], ROWS[6], ROWS[7]].entries()) {
    const kind = (["failed", "saved", "here"] as const)[i]; // Those of one kind are counted in one message.
    gallery.send("outcome", { md5, name, kind, reason: `${MARKUP[2]} ${WORD}` });
  }
  await page.locator(".notice").nth(2).waitFor();
  await check(page, "notices");

  const box = page.getByRole("dialog", { name: "Image viewer" });
  await page.locator("#images").focus();
  await page.keyboard.press("Home");
  await page.keyboard.press("Enter");
  await box.getByText(`1 of ${NAMES.length}`).waitFor();
  await page.keyboard.press("i");
  for (let i = 0; i < 12; i++) {
    await box.getByText(`${i + 1} of ${NAMES.length}`).waitFor();
    await box.locator(".details dd").first().waitFor();
    await check(page, `light box ${i}`);
    await page.keyboard.press("ArrowRight");
  }
  await page.keyboard.press("Escape");
  await box.waitFor({ state: "detached" });

  gallery.setState({ queue: QUEUE });
  await goTo("Downloads");
  await page.locator(".download").first().waitFor();
  await check(page, "downloads");
  await goTo("History");
  await page.locator(".transfer").nth(29).waitFor();
  await check(page, "history");
}

/** That all text is harmless, and that everything is as high and wide as it should be. */
async function check(page: Page, where: string): Promise<void> {
  const [text, misplaced] = await page.evaluate(`(() => {
    const all = [...document.body.querySelectorAll("*")];
    const texts = all.flatMap((it) => ["title", "aria-label", "alt"].map((name) => it.getAttribute(name) ?? ""));
    const tooHigh = { ".name": 44, ".facts": 60, ".notice": 200, ".viewer-bar": 150, ".tool-bar": 80, ".connected": 400,
      ".reason": 60, ".view": 44, ".connection-message": 80 };
    const misplaced = Object.entries(tooHigh).flatMap(([selector, most]) => [...document.querySelectorAll(selector)]
      .filter((it) => it.clientHeight > most).map((it) => selector + " is " + it.clientHeight + " high"));
    for (const it of [document.documentElement, ...document.querySelectorAll(".grid, .list-page, .side, .details")]) {
      if (it.scrollWidth > it.clientWidth) misplaced.push(it.className + " is " + it.scrollWidth + " wide");
    }
    return [[document.title, document.body.innerText, ...texts].join("\\n"), [...new Set(misplaced)].join(", ")];
  })()`) as [string, string];
  strictEqual(misplaced, "", where);
  assertHarmless(text.replaceAll(/[\t\u00a0\u202f]/g, " "));
  ok(
    !await page.evaluate(`document.querySelector("iframe, script:not([src='/app.js']), style, [onerror], [onload]")`),
    where,
  );
}
