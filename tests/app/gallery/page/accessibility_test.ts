/** The gallery's page under axe, in both themes and both languages, and in the colors that a system forces. */
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import axe from "axe-core";
import type { BrowserContextOptions, Page } from "playwright-core";
import type { GalleryState } from "../../../../lib/app/gallery/api.ts";
import { WORDS_EN } from "../../../../lib/app/gallery/page/words/words_en.ts";
import { WORDS_PT } from "../../../../lib/app/gallery/page/words/words_pt.ts";
import { needing } from "../../../needs.ts";
import { closeBrowser, until, withPage } from "./chromium.ts";
import { BROKEN, FakeGallery, rowOf } from "./fake_gallery.ts";

const WORDS = { en: WORDS_EN, pt: WORDS_PT };

const [[md5, name]] = [rowOf(1)];

const STATE: Partial<GalleryState> = {
  total: 600_000,
  networks: [
    { name: "192.0.2.1:13377", trackers: ["192.0.2.1:13377"], registered: true, lost: "" },
    { name: "school", trackers: ["192.0.2.2:1"], registered: false, lost: "The tracker does not answer." },
  ],
  queue: [{ md5, name, status: "failed", received: 1, size: 9, rate: 0, peer: "", reason: "No peer sent it." }],
};

Deno.test.afterAll(closeBrowser);

for (const language of ["en", "pt"] as const) {
  for (const colorScheme of ["light", "dark"] as const) {
    Deno.test({
      ...needing(["chromium"], `axe finds nothing wrong in ${language}, ${colorScheme}`, async () => {
        // The languages differ in words, the themes in colors: each pair need not see each width.
        const viewport = language === "pt" ? { width: 360, height: 740 } : { width: 1280, height: 800 };
        await using gallery = new FakeGallery(30, { ...STATE, language });
        gallery.find = () => Promise.resolve({ next: "1", first: "" });
        // axe is put into the page, whose policy would not run it; colors that fade in are not those that it is to see.
        const options: BrowserContextOptions = { colorScheme, viewport, bypassCSP: true, reducedMotion: "reduce" };
        await withPage(gallery.address, options, (page) => lookAtAll(page, gallery, language));
      }),
      sanitizeOps: false,
      sanitizeResources: false,
    });
  }
}

Deno.test({
  ...needing(
    ["chromium"],
    "in colors that a system forces, what is selected, active and done is seen; nothing moves",
    async () => {
      const queue = [{ ...STATE.queue![0], status: "active" as const, received: 5 }];
      await using gallery = new FakeGallery(30, { ...STATE, queue });
      await withPage(gallery.address, { forcedColors: "active", reducedMotion: "reduce" }, async (page) => {
        // Waits, since even without motion a style takes a frame to change.
        const has = (selector: string, name: string, value: string): Promise<void> =>
          until(async () => {
            const style = `getComputedStyle(document.querySelector(${
              JSON.stringify(selector)
            })).getPropertyValue("${name}")`;
            return await page.evaluate(style) === value;
          }, `${selector} with ${name} ${value}`);
        await page.locator(".tile img.shown").first().waitFor();
        const moving = `[...document.querySelectorAll("*")].filter((it) =>
        getComputedStyle(it).transitionDuration.split(", ").some((it) => parseFloat(it) > 0.001)).map((it) => it.className)`;
        deepStrictEqual(await page.evaluate(moving), []);
        await page.keyboard.press("Tab");
        await page.locator("#images").focus();
        await page.keyboard.press("ArrowRight");
        await page.keyboard.press("Space");
        await page.keyboard.press("ArrowRight");
        await page.locator('.tile.active[data-place="2"]').waitFor();
        await page.locator('.tile[data-place="1"][aria-selected="true"]:not(.active)').waitFor();
        const highlight = await page.evaluate(`(() => {
          const it = document.body.appendChild(document.createElement("p"));
          it.style.cssText = "forced-color-adjust: none; transition: none !important; color: Highlight";
          return [getComputedStyle(it).color, it.remove()][0];
        })()`) as string;
        await has('.tile[aria-selected="true"] .frame', "outline-color", highlight);
        await has(".tile.active .frame", "outline-style", "dashed");
        await has(".view[aria-current]", "border-top-color", highlight);
        await has(".in-short progress", "border-top-style", "solid");
        const screenshot = Deno.env.get("IDP2PI_SCREENSHOT"); // To look at, by hand.
        if (screenshot) await page.screenshot({ path: screenshot });
      });
    },
  ),
  sanitizeOps: false,
  sanitizeResources: false,
});

async function lookAtAll(page: Page, gallery: FakeGallery, language: "en" | "pt"): Promise<void> {
  const words = WORDS[language];
  await page.evaluate(axe.source);
  const menu = page.getByRole("button", { name: words.openMenu });
  const goTo = async (view: string): Promise<void> => {
    if (await menu.count() > 0) await menu.click();
    await page.getByRole("button", { name: view }).click();
  };
  await page.locator(".tile img.shown").first().waitFor();
  strictEqual(await page.evaluate("document.documentElement.lang"), words.tag);
  await page.locator(".tile").nth(1).click({ modifiers: ["Control"] });
  await check(page, "grid");
  if (await menu.count() > 0) {
    await menu.click();
    await check(page, "menu");
    await page.keyboard.press("Escape");
  }
  gallery.send("outcome", { md5, name, kind: "failed", reason: "No peer sent it." });
  await page.locator(".notice").waitFor();
  await check(page, "notices");
  await page.locator(".tile").first().click();
  await page.locator(".viewer-bar").waitFor();
  await page.keyboard.press("i");
  await page.getByText("Canon EOS R6").waitFor();
  await check(page, "light box");
  await page.keyboard.press("Escape");
  await page.locator(".pswp").waitFor({ state: "detached" });
  await page.getByLabel(words.search).fill(BROKEN);
  await page.locator(".tile", { hasText: BROKEN }).click(); // Others are there until the search is done.
  await page.locator(".pswp").getByText("The file is damaged.").waitFor();
  await check(page, "light box without a picture");
  await page.keyboard.press("Escape");
  await page.getByLabel(words.search).fill("nothing has this name");
  await page.getByText(words.noMatch).waitFor();
  await check(page, "no match");
  await page.getByLabel(words.search).fill("");

  await goTo(words.downloads);
  await page.locator(".download").getByText("No peer sent it.").waitFor();
  await check(page, "downloads");
  gallery.setState({ queue: [] });
  await page.getByText(words.queueEmpty).waitFor();
  await check(page, "no downloads");
  await goTo(words.history);
  await page.locator(".transfer").first().waitFor();
  await check(page, "history");
  gallery.change([], gallery.rows.map(([md5]) => md5));
  await goTo(words.everything);
  await page.getByText(words.noImages).waitFor();
  await check(page, "no images");
  await goTo(words.history);
  await page.getByText(words.noHistory).waitFor();
  await check(page, "no history");
  gallery.isRefusing = true;
  await gallery.stop();
  gallery.restart();
  await page.getByText(words.refused).waitFor();
  await check(page, "a client that was restarted");
}

/** Fails with each rule that is broken, and where. */
async function check(page: Page, where: string): Promise<void> {
  const found = await page.evaluate(`axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) =>
      [id, target.join(" "), failureSummary].join(": "))))`) as string[];
  strictEqual(found.join("\n"), "", where);
}
