/**
 * HTTP for pages on this machine, one request on each connection (RFC 9112). `Deno.serve` never closes a silent
 * connection and does not limit their number: a client that opens enough of them exhausts the program's file
 * descriptors.
 */
import type { Address } from "../protocol/address.ts";
import { Crowd, type CrowdLimits } from "./crowd.ts";
import { LineReader } from "./lines.ts";
import { acceptAll, closeQuietly, SilenceGuard } from "./tcp.ts";

/** The longest head of a request, in bytes: browsers send several hundred, or with cookies of others some thousand. */
const MAX_HEAD_BYTES = 16 << 10;

/** {@link HttpLimits.waitMs} by default. */
const MAX_WAIT_MS = 10_000;

/** How many bytes are read or written at a time: a slow connection moves them within the wait. */
const CHUNK_BYTES = 64 << 10;

/** The most bytes of a request that are read and discarded after its answer; others may not see the answer. */
const MAX_DRAIN_BYTES = 1 << 20;

/** The texts of the statuses that are sent (RFC 9110, section 15). */
const STATUS_TEXT: Readonly<Record<number, string>> = {
  200: "OK",
  204: "No Content",
  206: "Partial Content",
  303: "See Other",
  400: "Bad Request",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  411: "Length Required",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  416: "Range Not Satisfiable",
  421: "Misdirected Request",
  500: "Internal Server Error",
  503: "Service Unavailable",
  507: "Insufficient Storage",
};

/** Headers that let a browser do nothing with an answer but show it to its own page, and keep no copy. */
export const SAFE_HEADERS = {
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "cache-control": "no-store",
};

/** Answers a request; its signal is aborted when the other side closes the connection. */
export type HttpHandler = (request: Request, from: Address) => Response | Promise<Response>;

export interface HttpLimits extends CrowdLimits {
  /** How long a request may take to arrive, and how long no byte of a body may move, in milliseconds. */
  readonly waitMs?: number;
}

/**
 * Answers requests on `listener` until `ending` is aborted. The handler limits the bytes of a body. A response with the
 * header `content-length`, or an event stream, is sent while it is made; any other when it is complete.
 *
 * @param limits The most connections; a further one replaces the most idle one.
 */
export function serveHttp(
  listener: Deno.TcpListener,
  ending: AbortSignal,
  limits: HttpLimits,
  handle: HttpHandler,
): Promise<void> {
  return acceptAll(listener, new Crowd(limits), ending, async (conn, from, slot) => {
    using guard = new SilenceGuard(conn, limits.waitMs ?? MAX_WAIT_MS);
    const lines = new LineReader(conn, MAX_HEAD_BYTES);
    const head = await readHead(lines);
    if (head === null) return;
    slot.moves();
    guard.moved();
    const gone = new AbortController();
    const body = new RequestBody(lines, guard);
    const request = parseHead(head, gone.signal, body);
    const watching = body.left === 0 ? body.drain().finally(() => gone.abort()) : null;
    guard.rest(); // The handler has limits of its own.
    const response = typeof request === "number" ? refuse(request) : await handle(request, from);
    guard.moved();
    await send(conn, guard, response, head[0].startsWith("HEAD "), gone.signal);
    slot.waits(); // Whoever keeps the connection open after the answer gives way to others.
    await conn.closeWrite();
    await (watching ?? body.drain()); // A close with unread bytes may destroy the end of what was sent.
  });
}

/** The lines before the empty one; `null` if it does not come. */
async function readHead(lines: LineReader): Promise<string[] | null> {
  const head: string[] = [];
  for (let left = MAX_HEAD_BYTES; left > 0;) {
    const line = await lines.line();
    if (line === null) return null;
    left -= line.length + 1;
    const text = new TextDecoder("latin1").decode(line).replace(/\r$/, "");
    if (text === "") return head;
    head.push(text);
  }
  return null;
}

/** The bytes after the head of a request, as many as it states. */
class RequestBody {
  left = 0;
  readonly #lines: LineReader;
  readonly #guard: SilenceGuard;

