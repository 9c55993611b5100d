/** The control port of a running client, by which the commands `status` and `stop` of the same user reach it. */
import { formatPlaces, parsePlaces } from "../../announce/tracker_place.ts";
import { absolutePath } from "../../net/io.ts";
import { Crowd } from "../../net/crowd.ts";
import { pause } from "../../net/pause.ts";
import { Peer } from "../../peer/peer.ts";
import type { PeerConfig } from "../../peer/peer_config.ts";
import { acceptAll } from "../../net/tcp.ts";
import { notify } from "../../fault/notify.ts";
import { clientState } from "./client_state.ts";
import { type ConnectionTimeouts, serveConnection } from "./control_connection.ts";
import type { ControlRequest, ControlResponse } from "./message.ts";
import { findFile, removeRunning, type RunningFile, writeRunning } from "./running_files.ts";

/** The most connections at once: no user types more commands. Another one closes a connection that sent no request. */
const MAX_CONNECTIONS = 16;

/** The time between checks of the file, in milliseconds: a cache may be emptied at any time. */
const FILE_CHECK_MS = 10_000;

/** How long commands that wait for the end may take to read the response, in milliseconds. */
const LAST_RESPONSES_MS = 1_000;

export interface ControlConfig {
  /** The directory for the files of running clients; `null` for none. */
  readonly directory: string | null;
  /** Aborted by `stop`, to end the client. */
  readonly ending: AbortController;
  readonly onStop?: () => void;
  readonly pid?: number;
  readonly now?: () => number;
  /** In milliseconds: those of a connection, and {@link FILE_CHECK_MS}. */
  readonly timeouts?: ConnectionTimeouts & { readonly fileCheck: number };
}

/**
 * Opens the control port of a client. If no port can be opened, or the client's file not written, the client runs
 * without.
 */
export async function startControl(config: ControlConfig): Promise<ControlServer> {
  const { directory, pid = Deno.pid } = config;
  if (directory === null) return new ControlServer(config, null);
  let listener: Deno.TcpListener | null = null;
  try {
    listener = Deno.listen({ transport: "tcp", hostname: "127.0.0.1", port: 0 });
    const file = { pid, port: listener.addr.port, token: newSecret(), proof: newSecret() };
    await writeRunning(directory, file);
    return new ControlServer(config, { directory, file, listener });
  } catch {
    listener?.close();
    return new ControlServer(config, null);
  }
}

/** 256 random bits. */
function newSecret(): string {
  return crypto.getRandomValues(new Uint8Array(32)).toHex();
}

interface Endpoint {
  readonly directory: string;
  readonly file: RunningFile;
  readonly listener: Deno.TcpListener;
}

export class ControlServer implements AsyncDisposable {
  readonly #config: ControlConfig;
  readonly #endpoint: Endpoint | null;
  readonly #served = { images: 0, bytes: 0 };
  readonly #since: string;
  #shared = { directory: "", tracker: "" };
  #peer: Peer | null = null;
  readonly #leaving = new AbortController();
  readonly #closed = new AbortController();
  readonly #accepting: Promise<unknown>;
  readonly #checking: Promise<unknown>;
  /** Resolves when everything else of the client has ended. */
  readonly #ended = Promise.withResolvers<void>();
  /** The connections of commands that wait for it. */
  readonly #stopping = new Set<Promise<void>>();

  constructor(config: ControlConfig, endpoint: Endpoint | null) {
    this.#config = config;
    this.#endpoint = endpoint;
    this.#since = new Date((config.now ?? Date.now)()).toISOString();
    this.#accepting = endpoint ? this.#accept(endpoint) : Promise.resolve();
    this.#checking = endpoint ? this.#checkFile(endpoint) : Promise.resolve();
  }

  /**
   * Starts the client's peer, and counts what it serves.
   *
   * @throws {Fault} As {@link Peer.start}.
   */
  async start(config: PeerConfig): Promise<Peer> {
    const { directory, tracker, onServed } = config;
    this.#shared = { directory: absolutePath(directory), tracker: formatPlaces(parsePlaces(tracker)) };
    return this.#peer = await Peer.start({
      ...config,
      onServed: (event) => {
        if (event.kind === "served") {
          this.#served.images++;
          this.#served.bytes += event.bytes;
        }
        notify(() => onServed?.(event));
      },
    });
  }

  #accept({ file, listener }: Endpoint): Promise<void> {
    const crowd = new Crowd({ most: MAX_CONNECTIONS, ofSource: MAX_CONNECTIONS });
    return acceptAll(listener, crowd, this.#closed.signal, (conn, _from, slot) => {
      const serving: Promise<void> = serveConnection(conn, file, (request) => {
        slot.moves();
        if (request === "stop") this.#stopping.add(serving);
        return this.#respond(request);
      }, this.#config.timeouts);
      return serving;
    });
  }

  async #respond(request: ControlRequest | "unknown"): Promise<ControlResponse> {
    if (request === "stop") return await this.#stop();
    if (request === "unknown") return { kind: "unknown" };
    try {
      const { pid = Deno.pid } = this.#config;
      const initial = { pid, ...this.#shared, since: this.#since, served: this.#served };
      return { kind: "state", state: clientState(initial, this.#peer) };
    } catch {
      return { kind: "unknown" }; // As without a free descriptor to read this machine's addresses.
    }
  }

  async #stop(): Promise<ControlResponse> {
    const { ending, onStop } = this.#config;
    if (!ending.signal.aborted) notify(() => onStop?.());
    ending.abort();
    await this.#ended.promise;
    return { kind: "stopped" };
  }

  /** Writes the file again if it is gone. */
  async #checkFile({ directory, file }: Endpoint): Promise<void> {
    const { signal } = this.#leaving;
    for (;;) {
      await pause(this.#config.timeouts?.fileCheck ?? FILE_CHECK_MS, signal);
      if (signal.aborted) return;
      if (!await findFile(directory, file.pid)) await writeRunning(directory, file).catch(() => {});
    }
  }

  /** Answers the commands that wait for the end, and closes the port. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#leaving.abort();
    await this.#checking;
    if (this.#endpoint) await removeRunning(this.#endpoint.directory, this.#endpoint.file);
    this.#ended.resolve();
    const answered = new AbortController();
    await Promise.race([
      Promise.allSettled(this.#stopping).then(() => answered.abort()),
      pause(LAST_RESPONSES_MS, answered.signal),
    ]);
    this.#closed.abort();
    await this.#accepting;
  }
}
