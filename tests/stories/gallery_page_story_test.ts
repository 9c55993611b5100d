/** The gallery's page in Chromium, by the real client, with a tracker and three peers, one of them as they are in the wild. */
import { deepStrictEqual, ok } from "node:assert/strict";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Locator, Page } from "playwright-core";
import { startTracker } from "../../mod.ts";
import { md5Of } from "../../lib/hash/md5.ts";
import { closeBrowser, withPage } from "../app/gallery/page/chromium.ts";
import { ANSWERS, BaselinePeer, deadPort } from "../fake/baseline_peer.ts";
import { readList, say } from "../fake/baseline_client.ts";
import { needing } from "../needs.ts";
import { image, namesIn, Program, quietPort, SAMPLES, soon, tempDir } from "../support.ts";
import { shown } from "../support_json.ts";

/** Tests with a browser, whose process outlives each of them. */
function story(name: string, fn: () => Promise<void>): void {
  Deno.test({ ...needing(["chromium"], name, fn), sanitizeOps: false, sanitizeResources: false });
}

Deno.test.afterAll(closeBrowser);

const SAMPLE_NAMES = ["sunset.jpg", "moon.png", "dusk.heic", "grey.tiff", "sea.webp", "blink.gif"];
const FILES = new Map(
  await Promise.all(SAMPLE_NAMES.map(async (it) => [it, await Deno.readFile(join(SAMPLES, it))] as const)),
);

/** A client of ours that shares these samples. */
async function sharing(
  command: readonly string[],
  port: number,
  ...names: string[]
): Promise<AsyncDisposable & { readonly client: Program; readonly path: string }> {
  const dir = await tempDir(Object.fromEntries(names.map((it) => [it, FILES.get(it)!])));
  const [name, ...options] = command;
  const client = Program.start("client", name, `127.0.0.1:${port}`, dir.path, "--json", "--no-cache", ...options);
  return {
    client,
    path: dir.path,
    async [Symbol.asyncDispose](): Promise<void> {
      await client[Symbol.asyncDispose]();
      await dir[Symbol.asyncDispose]();
    },
  };
}

function tile(page: Page, name: string): Locator {
  return page.locator(".tile", { hasText: name });
}

async function addressOf({ client }: { readonly client: Program }): Promise<string> {
  await client.shows(/"kind":"sharing"/);
  return shown(client.stdout)[0].address as string;
}

