/**
 * The commands `register`, `update`, `unregister` and `stop`: what a running client is asked to do.
 *
 * @module
 */
import type { Ask } from "../../control/message.ts";
import { findRunning, type Running, steer } from "../../control/running.ts";
import { Fault } from "../../../fault/fault.ts";
import { UsageError } from "../../words/usage.ts";
import type { OwnStart } from "../client_start.ts";
import { outcomeJson, outcomeLines } from "../output/outcome.ts";
import { EXIT } from "../program.ts";

/**
 * Has the client that is meant do something, and tells what came of it; gives the exit code.
 *
 * @throws {Fault} `no-client`, `no-client-at`, and what {@link steer} throws.
 * @throws {UsageError} When it is not clear which is meant.
 */
export async function runSteer(
  { options, terminal, words, ending, paths }: OwnStart,
  what: Exclude<Ask, "status">,
): Promise<number> {
  try {
    const { running, silent } = await findRunning(paths.running, ending.signal);
    if (running.length === 0 && silent.length > 0) throw new Fault("client-silent", { pid: silent[0] });
    const { file } = choose(running, options.port);
    terminal.status(words.control.doing(`${file.pid}`));
    const outcome = await steer(file, what, ending.signal);
    terminal.endStatus();
    if (options.json) outcomeJson(outcome, Date.now()).forEach((line) => terminal.data(line));
    else {
      for (const { line, wrong } of outcomeLines(outcome, words)) wrong ? terminal.fail(line) : terminal.print(line);
    }
    return EXIT.done;
  } catch (error) {
    if (ending.signal.aborted) return EXIT.failed;
    throw error;
  } finally {
    terminal.endStatus();
  }
}

/** The client with this port, or the only one. */
function choose(running: readonly Running[], port: number | undefined): Running {
  if (running.length === 0) throw new Fault("no-client", {});
  if (port !== undefined) {
    const found = running.find(({ state }) => state.port === port);
    if (!found) throw new Fault("no-client-at", { port });
    return found;
  }
  if (running.length === 1) return running[0];
  // One that has no port yet is named too: it explains why there are several.
  const choices = running.map(({ state }) => `--port ${state.port ?? "…"} (${state.directory})`);
  throw new UsageError("several-clients", "", "", choices.join(", "));
}
