/**
 * How third-party programs deviate from the specification: codes that are the same in every language and version.
 *
 * @module
 */

/** How a tracker deviates from the specification (PROTOCOL.md, "What our client understands of other trackers"). */
export const DEVIATIONS = [
  /** Replies hold escape sequences, such as colours. */
  "colours",
  /** Line ends, NULs or blanks stand around replies. */
  "padding",
  /** A second datagram `END` follows answers. */
  "end-marker",
  /** Replies come from another UDP port than the tracker's. */
  "other-port",
  /** Bytes that are not UTF-8. */
  "not-utf8",
  /** `REG` is answered `OK`, but not `OK <n>_REGISTERED_IMAGES`. */
  "reg-word",
  /** `REG` is answered with another number than that of the images. */
  "reg-count",
  /** `UPD` is answered `OK`, but not `OK <n>_REGISTERED_FILES`. */
  "upd-word",
  /** `UPD` of the client's own registration is refused. */
  "upd-refused",
  /** `UPD` gets no answer. */
  "upd-silent",
  /** `UPD` adds to what was shared instead of replacing it. */
  "upd-adds",
  /** `UPD` is answered `OK` and changes nothing. */
  "upd-changes-nothing",
  /** `UPD` removes images of other peers, or other peers that share the same images. */
  "upd-drops-others",
  /** `END` is not answered `OK CLIENT_FINISHED`. */
  "end-word",
  /** `END` gets no answer. */
  "end-silent",
  /** `LST` gets no answer after a registration. */
  "list-silent",
  /** An empty list is not an `ERR` line. */
  "empty-list",
  /** An image that is registered is not in the list. */
  "not-listed",
  /** The UDP port from which a client speaks is listed instead of its TCP port: no peer can fetch from it. */
  "udp-port-listed",
  /** Another port is listed than the one that was registered. */
  "wrong-port-listed",
  /** Entries stand in the quotes in which some clients register them. */
  "quoted-entries",
  /** The name stands before the MD5. */
  "swapped-fields",
  /** Addresses are written `port:ip`. */
  "port-first",
  /** One image a line, not separated by `;`. */
  "line-per-image",
  /** A `;` stands after the last entry. */
  "semicolon-at-end",
  /** One image has several entries. */
  "entry-per-peer",
] as const;

/** One of the {@link DEVIATIONS}. */
export type Deviation = typeof DEVIATIONS[number];

/** How a peer deviates from the specification (PROTOCOL.md, "Peer to peer"). */
export const PEER_DEVIATIONS = [
  /** It answers only after a line end, which no client sends. */
  "needs-line-end",
  /** It does not close the connection after the last byte: no client can tell that the image is complete. */
  "never-closes",
  /** It sends something for an MD5 that no peer has, instead of closing without a byte. */
  "answers-unknown",
  /** It neither answers nor closes when it is asked for an MD5 that no peer has. */
  "holds-unknown",
] as const;

/** One of the {@link PEER_DEVIATIONS}. */
export type PeerDeviation = typeof PEER_DEVIATIONS[number];
