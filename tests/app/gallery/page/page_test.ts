/** What people do in the gallery, in headless Chromium, against a server that makes its images up. */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { Page } from "playwright-core";
import { IMAGE_FLAG, type ImageRow, type QueuedDownload } from "../../../../lib/app/gallery/api.ts";
import { needing } from "../../../needs.ts";
import { closeBrowser, until, withPage } from "./chromium.ts";
import { BROKEN, FakeGallery, md5Of, rowOf } from "./fake_gallery.ts";
import { serveGallery } from "./served_gallery.ts";

const QUEUED: QueuedDownload = {
  md5: md5Of(1),
  name: "DSC_0001.jpg",
  status: "waiting",
  received: 0,
  size: 9,
  rate: 0,
  peer: "",
  reason: "",
};

/** Tests with a browser, whose process outlives each of them. */
function story(name: string, fn: () => Promise<void>): void {
  Deno.test({ ...needing(["chromium"], name, fn), sanitizeOps: false, sanitizeResources: false });
}

Deno.test.afterAll(closeBrowser);

function tile(page: Page, i: number): ReturnType<Page["locator"]> {
  return page.locator(".tile").filter({ hasText: `DSC_${String(i).padStart(4, "0")}.jpg` });
}

function choice(page: Page, name: string): ReturnType<Page["locator"]> {
  return page.getByRole("combobox", { name });
}

story(
  "the grid shows thumbnails in their proportions with name, size, date, peers and badges, or why there is none",
  async () => {
    await using gallery = new FakeGallery(60);
    await withPage(gallery.address, {}, async (page) => {
      const first = tile(page, 0);
      await first.locator("img.shown").waitFor();
      const box = await first.locator(".frame").boundingBox();
      await page.getByRole("option", { name: "yours DSC_0000.jpg 40 kB · Sep 13, 2020 · 3 peers" }).waitFor();
      ok(Math.abs(box!.width / box!.height - 4 / 3) < 0.06);
      strictEqual(await tile(page, 3).locator(".badge").textContent(), "here");
      await page.locator(".tile", { hasText: BROKEN }).getByText("The file is damaged.").waitFor();
      strictEqual(await page.locator(".found").textContent(), "60 images");
    });
  },
);

story("a tile whose peer has no time says so, and asks again until there is a thumbnail", async () => {
  await using gallery = new FakeGallery(2);
  const [[busy]] = gallery.rows;
  gallery.withoutThumbnail.set(busy, "The peer is busy.");
  await withPage(gallery.address, {}, async (page) => {
    await page.clock.install();
    await page.reload();
    const reason = tile(page, 0).getByText("The peer is busy.");
    for (const seconds of [3, 6, 12]) {
      await reason.waitFor();
      const again = page.waitForResponse(`**/thumb/${busy}?*`);
      await page.clock.fastForward(seconds * 1_000);
      strictEqual((await again).status(), 404);
    }
    gallery.withoutThumbnail.clear();
    await page.clock.fastForward(24_000);
    await tile(page, 0).locator("img.shown").waitFor();
    await reason.waitFor({ state: "detached" });
  });
});

story(
  "peers that let pictures wait hold up neither downloads nor, in the light box, the picture that is seen",
  async () => {
    await using gallery = new FakeGallery(60);
    const arrived = Promise.withResolvers<void>();
    using _ = { [Symbol.dispose]: arrived.resolve }; // A gallery ends when it has answered everything.
    gallery.beforePicture = arrived.promise;
    await withPage(gallery.address, {}, async (page) => {
      await tile(page, 1).click();
      const box = page.getByRole("dialog", { name: "Image viewer" });
      for (let i = 3; i < 8; i++) {
        await page.keyboard.press("ArrowRight");
        await box.getByText(`${i} of 60`).waitFor();
      }
      await box.getByRole("button", { name: "Download" }).click();
      const request = `POST /api/download {"md5s":["${md5Of(6)}"]}`;
      await until(() => gallery.requests.includes(request), "the request, while pictures wait");
      arrived.resolve();
      await box.locator(`.pswp__item[aria-hidden=false] img.pswp__img[src$="${md5Of(6)}"]`).waitFor();
      await page.keyboard.press("Escape");
      await tile(page, 1).locator("img.shown").waitFor();
    });
  },
);

