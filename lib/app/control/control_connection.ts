/** One connection of a command to a running client: a line with a request, a line with the response. */
import { writeAll } from "../../net/io.ts";
import { LineReader } from "../../net/lines.ts";
import { finishSending, SilenceGuard } from "../../net/tcp.ts";
import {
  type ControlRequest,
  type ControlResponse,
  formatControlResponse,
  parseControlRequest,
  type Secrets,
} from "./message.ts";

/** The longest line that is read, in bytes: ours have some 110. */
const MAX_LINE_BYTES = 512;

/** For the whole request, and for the response and the close after it, in milliseconds. */
export interface ConnectionTimeouts {
  readonly request: number;
  readonly response: number;
}

/** A line is one small packet within this machine. */
const DEFAULT_TIMEOUTS: ConnectionTimeouts = { request: 5_000, response: 5_000 };

/** Reads a request and answers it. Without the right token, there is no response at all. */
export async function serveConnection(
  conn: Deno.TcpConn,
  secrets: Secrets,
  respond: (request: ControlRequest | "unknown") => Promise<ControlResponse>,
  timeouts: ConnectionTimeouts = DEFAULT_TIMEOUTS,
): Promise<void> {
  using guard = new SilenceGuard(conn, timeouts.request);
  const line = await new LineReader(conn, MAX_LINE_BYTES).line();
  const request = line && parseControlRequest(new TextDecoder().decode(line), secrets);
  if (request === null) return;
  guard.rest();
  const response = await respond(request);
  guard.moved(timeouts.response);
  await writeAll(conn, new TextEncoder().encode(`${formatControlResponse(response, secrets)}\n`));
  await finishSending(conn);
}
