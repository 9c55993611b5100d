/**
 * A tracker without sockets, files or a clock: it takes requests and the time, and returns replies to send, peers to
 * dial, and an event.
 * `startTracker` of the main door runs one on UDP and TCP.
 *
 * ```ts
 * import { strictEqual } from "node:assert/strict";
 * import { Tracker } from "@idp2pi/idp2pi/tracker";
 *
 * const tracker = new Tracker();
 * const from = { host: "192.0.2.1", port: 40_000 };
 * const request = new TextEncoder().encode("REG secret 5000 d41d8cd98f00b204e9800998ecf8427e,cat.gif");
 * const { replies: [reply] } = tracker.handle(request, from, Date.now());
 * strictEqual(new TextDecoder().decode(reply.bytes), "OK 1_REGISTERED_IMAGES");
 * ```
 *
 * @module
 */
export { Tracker } from "../lib/tracker/tracker.ts";
export type { TrackerRules } from "../lib/tracker/tracker_rules.ts";
export type { Effects, TrackerEvent, TrackerReply, Transport } from "../lib/tracker/effects.ts";
export type { Dial, DialResult } from "../lib/tracker/dials.ts";
export type { Block, Registry } from "../lib/tracker/registry/registry.ts";
export { ImageRecord, type NewPeerRecord, PeerRecord } from "../lib/tracker/registry/records.ts";
export { MemoryRegistry, type RegistryWatcher } from "../lib/tracker/registry/memory_registry.ts";
export type { OwnAddress } from "../lib/protocol/network.ts";
export type { Address } from "../lib/protocol/address.ts";
export type { Image, ListedImage } from "../lib/protocol/image.ts";
export type { MalformedReason } from "../lib/protocol/request.ts";
export type { Refusal, REFUSALS } from "../lib/protocol/reply.ts";
