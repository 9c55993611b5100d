/** The page in headless Chromium in front of a network with more images than the gallery holds. */
import { strictEqual } from "node:assert/strict";
import { TrackerClient } from "../../../../mod.ts";
import { needing } from "../../../needs.ts";
import { closeBrowser, withPage } from "./chromium.ts";
import { serveGallery } from "./served_gallery.ts";

Deno.test.afterAll(closeBrowser);

Deno.test({
  ...needing(
    ["chromium"],
    "of a large network one's own are shown, and what is typed is found, page by page",
    async () => {
      await using it = await serveGallery(["sunset.jpg"], ["moon.png"], { most: 5 });
      await using ana = await TrackerClient.open(it.peer.tracker.address);
      const images = Array.from({ length: 1_800 }, (_, i) => ({
        md5: `${i}`.padStart(32, "0"),
        name: i % 2 === 0 ? `porto/ação ${i}.jpg` : `<img src=x onerror=alert(${i})>.gif`,
      }));
      await ana.register("a", 5_000, images);
      await withPage(it.address, {}, async (page) => {
        const shows = (text: string): Promise<void> =>
          page.locator(".found", { hasText: new RegExp(`^${text}$`) }).waitFor();
        await page.getByText("The network has about 1,802 images, too many to show all.").waitFor();
        await shows("1,000 of about 1,802 images"); // The first that there are.
        const search = page.getByLabel("Search by name");
        await search.fill("sunset");
        await shows("1 of about 1,802 images");
        await search.fill("ACAO 17");
        await shows("60 of about 1,802 images");
        await search.fill("onerror=");
        await page.locator(".tile", { hasText: "<img src=x onerror=alert(1)>.gif" }).waitFor();
        await search.fill("no such picture");
        await page.getByText("No image matches.").waitFor();
        await search.fill("");
        await page.getByRole("button", { name: "Find more" }).click();
        await shows("1,802 of about 1,802 images");
        strictEqual(await page.getByRole("button", { name: "Find more" }).count(), 0);
        const screenshot = Deno.env.get("IDP2PI_SCREENSHOT"); // To look at, by hand.
        if (screenshot) await page.screenshot({ path: screenshot });
      });
    },
  ),
  sanitizeOps: false,
  sanitizeResources: false,
});