story(
  "two tabs with slow pictures share what a browser has, and one that is not seen leaves it to the other",
  async () => {
    await using gallery = new FakeGallery(60);
    const arrived = Promise.withResolvers<void>();
    using _ = { [Symbol.dispose]: arrived.resolve };
    gallery.beforePicture = arrived.promise;
    await withPage(gallery.address, {}, async (page) => {
      await until(() => gallery.waiting === 3, "the pictures of the first tab");
      const other = await page.context().newPage();
      const asked: string[] = [];
      other.on("request", (request) => request.url().includes("/thumb/") && asked.push(request.url()));
      await other.goto(gallery.address);
      await tile(other, 2).hover();
      await tile(other, 2).locator(".check").click();
      await other.getByRole("button", { name: "Download", exact: true }).click();
      const request = `POST /api/download {"md5s":["${md5Of(2)}"]}`;
      await until(() => gallery.requests.includes(request), "the request, while pictures of both wait");
      deepStrictEqual([gallery.waiting, asked], [3, []]);
      await page.evaluate(`(() => {
      Object.defineProperty(document, "hidden", { value: true });
      document.dispatchEvent(new Event("visibilitychange"));
    })()`);
      await until(() => asked.length === 3, "the pictures of the tab that is seen");
      arrived.resolve();
      await tile(other, 8).locator("img.shown").waitFor();
    });
  },
);

story(
  "seven tabs leave connections for pictures and commands, and one that is seen again gets what it missed",
  async () => {
    await using gallery = await serveGallery(["sunset.jpg"], ["moon.png"]);
    await withPage(gallery.address, {}, async (first) => {
      const see = (page: Page, isSeen: boolean): Promise<unknown> =>
        page.evaluate(`(() => {
        Object.defineProperty(document, "hidden", { value: ${!isSeen}, configurable: true });
        document.dispatchEvent(new Event("visibilitychange"));
      })()`);
      let last = first;
      for (let i = 1; i < 7; i++) {
        await last.getByRole("option", { name: "moon.png" }).waitFor();
        await see(last, false);
        last = await first.context().newPage();
        await last.goto(gallery.address);
      }
      await until(() => gallery.gallery.streams.size === 1, "one stream, of the tab that is seen");
      await last.locator(".tile", { hasText: "moon.png" }).click({ modifiers: ["Control"] });
      await last.getByRole("button", { name: "Download", exact: true }).click();
      await last.getByText("Downloaded: moon.png").waitFor();
      await see(last, false);
      await until(() => gallery.gallery.streams.size === 0, "no stream");
      const lists: string[] = [];
      first.on("request", (request) => request.url().endsWith("/api/images") && lists.push(request.url()));
      await see(first, true);
      await first.getByText("Downloaded: moon.png").waitFor();
      await first.getByRole("option", { name: "yours moon.png" }).waitFor();
      deepStrictEqual(lists, []);
    });
  },
);

story("lists of images ask again for a thumbnail that there was none of", async () => {
  await using gallery = new FakeGallery(2);
  const [[busy]] = gallery.rows;
  gallery.withoutThumbnail.set(busy, "The peer is busy.");
  await withPage(gallery.address, {}, async (page) => {
    await page.clock.install();
    await page.reload();
    const asked = page.waitForResponse(`**/thumb/${busy}?*`);
    await page.getByRole("button", { name: "History" }).click();
    const widthOfThumb = "[...document.querySelectorAll('.transfer')]" +
      ".find((it) => it.textContent.includes('DSC_0000'))?.querySelector('img')?.naturalWidth";
    await page.clock.runFor(100);
    await asked;
    gallery.withoutThumbnail.clear();
    await until(async () => {
      await page.clock.runFor(1_000);
      return await page.evaluate(widthOfThumb);
    }, "the thumbnail");
  });
});

