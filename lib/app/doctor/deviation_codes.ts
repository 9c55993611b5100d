/**
 * How third-party programs deviate from the specification: codes that are the same in every language and version. The
 * sentences are in `lib/app/words/`.
 */

/** How a tracker deviates from the specification (PROTOCOL.md, "What our client understands of other trackers"). */
export const DEVIATIONS = [
  "colours",
  "padding",
  "end-marker",
  "other-port",
  "not-utf8",
  "reg-word",
  "reg-count",
  "upd-word",
  "upd-refused",
  "upd-silent",
  "upd-adds",
  "upd-changes-nothing",
  "upd-drops-others",
  "end-word",
  "end-silent",
  "list-silent",
  "empty-list",
  "not-listed",
  "udp-port-listed",
  "wrong-port-listed",
  "quoted-entries",
  "swapped-fields",
  "port-first",
  "line-per-image",
  "semicolon-at-end",
  "entry-per-peer",
] as const;

/** One of the {@link DEVIATIONS}. */
export type Deviation = typeof DEVIATIONS[number];

/** How a peer deviates from the specification (PROTOCOL.md, "Peer to peer"). */
export const PEER_DEVIATIONS = [
  "needs-line-end",
  "never-closes",
  "answers-unknown",
  "holds-unknown",
] as const;

/** One of the {@link PEER_DEVIATIONS}. */
export type PeerDeviation = typeof PEER_DEVIATIONS[number];
