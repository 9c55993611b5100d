/** Makes the thumbnails of a directory ahead of time, when nothing else is to do. */
import type { SharedImage } from "../../folder/image_index.ts";
import { pause } from "../../net/pause.ts";
import type { Peer } from "../../peer/peer.ts";
import type { OwnThumbnails } from "./own_thumbnails.ts";
import type { ThumbnailCache } from "./thumbnail_cache.ts";

/** The size that grids show, in pixels. */
const PIXELS = 256;

/** Times, in milliseconds. */
export interface AheadTimes {
  /** How long nothing was transferred or asked for before it begins. */
  readonly idle: number;
  /** How often it looks whether that is so. */
  readonly check: number;
  /** How often it looks for further images when all are made. */
  readonly again: number;
}

const TIMES: AheadTimes = { idle: 10_000, check: 1_000, again: 60_000 };

/** It works at most a fifth of the time, so that a laptop stays cool. */
const REST = 4;

/** How many images are looked up in the cache at a time: some milliseconds. */
const LOOKED_UP_AT_ONCE = 2_000;

/** What thumbnails are made of. */
export interface AheadOptions {
  readonly folder: Peer["folder"];
  readonly own: OwnThumbnails;
  readonly cache: ThumbnailCache;
  /** For how long nothing else was to do, in milliseconds. */
  readonly idleMs: () => number;
  readonly times?: AheadTimes;
}

/** Makes what is missing until the signal is aborted; never rejects. */
export async function makeAhead(
  { folder, own, cache, idleMs, times = TIMES }: AheadOptions,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    for (const image of await missing(folder, cache, signal)) {
      while (idleMs() < times.idle && !signal.aborted) await pause(times.check, signal);
      if (signal.aborted || !cache.isRoomy) break;
      const began = performance.now();
      await own.get(image, PIXELS, folder, signal).catch(() => {}); // It changed, or the program ends.
      await pause(REST * (performance.now() - began), signal);
    }
    await pause(times.again, signal);
  }
}

/** The shared images without a thumbnail. */
async function missing({ images }: Peer["folder"], cache: ThumbnailCache, signal: AbortSignal): Promise<SharedImage[]> {
  const found: SharedImage[] = [];
  for (let at = 0; at < images.length && !signal.aborted; at += LOOKED_UP_AT_ONCE) {
    const some = images.slice(at, at + LOOKED_UP_AT_ONCE);
    const md5s = new Set(cache.missing(some.map(({ md5 }) => md5), PIXELS));
    for (const image of some) if (md5s.has(image.md5)) found.push(image);
    await pause(1, signal);
  }
  return found;
}
