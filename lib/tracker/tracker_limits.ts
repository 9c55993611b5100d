/**
 * The tracker's limits in one table, each with its reason and what a client that exceeds it gets. PROTOCOL.md shows the
 * same table, and `deno task ok:docs` compares the two.
 */
import { MAX_IMAGES_ANNOUNCED, MAX_LISTED_IMAGES } from "../protocol/limits.ts";

interface Limit {
  /** In the unit in its name. */
  readonly value: number;
  readonly reason: string;
  /** What a client that exceeds it gets. */
  readonly over: string;
}

/** All limits of the tracker. */
export const TRACKER_LIMITS = {
  "requests a second, private source": {
    value: 1_000,
    reason: "a class behind one address, each with a script",
    over: "silence",
  },
  "requests a second, public source": { value: 20, reason: "a family behind one address", over: "silence" },
  "answer bytes a second, private source": {
    value: 20_000_000,
    reason: "a class that lists at once",
    over: "silence",
  },
  "answer bytes a second, public source": {
    value: 200_000,
    reason: "three whole UDP lists a second",
    over: "silence",
  },
  "wrong passwords a minute, private source": {
    value: 6_000,
    reason: "a class behind one address on a bad network: a repeated END is one",
    over: "IP_REGISTERED_WITH_DIFFERENT_PASSWORD, unchecked",
  },
  "wrong passwords a minute, public source": {
    value: 60,
    reason: "a password of 16 digits lasts for ever at this rate",
    over: "IP_REGISTERED_WITH_DIFFERENT_PASSWORD, unchecked",
  },
  "dial-backs a minute, public source": {
    value: 30,
    reason: "a family's peers; a forged REG must aim no flood at its victim",
    over: "an entry that is not listed until a later dial-back",
  },
  "dial-backs a minute, private source": {
    value: 600,
    reason: "a class behind one address that starts its programs again and again",
    over: "nothing: it is listed all the same",
  },
  "registrations, private source": {
    value: 4_096,
    reason: "a class behind one address",
    over: "TOO_MANY_REGISTRATIONS",
  },
  "registrations, public source": { value: 32, reason: "a family's peers", over: "TOO_MANY_REGISTRATIONS" },
  "images of a registration": {
    value: MAX_IMAGES_ANNOUNCED,
    reason: "the largest libraries of one person",
    over: "TOO_MANY_IMAGES",
  },
  "images of a source": {
    value: 100_000,
    reason: "a family's libraries; half of all memory at most",
    over: "TOO_MANY_IMAGES",
  },
  "registrations searched for a password": {
    value: 256,
    reason: "each comparison takes a microsecond; who keeps its port is found without",
    over: "IP_REGISTERED_WITH_DIFFERENT_PASSWORD",
  },
  "bytes of memory for registrations": {
    value: 72 * 1024 * 1024,
    reason: "some 200,000 images; the whole process stays below 512 MiB",
    over:
      "the oldest registration that was never verified goes; if none is left, TRACKER_FULL, and all stays as it was",
  },
  "sources remembered": {
    value: 65_536,
    reason: "some 40 MB; the one that asked longest ago is forgotten first",
    over: "full buckets, and an address to be verified again",
  },
  "dial-backs at once": { value: 512, reason: "file descriptors; 64 dead peers a second", over: "waiting" },
  "dial-backs waiting": { value: 20_000, reason: "as many peers lost at once", over: "a later dial-back" },
  "TCP connections": {
    value: 1_024,
    reason: "file descriptors",
    over: "nothing: the most idle one of the busiest source is closed for it",
  },
  "TCP connections of a source": {
    value: 64,
    reason: "a class behind one address",
    over: "nothing: its most idle one is closed for it, if one waits; else a close",
  },
  "bytes of a TCP message": {
    value: 8 * 1024 * 1024,
    reason: "50,000 images with long names",
    over: "INVALID_MESSAGE_FORMAT and a close",
  },
  "bytes of unfinished TCP messages": {
    value: 64 * 1024 * 1024,
    reason: "eight of the largest at once",
    over: "nothing: the longest one of the source that has most is closed for it",
  },
  "bytes of unfinished TCP messages of a source": {
    value: 16 * 1024 * 1024,
    reason: "two of the largest at once",
    over: "a close",
  },
  "seconds for a TCP message": {
    value: 120,
    reason: "the largest over a slow line, at 70,000 bytes a second",
    over: "a close",
  },
  "bytes of TCP answers under way": {
    value: 128 * 1024 * 1024,
    reason: "slow readers of long lists",
    over: "nothing: the longest one of the source that has most is closed for it",
  },
  "bytes that a reader on TCP takes before it counts as silent": {
    value: 256 * 1024,
    reason: "30 seconds for them are 8,700 bytes a second",
    over: "a close",
  },
  "seconds of silence on TCP": { value: 30, reason: "a slow line between two pieces", over: "a close" },
  "bytes of a list": {
    value: 67_000_000,
    reason: "the longest that clients read, 64 MiB; four are kept ready, twice each",
    over: "the first images; `FND` finds the rest",
  },
  "images for CHG": {
    value: MAX_LISTED_IMAGES,
    reason: "the most that clients read from a list",
    over: "INVALID_MESSAGE_FORMAT: they ask with `LST`",
  },
  "images looked at by an FND": {
    value: 20_000,
    reason: "some milliseconds, in which nobody else is answered",
    over: "where to go on",
  },
  "images found by an FND": { value: 1_000, reason: "more than a person reads", over: "where to go on" },
  "bytes of an answer to FND": { value: 1_048_576, reason: "images with thousands of holders", over: "where to go on" },
  "lists kept ready": {
    value: 4,
    reason: "IPv4 and IPv6, from here and from elsewhere",
    over: "a list that is encoded again",
  },
} as const satisfies Record<string, Limit>;

export function limit(name: keyof typeof TRACKER_LIMITS): number {
  return TRACKER_LIMITS[name].value;
}
