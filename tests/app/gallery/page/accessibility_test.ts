/** The gallery's page under axe, in both themes and both languages, and in the colors that a system forces. */
import { strictEqual } from "node:assert/strict";
import axe from "axe-core";
import type { BrowserContextOptions, Page } from "playwright-core";
import type { GalleryState } from "../../../../lib/app/gallery/api.ts";
import { WORDS_EN } from "../../../../lib/app/gallery/page/words/words_en.ts";
import { WORDS_PT } from "../../../../lib/app/gallery/page/words/words_pt.ts";
import { needing } from "../../../needs.ts";
import { closeBrowser, withPage } from "./chromium.ts";
import { FakeGallery, rowOf } from "./fake_gallery.ts";

const WORDS = { en: WORDS_EN, pt: WORDS_PT };

const [[md5, name]] = [rowOf(1)];

const STATE: Partial<GalleryState> = {
  tracker: { address: "192.0.2.1:13377", registered: false, lost: "The tracker does not answer." },
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
        // axe is put into the page, whose policy would not run it.
        const options: BrowserContextOptions = { colorScheme, viewport, bypassCSP: true };
        await withPage(gallery.address, options, (page) => lookAtAll(page, language));
      }),
      sanitizeOps: false,
      sanitizeResources: false,
    });
  }
}

async function lookAtAll(page: Page, language: "en" | "pt"): Promise<void> {
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
  await page.locator(".tile").first().click();
  await page.keyboard.press("i");
  await page.getByText("Canon EOS R6").waitFor();
  await check(page, "light box");
  await page.keyboard.press("Escape");
  await goTo(words.downloads);
  await page.getByText("No peer sent it.").waitFor();
  await check(page, "downloads");
  await goTo(words.history);
  await page.locator(".transfer").first().waitFor();
  await check(page, "history");
}

/** Fails with each rule that is broken, and where. */
async function check(page: Page, where: string): Promise<void> {
  const found = await page.evaluate(`axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) =>
      [id, target.join(" "), failureSummary].join(": "))))`) as string[];
  strictEqual(found.join("\n"), "", where);
}
