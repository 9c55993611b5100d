/**
 * HTTP for the status, one request on each connection (RFC 9112). `Deno.serve` never closes a silent connection and
 * does not limit their number: a client that opens enough of them exhausts the tracker's file descriptors.
 */
import { writeAll } from "../../net/io.ts";
import { LineReader } from "../../net/lines.ts";
import { Crowd } from "../../net/crowd.ts";
import { acceptAll, finishSending, SilenceGuard } from "../../net/tcp.ts";

/** More connections than some browsers and metrics collectors need; a further one replaces the most idle one. */
const LIMITS = { most: 64, ofSource: 16 };

/** The longest request, in bytes: browsers send several hundred, or with the cookies of other programs some thousand. */
const MAX_REQUEST_BYTES = 16 << 10;

/** The timeout of a whole request, and of an answer of some kilobytes, in milliseconds. */
const MAX_WAIT_MS = 10_000;

const STATUS_TEXT: Readonly<Record<number, string>> = {
  200: "OK",
  400: "Bad Request",
  404: "Not Found",
  405: "Method Not Allowed",
};

/** Answers requests on `listener` until `ending` is aborted. */
export function serveHttp(
  listener: Deno.TcpListener,
  ending: AbortSignal,
  handle: (request: Request) => Response,
): Promise<void> {
  return acceptAll(listener, new Crowd(LIMITS), ending, async (conn, _from, slot) => {
    using guard = new SilenceGuard(conn, MAX_WAIT_MS);
    const head = await readHead(conn);
    if (head === null) return;
    slot.moves();
    guard.moved();
    const request = parseHead(head);
    const response = request ? handle(request) : new Response("Bad request.\n", { status: 400 });
    const body = new Uint8Array(await response.arrayBuffer());
    await writeAll(conn, headOf(response, body.length));
    if (request?.method !== "HEAD") await writeAll(conn, body);
    await finishSending(conn);
  });
}

/** The lines before the empty one; `null` if it does not come. */
async function readHead(conn: Deno.TcpConn): Promise<string[] | null> {
  const lines = new LineReader(conn, MAX_REQUEST_BYTES);
  const head: string[] = [];
  for (let left = MAX_REQUEST_BYTES; left > 0;) {
    const line = await lines.line();
    if (line === null) return null;
    left -= line.length + 1;
    const text = new TextDecoder("latin1").decode(line).replace(/\r$/, "");
    if (text === "") return head;
    head.push(text);
  }
  return null;
}

/** The request without a body; `null` for anything else. */
function parseHead([first = "", ...lines]: readonly string[]): Request | null {
  const line = /^([A-Z]{1,20}) (\/\S*) HTTP\/1\.[01]$/.exec(first);
  if (!line) return null;
  try {
    const fields = lines.map((it): [string, string] => {
      const colon = it.indexOf(":");
      return [it.slice(0, Math.max(0, colon)), it.slice(colon + 1).trim()];
    });
    return new Request(`http://status${line[2]}`, { method: line[1], headers: fields });
  } catch {
    return null; // Names or values that HTTP does not allow.
  }
}

function headOf({ status, headers }: Response, length: number): Uint8Array<ArrayBuffer> {
  const fields = [...headers, ["content-length", `${length}`], ["connection", "close"]];
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_TEXT[status] ?? ""}`,
    ...fields.map(([name, value]) => `${name}: ${value}`),
  ];
  return new TextEncoder().encode(`${lines.join("\r\n")}\r\n\r\n`);
}
