/** Reads the answers to `REG`, `UPD` and `END` of any tracker. */
import { Fault } from "../fault/fault.ts";
import { isList } from "../protocol/list.ts";
import { MAX_REPLY_SHOWN, parseReply, REFUSALS, type Reply } from "../protocol/reply.ts";

/** Reads the answer to a request, which is granted by a reply that `fits` accepts; `null` if the text is no answer. */
export function readAnswer(text: string, fits: (reply: Reply) => boolean): Reply | null {
  const reply = parseReply(text);
  if (reply) return fits(reply) || (reply.type === "error" && !isEmptyList(reply)) ? reply : null;
  // A text that is no reply of the protocol is an error in the tracker's own words; a list is a late answer to another
  // request.
  return text === "" || isList(text) ? null : { type: "error", reason: text };
}

export const isAnnounced = (reply: Reply): boolean => reply.type === "registered" || reply.type === "updated";

export const isFinished = (reply: Reply): boolean => reply.type === "finished";

/** Whether a tracker has no registration with this address and password. */
export const isUnknown = (reply: Reply): boolean =>
  reply.type === "error" && reply.reason === "IP_REGISTERED_WITH_DIFFERENT_PASSWORD";

/** Whether `END` was granted, in any words. */
export const isDone = (reply: Reply): boolean =>
  isFinished(reply) || (reply.type === "error" && /^OK\b/i.test(reply.reason));

/** The refusal of `LST` when there are no images: a late answer, if something else was requested. */
const isEmptyList = (reply: Reply): boolean => reply.type === "error" && /^NO_IMAGES/.test(reply.reason);

/** How many images `REG` registered; an error counts as 0 while a shorter request can be tried. */
export function acceptedOf(reply: Reply, last: boolean): number {
  if (reply.type !== "error") return "count" in reply ? reply.count : 0;
  if (last || isUnknown(reply)) throw refused(reply.reason, "REG");
  return 0;
}

export function refused(reason: string, request: string): Fault {
  return reason === "IP_REGISTERED_WITH_DIFFERENT_PASSWORD"
    ? new Fault("password-conflict", { request })
    : new Fault("tracker-refused", { request, reply: reason.slice(0, MAX_REPLY_SHOWN) });
}

/** Whether a reply refuses the request in the words of the protocol. */
export const isRefusal = (reply: Reply): reply is Reply & { type: "error" } =>
  reply.type === "error" && (REFUSALS as readonly string[]).includes(reply.reason);
