/** A tracker that answers as a test has it, on UDP, and on TCP while that is open. */
import { Inbox, quietPort } from "../support.ts";

/** What is answered to a request, and by which way it came; `null` for silence. */
export type Script = (request: string, by: "UDP" | "TCP") => string | null | Promise<string | null>;

/** A tracker on 127.0.0.1. */
export class ScriptedTracker implements AsyncDisposable {
  readonly port: number;
  readonly #script: Script;
  readonly #socket: Deno.DatagramConn;
  readonly #receiving: Promise<void>;
  #tcp: { listener: Deno.TcpListener; accepting: Promise<void> } | null = null;
  /** All that came, such as `UDP LST`. */
  readonly requests: string[] = [];
  /** The same as it comes. */
  readonly heard = new Inbox<string>();

  /** Starts it on a free port, without TCP. */
  constructor(script: Script) {
    this.#script = script;
    this.port = quietPort();
    this.#socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: this.port });
    this.#receiving = this.#receive();
  }

  /** Opens TCP. */
  openTcp(): void {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: this.port });
    this.#tcp = { listener, accepting: this.#accept(listener) };
  }

  /** Closes TCP. */
  async closeTcp(): Promise<void> {
    this.#tcp?.listener.close();
    await this.#tcp?.accepting;
    this.#tcp = null;
  }

  async #receive(): Promise<void> {
    for await (const [bytes, from] of this.#socket) {
      const reply = await this.#answer(new TextDecoder().decode(bytes), "UDP");
      if (reply !== null) await this.#socket.send(new TextEncoder().encode(reply), from).catch(() => {});
    }
  }

  async #accept(listener: Deno.TcpListener): Promise<void> {
    const open: Promise<void>[] = [];
    for await (const conn of listener) open.push(this.#converse(conn));
    await Promise.all(open);
  }

  async #converse(conn: Deno.TcpConn): Promise<void> {
    using _ = conn;
    let request = "";
    const chunk = new Uint8Array(65_536);
    while (!request.endsWith("\n")) {
      const n = await conn.read(chunk).catch(() => null);
      if (n === null) return;
      request += new TextDecoder().decode(chunk.subarray(0, n));
    }
    const reply = await this.#answer(request.trimEnd(), "TCP");
    if (reply === null) return;
    const bytes = new TextEncoder().encode(`${reply}\n`);
    for (let at = 0; at < bytes.length;) {
      const n = await conn.write(bytes.subarray(at)).catch(() => null);
      if (n === null) return; // The other side is gone.
      at += n;
    }
  }

  #answer(request: string, by: "UDP" | "TCP"): string | null | Promise<string | null> {
    this.requests.push(`${by} ${request}`);
    this.heard.put(`${by} ${request}`);
    return this.#script(request, by);
  }

  /** Stops it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.close();
    await this.#receiving;
    await this.closeTcp();
  }
}