story("search, filters, albums and order choose what is shown", async () => {
  await using gallery = new FakeGallery(60);
  await withPage(gallery.address, {}, async (page) => {
    const shows = (text: string): Promise<void> =>
      page.locator(".found", { hasText: new RegExp(`^${text}$`) }).waitFor();
    await shows("60 images");
    await page.keyboard.press("/");
    await page.keyboard.type("dsc_001");
    await shows("10 of 60 images");
    await choice(page, "Peer").selectOption("192.0.2.9:5002");
    await shows("5 of 60 images");
    await page.getByLabel("Search by name").fill("");
    await page.getByRole("button", { name: "Clear filters" }).click();
    await shows("60 images");
    await page.getByRole("button", { name: "Porto" }).click();
    await shows("9 of 60 images");
    strictEqual(await page.locator("h1").textContent(), "Porto");
    await page.getByRole("button", { name: "Your images" }).click();
    await shows("15 of 60 images");
    await page.getByRole("button", { name: "All images" }).click();
    await choice(page, "Format").selectOption("TIFF");
    await shows("1 of 60 images");
    await choice(page, "Format").selectOption("");
    await choice(page, "Size").selectOption("huge");
    await shows("0 of 60 images");
    await page.getByText("No image matches.").waitFor();
    await page.getByRole("button", { name: "Clear search and filters" }).click();
    await shows("60 images");
    await choice(page, "Size").selectOption("huge");
    await page.getByRole("button", { name: "Clear filters" }).click();
    await page.getByLabel("From", { exact: true }).fill("2020-09-18");
    await shows("11 of 60 images");
    await page.getByRole("button", { name: "Clear filters" }).click();
    await choice(page, "Sort by").selectOption("size");
    await page.locator('.tile[data-place="0"]', { hasText: "DSC_0059.jpg" }).waitFor();
    await page.getByRole("button", { name: "Reverse order" }).click();
    await page.locator('.tile[data-place="0"]', { hasText: "DSC_0000.jpg" }).waitFor();
  });
});

story("with several networks, each image says which ones list it, and they can be filtered", async () => {
  const trackers = ["192.0.2.1:13377"];
  await using gallery = new FakeGallery(4);
  const [network] = gallery.state.networks;
  await withPage(gallery.address, {}, async (page) => {
    await page.getByText("Tracker 192.0.2.1:13377: registered", { exact: true }).waitFor();
    strictEqual(await choice(page, "Network").count(), 0);
    gallery.setState({ networks: [{ ...network, trackers: ["192.0.2.2:13377", ...trackers] }] });
    await page.getByText("Tracker 192.0.2.2:13377: registered").getByText("If it does not answer: 192.0.2.1:13377")
      .waitFor();
    const lost = "The tracker at 192.0.2.9:1 did not answer.";
    const school = { name: "school:1", trackers: ["192.0.2.9:1"], registered: false, lost };
    gallery.setState({ networks: [network, school] });
    const list = (numbers: readonly number[][]): void =>
      gallery.change([0, 1, 2].map((i) => rowOf(i).with(12, numbers[i]) as unknown as ImageRow));
    list([[0], [0, 1], [1]]);
    await page.getByText("school:1 · The tracker at 192.0.2.9:1 did not answer.").waitFor();
    await page.getByRole("option", { name: /1 peer · 192\.0\.2\.1:13377 · school:1$/ }).waitFor();
    await choice(page, "Network").selectOption("school:1");
    await page.getByText("2 of 4 images").waitFor();
    // Networks come and go, and the one that was chosen is still that one.
    const further = { name: "park:1", trackers: ["192.0.2.10:1"], registered: true, lost: "" };
    gallery.setState({ networks: [network, further, school] });
    list([[0], [0, 2], [1]]);
    await page.getByText("1 of 4 images").waitFor();
    gallery.setState({ networks: [network, further] });
    await page.locator(".found", { hasText: /^4 images$/ }).waitFor();
    strictEqual(await choice(page, "Network").locator("option:checked").textContent(), "Any");
    gallery.setState({ networks: [network, school] });
    list([[0], [0, 1], [1]]);
    await page.getByText("2 of 4 images").waitFor();
    await page.getByRole("button", { name: "Clear filters" }).click();
    await page.locator(".found", { hasText: /^4 images$/ }).waitFor();
    gallery.setState({ mayBeCut: true });
    await page.getByText("Images may be missing: the tracker sends no longer list.").waitFor();
  });
});

