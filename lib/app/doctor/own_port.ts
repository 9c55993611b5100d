/** Our TCP port, and whether others can connect to it, as a tracker's dial-back shows. */
import { type Finding, finding } from "./finding.ts";
import { addressScope } from "../../protocol/network.ts";
import { Crowd } from "../../net/crowd.ts";
import { bindTcp, localAddress } from "../../net/listen.ts";
import { ownAddresses, usableAddresses } from "../../net/own_addresses.ts";
import { acceptAll, closeQuietly } from "../../net/tcp.ts";
import { addressIn } from "./probe_peer.ts";
import { listOverTcp, type ReachedTracker } from "./examine_tracker.ts";
import { type Examination, withTimeout } from "./examination.ts";

/** Only the tracker has a reason to connect, and each connection is closed at once. */
const CROWD = { most: 16, ofSource: 16 };

/** An open TCP port that closes each connection without sending a byte. */
export class ProbeListener implements AsyncDisposable {
  readonly port: number;
  /** The first other machine that connects. */
  readonly firstRemote: Promise<string>;
  readonly #ending = new AbortController();
  readonly #accepting: Promise<unknown>;

  /** @throws {Fault} As `bindTcp`. */
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

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort();
    await this.#accepting;
  }
}

export function isHere(host: string): boolean {
  return addressScope(host) === "loopback" || ownAddresses().some((own) => own.host === host);
}

/** What a probe of a tracker needs. */
export interface ProbeParts extends Examination {
  readonly tracker: ReachedTracker;
  /** Our TCP port. */
  readonly listener: ProbeListener;
  /** Whether it is the port to examine: if that is in use, another one is open. */
  readonly examined: boolean;
}

/** The machine that connected to our port: another one, "here" for this one if the tracker runs on it, or none. */
export async function connectedFrom(
  { tracker, listener, timeouts, signal }: ProbeParts,
  since: number,
): Promise<string | null> {
  if (isHere(tracker.address.host)) {
    return await answersHere(listener.port, tracker.address.host, signal) ? "here" : null;
  }
  const timeout = tracker.onTcp ? since + timeouts.dialBack - performance.now() : 0;
  try {
    return await withTimeout(listener.firstRemote, timeout, signal);
  } catch {
    signal.throwIfAborted();
    return null;
  }
}

/** The timeout of this machine's own connection, in milliseconds. */
const HERE_MS = 2_000;

async function answersHere(port: number, tracker: string, signal: AbortSignal): Promise<boolean> {
  const hostname = tracker.includes(":") ? "::1" : "127.0.0.1";
  try {
    const within = AbortSignal.any([signal, AbortSignal.timeout(HERE_MS)]);
    closeQuietly(await Deno.connect({ hostname, port, signal: within }));
    return true;
  } catch {
    signal.throwIfAborted();
    return false;
  }
}

export function portFinding({ tracker, listener, timeouts }: ProbeParts, seen: string, remote: string | null): Finding {
  const { port } = listener;
  const host = seen || (usableAddresses(ownAddresses(), tracker.address.host)[0]?.host ?? "");
  if (remote === "here") return finding("port-answers-here", { port, host });
  if (remote !== null) return finding("port-reachable", { port, from: remote });
  const here = isHere(tracker.address.host);
  if (!tracker.onTcp && !here) return finding("port-untried", { port, host });
  return finding("port-unreachable", { port, host, seconds: (here ? HERE_MS : timeouts.dialBack) / 1_000 });
}

/** Our address in the list over TCP; empty if it is not listed. */
export async function seenOnTcp(parts: ProbeParts, md5s: readonly string[]): Promise<string> {
  try {
    return addressIn(await listOverTcp(parts.tracker.address, parts) ?? "", md5s, [parts.listener.port]);
  } catch {
    parts.signal.throwIfAborted();
    return "";
  }
}
