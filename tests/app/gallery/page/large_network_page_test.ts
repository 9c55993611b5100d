/** The page in headless Chromium in front of a network with more images than the gallery holds. */
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { TrackerClient } from "../../../../mod.ts";
import { needing } from "../../../needs.ts";
import type { FoundPage, ImageRow } from "../../../../lib/app/gallery/api.ts";
import { closeBrowser, until, withPage } from "./chromium.ts";
import { FakeGallery, md5Of, rowOf } from "./fake_gallery.ts";
import { serveGallery } from "./served_gallery.ts";

Deno.test.afterAll(closeBrowser);

Deno.test({
  ...needing(
    ["chromium"],
    "a search goes on, may be repeated, fails with a reason, and follows what is typed",
    async () => {
      await using gallery = new FakeGallery(60, { total: 600_000 });
      const answer = Promise.withResolvers<FoundPage>();
      using _ = { [Symbol.dispose]: () => answer.resolve({ next: "", first: "" }) };
      gallery.find = () => answer.promise;
      await withPage(gallery.address, {}, async (page) => {
        const searching = page.getByText("Searching…");
        await searching.waitFor();
        await page.locator(".found", { hasText: /^60 of about 600,000 images$/ }).waitFor();
        await until(() => gallery.searches.length === 1, "the first search"); // Else what is typed comes before it.
        const search = page.getByLabel("Search by name");
        await search.fill("cat");
        await until(() => gallery.searches.length === 2, "the search for what was typed");
        gallery.find = () => Promise.resolve(null);
        await search.press("Enter");
        await page.getByText("The request failed: The tracker did not answer.").waitFor();
        await page.getByText("No image matches.").waitFor();
        gallery.find = () => Promise.resolve({ next: "7,-1", first: md5Of(61) });
        await search.press("Enter");
        await until(() => gallery.searches.length === 4, "the same search");
        await searching.waitFor(); // What was found is on its way.
        gallery.change([rowOf(61).with(1, "cat.jpg") as unknown as ImageRow]);
        await page.locator(".tile", { hasText: "cat.jpg" }).waitFor();
        const school = { name: "school:1", trackers: ["192.0.2.9:1"], registered: true, lost: "" };
        gallery.setState({ networks: [...gallery.state.networks, school] });
        await until(() => {
          gallery.send("beat", null); // Else the page connects again in the end, and then searches, too.
          return gallery.searches.length === 5;
        }, "the search in the networks that there are now");
        await page.clock.install();
        gallery.find = () => Promise.resolve({ next: "8,-1", first: md5Of(62) }); // Which is not shown: it is gone.
        await page.getByRole("button", { name: "Find more" }).click();
        await searching.waitFor();
        await page.clock.fastForward(10_000);
        gallery.find = () => Promise.resolve({ next: "", first: "" });
        await page.getByRole("button", { name: "Find more" }).click();
        await page.getByRole("button", { name: "Find more" }).waitFor({ state: "detached" });
        await page.getByRole("button", { name: "Porto" }).click();
        await until(() => gallery.searches.length === 8, "the search in the album");
        const asked = gallery.searches.map((it) => [...new URLSearchParams(it).values()].join("|"));
        deepStrictEqual(asked, ["|", "cat|", "cat|", "cat|", "cat|", "cat|7,-1", "cat|8,-1", "Porto cat|"]);
        gallery.setState({ total: 0 });
        await page.locator(".find-bar").waitFor({ state: "detached" });
        await search.fill("");
        await page.locator(".found", { hasText: /^9 of 61 images$/ }).waitFor();
        strictEqual(gallery.searches.length, 8);
      });
    },
  ),
  sanitizeOps: false,
  sanitizeResources: false,
});

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
        await page.getByText("The network has too many images to show all.").waitFor();
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
