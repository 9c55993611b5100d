/**
 * One conversation of a running client with a command.
 *
 * @module
 */
import { writeAll } from "../library/io.ts";
import { pause } from "../net/pause.ts";
import { finishSending, SilenceGuard } from "../net/tcp.ts";
import { type Answer, type Ask, formatAnswer, parseAsk, type Secrets } from "./message.ts";

/** The longest line that is read, in bytes: ours have some 110. */
const MAX_LINE_BYTES = 512;

/** For a whole line, in milliseconds: it is one small packet of this machine. */
const LINE_MS = 5_000;

/** For reading the answer, and closing after it, in milliseconds. */
const FAREWELL_MS = 5_000;

/** While the answer takes its time a blank says so often that there will be one, in milliseconds. */
export const SIGN_MS = 2_000;

const encoder = new TextEncoder();

/** Reads one line, and answers it; whoever does not know the token is not answered, whatever they say. */
export async function converse(
  conn: Deno.TcpConn,
  secrets: Secrets,
  answer: (ask: Ask | "unknown") => Promise<Answer | null>,
): Promise<void> {
  using guard = new SilenceGuard(conn, LINE_MS);
  const line = await readLine(conn);
  const ask = line === null ? null : parseAsk(line, secrets);
  if (ask === null) return;
  guard.rest();
  const working = new AbortController();
  const signs = giveSigns(conn, working.signal);
  const said = await answer(ask).finally(() => working.abort());
  await signs;
  if (said === null) return;
  guard.moved(FAREWELL_MS);
  await writeAll(conn, encoder.encode(`${formatAnswer(said, secrets)}\n`));
  await finishSending(conn);
}

/** The first line, without its end; `null` when there is none, or it is too long. */
async function readLine(conn: Deno.TcpConn): Promise<string | null> {
  const buffer = new Uint8Array(MAX_LINE_BYTES);
  for (let filled = 0; filled < buffer.length;) {
    const n = await conn.read(buffer.subarray(filled));
    if (n === null) return null;
    const end = buffer.subarray(filled, filled + n).indexOf(0x0a);
    if (end >= 0) return new TextDecoder().decode(buffer.subarray(0, filled + end));
    filled += n;
  }
  return null;
}

/** Sends a blank now and then; in front of JSON it means nothing. */
async function giveSigns(conn: Deno.TcpConn, until: AbortSignal): Promise<void> {
  for (;;) {
    await pause(SIGN_MS, until);
    if (until.aborted) return;
    await conn.write(encoder.encode(" ")).catch(() => {}); // They have left: what was asked is done all the same.
  }
}