story("one, a range and all are selected, downloaded, followed, paused, canceled and tried again", async () => {
  await using gallery = new FakeGallery(60);
  await withPage(gallery.address, {}, async (page) => {
    await tile(page, 1).hover();
    await tile(page, 1).locator(".check").click();
    await tile(page, 4).click({ modifiers: ["Shift"] });
    await page.getByText("4 images selected").waitFor();
    await page.getByRole("button", { name: "Download", exact: true }).click();
    const chosen = [1, 2, 4].map(md5Of);
    await until(() => gallery.requests.length === 1, "the request");
    deepStrictEqual(JSON.parse(gallery.requests[0].replace("POST /api/download ", "")), { md5s: chosen });
    const [rate, peer] = [2_000_000, "192.0.2.7:4001"];
    const queue = chosen.map((md5, i): QueuedDownload => {
      const status = (["active", "waiting", "failed"] as const)[i];
      const reason = status === "failed" ? "No peer sent it." : "";
      return { md5, name: `DSC_${i}.jpg`, status, received: 0, size: 4_000_000, rate: 0, peer: "", reason };
    });
    gallery.change(chosen.map((_, i) => rowOf([1, 2, 4][i])).map((row) => withFlags(row, IMAGE_FLAG.fetching)));
    gallery.setState({ queue });
    gallery.send("progress", [{ md5: chosen[0], received: 1_000_000, size: 4_000_000, rate, peer }]);
    await tile(page, 1).getByText("downloading 25 %").waitFor();
    await page.locator(".in-short").click();
    await page.getByText("1 MB of 4 MB · 2 MB/s · from 192.0.2.7:4001").waitFor();
    await page.getByText("No peer sent it.").waitFor();
    await page.getByRole("button", { name: "Pause: DSC_0.jpg" }).click();
    await page.getByRole("button", { name: "Cancel: DSC_1.jpg" }).click();
    await page.getByRole("button", { name: "Retry failed" }).click();
    await page.getByRole("button", { name: "Pause all" }).click();
    await page.getByLabel("Share downloaded images").click();
    await until(() => gallery.requests.length === 6, "the requests");
    deepStrictEqual(
      new Set(gallery.requests.slice(1)),
      new Set([
        `POST /api/pause {"md5s":["${chosen[0]}"]}`,
        `POST /api/cancel {"md5s":["${chosen[1]}"]}`,
        "POST /api/retry {}",
        "POST /api/pause {}",
        'POST /api/reshare {"on":false}',
      ]),
    );
    gallery.send("outcome", { md5: chosen[0], name: "DSC_0.jpg", kind: "saved", reason: "" });
    gallery.setState({ queue: [] });
    await page.getByText("Downloaded: DSC_0.jpg").waitFor();
    await page.getByText("No downloads.").waitFor();
  });
});

story("on a narrow screen a reason is read in whole, and what sorts the images takes one line", async () => {
  const reason = "Neither 192.0.2.7:4001, which does not answer, nor 192.0.2.8:4001, sent it. ".repeat(3);
  const queue = [0, 1, 2].map((i): QueuedDownload => {
    const [status, more] = i === 2 ? ["waiting" as const, ""] : ["failed" as const, reason];
    return { md5: md5Of(i), name: `DSC_${i}.jpg`, status, received: 0, size: 9, rate: 0, peer: "", reason: more };
  });
  await using gallery = new FakeGallery(9, { language: "pt", queue, own: { images: 0, bytes: 0 } });
  await withPage(gallery.address, { viewport: { width: 360, height: 740 }, locale: "pt-BR" }, async (page) => {
    await page.getByRole("button", { name: "Selecionar tudo" }).waitFor();
    const bar = page.locator(".view-bar");
    const tops: number[] = [];
    for (const it of await bar.locator("button, select").all()) {
      const { y, height } = (await it.boundingBox())!;
      tops.push(Math.round(y + height / 2));
    }
    deepStrictEqual(tops.map((it) => Math.abs(it - tops[0]) < 2), [true, true, true], `${tops}`);
    await page.getByRole("button", { name: "Exibições e filtros" }).click();
    await page.getByText("Você compartilha 0 imagens", { exact: true }).waitFor();
    await page.locator(".view", { hasText: "Downloads" }).click();
    const areWhole = (): Promise<boolean> =>
      page.evaluate(`(() => {
        const rows = [...document.querySelectorAll(".queue li")].map((it) => it.getBoundingClientRect());
        const facts = [...document.querySelectorAll(".queue .facts")];
        return facts.some((it) => it.clientHeight > 60) && facts.every((it) => it.scrollHeight <= it.clientHeight) &&
          rows.every(({ top }, i) => i === 0 || Math.abs(top - rows[i - 1].bottom) < 1);
      })()`);
    await until(areWhole, "all of each reason, in rows that touch");
    gallery.setState({ queue: queue.slice(1).reverse() });
    await page.getByText("DSC_0.jpg").waitFor({ state: "hidden" });
    await until(areWhole, "the same of a shorter queue");
  });
});