  constructor(lines: LineReader, guard: SilenceGuard) {
    [this.#lines, this.#guard] = [lines, guard];
  }

  /** The bytes as a stream, which errors if the connection ends before. */
  stream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    return new ReadableStream({
      pull: async (controller) => {
        this.#guard.moved();
        const bytes = new Uint8Array(Math.min(this.left, CHUNK_BYTES));
        const n = await this.#lines.read(bytes);
        if (n === null) throw new Error("the request was cut off");
        this.left -= n;
        controller.enqueue(bytes.subarray(0, n));
        if (this.left > 0) return;
        this.#guard.rest();
        controller.close();
      },
    }, { highWaterMark: 0 });
  }

  /** Reads until the other side closes the connection. */
  async drain(): Promise<void> {
    const rest = new Uint8Array(4_096);
    try {
      for (let left = MAX_DRAIN_BYTES; left > 0;) {
        const n = await this.#lines.read(rest);
        if (n === null) return;
        left -= n;
      }
    } catch {
      // It was closed by a limit.
    }
  }
}

/** The request, or the status of its refusal. */
function parseHead(
  [first = "", ...lines]: readonly string[],
  signal: AbortSignal,
  body: RequestBody,
): Request | number {
  const line = /^([A-Z]{1,20}) (\/\S*) HTTP\/1\.[01]$/.exec(first);
  if (!line) return 400;
  try {
    const headers = new Headers(lines.map((it): [string, string] => {
      const colon = it.indexOf(":");
      return [it.slice(0, Math.max(0, colon)), it.slice(colon + 1).trim()];
    }));
    if (headers.has("transfer-encoding")) return 411;
    const length = headers.get("content-length") ?? "0";
    if (!/^\d{1,15}$/.test(length)) return 400;
    body.left = Number(length);
    const hasBody = body.left > 0 && line[1] !== "GET" && line[1] !== "HEAD";
    // The header `host` says which address was requested; this one is never used.
    return new Request(`http://localhost${line[2]}`, {
      method: line[1],
      headers,
      signal,
      ...hasBody && { body: body.stream() },
    });
  } catch {
    return 400; // Names or values that HTTP does not allow.
  }
}

function refuse(status: number): Response {
  return new Response(`${STATUS_TEXT[status]}.\n`, {
    status,
    headers: { ...SAFE_HEADERS, "content-type": "text/plain" },
  });
}

async function send(
  conn: Deno.TcpConn,
  guard: SilenceGuard,
  response: Response,
  isHead: boolean,
  gone: AbortSignal,
): Promise<void> {
  const { headers, body } = response;
  const isStream = headers.has("content-length") || headers.get("content-type") === "text/event-stream";
  const whole = isStream ? null : new Uint8Array(await response.arrayBuffer());
  await write(conn, guard, headOf(response, whole?.length));
  if (isHead) return await body?.cancel();
  if (whole) return await write(conn, guard, whole);
  const reader = body!.getReader();
  const cancel = (): void => void reader.cancel().catch(() => {});
  gone.addEventListener("abort", cancel);
  try {
    if (gone.aborted) return;
    for (;;) {
      guard.rest(); // An event stream may be silent.
      const { value, done } = await reader.read();
      if (done) return;
      guard.moved();
      await write(conn, guard, value);
    }
  } catch (error) {
    closeQuietly(conn); // It must not look complete.
    throw error;
  } finally {
    gone.removeEventListener("abort", cancel);
    cancel();
  }
}

async function write(conn: Deno.TcpConn, guard: SilenceGuard, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    done += await conn.write(bytes.subarray(done, done + CHUNK_BYTES));
    guard.moved();
  }
}

function headOf({ status, headers }: Response, length: number | undefined): Uint8Array<ArrayBuffer> {
  const fields: string[][] = [...headers, ["connection", "close"]];
  if (length !== undefined && status !== 204) fields.push(["content-length", `${length}`]);
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_TEXT[status] ?? ""}`,
    ...fields.map(([name, value]) => `${name}: ${value}`),
  ];
  return new TextEncoder().encode(`${lines.join("\r\n")}\r\n\r\n`);
}
