/** `idp2pi-server`: the tracker as a program. */
import { runProgram } from "./program.ts";
import { SERVER } from "./options/server_definition.ts";

/** Runs the tracker until it is ended; returns the exit code. Each command is loaded only when it is run. */
export function runServer(args: readonly string[]): Promise<number> {
  return runProgram(
    SERVER,
    args,
    async (context) =>
      context.command === "state"
        ? (await import("./commands/state_command.ts")).runState(context)
        : (await import("./commands/tracker_command.ts")).runTracker(context),
  );
}
