/** Peers as they are in the wild, good and bad: what a TCP listener does when an image is asked for. */
import { quietPort } from "../support.ts";

/** What it sends for a request, which is `GET ` and 32 digits; it closes the connection when this resolves. */
export type Answer = (conn: Deno.TcpConn, md5: string) => Promise<void>;

/** Writes text or bytes, as far as one write goes on a fresh connection: all of it, for the small things here. */
async function write(conn: Deno.TcpConn, bytes: string | Uint8Array): Promise<void> {
  const all = typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes;
  for (let done = 0; done < all.length;) done += await conn.write(all.subarray(done));
}

/** Ready-made answers. */
export const ANSWERS = {
  /** All bytes at once, then a close. */
  sends: (bytes: Uint8Array): Answer => (conn) => write(conn, bytes),
  /** Byte by byte. */
  dribbles: (bytes: Uint8Array): Answer => async (conn) => {
    for (let i = 0; i < bytes.length; i++) await write(conn, bytes.subarray(i, i + 1));
  },
  /** A sentence, as several programs send for an image that they do not have. */
  refuses: (): Answer => (conn) => write(conn, "ERR File not found"),
  /** Nothing. */
  closes: (): Answer => () => Promise.resolve(),
  /** All bytes at once, which it says to the test, and stays: it never closes. */
  stays: (bytes: string | Uint8Array, sent: () => void = () => {}): Answer => async (conn) => {
    await write(conn, bytes);
    sent();
    await conn.read(new Uint8Array(1)).catch(() => null);
  },
  /** Nothing, and stays. */
  hangs: (): Answer => async (conn) => {
    await conn.read(new Uint8Array(1)).catch(() => null);
  },
  /** Bytes without end. */
  floods: (): Answer => async (conn) => {
    const block = new Uint8Array(65_536);
    for (;;) await conn.write(block);
  },
};

/** A peer that answers so. */
export class BaselinePeer implements AsyncDisposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #running: Promise<void>;
  readonly #open = new Set<Deno.TcpConn>();
  /** What was asked for: the bytes of each `GET` as text. */
  readonly requests: string[] = [];
  /** What else came; it is closed without a byte. */
  readonly others: string[] = [];

  readonly #reads: "GET" | "anything";

  /** Starts it on a free port. One that reads anything gives its answer whatever it is asked. */
  constructor(answer: Answer, reads: "GET" | "anything" = "GET") {
    this.#reads = reads;
    this.#running = this.#run(answer);
  }

  /** Where it listens. */
  get address(): { host: string; port: number } {
    return { host: "127.0.0.1", port: this.#listener.addr.port };
  }

  async #run(answer: Answer): Promise<void> {
    for await (const conn of this.#listener) {
      this.#open.add(conn);
      this.#converse(conn, answer).catch(() => {}).finally(() => {
        this.#open.delete(conn);
        try {
          conn.close();
        } catch {
          // Closed by the other side or at the end.
        }
      });
    }
  }

  async #converse(conn: Deno.TcpConn, answer: Answer): Promise<void> {
    // As in the wild: exactly one read of up to 1,024 bytes.
    const buffer = new Uint8Array(1_024);
    const n = await conn.read(buffer) ?? 0;
    const request = new TextDecoder().decode(buffer.subarray(0, n));
    if (this.#reads === "GET" && !request.startsWith("GET ")) return void this.others.push(request);
    this.requests.push(request);
    await answer(conn, request.slice(4));
  }

  /** Stops it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    await this.#running; // A last connection may have been accepted.
    for (const conn of this.#open) conn.close();
  }
}

/** A port of 127.0.0.1 on which nothing listens. */
export function deadPort(): number {
  return quietPort();
}
