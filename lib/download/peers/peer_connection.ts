/** The receiving end of a connection between two peers. */
import { writeAll } from "../../net/io.ts";
import { type Address, formatAddress } from "../../protocol/address.ts";
import { Fault } from "../../fault/fault.ts";
import { MAX_TIMER_MS } from "../../protocol/limits.ts";
import { MAX_PEER_REPLY_BYTES, parsePeerReply, type PeerReply } from "../../protocol/peer_reply.ts";
import { reasonOf } from "../../fault/reason.ts";
import { LineReader } from "../../net/lines.ts";
import { closeQuietly, SilenceGuard } from "../../net/tcp.ts";

/** A connection to another peer, for one request at a time. */
export class PeerConnection {
  readonly peer: Address;
  readonly #conn: Deno.TcpConn;
  readonly #lines: LineReader;

  private constructor(peer: Address, conn: Deno.TcpConn) {
    this.peer = peer;
    this.#conn = conn;
    this.#lines = new LineReader(conn, MAX_PEER_REPLY_BYTES - 1);
    try {
      conn.setNoDelay(true);
    } catch {
      // It was reset already, which reading reports; macOS reports it here too.
    }
  }

  /** @throws {Fault} `peer-unreachable`. */
  static async open(peer: Address, ms: number, signal?: AbortSignal): Promise<PeerConnection> {
    const until = AbortSignal.any([AbortSignal.timeout(Math.min(ms, MAX_TIMER_MS)), ...signal ? [signal] : []]);
    try {
      return new PeerConnection(peer, await Deno.connect({ hostname: peer.host, port: peer.port, signal: until }));
    } catch (error) {
      throw new Fault("peer-unreachable", { peer: formatAddress(peer), reason: reasonOf(error) }, error);
    }
  }

  /** Closes the connection if nothing arrives for `ms` milliseconds, until the guard is disposed of. */
  guard(ms: number): SilenceGuard {
    return new SilenceGuard(this.#conn, ms);
  }

  async send(request: string): Promise<void> {
    await writeAll(this.#conn, new TextEncoder().encode(request));
  }

  /**
   * Sends a request of our own programs and reads the header line of an answer: with several pending requests, the
   * answer to the oldest.
   *
   * @returns The header, or `null` if nothing or something else arrived; then the connection is useless.
   * @throws {Fault} `peer-silent` after `ms` milliseconds.
   */
  async ask(request: string, ms: number): Promise<PeerReply | null> {
    using guard = this.guard(ms);
    try {
      await this.send(request);
      do {
        const line = this.#lines.take();
        if (line) return parsePeerReply(new TextDecoder().decode(line));
        // No header begins like this, so there is no need to wait for a newline.
        if (!/^(O(K( .*)?)?|E(R(R( .*)?)?)?)?$/.test(new TextDecoder().decode(this.#lines.pending))) break;
      } while (await this.#lines.more() > 0);
    } catch {
      // Reset or closed, as by a program that does not know the request.
    }
    if (guard.expired) throw new Fault("peer-silent", { peer: formatAddress(this.peer), seconds: ms / 1_000 });
    return null;
  }

  /** Reads the bytes after a header, or an answer without one; `null` at its end. */
  read(into: Uint8Array): Promise<number | null> {
    return this.#lines.read(into);
  }

  close(): void {
    closeQuietly(this.#conn);
  }
}
