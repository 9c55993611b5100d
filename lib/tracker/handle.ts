/**
 * The tracker's decisions: a request and where it came from in, an answer out. No socket, no clock, no file.
 *
 * @module
 */
import type { Address } from "../wire/address.ts";
import { MAX_DATAGRAM_BYTES } from "../wire/limits.ts";
import { formatListed, formatReply, type Refusal } from "../wire/reply.ts";
import { type MalformedReason, parseRequest, type TrackerRequest } from "../wire/request.ts";
import type { Registry } from "./registry.ts";

/** What happened, for a log. Holds no password. */
export type TrackerEvent =
  | { readonly kind: "registered"; readonly peer: Address; readonly images: number }
  | { readonly kind: "updated"; readonly peer: Address; readonly images: number; readonly from: Address }
  | { readonly kind: "finished"; readonly peer: Address }
  | { readonly kind: "listed"; readonly to: Address; readonly images: number; readonly total: number }
  | {
    readonly kind: "refused";
    readonly to: Address;
    readonly request: string;
    readonly reason: Refusal | MalformedReason;
  };

/** What goes back to the sender and what to write into the log. */
export interface Answer {
  /** One datagram's text, or `null` for silence. */
  readonly reply: string | null;
  /** Whether the request was right (its reply is no `ERR`). */
  readonly good: boolean;
  /** What happened. */
  readonly event: TrackerEvent;
}

/**
 * Answers one datagram. Never throws, whatever the bytes are.
 *
 * @param from Where the datagram came from: its address is the peer's, its port only says where the reply goes.
 */
export function handle(registry: Registry, bytes: Uint8Array, from: Address): Answer {
  const request = parseRequest(bytes);
  if (request.type === "malformed") {
    const refused = refuse(from, "?", "INVALID_MESSAGE_FORMAT", request.reason);
    return request.answer ? refused : { ...refused, reply: null };
  }
  return request.type === "LST" ? list(registry, from) : change(registry, request, from);
}

function change(registry: Registry, request: Exclude<TrackerRequest, { type: "LST" }>, from: Address): Answer {
  const peer = { host: from.host, port: request.port };
  switch (request.type) {
    case "REG": {
      const { count } = registry.register(peer, request.password, request.images);
      return good(formatReply({ type: "registered", count }), { kind: "registered", peer, images: count });
    }
    case "UPD": {
      const updated = registry.update(peer, request.password, request.images);
      if (!updated) return refuse(from, "UPD", "IP_REGISTERED_WITH_DIFFERENT_PASSWORD");
      const { count } = updated.registration;
      return good(formatReply({ type: "updated", count }), {
        kind: "updated",
        peer,
        images: count,
        from: updated.from,
      });
    }
    case "END": {
      const finished = registry.finish(peer, request.password);
      if (!finished) return refuse(from, "END", "IP_REGISTERED_WITH_DIFFERENT_PASSWORD");
      return good(formatReply({ type: "finished" }), { kind: "finished", peer: finished });
    }
  }
}

function good(reply: string, event: TrackerEvent): Answer {
  return { reply, good: true, event };
}

function refuse(to: Address, request: string, reason: Refusal, why: Refusal | MalformedReason = reason): Answer {
  const event = { kind: "refused", to, request, reason: why } as const;
  return { reply: formatReply({ type: "error", reason }), good: false, event };
}

const encoder = new TextEncoder();

/** The list for one who asks from `to`: IPv6 addresses go only to those who asked over IPv6, others could not use them. */
function list(registry: Registry, to: Address): Answer {
  const ipv6 = to.host.includes(":");
  const entries: string[] = [];
  let room = MAX_DATAGRAM_BYTES;
  let total = 0;
  for (const image of registry.list()) {
    const peers = ipv6 ? image.peers : image.peers.filter(({ host }) => !host.includes(":"));
    if (peers.length === 0) continue;
    total++;
    if (room <= 0) continue;
    const entry = fit(formatListed({ ...image, peers }), entries.length === 0 ? room : room - 1, entries.length === 0);
    room = entry === null ? 0 : room - encoder.encode(entry).length - (entries.length === 0 ? 0 : 1);
    if (entry !== null) entries.push(entry);
  }
  if (total === 0) return refuse(to, "LST", "NO_IMAGES_AVAILABLE");
  return good(entries.join(";"), { kind: "listed", to, images: entries.length, total });
}

/**
 * The entry if it fits into `room` bytes, else `null`: a list is cut between entries. Only an image with more holders
 * than a whole datagram carries is listed with those that fit, the newest.
 */
function fit(entry: string, room: number, alone: boolean): string | null {
  if (encoder.encode(entry).length <= room) return entry;
  if (!alone) return null;
  // The name's bytes are few beside the room, and an address is ASCII: cutting by characters and stepping back is exact.
  let end = entry.length;
  while (end > 0 && encoder.encode(entry.slice(0, end)).length > room) {
    end = entry.lastIndexOf(",", Math.min(end - 1, room));
  }
  return entry.slice(0, end);
}
