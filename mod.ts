/**
 * IDP2PI for programs: start a tracker or a peer, list images, fetch them.
 *
 * ```ts
 * import { Peer, startTracker } from "@idp2pi/idp2pi";
 *
 * const [holidays, empty] = [await Deno.makeTempDir(), await Deno.makeTempDir()];
 * await Deno.writeFile(`${holidays}/dot.gif`, Uint8Array.fromBase64("R0lGODlhAQABAAAAACwAAAAAAQABAAACAkQBADs="));
 *
 * await using tracker = startTracker({ host: "127.0.0.1", port: 0 });
 * await using giver = await Peer.start({ tracker: tracker.address, directory: holidays });
 * await using taker = await Peer.start({ tracker: tracker.address, directory: empty });
 * await giver.tracker.register();
 *
 * const { images: [image] } = await taker.tracker.list();
 * const { path, bytes } = await taker.downloads.fetch(image);
 * console.log(`${image.name} is now ${path}, ${bytes} bytes`);
 * ```
 *
 * Other doors lead to the parts: `@idp2pi/idp2pi/protocol` (messages as values), `/tracker` (a tracker without sockets),
 * `/doctor` (examining trackers and peers) and `/preview` (pictures in a terminal). docs/LIBRARY.md tells more.
 *
 * A program that embeds it has `"unstable": ["net", "worker-options"]` in its deno.json: the one for UDP, the other so
 * that workers that read other people's images may reach nothing else. Without the second Deno ends the program when the
 * first worker starts.
 *
 * An error that a callback throws, or that the promise of an `async` callback rejects with, is written to standard error,
 * at most one each second. It stops nothing of what calls it, and no caller of ours sees it.
 *
 * @module
 */
export { type RunningTracker, startTracker, type TrackerConfig } from "./lib/server/tracker_server.ts";
export type { RegistryStatus } from "./lib/server/shared_store.ts";
export type { TrackerEvent } from "./lib/tracker/effects.ts";
export type { MalformedReason } from "./lib/protocol/request.ts";
export type { Refusal, REFUSALS } from "./lib/protocol/reply.ts";
export { Peer } from "./lib/peer/peer.ts";
export { PeerThumbnails } from "./lib/app/thumbnails/peer_thumbnails.ts";
export type { NoThumbnail, Thumbnails } from "./lib/app/thumbnails/thumbnails.ts";
export type { Thumbnail } from "./lib/app/thumbnails/encode_thumbnail.ts";
export type { ThumbnailReason } from "./lib/app/thumbnails/refusals.ts";
export type { ThumbnailRefusal } from "./lib/download/ask_thumbnail.ts";
export type { Wrong } from "./lib/app/preview/decode.ts";
export type { MakeThumbnail, ThumbnailFile } from "./lib/peer/thumbnail_queue.ts";
export type { JoinedNetwork, Network, Networks, NetworksListing } from "./lib/peer/networks.ts";
export { type NetworkImage, networksOf } from "./lib/announce/list/merge_lists.ts";
export type { PeerConfig } from "./lib/peer/peer_config.ts";
export type { ServedEvent } from "./lib/peer/served_event.ts";
export type { TrackerSession } from "./lib/announce/tracker_session.ts";
export type { SessionLists } from "./lib/announce/session_lists.ts";
export type { FoundList } from "./lib/announce/list/found_list.ts";
export type { FoundImages } from "./lib/protocol/find.ts";
export type { RegistrationEvent } from "./lib/announce/renewal.ts";
export type { Registered, TrackerTimeouts } from "./lib/announce/single_tracker.ts";
export { TrackerClient, type TrackerClientOptions, type TrackerMove } from "./lib/announce/tracker_client.ts";
export type { FindAgain } from "./lib/announce/network_trackers.ts";
export type { TrackerPlace } from "./lib/announce/tracker_place.ts";
export type { LookUp } from "./lib/announce/find_trackers.ts";
export type { Service } from "./lib/net/services.ts";
export type { Listing } from "./lib/announce/list/fetch_list.ts";
export { type ListDifference, LiveList } from "./lib/announce/list/live_list.ts";
export type { ListUpdate, WatchOptions, WatchWaits } from "./lib/announce/list/watch_list.ts";
export type { ListChanges, ListSlot } from "./lib/protocol/changes.ts";
export type { SharedFolder } from "./lib/folder/shared_folder.ts";
export type { FolderChoices } from "./lib/folder/folder_choices.ts";
export type { Choices, Chosen } from "./lib/folder/choices.ts";
export type { SharedImage } from "./lib/folder/image_index.ts";
export type { FolderEvent } from "./lib/folder/watch.ts";
export type { ScanProgress } from "./lib/folder/folder_options.ts";
export { SKIP_REASONS } from "./lib/files/file_record.ts";
export type { ImageMetadata, SkippedFile, SkipReason, Unreadable } from "./lib/files/file_record.ts";
export type { Fetcher } from "./lib/download/fetcher.ts";
export type {
  FetchAllWatcher,
  FetchedImage,
  FetchOutcome,
  FetchProgress,
  FetchWatcher,
} from "./lib/download/fetch_options.ts";
export type { ImageInfo, THUMBNAIL_TYPES, ThumbnailType } from "./lib/protocol/peer_reply.ts";
export type { Peeked } from "./lib/download/peek.ts";
export type { ImageInfos } from "./lib/download/image_infos.ts";
export type { Address } from "./lib/protocol/address.ts";
export type { Image, ListedImage } from "./lib/protocol/image.ts";
export { Fault, type FaultCode, FAULTS, isFault } from "./lib/fault/fault.ts";
