/** Runs the tracker on sockets. */
import type { Dial } from "../tracker/dials.ts";
import type { Effects, TrackerEvent, TrackerReply } from "../tracker/effects.ts";
import { Tracker } from "../tracker/tracker.ts";
import { DEFAULT_LEASE_MS } from "../tracker/tracker_rules.ts";
import { type Address, canonicalHost, DEFAULT_TRACKER_PORT } from "../protocol/address.ts";
import { addressScope } from "../protocol/network.ts";
import { type Fault, isFault } from "../fault/fault.ts";
import { notify } from "../fault/notify.ts";
import { codeOf } from "../fault/reason.ts";
import { Dialler } from "./dial_back.ts";
import { receiveDatagrams } from "../net/datagrams.ts";
import { bindTcp, bindUdp, localAddress } from "../net/listen.ts";
import { ownAddresses } from "../net/own_addresses.ts";
import { Sleep } from "../net/sleep.ts";
import { closeQuietly } from "../net/tcp.ts";
import type { RegistryStatus, SharedStore } from "./shared_store.ts";
import { openState, type State } from "./state_registry.ts";
import { serveMessages } from "./tracker_tcp.ts";

/** The configuration of a tracker. Exceptions that its callbacks throw go to standard error, and stop nothing. */
export interface TrackerConfig {
  /** The address to listen on. Default: all addresses of this machine. */
  readonly host?: string;
  /** The UDP and TCP port; 0 for a free one. Default: 13377. */
  readonly port?: number;
  /** Sends a second datagram `END` after each reply that is no error, for a known client that waits for it. */
  readonly endMarker?: boolean;
  /** How long a registration is kept without renewal, in milliseconds; `Infinity` for ever. Default: 180,000. */
  readonly leaseMs?: number;
  /** The most memory for registrations, in bytes. Default: 72 MiB. */
  readonly memory?: number;
  /** Which addresses the tracker trusts. Default: `"by-address"`. */
  readonly trust?: "by-address" | "open" | "strict";
  /** The path of a file that keeps registrations across restarts. Default: none. */
  readonly state?: string;
  /**
   * A registry that other trackers share, instead of a state file; the tracker closes it. Default: none.
   *
   * @ignore Only the program opens one.
   */
  readonly shared?: SharedStore;
  /** The address that others get for peers on the tracker's own machine. Default: that of the nearest network. */
  readonly publicHost?: string;
  /**
   * Called when registrations cannot be written to the file or shared, once for each reason, and with `null` when they
   * can be again.
   */
  readonly onStateFault?: (fault: Fault | null) => void;
  /** Called for each request, and for each peer that was dialled or whose lease ended. */
  readonly onEvent?: (event: TrackerEvent) => void;
}

/** How often leases are checked and the state is written, in milliseconds: this much of the state may be lost. */
const TICK_MS = 1_000;

/** Clients of a tracker that sleeps for longer have gone on with another one, in milliseconds. */
const SLEEP_MS = 3_000;

/** How often the addresses of this machine are read again, in ticks. */
const OWN_ADDRESS_TICKS = 30;

/**
 * Starts a tracker, which answers until it is closed.
 *
 * @throws {Fault} With the code `port-in-use`, `port-denied` or `port-unusable` when the port cannot be opened,
 * `address-not-here` when `host` is no address of this machine, and `state-unusable` when the state file cannot be used.
 */
export function startTracker(config: TrackerConfig = {}): RunningTracker {
  const { sockets, listeners } = bindBoth(config.host, config.port ?? DEFAULT_TRACKER_PORT);
  let state: State | SharedStore | null = config.shared ?? null;
  try {
    if (config.state !== undefined) state = openState(config.state, now() + (config.leaseMs ?? DEFAULT_LEASE_MS));
  } catch (error) {
    [...sockets, ...listeners].forEach(closeQuietly);
    throw error;
  }
  return new RunningTracker(config, sockets, listeners, state);
}

/** How many ports are tried: a port that is free for UDP may be in use for TCP, by any connection of this machine. */
const FREE_PORT_TRIES = 20;

