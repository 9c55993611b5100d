/** The queue of downloads as the gallery uses it: the one of the client's menu. */
import type { FetchOutcome, FetchProgress } from "../../../download/fetch_options.ts";
import type { ListedImage } from "../../../protocol/image.ts";
import type { QueuedDownload } from "../api.ts";
import { formatAddress } from "../../../protocol/address.ts";

/** Downloads that run in the background. */
export interface GalleryDownloads {
  /** Running downloads, and why others are not: those `left` by an earlier run are resumed by the user. */
  readonly unfinished: readonly {
    readonly image: ListedImage;
    readonly state: "active" | "paused" | "failed" | "left";
    /** Why it failed. */
    readonly reason?: string;
  }[];
  /** Called when a download ends, each. */
  readonly onOutcome: Set<(outcome: FetchOutcome) => void>;
  /** The downloads that receive bytes; `null` if none is active. `now` is in milliseconds. */
  progress(now: number): { readonly under: readonly (FetchProgress & { readonly rate: number })[] } | null;
  start(images: readonly ListedImage[]): Promise<void>;
  pause(images?: readonly ListedImage[]): void;
  resume(images?: readonly ListedImage[]): Promise<void>;
  stop(images?: readonly ListedImage[]): void;
}

/** The most downloads that a state names: those that receive bytes first. */
const MAX_NAMED = 1_000;

/** The queue for the page. */
export function queueOf(
  downloads: GalleryDownloads,
  sizeOf: (md5: string) => number | undefined,
  now: number,
): QueuedDownload[] {
  const moving = new Map(downloads.progress(now)?.under.map((it) => [it.image.md5, it]));
  const queue = downloads.unfinished.map(({ image: { md5, name }, state, reason = "" }): QueuedDownload => {
    const { received = 0, size = sizeOf(md5) ?? 0, rate = 0, peer } = moving.get(md5) ?? {};
    const status = state === "active" ? peer ? "active" : "waiting" : state === "failed" ? "failed" : "paused";
    return { md5, name, status, received, size, rate: Math.round(rate), peer: peer ? formatAddress(peer) : "", reason };
  });
  if (queue.length <= MAX_NAMED) return queue;
  const order = ["active", "failed", "waiting", "paused"];
  return queue.sort((a, b) => order.indexOf(a.status) - order.indexOf(b.status)).slice(0, MAX_NAMED);
}