story("the light box zooms, leads on by key, shows details, and Back closes it", async () => {
  await using gallery = new FakeGallery(60);
  await withPage(gallery.address, {}, async (page) => {
    await tile(page, 3).click();
    const box = page.getByRole("dialog", { name: "Image viewer" });
    await box.getByText("4 of 60").waitFor();
    await page.keyboard.press("ArrowRight");
    await box.getByText("5 of 60").waitFor();
    await box.getByRole("button", { name: "Details" }).click();
    for (const text of ["Canon EOS R6", "contains GPS coordinates", "4,000 × 4,000", "192.0.2.7:4001"]) {
      await box.getByText(text).waitFor();
    }
    await box.getByRole("button", { name: "Download" }).click();
    await until(() => gallery.requests.includes(`POST /api/download {"md5s":["${md5Of(4)}"]}`), "the request");
    await box.getByRole("button", { name: "Previous image" }).click();
    await box.getByText("4 of 60").waitFor();
    await box.getByRole("button", { name: "Share" }).click();
    await until(() => gallery.requests.includes(`POST /api/share {"md5s":["${md5Of(3)}"]}`), "the request");
    const save = box.getByRole("link", { name: "Save with the browser" });
    strictEqual(await save.getAttribute("href"), `/image/${md5Of(3)}?original`);
    await page.goBack();
    await box.waitFor({ state: "detached" });
    await until(() => page.evaluate("document.activeElement.id === 'images'"), "the focus on the grid");
    await page.locator(".tile.active .name", { hasText: "DSC_0003.jpg" }).waitFor();
    await page.locator(".tile", { hasText: BROKEN }).click();
    await box.getByText("The file is damaged.").waitFor();
  });
});

story("everything is reached by keyboard", async () => {
  await using gallery = new FakeGallery(200);
  await withPage(gallery.address, {}, async (page) => {
    await tile(page, 0).waitFor();
    while (await page.evaluate("document.activeElement.id") !== "images") await page.keyboard.press("Tab");
    const press = async (...keys: string[]): Promise<void> => {
      for (const key of keys) await page.keyboard.press(key);
    };
    const active = `document.getElementById(document.getElementById("images").getAttribute("aria-activedescendant"))
        ?.querySelector(".name").textContent`;
    const isActive = (name: string): Promise<void> => until(async () => await page.evaluate(active) === name, name);
    await isActive("DSC_0000.jpg");
    await press("ArrowRight", "ArrowRight");
    await isActive("DSC_0002.jpg");
    await press("End");
    await tile(page, 199).waitFor();
    await isActive("DSC_0199.jpg");
    await press("Home", "Space", "Shift+ArrowRight", "Shift+ArrowRight");
    await page.getByText("3 images selected").waitFor();
    await press("Control+a");
    await page.getByText("200 images selected").waitFor();
    await press("Escape", "ArrowRight", "Enter");
    const box = page.getByRole("dialog", { name: "Image viewer" });
    await box.getByText("4 of 200").waitFor();
    await press("i");
    await box.getByText("Canon EOS R6").waitFor();
    await press("Escape");
    await box.waitFor({ state: "detached" });
    await isActive("DSC_0003.jpg");
  });
});

