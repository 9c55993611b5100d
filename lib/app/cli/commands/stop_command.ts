/** The command `stop`: ends a running client. */
import { findRunning, type RunningClient, stopClient } from "../../control/control_client.ts";
import { Fault } from "../../../fault/fault.ts";
import { parsePort } from "../../../protocol/port.ts";
import { UsageError } from "../../words/usage.ts";
import type { ClientContext } from "../context.ts";
import { EXIT } from "../exit_code.ts";
import { jsonLine } from "../output/json.ts";

/**
 * @throws {Fault} `no-client`, `no-client-at`, `client-silent`, `client-gone`, `client-differs`.
 * @throws {UsageError} `bad-port`, `several-clients`.
 */
export async function runStop({ operands, options, terminal, words, ending, paths }: ClientContext): Promise<number> {
  const port = operands.port === undefined ? undefined : parsePort(operands.port);
  if (port === null) throw new UsageError("bad-port", `<${words.operands.port}>`, operands.port);
  try {
    const { running, silent } = await findRunning(paths.running, ending.signal);
    if (running.length === 0 && silent.length > 0) throw new Fault("client-silent", { pid: silent[0] });
    const { file } = selectClient(running, port);
    terminal.status(words.control.stoppingOther(`${file.pid}`));
    await stopClient(file, ending.signal);
    terminal.endStatus();
    if (options.json) terminal.data(jsonLine("ended", { time: new Date().toISOString() }));
    else terminal.print(words.control.stopped);
    return EXIT.done;
  } finally {
    terminal.endStatus();
  }
}

/** The client with this port; without a port, the only client. */
function selectClient(running: readonly RunningClient[], port: number | undefined): RunningClient {
  if (running.length === 0) throw new Fault("no-client", {});
  if (port !== undefined) {
    const found = running.find(({ state }) => state.port === port);
    if (!found) throw new Fault("no-client-at", { port });
    return found;
  }
  if (running.length === 1) return running[0];
  // A client without a port yet is listed too, which explains why there are several.
  const choices = running.map(({ state }) => `${state.port ?? "…"} (${state.directory})`);
  throw new UsageError("several-clients", "", "", choices.join(", "));
}
