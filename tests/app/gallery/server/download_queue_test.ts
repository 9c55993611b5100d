import { deepStrictEqual } from "node:assert/strict";
import { type GalleryDownloads, queueOf } from "../../../../lib/app/gallery/server/download_queue.ts";
import type { ListedImage } from "../../../../lib/protocol/image.ts";

type Unfinished = GalleryDownloads["unfinished"][number];

const image = (n: number): ListedImage => ({ md5: n.toString(16).padStart(32, "0"), name: `${n}.jpg`, peers: [] });

/** A queue in which the downloads with these numbers receive bytes. */
function queueWith(
  unfinished: readonly Unfinished[],
  moving: readonly number[],
  asking: readonly number[] = [],
): GalleryDownloads {
  const peer = { host: "10.0.0.1", port: 5 };
  const under = [
    ...moving.map((n) => ({ image: image(n), received: 1, size: 9, rate: 2.6, peer })),
    ...asking.map((n) => ({ image: image(n), received: 0, rate: 0, peer, isAsking: true })),
  ];
  const nothing = (): never => {
    throw new Error("not here");
  };
  return {
    unfinished,
    onOutcome: new Set(),
    progress: () => ({ under: under as never }),
    start: nothing,
    pause: nothing,
    resume: nothing,
    stop: nothing,
  };
}

Deno.test("a short queue is in the order in which it was chosen", () => {
  const states = ["paused", "active", "left", "failed", "active", "active"] as const;
  const unfinished = states.map((state, n) => ({
    image: image(n),
    state,
    ...state === "failed" && { reason: "gone" },
  }));
  const queue = queueOf(queueWith(unfinished, [4], [5]), (md5) => md5.endsWith("1") ? 7 : undefined, 0);
  deepStrictEqual(queue.map(({ name, status, size, reason }) => [name, status, size, reason]), [
    ["0.jpg", "paused", 0, ""],
    ["1.jpg", "waiting", 7, ""],
    ["2.jpg", "paused", 0, ""],
    ["3.jpg", "failed", 0, "gone"],
    ["4.jpg", "active", 9, ""],
    ["5.jpg", "asking", 0, ""],
  ]);
  const { received, rate, peer } = queue[4];
  deepStrictEqual([received, rate, peer], [1, 3, "10.0.0.1:5"]);
});

Deno.test("of a hundred thousand downloads those are named that move, that failed, and some that wait", () => {
  const unfinished = Array.from({ length: 100_000 }, (_, n): Unfinished => ({
    image: image(n),
    state: n % 1_000 === 0 ? "failed" : "active",
  }));
  const queue = queueOf(queueWith(unfinished, [77_777, 99_999]), () => 0, 0);
  deepStrictEqual(queue.length, 1_000);
  deepStrictEqual(queue.slice(0, 3).map(({ name }) => name), ["77777.jpg", "99999.jpg", "0.jpg"]);
  deepStrictEqual(queue.filter(({ status }) => status === "failed").length, 100);
  deepStrictEqual(queue.at(-1)!.status, "waiting");
});
