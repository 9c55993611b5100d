/**
 * The tracker on its socket.
 *
 * @module
 */
import { type Address, plainHost } from "../wire/address.ts";
import { handle, type TrackerEvent } from "../tracker/handle.ts";
import { Registry } from "../tracker/registry.ts";
import { DEFAULT_TRACKER_PORT } from "../wire/address.ts";
import { bindUdp, localAddress } from "./listen.ts";
import { closeQuietly } from "./tcp.ts";

/** How a tracker is started. */
export interface TrackerConfig {
  /** The address on which it listens; all of them when left out. */
  readonly host?: string;
  /** The UDP port; 13377 when left out, 0 for a free one. */
  readonly port?: number;
  /** Sends a second datagram `END` after each good answer, for the one client in the wild that waits for it. */
  readonly endMarker?: boolean;
  /** Told of each request. */
  readonly onEvent?: (event: TrackerEvent) => void;
}

/** A tracker that runs. */
export interface RunningTracker {
  /** Where it listens: `::` or `0.0.0.0` stands for all interfaces. */
  readonly address: Address;
  /** How many peers are registered now, and how many different images they share. */
  counts(): { peers: number; images: number };
  /** Stops; resolves when nothing of it runs any more. */
  close(): Promise<void>;
}

/** The wait after a socket error that may pass, in milliseconds. */
const ERROR_PAUSE_MS = 10;

/** One more than a datagram holds, so that none is cut unnoticed. */
const RECEIVE_BYTES = 65_536;

/**
 * Starts a tracker.
 *
 * @throws {Fault} `port-in-use`, `port-denied`, `address-not-here`.
 */
export function startTracker(config: TrackerConfig = {}): RunningTracker {
  const sockets = bindUdp(config.host, config.port ?? DEFAULT_TRACKER_PORT);
  const registry = new Registry();
  const loops = sockets.map((socket) => serve(socket, registry, config));
  return {
    address: localAddress(sockets[0]),
    counts: () => ({ peers: registry.peers, images: registry.images }),
    async close(): Promise<void> {
      sockets.forEach(closeQuietly);
      await Promise.all(loops);
    },
  };
}

const encoder = new TextEncoder();
const END_MARKER = encoder.encode("END");

/** Answers each datagram, in the order in which they come, until the socket is closed. */
async function serve(socket: Deno.DatagramConn, registry: Registry, config: TrackerConfig): Promise<void> {
  const buffer = new Uint8Array(RECEIVE_BYTES);
  for (;;) {
    try {
      const [bytes, source] = await socket.receive(buffer);
      const sender = source as Deno.NetAddr;
      const answer = handle(registry, bytes, { host: plainHost(sender.hostname), port: sender.port });
      if (answer.reply !== null) await socket.send(encoder.encode(answer.reply), sender);
      if (answer.good && config.endMarker) await socket.send(END_MARKER, sender);
      config.onEvent?.(answer.event);
    } catch (error) {
      if (error instanceof Deno.errors.BadResource || error instanceof Deno.errors.Interrupted) return;
      // No route back, a source port of 0, a reset that Windows reports here: the next datagram is another story.
      await new Promise((resolve) => setTimeout(resolve, ERROR_PAUSE_MS));
    }
  }
}
