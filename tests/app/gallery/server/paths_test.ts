import { deepStrictEqual } from "node:assert/strict";
import { type DownloadingPeer, Downloads } from "../../../../lib/app/cli/commands/downloads.ts";
import { Terminal } from "../../../../lib/app/cli/output/terminal.ts";
import type { GalleryState } from "../../../../lib/app/gallery/api.ts";
import { ENGLISH } from "../../../../lib/app/words/en/words.ts";
import { Fault } from "../../../../lib/fault/fault.ts";
import { soon } from "../../../support.ts";
import { openGallery } from "./open_gallery.ts";
import { eventsIn } from "./visit.ts";

Deno.test("why a download failed is said without the path of the directory: others may see pages, too", async () => {
  const path = "/home/ana/Pictures";
  const noRoom = new Fault("no-room", { path, name: "a.gif", bytes: 9 });
  const cases = [
    [
      new Fault("disk-full", { path }),
      "The disk of Pictures is full: free space and download the image again.",
    ],
    [
      new Fault("fetch-failed", { name: "a.gif", faults: [noRoom] }),
      "a.gif could not be downloaded. The disk of Pictures does not have enough space for a.gif: free space and download the " +
      "image again. List the images again, or try again later.",
    ],
  ] as const;
  for (const [fault, expected] of cases) {
    const image = { md5: "0".repeat(32), name: "a.gif", peers: [] };
    const fetchAll: DownloadingPeer["downloads"]["fetchAll"] = (_images, watcher) => {
      watcher!.onOutcome!({ kind: "failed", image, fault });
      return Promise.resolve([]);
    };
    const peer = { networks: { registered: true }, downloads: { fetchAll } };
    const terminal = new Terminal();
    terminal.attach({ line: () => {}, status: () => {} });
    const downloads = new Downloads(peer as unknown as DownloadingPeer, terminal, ENGLISH);
    await using it = await openGallery([], [], { downloads });
    const page = eventsIn(await it.request("/api/events"));
    await downloads.start([image]);
    const reasonShown = async (): Promise<string> => {
      for await (const { event, data } of page) if (event === "outcome") return JSON.parse(data).reason;
      return "";
    };
    const { queue } = await it.json<GalleryState>("/api/state");
    const reasons = [await soon(reasonShown(), "the outcome"), ...queue.map(({ reason }) => reason)];
    deepStrictEqual([...reasons, it.gallery.reason(fault)], [expected, expected, expected]);
  }
});