/** Opens one port for UDP and TCP; 0 for a free one. */
function bindBoth(
  host: string | undefined,
  port: number,
): { sockets: Deno.DatagramConn[]; listeners: Deno.TcpListener[] } {
  for (let tries = 1;; tries++) {
    const sockets = bindUdp(host, port);
    try {
      return { sockets, listeners: bindTcp(host, localAddress(sockets[0]).port) };
    } catch (error) {
      sockets.forEach(closeQuietly);
      if (port !== 0 || tries === FREE_PORT_TRIES || !isFault(error, "port-in-use")) throw error;
    }
  }
}

/** Milliseconds since 1970; never goes back while this process runs, even if the system's clock does. */
function now(): number {
  return performance.timeOrigin + performance.now();
}

/** A running tracker; `await using` closes it. */
export class RunningTracker implements AsyncDisposable {
  /** The address that it listens on; `::` and `0.0.0.0` stand for all interfaces. */
  readonly address: Address;
  /** The new path of a damaged state file. */
  readonly brokenState?: string;
  readonly #config: TrackerConfig;
  readonly #sockets: readonly Deno.DatagramConn[];
  readonly #tracker: Tracker;
  readonly #dialler = new Dialler();
  readonly #state: State | SharedStore | null;
  readonly #closing = new AbortController();
  readonly #loops: Promise<void>[];
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #dials = new Set<Promise<void>>();
  readonly #sleep: Sleep;
  #ticks = 0;
  /** The messages that were reported since registrations could be written; two may alternate. */
  readonly #stateFaults = new Set<string>();

