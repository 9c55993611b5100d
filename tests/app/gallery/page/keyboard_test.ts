/** The gallery by keyboard alone: every action is reached, and it is always seen where one is. */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import type { Page } from "playwright-core";
import { needing } from "../../../needs.ts";
import { closeBrowser, until, withPage } from "./chromium.ts";
import { FakeGallery, md5Of, rowOf } from "./fake_gallery.ts";

/** Tests with a browser, whose process outlives each of them. */
function story(name: string, fn: () => Promise<void>): void {
  Deno.test({ ...needing(["chromium"], name, fn), sanitizeOps: false, sanitizeResources: false });
}

Deno.test.afterAll(closeBrowser);

/** The name of an element, or its id. */
const NAME = `at.id || at.getAttribute("aria-label") || at.closest("label")?.textContent || at.textContent`;

/** That of what has the focus; fails if it is not seen that it has the focus. */
async function focused(page: Page): Promise<string> {
  const [name, isShown] = await page.evaluate(`(() => {
    const at = document.activeElement;
    const name = ${NAME};
    const ring = at.id === "images" ? getComputedStyle(document.querySelector(".tile.active .frame")).boxShadow
      : getComputedStyle(at).outlineStyle;
    const { top, left, bottom, right } = at.getBoundingClientRect();
    const isInside = at.id === "images" || top >= 0 && left >= 0 && bottom <= innerHeight && right <= innerWidth;
    const isPage = at === document.body;
    return [isPage ? "" : name.trim(), isPage || at.role === "dialog" || ring !== "none" && isInside];
  })()`) as [string, boolean];
  ok(isShown, `the focus is not seen: ${name}`);
  return name;
}

/** Waits until this has the focus, which may move a moment after a key, and fails if that is not seen. */
async function hasFocus(page: Page, name: string): Promise<void> {
  const now = `((at) => (${NAME}).trim())(document.activeElement)`;
  await until(async () => await page.evaluate(now) === name, `the focus on ${name}`);
  strictEqual(await focused(page), name);
}

/** Presses Tab until this has the focus; returns what had it on the way. */
async function tabTo(page: Page, name: string): Promise<string[]> {
  const passed: string[] = [];
  do {
    await page.keyboard.press("Tab");
    passed.push(await focused(page));
    ok(passed.length < 60, `${name} is not reached: ${passed.join(", ")}`);
  } while (!passed.at(-1)!.startsWith(name));
  return passed;
}

/** All that can be used at the moment. */
async function usable(page: Page): Promise<string[]> {
  return await page.evaluate(`[...document.querySelectorAll("button, input, select, a[href], [tabindex='0']")]
    .filter((it) => !it.disabled && it.checkVisibility({ visibilityProperty: true }) && !it.closest("[hidden]"))
    .map((it) => (it.id || it.getAttribute("aria-label") || it.closest("label")?.textContent || it.textContent).trim())`) as string[];
}

function requested(gallery: FakeGallery, start: string): Promise<void> {
  return until(() => gallery.requests.some((it) => it.startsWith(start)), start);
}

story("Tab leads to everything, and the keys of each do what a click does", async () => {
  const [row] = [rowOf(2)];
  const queue = [
    { md5: row[0], name: row[1], status: "failed", received: 1, size: 9, rate: 0, peer: "", reason: "" } as const,
  ];
  await using gallery = new FakeGallery(60, { queue });
  await withPage(gallery.address, {}, async (page) => {
    await page.locator(".tile img.shown").first().waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("dsc_000");
    await page.locator(".found", { hasText: "of 60" }).waitFor();
    await page.keyboard.press("Control+a");
    await page.keyboard.press("Delete");
    await page.locator(".found", { hasText: /^60 images$/ }).waitFor();

    await tabTo(page, "images");
    await page.keyboard.press("Space");
    await page.getByText("1 image selected").waitFor();
    const all = await usable(page);
    const round = await tabTo(page, "images");
    deepStrictEqual([...new Set(all)].filter((it) => !round.some((at) => at === it)), []);

    // What does away with its own button leads back to the images.
    await tabTo(page, "Clear selection");
    await page.keyboard.press("Enter");
    await hasFocus(page, "images");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Space");
    await tabTo(page, "Download");
    await page.keyboard.press("Enter");
    await requested(gallery, "POST /api/download");
    await page.locator(".selection-bar").waitFor({ state: "detached" });
    await hasFocus(page, "images");

    await tabTo(page, "1 download");
    await page.keyboard.press("Enter");
    await page.locator("h1", { hasText: "Downloads" }).waitFor();
    await tabTo(page, "Cancel: São Paulo/DSC_0002.jpg");
    await page.keyboard.press("Space");
    await requested(gallery, `POST /api/cancel {"md5s":["${md5Of(2)}"]}`);
    gallery.setState({ queue: [] });
    await page.getByText("No downloads.").waitFor();
    await tabTo(page, "Share downloaded images");
    await page.keyboard.press("Space");
    await requested(gallery, "POST /api/reshare");
    await tabTo(page, "History");
    await page.keyboard.press("Enter");
    await tabTo(page, "Show more");
    await page.keyboard.press("Enter");
    await page.locator(".transfer").nth(59).waitFor();
  });
});

story("the light box keeps the focus inside, and gives it back to the image where it was left", async () => {
  await using gallery = new FakeGallery(200);
  await withPage(gallery.address, {}, async (page) => {
    await page.locator(".tile img.shown").first().waitFor();
    await tabTo(page, "images");
    const box = page.getByRole("dialog", { name: "Image viewer" });
    for (let opened = 0; opened < 3; opened++) {
      await page.keyboard.press("Enter");
      await box.waitFor();
      await page.keyboard.press("Escape");
      await box.waitFor({ state: "detached" });
    }
    await page.keyboard.press("Enter");
    await box.getByText("1 of 200").waitFor();
    await tabTo(page, "Close");
    const round = await tabTo(page, "Close");
    deepStrictEqual(round.filter((it) => it !== "" && it !== "Image viewer"), [
      ...["Stop sharing", "Save with the browser", "Zoom", "Details", "Next image", "Close"],
    ]);
    for (let i = 1; i < 60; i++) await page.keyboard.press("ArrowRight");
    await box.getByText("60 of 200").waitFor();
    await tabTo(page, "Details");
    await page.keyboard.press("Space");
    await box.getByText("Canon EOS R6").waitFor();
    await page.keyboard.press("Escape");
    await box.waitFor({ state: "detached" });
    await hasFocus(page, "images");
    const active = page.locator(".tile.active");
    await active.locator(".name", { hasText: "DSC_0059.jpg" }).waitFor();
    const { y, height } = (await active.locator(".frame").boundingBox())!;
    ok(y >= 0 && y + height <= 800, `${y}`);
  });
});

story("on a phone with keys the menu opens, leads to the views, and gives the focus back", async () => {
  await using gallery = new FakeGallery(60);
  await withPage(gallery.address, { viewport: { width: 360, height: 740 } }, async (page) => {
    await page.locator(".tile img.shown").first().waitFor();
    await tabTo(page, "Views and filters");
    await page.keyboard.press("Enter");
    await tabTo(page, "Status");
    await page.keyboard.press("Escape");
    await hasFocus(page, "Views and filters");
    await page.keyboard.press("Enter");
    await tabTo(page, "Porto");
    await page.keyboard.press("Enter");
    await page.locator("h1", { hasText: "Porto" }).waitFor();
    await hasFocus(page, "Views and filters");
  });
});
