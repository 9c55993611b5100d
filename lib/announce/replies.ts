/** What the answers to `REG`, `UPD` and `END` mean, whichever program gives them. */
import { Fault } from "../fault/fault.ts";
import { isList } from "../protocol/list.ts";
import { MAX_REPLY_SHOWN, parseReply, REFUSALS, type Reply } from "../protocol/reply.ts";

/** The answer that a text is to a request whose good answers are those that `fits` takes; `null` for none. */
export function readAnswer(text: string, fits: (reply: Reply) => boolean): Reply | null {
  const reply = parseReply(text);
  if (reply) return fits(reply) || (reply.type === "error" && !isEmptyList(reply)) ? reply : null;
  // What is no reply of the protocol is an error in words of its own; a list is a late answer to another request.
  return text === "" || isList(text) ? null : { type: "error", reason: text };
}

export const isAnnounced = (reply: Reply): boolean => reply.type === "registered" || reply.type === "updated";

export const isFinished = (reply: Reply): boolean => reply.type === "finished";

/** Whether a tracker knows no registration with this address and password. */
export const isUnknown = (reply: Reply): boolean =>
  reply.type === "error" && reply.reason === "IP_REGISTERED_WITH_DIFFERENT_PASSWORD";

/** Whether `END` was accepted, in whatever words. */
export const isDone = (reply: Reply): boolean =>
  isFinished(reply) || (reply.type === "error" && /^OK\b/i.test(reply.reason));

/** The reply to `LST` where there are no images: late, if something else was asked. */
const isEmptyList = (reply: Reply): boolean => reply.type === "error" && /^NO_IMAGES/.test(reply.reason);

/** How many images are registered after a `REG`; an error counts as 0 while a shorter request can be tried. */
export function acceptedOf(reply: Reply, last: boolean): number {
  if (reply.type !== "error") return "count" in reply ? reply.count : 0;
  if (last || isUnknown(reply)) throw refused(reply.reason, "REG");
  return 0;
}

/** The fault for a refusal of this kind of request. */
export function refused(reason: string, request: string): Fault {
  return reason === "IP_REGISTERED_WITH_DIFFERENT_PASSWORD"
    ? new Fault("password-conflict", { request })
    : new Fault("tracker-refused", { request, reply: reason.slice(0, MAX_REPLY_SHOWN) });
}

/** Whether a reply is a refusal in words that the protocol knows. */
export const isRefusal = (reply: Reply): reply is Reply & { type: "error" } =>
  reply.type === "error" && (REFUSALS as readonly string[]).includes(reply.reason);
