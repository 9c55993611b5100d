/**
 * The side of a command: finds the clients of this user that run on this machine, and steers one.
 *
 * @module
 */
import { askOnce } from "../../announce/tcp_requests.ts";
import { Fault } from "../../fault/fault.ts";
import {
  type Answer,
  type Ask,
  type ClientState,
  formatAsk,
  type Outcome,
  parseAnswer,
  receiveFault,
} from "./message.ts";
import { listRunning, removeRunning, type RunningFile } from "./running_files.ts";

/** How long a client may take for what it is asked to do, in milliseconds: reading a huge directory anew takes minutes. */
const MAX_WORK_MS = 3_600_000;

/**
 * How long a client may be silent, and take in all, in milliseconds: it tells at once how it stands, and sends a single
 * blank every two seconds while it does what it was asked to do. So any byte counts as movement.
 */
const STATUS_WAITS = { connect: 2_000, silence: 3_000, deadline: 10_000, rate: 0 };
const STEER_WAITS = { connect: 2_000, silence: 10_000, deadline: MAX_WORK_MS, rate: 0 };

/** The longest answer that is read, in bytes: the longest has twenty paths. */
const MAX_ANSWER_BYTES = 1 << 20;

/** A client that runs. */
export interface Running {
  readonly file: RunningFile;
  readonly state: ClientState;
}

/** The clients that are found. */
export interface Found {
  /** In the order in which they were started. */
  readonly running: readonly Running[];
  /** The process ids of those that are there, but do not answer. */
  readonly silent: readonly number[];
}

/**
 * Finds the running clients. The files of those that are gone are taken away.
 *
 * @param directory Where their files are; `null` for nowhere.
 * @throws The reason of the signal, when it gives up.
 */
export async function findRunning(
  directory: string | null,
  signal: AbortSignal,
  waits = STATUS_WAITS,
): Promise<Found> {
  if (directory === null) return { running: [], silent: [] };
  const running: Running[] = [];
  const silent: number[] = [];
  await Promise.all((await listRunning(directory)).map(async (file) => {
    const answer = await ask(file, "status", signal, waits);
    if (answer === "gone") await removeRunning(directory, file);
    else if (answer === "silent") silent.push(file.pid);
    else if (answer.kind === "state") running.push({ file, state: answer.state });
  }));
  signal.throwIfAborted();
  running.sort((a, b) => a.state.since.localeCompare(b.state.since) || a.state.pid - b.state.pid);
  return { running, silent };
}

/**
 * Has a running client do something, and gives what came of it.
 *
 * @throws {Fault} What the client says; `client-gone`, `client-silent`, `client-differs`; the reason of the signal.
 */
export async function steer(
  file: RunningFile,
  what: Exclude<Ask, "status">,
  signal: AbortSignal,
  waits = STEER_WAITS,
): Promise<Outcome> {
  const { pid } = file;
  const answer = await ask(file, what, signal, waits);
  signal.throwIfAborted();
  if (answer === "gone") throw new Fault("client-gone", { pid });
  if (answer === "silent") throw new Fault("client-silent", { pid });
  switch (answer.kind) {
    case "done":
      return answer.outcome;
    case "fault":
      throw receiveFault(answer.fault);
    case "unexpected":
      throw new Error(answer.message);
    default:
      throw new Fault("client-differs", { pid });
  }
}

/**
 * Asks once; `gone` when the port is refused, or somebody else answers there, and `silent` when nothing is said. So is
 * whoever cannot be asked, for want of a descriptor or because of a firewall: its file stays.
 */
async function ask(
  file: RunningFile,
  what: Ask,
  signal: AbortSignal,
  waits: typeof STATUS_WAITS,
): Promise<Answer | "gone" | "silent"> {
  const address = { host: "127.0.0.1", port: file.port };
  try {
    const line = await askOnce(address, formatAsk(what, file), signal, { ...waits, most: MAX_ANSWER_BYTES });
    return (line !== null && parseAnswer(line, file)) || "gone";
  } catch (error) {
    return error instanceof Deno.errors.ConnectionRefused || error instanceof Deno.errors.ConnectionReset
      ? "gone"
      : "silent";
  }
}
