/**
 * The answers of a tracker, written as in the specification and read in the forms of all known programs:
 *
 * ```text
 * OK <n>_REGISTERED_IMAGES                      to REG
 * OK <n>_REGISTERED_FILES                       to UPD
 * OK CLIENT_FINISHED                            to END
 * ERR <reason>
 * ```
 *
 * `list.ts` reads the answer to `LST`.
 */
import { stripVTControlCharacters } from "node:util";
import { isList } from "./list.ts";

/** Why a tracker refuses a request: those of the specification, of an empty list, and of our limits. */
export const REFUSALS = [
  "INVALID_MESSAGE_FORMAT",
  "IP_REGISTERED_WITH_DIFFERENT_PASSWORD",
  "NO_IMAGES_AVAILABLE",
  "REGISTER_FIRST",
  "TOO_MANY_IMAGES",
  "TOO_MANY_REGISTRATIONS",
  "TRACKER_FULL",
] as const;

/** One of the {@link REFUSALS}. */
export type Refusal = typeof REFUSALS[number];

/** An answer that is not a list. */
export type Reply =
  | { readonly type: "registered" | "updated"; readonly count: number }
  | { readonly type: "finished" }
  | { readonly type: "error"; readonly reason: string };

/** The text of an answer, as in the specification. */
export function formatReply(reply: Reply): string {
  switch (reply.type) {
    case "registered":
      return `OK ${reply.count}_REGISTERED_IMAGES`;
    case "updated":
      return `OK ${reply.count}_REGISTERED_FILES`;
    case "finished":
      return "OK CLIENT_FINISHED";
    case "error":
      return `ERR ${reply.reason}`;
  }
}

const decoder = new TextDecoder();

/** The text of a datagram without the color codes, NULs and blanks that some trackers put around it. */
export function replyText(bytes: Uint8Array): string {
  const text = stripVTControlCharacters(decoder.decode(bytes));
  let [start, end] = [0, text.length];
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

/** NUL, and characters that end a line. */
function isBlank(code: number): boolean {
  return code === 0 || code === 0x20 || (code >= 0x09 && code <= 0x0d);
}

/** Reads an answer other than a list; `null` for any other text, which may be a list. */
export function parseReply(text: string): Reply | null {
  const ok = /^OK (\d{1,9})_REGISTERED_(IMAGES|FILES)$/i.exec(text);
  if (ok) return { type: ok[2].toUpperCase() === "IMAGES" ? "registered" : "updated", count: Number(ok[1]) };
  if (/^OK CLIENT_FINISHED$/i.test(text)) return { type: "finished" };
  const error = /^ERR(?:OR)?\b[ :]*(.*)$/is.exec(text);
  return error ? { type: "error", reason: error[1] } : null;
}

/** How much of an unknown reply is shown to a person, in characters. */
export const MAX_REPLY_SHOWN = 200;

/**
 * Whether a tracker may answer `LST` with this text: with a list, an error, or for an empty list, as some do, with no
 * text or a sentence about images, clients or emptiness. Any other text comes from another program.
 */
export function isListAnswer(text: string): boolean {
  if (text === "" || isList(text) || parseReply(text) !== null) return true;
  return text.length <= MAX_REPLY_SHOWN && !/[\r\n]/.test(text) && EMPTY_LIST.test(text);
}

/** How known trackers describe an empty list, in Portuguese and English; beginnings of words. */
const EMPTY_LIST =
  /(?<!\p{L})(imag|arquiv|fich|file|picture|foto|photo|client|peer|vazi|empty|nenhum|nada|none|nothing)/iu;
