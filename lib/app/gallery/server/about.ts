/** What is known about one image, and about earlier transfers. */
import { networksOf } from "../../../announce/list/merge_lists.ts";
import type { History } from "../../../download/history.ts";
import { infoOf } from "../../../folder/image_index.ts";
import { ImageBytes } from "../../../formats/bytes.ts";
import { cameraOf } from "../../../formats/taken.ts";
import type { HistoryPage, ImageDetails } from "../api.ts";
import type { Gallery } from "./gallery_server.ts";

/** How many bytes of a file are searched for its camera: EXIF is at the beginning, in at most 64 KiB of a JPEG. */
const HEAD_BYTES = 1 << 20;

/** The details of an image; `null` if it is neither here nor on the network. */
export async function imageDetails(md5: string, { view, parts: { peer } }: Gallery): Promise<ImageDetails | null> {
  const own = await view.here(md5);
  const listed = view.listed(md5);
  if (!own && !listed) return null;
  const { size = 0, mime: type = "", width = 0, height = 0, taken = 0, modified = 0 } =
    (own ? infoOf(own) : peer.downloads.infos.get(md5)) ?? {};
  return {
    md5,
    name: (own ?? listed!).name,
    path: own?.path ?? "",
    size,
    type,
    width,
    height,
    taken,
    modified,
    camera: own ? await camera() : "",
    hasLocation: own && !own.uncertain ? own.located : null,
    peers: view.holders(md5),
    networks: listed ? networksOf(listed) : [],
  };

  async function camera(): Promise<string> {
    using file = await peer.folder.open(own!);
    const head = new Uint8Array(Math.min(own!.size, HEAD_BYTES));
    let filled = 0;
    for (let n = await file.read(head); n; n = await file.read(head.subarray(filled))) filled += n;
    return cameraOf(ImageBytes.of(head.subarray(0, filled)), own!.mime);
  }
}

/** How many transfers a page of the history has. */
const HISTORY_COUNT = 100;

/** A page of the history, before the transfer of this number. */
export function historyPage(history: History | undefined, before: string | null): HistoryPage {
  const last = before !== null && /^\d{1,15}$/.test(before) ? Number(before) : Number.MAX_SAFE_INTEGER;
  const found = history?.page(last, HISTORY_COUNT + 1) ?? [];
  const entries = found.slice(0, HISTORY_COUNT).map(({ id, at, kind, md5, name, bytes, ms, peer }) => ({
    id,
    at: Math.floor(at / 1_000),
    direction: kind === "downloaded" ? "download" as const : "upload" as const,
    md5,
    name,
    size: bytes,
    rate: Math.round(bytes / ms * 1_000),
    peer,
  }));
  return { entries, hasMore: found.length > HISTORY_COUNT };
}
