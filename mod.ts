/**
 * IDP2PI for programs: start a tracker or a peer, list and fetch images, or just speak the protocol.
 *
 * ```ts
 * import { Peer, startTracker } from "@idp2pi/idp2pi";
 *
 * const tracker = startTracker({ host: "127.0.0.1", port: 0 });
 * const [holidays, empty] = [await Deno.makeTempDir(), await Deno.makeTempDir()];
 * await Deno.writeFile(`${holidays}/dot.gif`, Uint8Array.fromBase64("R0lGODlhAQABAAAAACwAAAAAAQABAAACAkQBADs="));
 *
 * const giver = await Peer.start({ tracker: tracker.address, directory: holidays });
 * const taker = await Peer.start({ tracker: tracker.address, directory: empty });
 * await giver.tracker.register();
 *
 * const { images: [image] } = await taker.tracker.list();
 * const { path, bytes } = await taker.downloads.fetch(image);
 * console.log(`${image.name} is now ${path}, ${bytes} bytes`);
 *
 * await Promise.all([giver.close(), taker.close(), tracker.close()]);
 * ```
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
export {
  type RunningTracker,
  startTracker,
  type TrackerConfig,
  type TrackerCounts,
} from "./lib/server/tracker_server.ts";
export type { Listing } from "./lib/announce/fetch_list.ts";
export type { TrackerSession } from "./lib/announce/tracker_session.ts";
export { type Registered, TrackerClient, type TrackerPlace } from "./lib/announce/tracker_client.ts";
export { Peer } from "./lib/peer/peer.ts";
export type { PeerConfig } from "./lib/peer/peer_config.ts";
export type { FetchAllWatcher, Fetcher, FetchOutcome } from "./lib/download/fetcher.ts";
export { type Peeked, peekImage } from "./lib/download/peek.ts";
export { fetchImage } from "./lib/download/fetch.ts";
export type {
  Fetched,
  FetchedImage,
  FetchFailure,
  FetchOptions,
  FetchProgress,
  FetchWaits,
  FetchWatcher,
} from "./lib/download/fetch_options.ts";
export { PeerBook, type Speech } from "./lib/download/peer_book.ts";
export { PeerLink } from "./lib/download/peer_link.ts";
export { SilenceGuard } from "./lib/net/tcp.ts";
export { RateLimit } from "./lib/net/rate_limit.ts";
export { SAVE_HERE, type SaveService, SaveWorkers, type StreamMd5 } from "./lib/download/save/save_service.ts";
export type { Saved, SmallImage } from "./lib/download/save/save_small.ts";
export type { ServedEvent } from "./lib/peer/peer_server.ts";
export {
  type FolderOptions,
  type FolderScan,
  type FolderScanOptions,
  type LeftOut,
  SharedFolder,
} from "./lib/folder/shared_folder.ts";
export { type FileTimes } from "./lib/files/facts.ts";
export { PlainFile, type PlainStat } from "./lib/files/plain_file.ts";
export type { FolderChange, SharedImage } from "./lib/folder/image_index.ts";
export type { ScanProgress } from "./lib/folder/scan.ts";
export type { FileFacts, ImageFacts, Unreadable } from "./lib/files/facts.ts";
export type { Collision } from "./lib/folder/collisions.ts";
export { HashCache } from "./lib/folder/hash_cache.ts";
export type { FolderEvent, WatchWaits } from "./lib/folder/watch.ts";
export { type DoctorConfig, examine } from "./lib/app/doctor/examine.ts";
export { DOCTOR_WAITS, type DoctorWaits } from "./lib/app/doctor/timeouts.ts";
export { type Deviation, DEVIATIONS, PEER_DEVIATIONS, type PeerDeviation } from "./lib/app/doctor/deviation.ts";
export {
  type Check,
  CHECKS,
  DOCTOR_EXIT,
  doctorExit,
  type Finding,
  finding,
  type FindingCode,
  FINDINGS,
  type FindingValues,
  type FindingVerdict,
  type PeerValues,
  type ReachedValues,
  type RefusedValues,
  type TcpWord,
  type TriedValues,
} from "./lib/app/doctor/finding.ts";
export type { RegistrationEvent, RenewalWaits, Taken } from "./lib/announce/renewal.ts";
export type { Answer, TrackerEvent, Via, WhyIgnored, WhyRefused } from "./lib/tracker/answer.ts";
export type { Reached } from "./lib/tracker/dials.ts";
export type { LateReply } from "./lib/tracker/deferred_lists.ts";
export { Tracker, type TrackerRules } from "./lib/tracker/tracker.ts";
export type { TrustPolicy } from "./lib/tracker/trust.ts";
export type { OwnAddress } from "./lib/protocol/network.ts";
export type { Block, NewRegistration, Registration, Registry, Shared } from "./lib/tracker/registry/registry.ts";
export { MemoryRegistry, type Watcher } from "./lib/tracker/registry/memory_registry.ts";
export {
  type Address,
  DEFAULT_TRACKER_PORT,
  formatAddress,
  parseAddress,
  plainHost,
  sameAddress,
} from "./lib/protocol/address.ts";
export { Fault, type FaultCode, FAULTS, type FaultValues, isFault } from "./lib/fault/fault.ts";
export { type Image, type ListedImage, parseMd5 } from "./lib/protocol/image.ts";
export { parsePort } from "./lib/protocol/port.ts";
export { decodeName, encodeName } from "./lib/protocol/name.ts";
export { formatGet, formatInfo, formatRange, parsePeerRequest, type PeerRequest } from "./lib/protocol/peer_request.ts";
export {
  formatPeerReply,
  type ImageInfo,
  parsePeerReply,
  PEER_REFUSALS,
  type PeerRefusal,
  type PeerReply,
} from "./lib/protocol/peer_reply.ts";
export { formatListed, parseList } from "./lib/protocol/list.ts";
export { formatReply, parseReply, type Refusal, REFUSALS, type Reply, replyText } from "./lib/protocol/reply.ts";
export {
  type Announce,
  type End,
  formatImage,
  formatRequest,
  type ListRequest,
  type Malformed,
  type MalformedReason,
  parseRequest,
  type TrackerRequest,
} from "./lib/protocol/request.ts";
export { ANSWER_MS, type Asked, askTerminal, type TerminalLine } from "./lib/app/preview/ask_terminal.ts";
export { stripAnswers, TerminalAnswers } from "./lib/app/preview/terminal_answers.ts";
export {
  type Colours,
  type Graphics,
  GRAPHICS_QUERY,
  type GraphicsKind,
  STRING_QUERY,
  UNKNOWN_GRAPHICS,
} from "./lib/app/preview/graphics.ts";
export type { PoolTimeouts } from "./lib/worker/pool.ts";
export type { Room } from "./lib/app/preview/picture.ts";
export type { Wrong } from "./lib/app/preview/decode.ts";
export { erase, type Shown } from "./lib/app/preview/encode.ts";
export { type PeekBytes, previewUnfetched } from "./lib/app/preview/look.ts";
export { type Preview, Previewer, type PreviewOptions, renderPreview } from "./lib/app/preview/preview.ts";
