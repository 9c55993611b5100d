/** The queue of downloads as the gallery uses it: the one of the client's menu. */
import type { FetchOutcome, FetchProgress } from "../../../download/fetch_options.ts";
import type { ListedImage } from "../../../protocol/image.ts";
import type { QueuedDownload } from "../api.ts";
import { formatAddress } from "../../../protocol/address.ts";

interface Unfinished {
  readonly image: ListedImage;
  /** Those `left` by an earlier run are resumed by the user. */
  readonly state: "active" | "paused" | "failed" | "left";
  /** Why it failed. */
  readonly reason?: string;
}

/** Downloads that run in the background. */
export interface GalleryDownloads {
  /** Running downloads, and why others are not. */
  readonly unfinished: readonly Unfinished[];
  /** Called when a download ends, each. */
  readonly onOutcome: Set<(outcome: FetchOutcome) => void>;
  /** The downloads that receive bytes; `null` if none is active. `now` is in milliseconds. */
  progress(now: number): { readonly under: readonly (FetchProgress & { readonly rate: number })[] } | null;
  start(images: readonly ListedImage[]): Promise<void>;
  pause(images?: readonly ListedImage[]): void;
  resume(images?: readonly ListedImage[]): Promise<void>;
  stop(images?: readonly ListedImage[]): void;
}

/** The most downloads that a state names: those that receive bytes first, then those whose peers are asked. */
const MAX_NAMED = 1_000;

/** The queue for the page. */
export function queueOf(
  downloads: GalleryDownloads,
  sizeOf: (md5: string) => number | undefined,
  now: number,
): QueuedDownload[] {
  const moving = new Map(downloads.progress(now)?.under.map((it) => [it.image.md5, it]));
  const statusOf = ({ image, state }: Unfinished): QueuedDownload["status"] => {
    if (state !== "active") return state === "failed" ? "failed" : "paused";
    const part = moving.get(image.md5);
    return !part ? "waiting" : part.isAsking ? "asking" : "active";
  };
  return firstOf(downloads.unfinished, statusOf).map((it) => {
    const { image: { md5, name }, reason = "" } = it;
    const { received = 0, size = sizeOf(md5) ?? 0, rate = 0, peer } = moving.get(md5) ?? {};
    const from = peer ? formatAddress(peer) : "";
    return { md5, name, status: statusOf(it), received, size, rate: Math.round(rate), peer: from, reason };
  });
}

/** As many as a state names, in a pass that stays short: of 100,000 downloads it is made four times a second. */
function firstOf(
  downloads: readonly Unfinished[],
  statusOf: (download: Unfinished) => QueuedDownload["status"],
): readonly Unfinished[] {
  if (downloads.length <= MAX_NAMED) return downloads;
  const found: Record<QueuedDownload["status"], Unfinished[]> = {
    active: [],
    asking: [],
    failed: [],
    waiting: [],
    paused: [],
  };
  for (const download of downloads) {
    const same = found[statusOf(download)];
    if (same.length < MAX_NAMED) same.push(download);
  }
  return Object.values(found).flat().slice(0, MAX_NAMED);
}
