/** The command's side: finds the running clients of this user on this machine, and stops one. */
import { askOnce } from "../../net/exchange_guard.ts";
import { Fault } from "../../fault/fault.ts";
import {
  type ClientState,
  type ControlRequest,
  type ControlResponse,
  formatControlRequest,
  parseControlResponse,
} from "./message.ts";
import { listRunning, removeRunning, type RunningFile } from "./running_files.ts";

/** Timeouts of `status`, in milliseconds: a client answers at once. */
const STATUS_TIMEOUTS = { connect: 2_000, silence: 3_000, deadline: 10_000, rate: 0 };

/** Those of `stop`: the client ends its registration first, which takes seconds if the tracker does not answer. */
const STOP_TIMEOUTS = { connect: 2_000, silence: 60_000, deadline: 60_000, rate: 0 };

/** The longest response, in bytes: it has room for many names of images that are being downloaded. */
const MAX_RESPONSE_BYTES = 1 << 20;

export interface RunningClient {
  readonly file: RunningFile;
  readonly state: ClientState;
}

/**
 * Finds the running clients by their files in `directory`, and removes files of clients that have ended.
 *
 * @returns The running clients, in the order in which they were started, and the process IDs of those that do not
 * answer.
 * @throws The reason of the signal.
 */
export async function findRunning(
  directory: string | null,
  signal: AbortSignal,
  timeouts = STATUS_TIMEOUTS,
): Promise<{ readonly running: readonly RunningClient[]; readonly silent: readonly number[] }> {
  if (directory === null) return { running: [], silent: [] };
  const running: RunningClient[] = [];
  const silent: number[] = [];
  await Promise.all((await listRunning(directory)).map(async (file) => {
    const response = await send("status", file, signal, timeouts);
    if (response === "gone") await removeRunning(directory, file);
    else if (response === "silent") silent.push(file.pid);
    else if (response.kind === "state") running.push({ file, state: response.state });
  }));
  signal.throwIfAborted();
  running.sort((a, b) => a.state.since.localeCompare(b.state.since) || a.state.pid - b.state.pid);
  return { running, silent };
}

/**
 * Stops a running client, and waits until it has ended.
 *
 * @throws {Fault} `client-gone`, `client-silent`, `client-differs`; the reason of the signal.
 */
export async function stopClient(file: RunningFile, signal: AbortSignal, timeouts = STOP_TIMEOUTS): Promise<void> {
  const { pid } = file;
  const response = await send("stop", file, signal, timeouts);
  signal.throwIfAborted();
  if (response === "gone") throw new Fault("client-gone", { pid });
  if (response === "silent") throw new Fault("client-silent", { pid });
  if (response.kind !== "stopped") throw new Fault("client-differs", { pid });
}

/**
 * Sends a request; `gone` if the port is refused or another program answers, and `silent` if there is no response, or
 * no connection for another reason: the client may still run.
 */
async function send(
  request: ControlRequest,
  file: RunningFile,
  signal: AbortSignal,
  timeouts: typeof STATUS_TIMEOUTS,
): Promise<ControlResponse | "gone" | "silent"> {
  const address = { host: "127.0.0.1", port: file.port };
  try {
    const line = await askOnce(address, formatControlRequest(request, file), signal, {
      ...timeouts,
      reply: MAX_RESPONSE_BYTES,
    });
    return (line !== null && parseControlResponse(line, file)) || "gone";
  } catch (error) {
    return error instanceof Deno.errors.ConnectionRefused || error instanceof Deno.errors.ConnectionReset
      ? "gone"
      : "silent";
  }
}
