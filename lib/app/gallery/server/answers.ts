/** The responses of the gallery, with headers that let a page do only what this one does. */
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { LeftOut } from "../../../folder/folder_options.ts";
import { SAFE_HEADERS } from "../../../net/http.ts";
import type { Words } from "../../words/en/words.ts";
import type { GalleryRefusal } from "../api.ts";

/** Why a saved image is not shared, in words; "" if it is. */
export function leftOutReason(leftOut: LeftOut | undefined, { client }: Pick<Words, "client">): string {
  if (leftOut === undefined) return "";
  return leftOut === "unshared" ? client.unsharedMany(1) : client.leftOut[leftOut];
}

/** The page runs its own script and style and nothing else, and makes no markup from text. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "connect-src 'self'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

const HEADERS = { ...SAFE_HEADERS, "content-security-policy": POLICY };

/** A picture of an MD5 never changes; in seconds, and for this browser only. */
export const PICTURE_CACHE = { "cache-control": "private, max-age=86400, immutable" };

export interface AnswerOptions {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

export function respond(
  body: BodyInit | null,
  type: string,
  { status = 200, headers = {} }: AnswerOptions = {},
): Response {
  const fields: Record<string, string> = type === "" ? {} : { "content-type": type };
  return new Response(body, { status, headers: { ...HEADERS, ...fields, ...headers } });
}

export function respondJson(value: unknown, options?: AnswerOptions): Response {
  return respond(JSON.stringify(value), "application/json", options);
}

/** A refusal; `reason` is a sentence for people. */
export function refuse(status: number, reason: string, headers?: AnswerOptions["headers"]): Response {
  return respondJson({ reason } satisfies GalleryRefusal, { status, headers });
}

export function noContent(): Response {
  return respond(null, "", { status: 204 });
}

/** The length from which a text is compressed, in characters: a shorter one is sent as fast. */
const COMPRESSED_FROM = 64 << 10;

/** JSON that is long, compressed if the browser accepts that. */
export async function respondLong(json: string, { headers }: Request): Promise<Response> {
  const accepts = /(?:^|,)\s*gzip\s*(?:,|;(?!\s*q=0(?:\.0*)?\s*(?:,|$))|$)/.test(headers.get("accept-encoding") ?? "");
  if (!accepts || json.length < COMPRESSED_FROM) return respond(json, "application/json");
  const packed = await promisify(gzip)(json, { level: 1 });
  return respond(new Uint8Array(packed), "application/json", { headers: { "content-encoding": "gzip" } });
}
