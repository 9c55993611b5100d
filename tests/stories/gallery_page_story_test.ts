/** The gallery's page in Chromium, by the real client, with a tracker and three peers, one of them as they are in the wild. */
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { startTracker } from "../../mod.ts";
import { closeBrowser, withPage } from "../app/gallery/page/chromium.ts";
import { ANSWERS, BaselinePeer } from "../fake/baseline_peer.ts";
import { readList, say } from "../fake/baseline_client.ts";
import { needing } from "../needs.ts";
import { image, namesIn, Program, SAMPLES, tempDir } from "../support.ts";
import { shown } from "../support_json.ts";

Deno.test.afterAll(closeBrowser);

Deno.test({
  ...needing(
    ["chromium"],
    "a person looks at what peers have, downloads three, and drops a file that others then see",
    async () => {
      const tracker = startTracker({ host: "127.0.0.1", port: 0 });
      await using _tracker = { [Symbol.asyncDispose]: () => tracker.close() };
      const { port } = tracker.address;
      const old = image(1);
      await using baseline = new BaselinePeer(ANSWERS.sends(old.bytes));
      await say(port, `REG p1 ${baseline.address.port} ${old.md5},old.gif`);
      const sample = (name: string): Promise<Uint8Array> => Deno.readFile(join(SAMPLES, name));
      await using one = await tempDir({
        "sunset.jpg": await sample("sunset.jpg"),
        "moon.png": await sample("moon.png"),
      });
      await using other = await tempDir({
        "dusk.heic": await sample("dusk.heic"),
        "grey.tiff": await sample("grey.tiff"),
      });
      await using ana = Program.start("client", "share", `127.0.0.1:${port}`, one.path, "--json", "--no-cache");
      await using ben = Program.start("client", "share", `127.0.0.1:${port}`, other.path, "--json", "--no-cache");
      for (const peer of [ana, ben]) await peer.shows(/"kind":"registered"/);
      await using own = await tempDir({ "sea.webp": await sample("sea.webp") });
      await using client = Program.start("client", "gallery", `127.0.0.1:${port}`, own.path, "--json", "--no-cache");
      await client.shows(/"kind":"registered"/);
      const address = shown(client.stdout)[0].address as string;
      await withPage(address, {}, async (page) => {
        const tile = (name: string): ReturnType<typeof page.locator> => page.locator(".tile", { hasText: name });
        await page.locator(".found", { hasText: /^6 images$/ }).waitFor();
        await tile("sea.webp").locator(".badge", { hasText: "yours" }).waitFor();
        for (const name of ["sunset.jpg", "dusk.heic", "sea.webp"]) await tile(name).locator("img.shown").waitFor();
        await page.getByLabel("Search by name").fill("dusk");
        await page.locator(".found", { hasText: "1 of 6 images" }).waitFor();
        await tile("dusk.heic").click();
        const box = page.getByRole("dialog", { name: "Image viewer" });
        await box.locator("img.pswp__img:not(.pswp__img--placeholder)").first().waitFor();
        await page.keyboard.press("Escape");
        await page.getByLabel("Search by name").fill("");
        for (const name of ["sunset.jpg", "grey.tiff", "old.gif"]) await tile(name).click({ modifiers: ["Control"] });
        await page.getByText("3 images selected").waitFor();
        await page.getByRole("button", { name: "Download", exact: true }).click();
        for (const name of ["sunset.jpg", "grey.tiff", "old.gif"]) {
          await tile(name).locator(".badge", { hasText: "yours" }).waitFor();
        }
        await page.evaluate(`(() => {
        const files = new DataTransfer();
        files.items.add(new File([Uint8Array.fromBase64("${image(4).bytes.toBase64()}")], "dropped.gif"));
        document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: files, bubbles: true, cancelable: true }));
      })()`);
        await page.getByText("1 file added").waitFor();
        await tile("dropped.gif").locator(".badge", { hasText: "yours" }).waitFor();
        const screenshot = Deno.env.get("IDP2PI_SCREENSHOT"); // To look at, by hand.
        if (screenshot) await page.screenshot({ path: screenshot });
      });
      deepStrictEqual((await namesIn(own.path)).filter((it) => !it.startsWith(".")).sort(), [
        ...["dropped.gif", "grey.tiff", "old.gif", "sea.webp", "sunset.jpg"],
      ]);
      let listed = readList(await say(port, "LST"));
      while (!listed.some(({ md5 }) => md5 === image(4).md5)) { // The client announces a moment later.
        await delay(50);
        listed = readList(await say(port, "LST"));
      }
      strictEqual(listed.find(({ md5 }) => md5 === old.md5)?.peers.length, 2);
    },
  ),
  sanitizeOps: false,
  sanitizeResources: false,
});
