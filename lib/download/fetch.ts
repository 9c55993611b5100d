/**
 * Fetches an image from peers that have it, verifies it, and saves it.
 *
 * Peers that understand `RNG` are asked first, one at a time: each continues where the one before stopped. Then come
 * those that know only `GET`.
 */
import { removeLeft, resumablePath } from "../files/temporary.ts";
import { Fault, isFault } from "../fault/fault.ts";
import type { ListedImage } from "../protocol/image.ts";
import { fetchFailed } from "./fetch_faults.ts";
import { fetchByGet } from "./fetch_get.ts";
import type { Fetched, FetchOptions, FetchWatcher } from "./fetch_options.ts";
import { fetchByRange } from "./fetch_range.ts";
import { ImageFetch } from "./image_fetch.ts";
import { PeerClient } from "./peers/peer_client.ts";
import { PartialFile } from "./save/partial_file.ts";

/** The most peers that are tried: a hostile list must not make a download last for hours. */
const MAX_TRIES = 20;

/**
 * Fetches an image into `directory` from the first of its peers that sends it correctly, and resumes what an earlier
 * fetch left there.
 *
 * @throws {Fault} `no-peers`, `disk-full`, `not-written` (no other peer would help), or `fetch-failed`; and the
 * signal's reason when it was aborted.
 */
export async function fetchImage(
  image: ListedImage,
  directory: string,
  watcher: FetchWatcher = {},
  { service, keepTime, ...options }: FetchOptions = {},
): Promise<Fetched> {
  if (image.peers.length === 0) throw new Fault("no-peers", { name: image.name });
  using client = new PeerClient(options);
  const open = (resume: boolean): Promise<PartialFile> =>
    PartialFile.open(directory, image, { resume, service, keepTime });
  const fetch = new ImageFetch(image, client, open, watcher);
  const { usable, faults } = client.book.usable(image.peers, MAX_TRIES);
  const getOnly = usable.filter((peer) => client.book.capability(peer) === "get");
  let fetched = await fetchByRange(fetch, usable.filter((peer) => !getOnly.includes(peer)), getOnly);
  if (!fetched) {
    fetched = await fetchByGet(fetch, getOnly);
    if (fetched) removeLeft(resumablePath(directory, image.md5)); // Bytes that came by RNG before are no longer needed.
  }
  if (fetched) {
    fetch.gave(fetched.peer, fetched.bytes);
    return fetched;
  }
  const noRoom = fetch.faults.find((fault) => isFault(fault, "no-room"));
  if (noRoom) throw new Fault("disk-full", { path: directory }, noRoom);
  throw fetchFailed(image.name, [...faults, ...fetch.faults]);
}
