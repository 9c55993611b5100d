/**
 * `idp2pi-client`: a peer as a program, and what else one does with a tracker.
 *
 * @module
 */
import { dropAccess } from "./access.ts";
import { CLIENT } from "./client_definition.ts";
import { splitTracker } from "./client_start.ts";
import { runProgram } from "./program.ts";

/** Runs the client until it is done, or its user leaves; gives the exit code. Each command is loaded when it is needed. */
export function runClient(args: readonly string[]): Promise<number> {
  return runProgram(CLIENT, args, async (start) => {
    const { command, options, operands, terminal, words } = start;
    // Commands without a tracker do not look at this one.
    const { host, port = options["server-port"]! } = splitTracker(operands.tracker ?? "");
    const whole = { ...start, tracker: { host, port } };
    const shares = command === "main" || command === "share";
    // What follows takes a while to load, and a directory to be read.
    if (shares && !options.json) terminal.print(words.client.looking(operands.directory!));
    await import("../words/layout.ts"); // From here on names from elsewhere are shown.
    switch (command) {
      case "list": {
        const { runList } = await import("./commands/list_command.ts");
        await dropAccess();
        return await runList(whole);
      }
      case "get":
        return (await import("./commands/get_command.ts")).runGet(whole);
      case "doctor":
        return (await import("./commands/doctor_command.ts")).runDoctor(whole);
      case "status":
        return (await import("./commands/status_command.ts")).runStatus(start);
      case "register":
      case "update":
      case "unregister":
      case "stop":
        return (await import("./commands/steer_command.ts")).runSteer(start, command);
      default: {
        const menu = command === "main" && terminal.interactive;
        return (await import("./commands/peer_command.ts")).runPeer(whole, menu);
      }
    }
  }, async (...missing) => (await import("./commands/first_use.ts")).askMissing(...missing));
}