story("images come and go live, and the place where one looks does not move", async () => {
  await using gallery = new FakeGallery(400);
  await withPage(gallery.address, {}, async (page) => {
    await choice(page, "Sort by").selectOption("name");
    await tile(page, 0).waitFor();
    await page.evaluate(`document.querySelector(".grid").scrollTop = 4_050`);
    const seen = (): Promise<string> =>
      page.evaluate(`(() => {
        const it = [...document.querySelectorAll(".tile")].find((it) => it.getBoundingClientRect().top > 250);
        if (!it) return ""; // Those in the middle are not drawn yet.
        const { left, top } = it.getBoundingClientRect();
        return top < 600 ? [it.id, Math.round(left), Math.round(top)].join(" ") : "";
      })()`);
    let before = "";
    await until(async () => {
      const last = before;
      before = await seen();
      return before !== "" && before === last;
    }, "the rows in the middle, which rest");
    const added = Array.from({ length: 5 }, (_, i) => withName(rowOf(1_000 + i), `AAA_${i}.jpg`));
    gallery.change(added, [md5Of(3), md5Of(9)]);
    await page.locator(".found", { hasText: /^403 images$/ }).waitFor();
    await until(async () => await seen() === before, `the same place as before: ${before}`);
    await page.evaluate(`document.querySelector(".grid").scrollTop = 0`);
    await page.locator(".tile", { hasText: "AAA_0.jpg" }).waitFor();
    strictEqual(await tile(page, 3).count(), 0);
  });
});

story(
  "a page that lost its client says so, comes back with what changed, and names a client that was restarted",
  async () => {
    await using gallery = new FakeGallery(20);
    await withPage(gallery.address, {}, async (page) => {
      await tile(page, 0).waitFor();
      await gallery.stop();
      await page.getByText("The client does not answer. Retrying…").waitFor();
      ok(await tile(page, 0).isVisible());
      gallery.rows = [...gallery.rows, rowOf(20)];
      gallery.restart();
      await page.getByText("Connected again").waitFor();
      await page.locator(".found", { hasText: /^21 images$/ }).waitFor();
      await page.getByRole("alert").waitFor({ state: "hidden" });
      gallery.isRefusing = true;
      await gallery.stop();
      gallery.restart();
      await page.getByText("This address is no longer valid").waitFor();
    });
  },
);

story("a client that is silent for long is lost too, since a machine that sleeps closes no connection", async () => {
  await using gallery = new FakeGallery(1);
  await withPage(gallery.address, {}, async (page) => {
    await page.clock.install();
    await page.reload();
    await tile(page, 0).waitFor();
    await page.clock.fastForward(40_000);
    await page.getByText("The client does not answer. Retrying…").waitFor();
    await page.clock.fastForward(2_000);
    await page.getByText("Connected again").waitFor();
    await page.getByRole("alert").waitFor({ state: "hidden" });
  });
});

story("dropped and chosen files are sent to the client under their names", async () => {
  await using gallery = new FakeGallery(3);
  await withPage(gallery.address, {}, async (page) => {
    await tile(page, 0).waitFor();
    await page.evaluate(`(() => {
      const files = new DataTransfer();
      files.items.add(new File(["abc"], "praça #1.png"));
      const options = { dataTransfer: files, bubbles: true, cancelable: true };
      document.body.dispatchEvent(new DragEvent("dragover", options));
      document.body.dispatchEvent(new DragEvent("drop", options));
    })()`);
    await page.getByText("1 file added").waitFor();
    const mimeType = "image/png";
    await page.locator("input[type=file]").setInputFiles([
      { name: "a.png", mimeType, buffer: Buffer.from("12345") },
      { name: "b.png", mimeType, buffer: Buffer.from("12") },
    ]);
    await page.getByText("2 files added").waitFor();
    deepStrictEqual(gallery.requests, [
      "PUT /api/files/praça #1.png 3",
      "PUT /api/files/a.png 5",
      "PUT /api/files/b.png 2",
    ]);
  });
});

story("read-only pages offer no change", async () => {
  await using gallery = new FakeGallery(20, { canControl: false });
  await withPage(gallery.address, {}, async (page) => {
    await page.getByText("Read-only: images can be viewed").waitFor();
    await tile(page, 1).waitFor();
    for (const name of ["Download", "Downloads", "Share files", "Share", "Select all"]) {
      strictEqual(await page.getByRole("button", { name, exact: true }).count(), 0);
    }
  });
});

