/** Networks with more images than the gallery holds: a real tracker, peers, and the gallery's server. */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import type {
  FoundPage,
  GalleryImages,
  GalleryState,
  ImageRow,
  ImagesChange,
} from "../../../../lib/app/gallery/api.ts";
import { TrackerClient } from "../../../../mod.ts";
import { HOSTILE_NAMES } from "../../../hostile_names.ts";
import { type GalleryRequests, openGallery } from "./open_gallery.ts";
import { eventsIn } from "./visit.ts";

const OTHERS = ["blink.gif", "dots.bmp", "dusk.heic", "forest.avif", "grey.tiff", "moon.png"];

/** Follows the gallery as a page does; waits for the row of an image, by its name, that is as wanted. */
async function rowsOf(
  it: GalleryRequests,
): Promise<(name: string, isIt?: (row: ImageRow) => boolean) => Promise<ImageRow>> {
  const events = eventsIn(await it.request("/api/events"));
  return async (name, isIt = () => true) => {
    for (;;) {
      const { value, done } = await events.next();
      if (done) throw new Error("the stream ended");
      const rows = value.event === "images" ? (JSON.parse(value.data) as ImagesChange).images : [];
      const row = rows.find((row) => row[1] === name && isIt(row));
      if (row) return row;
    }
  };
}

async function namesOf(it: GalleryRequests): Promise<string[]> {
  const { images } = await it.json<GalleryImages>("/api/images");
  return images.map(([, name]) => name).sort();
}

Deno.test("of a network with more images than are held, one's own are shown, and those that are found", async () => {
  await using it = await openGallery(["sunset.jpg"], OTHERS, { most: 5 });
  const row = await rowsOf(it);
  deepStrictEqual(await namesOf(it), ["sunset.jpg"]);
  const { total, mayBeCut } = await it.json<GalleryState>("/api/state");
  deepStrictEqual([total, mayBeCut], [7, false]);
  const { next, first } = await it.json<FoundPage>("/api/find?text=DOTS");
  const found = await row("dots.bmp");
  deepStrictEqual([next, found[0], found[8], found[9]], ["", first, 0, 0]);
  strictEqual((await it.post("download", { md5s: [first] })).status, 204);
  await row("dots.bmp", ([, , , , , , , , , flags]) => (flags & 1) > 0);
  deepStrictEqual(await it.json("/api/find?text=nothing%20like%20it"), { next: "", first: "" });
  ok((await it.json<FoundPage>("/api/find?text=")).first !== "");
  await row("moon.png");
  deepStrictEqual(await namesOf(it), [...OTHERS, "sunset.jpg"].sort());
});

Deno.test("what is found comes page by page, with any names, and a wrong place is the beginning", async () => {
  await using it = await openGallery([], [], { most: 5 });
  await using ana = await TrackerClient.open(it.peer.tracker.address);
  const many = Array.from({ length: 1_500 }, (_, i) => ({ md5: `${i}`.padStart(32, "0"), name: `a ${i}.jpg` }));
  const hostile = HOSTILE_NAMES.map((name, i) => ({ md5: `${i}`.padStart(32, "e"), name: name.slice(0, 250) }));
  await ana.register("a", 5_000, [...many, ...hostile]);
  const row = await rowsOf(it);
  await namesOf(it);
  const [one, odd] = [await it.json<FoundPage>("/api/find?text=a"), await it.json("/api/find?text=a&from=x,1")];
  deepStrictEqual(odd, one);
  ok(one.next !== "");
  await row("a 999.jpg");
  const { next } = await it.json<FoundPage>(`/api/find?text=a&from=${one.next}`);
  strictEqual(next, "");
  await row("a 1499.jpg");
  const listed = (await ana.list()).images.filter(({ md5 }) => md5.startsWith("eee"));
  for (const { md5 } of listed) await it.json(`/api/find?text=${md5}`);
  await row(listed.at(-1)!.name);
  const { images } = await it.json<GalleryImages>("/api/images");
  deepStrictEqual(
    images.filter(([md5]) => md5.startsWith("eee")).map(([md5, name]) => ({ md5, name })),
    listed.map(({ md5, name }) => ({ md5, name })),
  );
});

Deno.test("of several networks those that are small are held, and the large ones searched", async () => {
  await using it = await openGallery(["sunset.jpg"], OTHERS, { most: 12 }, 1);
  const [small, large] = it.peer.networks.all;
  await using ana = await TrackerClient.open(small.tracker.address);
  await ana.register("a", 5_000, [{ md5: "a".repeat(32), name: "ana.gif" }]);
  const row = await rowsOf(it);
  await row("ana.gif");
  deepStrictEqual(await namesOf(it), ["ana.gif", "sunset.jpg"]);
  deepStrictEqual([small, large].map(({ tracker }) => tracker.lists.found.total), [0, 7]);
  strictEqual((await it.json<GalleryState>("/api/state")).total, 8);
  deepStrictEqual((await it.json<FoundPage>("/api/find?text=gif")).next, "");
  deepStrictEqual((await row("blink.gif"))[12], [1]);
  deepStrictEqual(await namesOf(it), ["ana.gif", "blink.gif", "sunset.jpg"]);
});
