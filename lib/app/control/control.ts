/**
 * The side of a running client: lets this user's other programs on this machine see and steer it.
 *
 * @module
 */
import { absolutePath } from "../../net/io.ts";
import type { TrackerPlace } from "../../announce/tracker_client.ts";
import { DEFAULT_TRACKER_PORT, formatAddress } from "../../protocol/address.ts";
import { Crowd } from "../../net/crowd.ts";
import { pause } from "../../net/pause.ts";
import { Peer } from "../../peer/peer.ts";
import type { PeerConfig } from "../../peer/peer_config.ts";
import { acceptAll } from "../../net/tcp.ts";
import { Fault } from "../../fault/fault.ts";
import { notify } from "../../fault/notify.ts";
import { reasonOf } from "../../fault/reason.ts";
import { type ConversationWaits, converse } from "./conversation.ts";
import { type Answer, type Ask, type Outcome, sendFault } from "./message.ts";
import { findFile, removeRunning, type RunningFile, writeRunning } from "./running_files.ts";
import { act, stateOf } from "./state.ts";

/** Conversations at once. More commands than that nobody types; for a further one, whoever asks nothing is closed. */
const MAX_CONVERSATIONS = 16;

/** A cache may be emptied at any time: so often it is looked whether the file is still there, in milliseconds. */
const LOOK_MS = 10_000;

/** Whoever waits for the end is told of it; they have so long to listen, in milliseconds. */
const FAREWELL_MS = 1_000;

/** What a client that can be steered is given. What its callbacks throw goes to standard error, and stops nothing. */
export interface ControlConfig {
  /** Where the files of running clients are; `null` for nowhere. */
  readonly directory: string | null;
  /** Ends the client when it is aborted, as it is asked to. */
  readonly ending: AbortController;
  /** Told what was done because a command asked for it. */
  readonly onDone?: (outcome: Outcome) => void;
  /** That of this process when left out. */
  readonly pid?: number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** Other waits than the usual ones, in milliseconds: {@link LOOK_MS}, and those of a conversation. */
  readonly waits?: ConversationWaits & { readonly look: number };
}

/**
 * Makes a client known, and answers for it from now on. Where its file cannot be written, or no port opened, nobody can
 * steer it, and it is none the worse for it.
 */
export async function startControl(config: ControlConfig): Promise<Control> {
  const { directory, pid = Deno.pid } = config;
  if (directory === null) return new Control(config, null);
  let listener: Deno.TcpListener | null = null;
  try {
    listener = Deno.listen({ transport: "tcp", hostname: "127.0.0.1", port: 0 });
    const file = { pid, port: listener.addr.port, token: secret(), proof: secret() };
    await writeRunning(directory, file);
    return new Control(config, { directory, file, listener });
  } catch {
    listener?.close();
    return new Control(config, null);
  }
}

/** A tracker whose name is not looked up yet, as text. */
function placeText(tracker: TrackerPlace): string {
  return typeof tracker === "string" ? tracker : formatAddress({ port: DEFAULT_TRACKER_PORT, ...tracker });
}

/** 256 random bits. */
function secret(): string {
  return crypto.getRandomValues(new Uint8Array(32)).toHex();
}

/** The place where a client is found. */
interface Door {
  readonly directory: string;
  readonly file: RunningFile;
  readonly listener: Deno.TcpListener;
}

/** A client that can be seen and steered. */
export class Control implements AsyncDisposable {
  readonly #config: ControlConfig;
  readonly #door: Door | null;
  readonly #served = { images: 0, bytes: 0 };
  readonly #since: string;
  readonly #pid: number;
  #shared = { directory: "", tracker: "" };
  #starting: Promise<Peer> = new Promise(() => {});
  #peer: Peer | null = null;
  /** Aborted when the file shall not be looked after any more, and when nothing is answered any more. */
  readonly #leaving = new AbortController();
  readonly #closed = new AbortController();
  readonly #tasks: Promise<unknown>[] = [];
  /** Resolves when the client has ended, but for this. */
  readonly #ended = Promise.withResolvers<void>();
  /** The conversations in which that is waited for. */
  readonly #farewells = new Set<Promise<void>>();
  /** Resolves when no answer is waited for any more. */
  readonly #over = Promise.withResolvers<null>();

