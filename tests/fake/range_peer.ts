/** Peers that speak `RNG`, well or badly, scripted part by part. */

/** What is asked for: a part of an image, or all of it by `GET`, or a thumbnail, whose pixels are the offset. */
export interface Asked {
  readonly kind: "RNG" | "GET" | "THM";
  readonly md5: string;
  readonly offset: number;
}

/** Writes what is answered; the connection continues unless this gives `close`. */
export type PartAnswer = (conn: Deno.TcpConn, asked: Asked) => Promise<"close" | void>;

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

async function write(conn: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) done += await conn.write(bytes.subarray(done));
}

/** Ready-made answers; each has the bytes of one image. */
export const PARTS = {
  /** The rest of the image. */
  gives: (bytes: Uint8Array): PartAnswer => async (conn, { kind, offset }) => {
    if (kind === "GET") return "close";
    await write(conn, encode(`OK ${bytes.length} ${offset} ${bytes.length - offset} 0\n`));
    await write(conn, bytes.subarray(offset));
  },
  /** Up to here, and then the end. */
  breaksAt: (bytes: Uint8Array, end: number): PartAnswer => async (conn, { offset }) => {
    await write(conn, encode(`OK ${bytes.length} ${offset} ${bytes.length - offset} 0\n`));
    await write(conn, bytes.subarray(offset, end));
    return "close";
  },
  /** Up to here, and then nothing more, which it says to the test. */
  stallsAt: (bytes: Uint8Array, end: number, stalls: () => void = () => {}): PartAnswer => async (conn, { offset }) => {
    await write(conn, encode(`OK ${bytes.length} ${offset} ${bytes.length - offset} 0\n`));
    await write(conn, bytes.subarray(offset, end));
    stalls();
    await conn.read(new Uint8Array(1)).catch(() => null);
    return "close";
  },
  /** This header, and these bytes. */
  says: (header: string, bytes: Uint8Array = new Uint8Array(0)): PartAnswer => async (conn) => {
    await write(conn, encode(header));
    await write(conn, bytes);
  },
};

/** A peer that answers so. */
export class RangePeer implements AsyncDisposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #running: Promise<void>;
  readonly #open = new Set<Deno.TcpConn>();
  /** What was asked for, in order. */
  readonly asked: Asked[] = [];
  /** How many connections are open. */
  get open(): number {
    return this.#open.size;
  }
  /** How many connections there were. */
  connections = 0;

  /** The sizes that it reports when asked with `INF`, by MD5; or all that it reports. */
  readonly #sizes: Readonly<Record<string, number | string>>;

  /** Starts it on a free port. */
  constructor(answer: PartAnswer, sizes: Readonly<Record<string, number | string>> = {}) {
    this.#sizes = sizes;
    this.#running = this.#run(answer);
  }

  /** Where it listens. */
  get address(): { host: string; port: number } {
    return { host: "127.0.0.1", port: this.#listener.addr.port };
  }

  async #run(answer: PartAnswer): Promise<void> {
    for await (const conn of this.#listener) {
      this.connections++;
      this.#open.add(conn);
      this.#converse(conn, answer).catch(() => {}).finally(() => {
        if (this.#open.delete(conn)) conn.close();
      });
    }
  }

  async #converse(conn: Deno.TcpConn, answer: PartAnswer): Promise<void> {
    const buffer = new Uint8Array(16_384);
    let pending = "";
    for (;;) {
      const request = /^(RNG|GET|INF|THM) (\w{32})(?: (\d+)(?: \d+)?)?\n?/.exec(pending);
      if (!request) {
        const n = await conn.read(buffer);
        if (n === null) return;
        pending += new TextDecoder().decode(buffer.subarray(0, n));
        continue;
      }
      const [, kind, md5, offset = "0"] = request;
      pending = pending.slice(request[0].length);
      if (kind === "INF") {
        const size = this.#sizes[md5];
        const info = typeof size === "number" ? `${size} image/gif 0 0 0 0` : size;
        await write(conn, encode(info === undefined ? "ERR NOT_SHARED\n" : `OK ${info}\n`));
        continue;
      }
      const asked = { kind: kind as Asked["kind"], md5, offset: Number(offset) };
      this.asked.push(asked);
      if (await answer(conn, asked) === "close") return;
    }
  }

  /** Stops it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    await this.#running; // A last connection may have been accepted.
    for (const conn of this.#open) conn.close();
    this.#open.clear();
  }
}