for (const [language, owned] of [["en", /\byours?\b|\bYou\b/i], ["pt", /\b(sua|seu)s?\b|você/i]] as const) {
  story(`read-only pages speak of the client, not of its user, in ${language}`, async () => {
    await using gallery = new FakeGallery(20, { canControl: false, language });
    await withPage(gallery.address, {}, async (page) => {
      await tile(page, 0).locator(".badge").waitFor();
      const read = async (): Promise<void> => {
        const text = `${await page.locator("body").innerText()} ${await page.locator("select").allInnerTexts()}`;
        strictEqual(text.match(owned)?.[0], undefined, text);
      };
      await read();
      gallery.send("bye", null);
      await page.locator(".connection-message.ended").waitFor();
      await read();
    });
  });
}

story("read-only pages select nothing, by click or by key, and open images", async () => {
  // Few enough that all are seen, however far a key scrolls.
  await using gallery = new FakeGallery(3, { canControl: false, queue: [QUEUED] });
  await withPage(gallery.address, {}, async (page) => {
    await tile(page, 1).waitFor();
    await page.locator("#images").focus();
    for (const key of ["Space", "Shift+ArrowRight", "Control+a"]) await page.keyboard.press(key);
    deepStrictEqual(await page.locator(".selection-bar, [aria-selected=true], .check, .in-short").count(), 0);
    gallery.send("outcome", { md5: md5Of(1), name: "DSC_0001.jpg", kind: "saved", reason: "" });
    gallery.change([rowOf(30)]);
    await page.locator(".found", { hasText: /^4 images$/ }).waitFor();
    strictEqual(await page.locator(".notice").count(), 0); // Somebody else downloaded it.
    await tile(page, 1).click({ modifiers: ["Control"] });
    await page.getByRole("dialog", { name: "Image viewer" }).waitFor();
  });
});

story("many downloads that end are counted in one message, failures in another", async () => {
  await using gallery = new FakeGallery(20);
  await withPage(gallery.address, {}, async (page) => {
    await tile(page, 0).waitFor();
    for (let i = 0; i < 8; i++) {
      const [md5, name] = [md5Of(i), `DSC_${i}.jpg`];
      const [kind, reason] = i < 6 ? ["saved", ""] as const : ["failed", `No peer sent ${name}.`] as const;
      gallery.send("outcome", { md5, name, kind, reason });
    }
    await page.getByText("2 downloads failed. “Downloads” shows why.").waitFor();
    const notices = page.locator(".notice > span");
    deepStrictEqual(await notices.allTextContents(), [
      "6 images downloaded",
      "2 downloads failed. “Downloads” shows why.",
    ]);
    gallery.send("outcome", { md5: md5Of(9), name: "a.jpg", kind: "saved", reason: "Not shared." });
    await page.getByText("Downloaded: a.jpg. Not shared.").waitFor(); // Another thing to say.
    strictEqual(await notices.count(), 3);
  });
});

story("in a low window the trackers are seen, and each fact below a picture is whole or left out", async () => {
  await using gallery = new FakeGallery(60);
  for (const [width, height] of [[1366, 660], [1100, 700], [800, 600], [360, 740]]) {
    await withPage(gallery.address, { viewport: { width, height } }, async (page) => {
      await tile(page, 0).waitFor();
      const cut = await page.evaluate(`[...document.querySelectorAll(".tile .facts")].flatMap((facts) => {
        const { bottom, right } = facts.getBoundingClientRect();
        return [...facts.children].filter((it, i) => {
          const box = it.getBoundingClientRect();
          return box.top < bottom - 1 && (box.right > right + 1 || it.scrollWidth > it.clientWidth || i > 0 && box.bottom > bottom + 1);
        }).map((it) => it.textContent);
      })`);
      deepStrictEqual(cut, []);
      if (width < 900) await page.getByRole("button", { name: "Views and filters" }).click();
      const isSeen = `(() => {
        const { left, bottom, height, width } = document.querySelector(".network").getBoundingClientRect();
        const at = document.elementFromPoint(left + width / 2, bottom - height / 2);
        return document.querySelector(".connected").contains(at) &&
          document.querySelector(".connected").getBoundingClientRect().bottom <= innerHeight;
      })()`;
      await until(() => page.evaluate(isSeen), `the trackers are seen: ${width}`);
    });
  }
});

