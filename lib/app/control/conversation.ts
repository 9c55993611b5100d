/**
 * One conversation of a running client with a command.
 *
 * @module
 */
import { writeAll } from "../../net/io.ts";
import { LineReader } from "../../net/lines.ts";
import { pause } from "../../net/pause.ts";
import { finishSending, SilenceGuard } from "../../net/tcp.ts";
import { type Answer, type Ask, formatAnswer, parseAsk, type Secrets } from "./message.ts";

/** The longest line that is read, in bytes: ours have some 110. */
const MAX_LINE_BYTES = 512;

/** How long what takes, in milliseconds. */
export interface ConversationWaits {
  /** At most for a whole line. */
  readonly line: number;
  /** Between two blanks, which tell that there will be an answer. */
  readonly sign: number;
  /** At most for reading the answer, and closing after it. */
  readonly farewell: number;
}

/** A line is one small packet of this machine. */
const DEFAULT_WAITS: ConversationWaits = { line: 5_000, sign: 2_000, farewell: 5_000 };

const encoder = new TextEncoder();

/** Reads one line, and answers it; whoever does not know the token is not answered, whatever they say. */
export async function converse(
  conn: Deno.TcpConn,
  secrets: Secrets,
  answer: (ask: Ask | "unknown") => Promise<Answer | null>,
  waits: ConversationWaits = DEFAULT_WAITS,
): Promise<void> {
  using guard = new SilenceGuard(conn, waits.line);
  const line = await new LineReader(conn, MAX_LINE_BYTES).line();
  const ask = line && parseAsk(new TextDecoder().decode(line), secrets);
  if (ask === null) return;
  guard.rest();
  const working = new AbortController();
  const signs = giveSigns(conn, waits.sign, working.signal);
  const said = await answer(ask).finally(() => working.abort());
  await signs;
  if (said === null) return;
  guard.moved(waits.farewell);
  await writeAll(conn, encoder.encode(`${formatAnswer(said, secrets)}\n`));
  await finishSending(conn);
}

/** Sends a blank now and then; in front of JSON it means nothing. */
async function giveSigns(conn: Deno.TcpConn, every: number, until: AbortSignal): Promise<void> {
  for (;;) {
    await pause(every, until);
    if (until.aborted) return;
    await conn.write(encoder.encode(" ")).catch(() => {}); // They have left: what was asked is done all the same.
  }
}
