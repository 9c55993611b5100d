/**
 * The tracker on its sockets.
 *
 * @module
 */
import type { Registration, Registry } from "../tracker/registry/registry.ts";
import type { TrackerEvent } from "../tracker/answer.ts";
import { DEFAULT_LEASE_MS, Tracker } from "../tracker/tracker.ts";
import type { TrustPolicy } from "../tracker/trust.ts";
import { type Address, DEFAULT_TRACKER_PORT, plainHost } from "../protocol/address.ts";
import { type Fault, isFault } from "../fault/fault.ts";
import { notify } from "../fault/notify.ts";
import { codeOf } from "../fault/reason.ts";
import { Dialler } from "./dial_back.ts";
import { bindTcp, bindUdp, localAddress, ownAddresses } from "../net/listen.ts";
import { receiveDatagrams } from "../net/datagrams.ts";
import { closeQuietly } from "../net/tcp.ts";
import { openState, type State } from "./state_registry.ts";
import { serveMessages } from "./tracker_tcp.ts";

/** How a tracker is started. What its callbacks throw goes to standard error, and stops nothing. */
export interface TrackerConfig {
  /** The address on which it listens; all of them when left out. */
  readonly host?: string;
  /** The port, UDP and TCP; 13377 when left out, 0 for a free one. */
  readonly port?: number;
  /** Sends a second datagram `END` after each good answer, for the one client in the wild that waits for it. */
  readonly endMarker?: boolean;
  /** How long a registration is kept without renewal, in milliseconds; 180,000 when left out, `Infinity` for ever. */
  readonly lease?: number;
  /** Whom it trusts: by address when left out. */
  readonly trust?: TrustPolicy;
  /** A file in which registrations survive a restart. */
  readonly state?: string;
  /** The address under which peers on the tracker's own machine are listed to others; found when left out. */
  readonly publicHost?: string;
  /** Told when registrations cannot be written to the state file, and with `null` when they can again. */
  readonly onStateFault?: (fault: Fault | null) => void;
  /** Told of each request and each peer that lapsed. */
  readonly onEvent?: (event: TrackerEvent) => void;
}

/** A running tracker; `await using` closes it. */
export interface RunningTracker extends AsyncDisposable {
  /** Where it listens: `::` or `0.0.0.0` stands for all interfaces. */
  readonly address: Address;
  /** Where a state file that could not be read was put aside. */
  readonly brokenState?: string;
  /** What it holds now. */
  counts(): TrackerCounts;
  /** Stops; resolves when nothing of it runs any more. */
  close(): Promise<void>;
}

/** What a tracker holds. */
export interface TrackerCounts {
  /** Peers that are registered. */
  readonly peers: number;
  /** Different images that they share. */
  readonly images: number;
  /** About how many bytes of memory the registrations take. */
  readonly bytes: number;
  /** Peers whose ports are being tried, or wait for it. */
  readonly dialling: number;
}

/** How often leases are looked at and state is written, in milliseconds: state is at most so old. */
const TICK_MS = 1_000;

/** How often the machine is asked for its addresses, in ticks. */
const OWN_ADDRESS_TICKS = 30;

/**
 * Starts a tracker.
 *
 * @throws {Fault} `port-in-use`, `port-denied`, `port-unusable`, `address-not-here`, `state-unusable`.
 */
export function startTracker(config: TrackerConfig = {}): RunningTracker {
  const { sockets, listeners } = bindBoth(config.host, config.port ?? DEFAULT_TRACKER_PORT);
  let state: State | null = null;
  try {
    state = config.state === undefined ? null : openState(config.state, now() + (config.lease ?? DEFAULT_LEASE_MS));
  } catch (error) {
    [...sockets, ...listeners].forEach(closeQuietly);
    throw error;
  }
  return new Server(config, localAddress(sockets[0]), sockets, listeners, state);
}

/** A port that is free for UDP may be in use for TCP, by any connection of this machine: so many are tried. */
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

/** Milliseconds since 1970 that never go back while this process runs, whatever becomes of the clock on the wall. */
function now(): number {
  return performance.timeOrigin + performance.now();
}

class Server implements RunningTracker {
  readonly address: Address;
  readonly brokenState?: string;
  readonly #config: TrackerConfig;
  readonly #sockets: readonly Deno.DatagramConn[];
  readonly #tracker: Tracker;
  readonly #registry: Registry;
  readonly #dialler = new Dialler();
  readonly #state: State | null;
  readonly #ending = new AbortController();
  readonly #loops: Promise<unknown>[];
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #dials = new Set<Promise<void>>();
  #ticks = 0;
  #stateFault: Fault | null = null;

