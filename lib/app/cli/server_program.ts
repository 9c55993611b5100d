/**
 * `idp2pi-server`: the tracker as a program.
 *
 * @module
 */
import { runProgram } from "./program.ts";
import { SERVER } from "./server_definition.ts";

/** Runs the tracker until it is ended; gives the exit code. What it is made of is loaded when it is to run. */
export function runServer(args: readonly string[]): Promise<number> {
  return runProgram(
    SERVER,
    args,
    async (start) =>
      start.command === "state"
        ? (await import("./commands/state_command.ts")).runState(start)
        : (await import("./commands/serve_command.ts")).runTracker(start),
  );
}
