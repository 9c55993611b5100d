/**
 * Takes the pictures of the gallery in the README, with its demo in the Chromium of this system: run it when the page
 * looks different, as `deno task gallery-picture` does.
 */
import { join } from "node:path";
import { chromium } from "playwright-core";
import { wordsFor } from "../lib/app/words/language.ts";
import { demoGallery } from "./demo_gallery.ts";

const PICTURES = {
  en: { file: "docs/gallery.webp", directory: "Pictures" },
  pt: { file: "docs/gallery.pt-BR.webp", directory: "Imagens" },
};

/** The size of the window, in pixels, and the quality of the pictures, in percent. */
const [WINDOW, QUALITY] = [{ width: 1200, height: 750 }, 80];

/** The images that are downloaded first, by their places. */
const DOWNLOADED = [2, 5];

/** Runs in the page until every tile shows its thumbnail, and nothing moves. */
const ALL_SHOWN = `(async () => {
  const isShown = (tile) => tile.querySelector("img.shown");
  while (![...document.querySelectorAll(".tile")].every(isShown)) await new Promise(requestAnimationFrame);
  await Promise.all(document.getAnimations().map((it) => it.finished));
})()`;

const browser = await chromium.launch({
  executablePath: Deno.args[0] ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"], // Root has no sandbox; the page is ours.
});
try {
  for (const [language, { file, directory }] of Object.entries(PICTURES)) {
    const ending = new AbortController();
    const work = await Deno.makeTempDir({ prefix: "idp2pi-picture-" });
    const [giving, taking] = [join(work, "giving"), join(work, directory)];
    await Promise.all([giving, taking].map((path) => Deno.mkdir(path)));
    const opened = Promise.withResolvers<string>();
    const demo = demoGallery([giving, taking], await wordsFor(language), ending.signal, opened.resolve);
    try {
      const picture = await pictureOf(await Promise.race([opened.promise, demo.then(() => "")]), language);
      await Deno.writeFile(join(import.meta.dirname!, "..", file), picture);
      console.log(`${file}: ${picture.length} bytes`);
    } finally {
      ending.abort();
      await demo;
      await Deno.remove(work, { recursive: true });
    }
  }
} finally {
  await browser.close();
}

/** The page at this address when some images have been downloaded, as WebP. */
async function pictureOf(address: string, locale: string): Promise<Uint8Array> {
  const page = await browser.newPage({ viewport: WINDOW, locale, colorScheme: "light" });
  await page.goto(address);
  for (const place of DOWNLOADED) {
    await page.locator(`[data-place="${place}"]`).hover();
    await page.locator(`[data-place="${place}"] .check`).click();
  }
  await page.locator(".selection-bar .main-button").click();
  await page.locator(".notice", { hasText: new RegExp(`^${DOWNLOADED.length} `) }).waitFor(); // So many were saved.
  await page.mouse.move(0, 0);
  await page.reload();
  await page.locator(".badge").nth(DOWNLOADED.length - 1).waitFor();
  await page.evaluate(ALL_SHOWN);
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send("Page.captureScreenshot", { format: "webp", quality: QUALITY });
  await page.close();
  return Uint8Array.fromBase64(data);
}