  constructor(
    config: TrackerConfig,
    address: Address,
    sockets: readonly Deno.DatagramConn[],
    listeners: readonly Deno.TcpListener[],
    state: State | null,
  ) {
    this.address = address;
    this.brokenState = state?.putAside;
    this.#config = config;
    this.#sockets = sockets;
    this.#state = state;
    const own = ownAddresses(config.publicHost);
    this.#tracker = new Tracker({ lease: config.lease, trust: config.trust, registry: state?.registry, own });
    this.#registry = this.#tracker.registry;
    this.#loops = [
      ...sockets.map((socket) => receiveDatagrams(socket, (bytes, sender) => this.#answer(socket, bytes, sender))),
      ...listeners.map((it) => serveMessages(it, this.#ending.signal, (message, from) => this.#respond(message, from))),
    ];
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  counts(): TrackerCounts {
    const { peers, images, bytes } = this.#registry;
    return { peers, images, bytes, dialling: this.#dialler.length };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#ending.abort();
    this.#dialler.close();
    this.#sockets.forEach(closeQuietly);
    await Promise.all([...this.#loops, ...this.#dials]);
    this.#state?.close();
  }

  /** Answers one datagram. */
  async #answer(socket: Deno.DatagramConn, bytes: Uint8Array, sender: Deno.NetAddr): Promise<void> {
    const answer = this.#tracker.handle(bytes, { host: plainHost(sender.hostname), port: sender.port }, now());
    this.#tell(answer.event);
    if (answer.dial) this.#dial(answer.dial);
    if (answer.reply !== null) await this.#reply(socket, answer.reply, sender, answer.good);
  }

  /** Sends a reply, as far as the network takes it: no way back to one sender holds up no other. */
  async #reply(socket: Deno.DatagramConn, reply: Uint8Array, to: Deno.Addr, good: boolean): Promise<void> {
    try {
      await sendWhole(socket, reply, to);
      if (good && this.#config.endMarker) await socket.send(END_MARKER, to);
    } catch {
      // No route back, or an address that cannot be answered: the client asks again if it is there.
    }
  }

  /** Answers one message that came over TCP. */
  #respond(message: Uint8Array, from: Address): Uint8Array | null {
    const answer = this.#tracker.handle(message, from, now(), "tcp");
    this.#tell(answer.event);
    if (answer.dial) this.#dial(answer.dial);
    return answer.reply;
  }

  #tell(event: TrackerEvent): void {
    const { onEvent } = this.#config;
    if (onEvent) notify(() => onEvent(event));
  }

  #tick(): void {
    if (++this.#ticks % OWN_ADDRESS_TICKS === 0) this.#tracker.setOwn(ownAddresses(this.#config.publicHost));
    for (const held of this.#tracker.due(now())) this.#dial(held);
    const fault = this.#state?.flush() ?? null;
    if ((fault === null) !== (this.#stateFault === null)) notify(() => this.#config.onStateFault?.(fault));
    this.#stateFault = fault;
  }

  #dial(held: Registration): void {
    const { address } = held;
    const dialling = this.#dialler.dial(address).then(async (reached) => {
      if (this.#ending.signal.aborted) return;
      const { event, late, again } = this.#tracker.dialled(held, address, reached, now());
      if (again) this.#dial(again);
      if (event) this.#tell(event);
      for (const { to, reply } of late) await this.#sendTo(to, reply);
    }).finally(() => this.#dials.delete(dialling));
    this.#dials.add(dialling);
  }

  /** Sends a datagram to one who asked before, from the socket of its family. */
  async #sendTo({ host, port }: Address, reply: Uint8Array): Promise<void> {
    const ipv6 = host.includes(":");
    const socket = this.#sockets.find(({ addr }) => (addr as Deno.NetAddr).hostname.includes(":") === ipv6) ??
      this.#sockets[0];
    await socket.send(reply, { transport: "udp", hostname: host, port }).catch(() => {}); // It will ask again.
  }
}

/** The largest datagram that macOS sends unless it is told otherwise, in bytes. */
const SMALL_DATAGRAM_BYTES = 9_216;

/** Sends a reply; where the system takes no datagram so large, as many entries of the list as one holds. */
async function sendWhole(socket: Deno.DatagramConn, reply: Uint8Array, to: Deno.Addr): Promise<void> {
  try {
    await socket.send(reply, to);
  } catch (error) {
    if (codeOf(error) !== "EMSGSIZE") throw error;
    await socket.send(reply.subarray(0, reply.lastIndexOf(0x3b, SMALL_DATAGRAM_BYTES)), to);
  }
}

const END_MARKER = new TextEncoder().encode("END");
