/**
 * A TCP port that shows which other machines can connect to it.
 *
 * @module
 */
import { addressScope } from "../../protocol/network.ts";
import { Crowd } from "../../net/crowd.ts";
import { bindTcp, localAddress, ownAddresses } from "../../net/listen.ts";
import { acceptAll } from "../../net/tcp.ts";

/** Only the tracker has a reason to connect, and each connection is closed at once. */
const CROWD = { most: 16, ofSource: 16 };

/** An open TCP port that closes each connection without a byte. */
export class ProbeListener implements AsyncDisposable {
  readonly port: number;
  /** The first other machine that connects. */
  readonly firstRemote: Promise<string>;
  readonly #ending = new AbortController();
  readonly #accepting: Promise<unknown>;

  /**
   * Opens a port on all interfaces.
   *
   * @param port 0 for a free one.
   * @throws {Fault} As `bindTcp`.
   */
  constructor(port: number) {
    const listeners = bindTcp(undefined, port);
    this.port = localAddress(listeners[0]).port;
    const { promise, resolve } = Promise.withResolvers<string>();
    this.firstRemote = promise;
    this.#accepting = Promise.all(
      listeners.map((listener) =>
        acceptAll(listener, new Crowd(CROWD), this.#ending.signal, (_, { host }) => {
          if (!isHere(host)) resolve(host);
          return Promise.resolve();
        })
      ),
    );
  }

  /** Closes the port. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort();
    await this.#accepting;
  }
}

/** Whether a host is this machine. */
export function isHere(host: string): boolean {
  return addressScope(host) === "loopback" || ownAddresses().some((own) => own.host === host);
}