story("history asks for no thumbnail of an image that nobody has any more", async () => {
  await using gallery = new FakeGallery(9);
  await withPage(gallery.address, {}, async (page) => {
    await tile(page, 0).waitFor();
    gallery.rows = [rowOf(99), ...gallery.rows]; // The history has it, and the list of the page does not.
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    await page.getByRole("button", { name: "History" }).click();
    await page.getByText("DSC_0099.jpg").first().waitFor();
    await page.locator(".transfer img").nth(8).waitFor();
    ok(!asked.some((it) => it.includes(md5Of(99))), `${asked}`);
    gallery.change([rowOf(99)]);
    await until(() => asked.some((it) => it.includes(md5Of(99))), "its thumbnail, once a peer has it");
  });
});

story("history is shown by pages", async () => {
  await using gallery = new FakeGallery(70);
  await withPage(gallery.address, {}, async (page) => {
    await page.getByRole("button", { name: "History" }).click();
    await page.locator(".transfer").nth(29).waitFor();
    await page.getByRole("button", { name: "Show more" }).click();
    await page.locator(".transfer").nth(59).waitFor();
    strictEqual(await page.getByRole("button", { name: "Show more" }).count(), 0);
  });
});

story("a phone and a wall show everything without scrolling sideways", async () => {
  await using gallery = new FakeGallery(200);
  for (const [width, height] of [[360, 740], [2560, 1440]]) {
    await withPage(gallery.address, { viewport: { width, height }, hasTouch: width < 900 }, async (page) => {
      await tile(page, 0).locator("img.shown").waitFor();
      await tile(page, 1).click({ modifiers: ["Control"] });
      const download = page.getByRole("button", { name: "Download", exact: true });
      await download.waitFor();
      for (const kind of ["failed", "saved"] as const) {
        gallery.send("outcome", {
          md5: md5Of(1),
          name: `Porto/${"long ".repeat(30)}.jpg`,
          kind,
          reason: "No peer sent it.",
        });
      }
      await page.locator(".notice").nth(1).waitFor();
      const isFree = `(() => {
        const button = document.querySelector(".selection-bar .main-button");
        const { left, top, width, height } = button.getBoundingClientRect();
        return button.contains(document.elementFromPoint(left + width / 2, top + height / 2));
      })()`;
      await until(() => page.evaluate(isFree), "messages cover nothing that can be done");
      if (width < 900) {
        await page.getByRole("button", { name: "Views and filters" }).click();
        await page.getByRole("dialog").getByRole("button", { name: "Porto" }).click();
        await page.locator("h1", { hasText: "Porto" }).waitFor();
      }
      ok(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), `${width}`);
    });
  }
});

story("100,000 images: few are drawn, search is fast, and both ends are reached", async () => {
  await using gallery = new FakeGallery(100_000);
  await withPage(gallery.address, {}, async (page) => {
    await tile(page, 0).waitFor();
    ok(await page.locator(".tile").count() < 120);
    await page.locator("#images").focus();
    await page.keyboard.press("End");
    await page.locator(".tile", { hasText: "DSC_99999.jpg" }).locator("img.shown").waitFor();
    ok(await page.locator(".tile").count() < 120);
    // The processor time of the page's thread, whatever else the machine does.
    const session = await page.context().newCDPSession(page);
    await session.send("Performance.enable", { timeDomain: "threadTicks" });
    const used = async (): Promise<number> =>
      (await session.send("Performance.getMetrics")).metrics.find(({ name }) => name === "TaskDuration")!.value;
    const before = await used();
    for (const text of ["dsc_4", "dsc_40", "dsc_401", "dsc_4012", "porto"]) {
      await page.getByLabel("Search by name").fill(text);
      await page.evaluate("new Promise(requestAnimationFrame)");
    }
    await page.locator(".found", { hasText: "16,666 of 100,000 images" }).waitFor();
    const seconds = await used() - before;
    ok(seconds < 5 * 0.2, `five searches take ${seconds} s`);
  });
});

function withFlags(row: ImageRow, flags: number): ImageRow {
  return row.with(9, flags) as unknown as ImageRow;
}

function withName(row: ImageRow, name: string): ImageRow {
  return row.with(1, name) as unknown as ImageRow;
}