story("a person looks at what peers have, downloads three, and drops a file that others then see", async () => {
  const tracker = startTracker({ host: "127.0.0.1", port: 0 });
  await using _tracker = { [Symbol.asyncDispose]: () => tracker.close() };
  const { port } = tracker.address;
  const old = FILES.get("blink.gif")!;
  await using baseline = new BaselinePeer(ANSWERS.sends(old));
  await say(port, `REG p1 ${baseline.address.port} ${md5Of(old)},old.gif`);
  await say(port, `REG p2 ${deadPort()} ${image(3).md5},dead.gif`);
  await using ana = await sharing(["share"], port, "sunset.jpg", "moon.png");
  await using ben = await sharing(["share"], port, "dusk.heic", "grey.tiff");
  for (const { client } of [ana, ben]) await client.shows(/"kind":"registered"/);
  await using own = await sharing(["gallery"], port, "sea.webp");
  const wanted = ["sunset.jpg", "grey.tiff", "old.gif"];
  await withPage(await addressOf(own), {}, async (page) => {
    await page.locator(".found", { hasText: /^7 images$/ }).waitFor();
    await tile(page, "sea.webp").locator(".badge", { hasText: "yours" }).waitFor();
    for (const name of [...wanted, "dusk.heic", "sea.webp"]) await tile(page, name).locator("img.shown").waitFor();

    const search = page.getByLabel("Search by name");
    await search.fill("dusk");
    await page.locator(".found", { hasText: "1 of 7 images" }).waitFor();
    await tile(page, "dusk.heic").click();
    const box = page.getByRole("dialog", { name: "Image viewer" });
    await box.locator("img.pswp__img:not(.pswp__img--placeholder)").first().waitFor();
    await page.keyboard.press("Escape");
    await box.waitFor({ state: "detached" });

    // Nobody has an image whose only peer is dead: it says why, and everything else goes on.
    await search.fill("dead");
    await tile(page, "dead.gif").getByText("No peer that has it can be reached.").waitFor();
    await tile(page, "dead.gif").click();
    await box.getByText(/^dead\.gif: This image cannot be shown\. Cannot connect to 127\.0\.0\.1/).waitFor();
    await box.getByRole("button", { name: "Download" }).click();
    await page.keyboard.press("Escape");
    await box.waitFor({ state: "detached" });
    await page.getByRole("button", { name: "1 download" }).waitFor();

    await search.fill("");
    for (const name of wanted) await tile(page, name).click({ modifiers: ["Control"] });
    await page.getByText("3 images selected").waitFor();
    await page.getByRole("button", { name: "Download", exact: true }).click();
    for (const name of wanted) await tile(page, name).locator(".badge", { hasText: "yours" }).waitFor();
    await page.getByRole("button", { name: "1 download" }).click();
    await page.getByRole("button", { name: "Cancel: dead.gif" }).click();
    await page.getByText("No downloads.").waitFor();
    await page.getByRole("button", { name: "All images" }).click();

    await page.evaluate(`(() => {
      const files = new DataTransfer();
      files.items.add(new File([Uint8Array.fromBase64("${image(4).bytes.toBase64()}")], "dropped.gif"));
      document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: files, bubbles: true, cancelable: true }));
    })()`);
    await page.getByText("1 file added").waitFor();
    await tile(page, "dropped.gif").locator(".badge", { hasText: "yours" }).waitFor();
    const screenshot = Deno.env.get("IDP2PI_SCREENSHOT"); // To look at, by hand.
    if (screenshot) await page.screenshot({ path: screenshot });
  });
  const here = [...wanted, "dropped.gif", "sea.webp"].sort();
  deepStrictEqual((await namesIn(own.path)).filter((it) => !it.startsWith(".")), here);

  // The others see it: a plain list names this client with each, a moment later.
  const [{ peers: [self] }] = readList(await say(port, `LST`)).filter(({ md5 }) =>
    md5 === md5Of(FILES.get("sea.webp")!)
  );
  const namesOfSelf = async (): Promise<string[]> =>
    readList(await say(port, "LST")).filter(({ peers }) => peers.includes(self)).map(({ name }) => name).sort();
  const areListed = async (): Promise<void> => {
    while ((await namesOfSelf()).join() !== here.join()) await delay(50);
  };
  await soon(areListed(), "the plain list with all images");
});

story(
  "a page whose client ends says so, says what to do when it was restarted, and continues when that is done",
  async () => {
    const port = quietPort();
    const command = ["gallery", "--gallery-port", `${port}`];
    await using first = await sharing(command, 9, "sea.webp");
    await withPage(await addressOf(first), {}, async (page) => {
      await tile(page, "sea.webp").locator("img.shown").waitFor();
      first.client.kill("SIGTERM");
      await page.getByText("The client has ended.").waitFor();
      await first.client.exit();
      await using next = await sharing(command, 9, "moon.png");
      const address = await addressOf(next);
      await page.getByText("This address is no longer valid").waitFor();
      const other = await page.context().newPage();
      await other.goto(address);
      await tile(other, "moon.png").waitFor();
      await page.getByText("Connected again").waitFor();
      await tile(page, "moon.png").waitFor();
      await page.getByRole("alert").waitFor({ state: "hidden" });
      // It has the new secret for changes too, which neither the address nor a cookie shows.
      await page.getByRole("button", { name: "Downloads" }).click();
      await page.getByLabel("Share downloaded images").uncheck();
      const secret = new URL(address).searchParams.get("token")!;
      const shown = [page.url(), other.url(), JSON.stringify(await page.context().cookies())];
      ok(shown.every((it) => !it.includes(secret)), `${shown}`);
    });
  },
);