  /**
   * Answers on sockets that are already open.
   *
   * @ignore {@link startTracker} opens them.
   */
  constructor(
    config: TrackerConfig,
    sockets: readonly Deno.DatagramConn[],
    listeners: readonly Deno.TcpListener[],
    state: State | SharedStore | null,
  ) {
    this.address = localAddress(sockets[0]);
    this.brokenState = state && "brokenPath" in state ? state.brokenPath : undefined;
    this.#config = config;
    this.#sockets = sockets;
    this.#state = state;
    // Without others it is the only one that a request could go to.
    this.#sleep = new Sleep(config.shared ? SLEEP_MS : Infinity, () => config.shared?.woke());
    this.#isWaking(now()); // From now on.
    this.#tracker = new Tracker({
      leaseMs: config.leaseMs,
      trust: config.trust,
      memory: config.memory,
      registry: state?.registry,
      limits: config.shared?.limits,
      // Nobody from another machine uses a tracker that listens on a loopback address.
      replacesLoopback: config.shared !== undefined && addressScope(this.address.host) !== "loopback",
      own: ownAddresses(config.publicHost),
    });
    this.#loops = [
      ...sockets.map((socket) => receiveDatagrams(socket, (bytes, sender) => this.#answer(bytes, sender))),
      ...listeners.map((it) => serveMessages(it, this.#closing.signal, (line, from) => this.#answerLine(line, from))),
    ];
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  /** How many peers are registered, images they share, bytes of memory that both take (about) and may take, and dials. */
  counts(): {
    readonly peers: number;
    readonly images: number;
    readonly bytes: number;
    readonly bytesAllowed: number;
    /** Peers that are being dialled or wait to be dialled. */
    readonly dialling: number;
    /** How the registry stands that is shared with other trackers, if it is. */
    readonly registry?: RegistryStatus & {
      /** Whether other trackers have more memory than this one, which refuses new registrations. */
      readonly isOutgrown: boolean;
    };
  } {
    const { registry: { peers, images, bytes }, memory: { bytes: bytesAllowed, isOutgrown } } = this.#tracker;
    const counts = { peers, images, bytes, bytesAllowed, dialling: this.#dialler.length };
    const { shared } = this.#config;
    return shared ? { ...counts, registry: { ...shared.status, isOutgrown } } : counts;
  }

  /** Stops the tracker; resolves when all of it has ended. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#closing.abort();
    this.#dialler.close();
    this.#sockets.forEach(closeQuietly);
    await Promise.all(this.#loops); // A last request may start a dial.
    await Promise.all(this.#dials);
    await this.#state?.close();
  }

  /** The same as {@link RunningTracker.close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #isWaking(at: number): boolean {
    return this.#sleep.isWaking(at, Date.now()) || (this.#config.shared?.isWaking ?? false);
  }

  async #answer(bytes: Uint8Array, { hostname, port }: Deno.NetAddr): Promise<void> {
    const at = now();
    if (this.#isWaking(at)) return; // It may be old, and its sender have left since.
    await this.#apply(this.#tracker.handle(bytes, { host: canonicalHost(hostname), port }, at));
  }

  /** Answers a message from TCP. */
  #answerLine(line: Uint8Array, from: Address): Uint8Array | null {
    const at = now();
    if (this.#isWaking(at)) return null;
    const effects = this.#tracker.handle(line, from, at, "tcp");
    this.#report(effects);
    return effects.replies[0]?.bytes ?? null;
  }

  async #apply(effects: Effects): Promise<void> {
    this.#report(effects);
    for (const reply of effects.replies) await this.#send(reply);
  }

  /** Reports the event, and starts the dials. */
  #report({ event, dials }: Effects): void {
    const { onEvent } = this.#config;
    if (event && onEvent) notify(() => onEvent(event));
    for (const dial of dials) this.#dial(dial);
  }

  #tick(): void {
    if (++this.#ticks % OWN_ADDRESS_TICKS === 0) this.#tracker.setOwn(ownAddresses(this.#config.publicHost));
    const at = now();
    if (!this.#isWaking(at)) this.#report(this.#tracker.due(at)); // Others may have renewed who looks dead.
    const fault = this.#state?.flush() ?? null;
    const isNews = fault ? !this.#stateFaults.has(fault.message) : this.#stateFaults.size > 0;
    if (fault) this.#stateFaults.add(fault.message);
    else this.#stateFaults.clear();
    if (isNews) notify(() => this.#config.onStateFault?.(fault));
  }

  #dial(dial: Dial): void {
    const dialling = this.#dialler.dial(dial.address).then(async (result) => {
      if (this.#closing.signal.aborted) return;
      await this.#apply(this.#tracker.dialled(dial, result, now()));
    }).finally(() => this.#dials.delete(dialling));
    this.#dials.add(dialling);
  }

  /**
   * Sends a reply from the socket of its family. A reply that cannot be sent is dropped: it must not delay others, and
   * the client asks again.
   */
  async #send({ to: { host, port }, bytes, ok }: TrackerReply): Promise<void> {
    const isIpv6 = host.includes(":");
    const hasIpv6 = (socket: Deno.DatagramConn): boolean => (socket.addr as Deno.NetAddr).hostname.includes(":");
    const socket = this.#sockets.find((it) => hasIpv6(it) === isIpv6) ?? this.#sockets[0];
    // A socket of both families takes IPv4 addresses in their IPv6 form (RFC 4291, section 2.5.5.2).
    const hostname = !isIpv6 && hasIpv6(socket) ? `::ffff:${host}` : host;
    const address = { transport: "udp", hostname, port } as const;
    try {
      await sendWhole(socket, bytes, address);
      if (ok && this.#config.endMarker) await socket.send(END_MARKER, address);
    } catch {
      // No route back, or an address that cannot be answered.
    }
  }
}

/** The largest datagram that macOS sends unless it is configured otherwise, in bytes. */
const SMALL_DATAGRAM_BYTES = 9_216;

/** Sends a reply; if the system refuses a datagram of that size, sends as many entries of the list as fit. */
async function sendWhole(socket: Deno.DatagramConn, reply: Uint8Array, to: Deno.Addr): Promise<void> {
  try {
    await socket.send(reply, to);
  } catch (error) {
    if (codeOf(error) !== "EMSGSIZE") throw error;
    await socket.send(reply.subarray(0, reply.lastIndexOf(0x3b, SMALL_DATAGRAM_BYTES)), to);
  }
}

const END_MARKER = new TextEncoder().encode("END");