  /** Use {@link startControl}. */
  constructor(config: ControlConfig, door: Door | null) {
    this.#config = config;
    this.#door = door;
    this.#pid = config.pid ?? Deno.pid;
    this.#since = new Date((config.now ?? Date.now)()).toISOString();
    if (!door) return;
    const crowd = new Crowd({ most: MAX_CONVERSATIONS, ofSource: MAX_CONVERSATIONS });
    this.#tasks.push(
      acceptAll(door.listener, crowd, this.#closed.signal, (conn, _from, seat) => {
        const done: Promise<void> = converse(conn, door.file, (ask) => {
          seat.moves();
          if (ask === "stop") this.#farewells.add(done);
          return Promise.race([this.#answer(ask), this.#over.promise]);
        }, config.waits);
        return done;
      }),
      this.#lookAfter(door),
    );
  }

  /**
   * Starts the client's peer, and counts what it serves.
   *
   * @throws {Fault} As {@link Peer.start}.
   */
  start(config: PeerConfig): Promise<Peer> {
    const { directory, tracker, onServed } = config;
    this.#shared = { directory: absolutePath(directory), tracker: placeText(tracker) };
    const starting = Peer.start({
      ...config,
      onServed: (event) => {
        if (event.kind === "served") {
          this.#served.images++;
          this.#served.bytes += event.bytes;
        }
        notify(() => onServed?.(event));
      },
    });
    this.#starting = starting.then((peer) => this.#peer = peer);
    this.#starting.catch(() => {}); // Whoever started it is told.
    return starting;
  }

  /** What is answered; `null` for nothing, because the client ends. */
  async #answer(ask: Ask | "unknown"): Promise<Answer | null> {
    if (ask === "unknown") return { kind: "unknown" };
    try {
      if (ask === "status") {
        const soFar = { pid: this.#pid, ...this.#shared, since: this.#since, served: this.#served };
        return { kind: "state", state: stateOf(soFar, this.#peer) };
      }
      return { kind: "done", outcome: await this.#do(ask) };
    } catch (error) {
      if (error instanceof Fault) return { kind: "fault", fault: sendFault(error) };
      return this.#config.ending.signal.aborted ? null : { kind: "unexpected", message: reasonOf(error) };
    }
  }

  async #do(ask: Exclude<Ask, "status">): Promise<Outcome> {
    const { ending, onDone } = this.#config;
    if (ask === "stop") {
      const outcome = { did: ask } as const;
      if (!ending.signal.aborted) notify(() => onDone?.(outcome));
      ending.abort();
      await this.#ended.promise;
      return outcome;
    }
    const outcome = await act(await this.#starting, ask);
    notify(() => onDone?.(outcome));
    return outcome;
  }

  /** Writes the file again when it is gone. */
  async #lookAfter({ directory, file }: Door): Promise<void> {
    const { signal } = this.#leaving;
    for (;;) {
      await pause(this.#config.waits?.look ?? LOOK_MS, signal);
      if (signal.aborted) return;
      if (!await findFile(directory, file.pid)) await writeRunning(directory, file).catch(() => {});
    }
  }

  /** Tells those who wait for the end that it has come, and answers nobody any more. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#leaving.abort();
    const [, looking] = this.#tasks;
    await looking;
    if (this.#door) await removeRunning(this.#door.directory, this.#door.file);
    this.#ended.resolve();
    const told = new AbortController();
    await Promise.race([
      Promise.allSettled(this.#farewells).then(() => told.abort()),
      pause(FAREWELL_MS, told.signal),
    ]);
    this.#over.resolve(null);
    this.#closed.abort();
    await Promise.all(this.#tasks);
  }
}
