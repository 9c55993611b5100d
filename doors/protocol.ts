/**
 * The messages of IDP2PI as values, both ways: requests and replies of trackers and of peers, lists, names and addresses.
 * Nothing here opens a socket.
 *
 * ```ts
 * import { deepStrictEqual, strictEqual } from "node:assert/strict";
 * import { formatRequest, parseList, parseReply } from "@idp2pi/idp2pi/protocol";
 *
 * const images = [{ md5: "d41d8cd98f00b204e9800998ecf8427e", name: "cat, asleep.gif" }];
 * const request = formatRequest({ type: "REG", password: "secret", port: 5000, images });
 * strictEqual(request, "REG secret 5000 d41d8cd98f00b204e9800998ecf8427e,cat%2C%20asleep.gif");
 *
 * deepStrictEqual(parseReply("OK 1_REGISTERED_IMAGES"), { type: "registered", count: 1 });
 *
 * const [{ name, peers }] = parseList("d41d8cd98f00b204e9800998ecf8427e,cat.gif,192.0.2.1:5000");
 * deepStrictEqual([name, peers], ["cat.gif", [{ host: "192.0.2.1", port: 5000 }]]);
 * ```
 *
 * PROTOCOL.md has the grammar, and what each message means.
 *
 * @module
 */
export {
  type Address,
  DEFAULT_TRACKER_PORT,
  formatAddress,
  parseAddress,
  sameAddress,
} from "../lib/protocol/address.ts";
export { formatHostPort, type HostPort, parsePort, splitHostPort } from "../lib/protocol/port.ts";
export { type Image, type ListedImage, parseMd5 } from "../lib/protocol/image.ts";
export { decodeName, encodeName } from "../lib/protocol/name.ts";
export {
  type Announce,
  formatImage,
  formatRequest,
  type KnownEntries,
  type Malformed,
  type MalformedReason,
  parseRequest,
  type TrackerRequest,
} from "../lib/protocol/request.ts";
export { formatReply, parseReply, type Refusal, REFUSALS, type Reply, replyText } from "../lib/protocol/reply.ts";
export { formatListed, parseList } from "../lib/protocol/list.ts";
export { type ListChanges, type ListSlot, parseChanges } from "../lib/protocol/changes.ts";
export { type FindRequest, type FoundImages, parseFound } from "../lib/protocol/find.ts";
export { foldName } from "../lib/protocol/fold_name.ts";
export {
  formatGet,
  formatInfo,
  formatRange,
  formatThumbnailRequest,
  parsePeerRequest,
  type PeerRequest,
} from "../lib/protocol/peer_request.ts";
export {
  formatPeerReply,
  type ImageInfo,
  parsePeerReply,
  PEER_REFUSALS,
  type PeerRefusal,
  type PeerReply,
  THUMBNAIL_TYPES,
  type ThumbnailType,
} from "../lib/protocol/peer_reply.ts";
