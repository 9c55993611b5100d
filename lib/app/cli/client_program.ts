/** `idp2pi-client`: the commands of the client, each loaded only when it is run. */
import { CLIENT } from "./options/client_definition.ts";
import type { ClientContext, TrackerContext } from "./context.ts";
import { EXIT } from "./exit_code.ts";
import { isAuto, parseTracker } from "./options/values.ts";
import { runProgram } from "./program.ts";

/** Runs the client until it is done, or its user quits; returns the exit code. */
export function runClient(args: readonly string[]): Promise<number> {
  return runProgram(CLIENT, args, async (context) => {
    const { command, options, operands, terminal, words } = context;
    const trackers = await trackersOf(context);
    if (!trackers) return EXIT.done;
    const withTracker = { ...context, ...trackers };
    // Loading and scanning take a while.
    if (SHARES.includes(command) && !options.json) {
      terminal.print(words.client.looking([operands.directory!, ...context.rest].join(", ")));
    }
    await import("../words/layout.ts"); // From here on, names from the network are shown.
    switch (command) {
      case "list":
        return await (await import("./commands/list_command.ts")).runList(withTracker);
      case "get":
        return (await import("./commands/get_command.ts")).runGet(withTracker);
      case "doctor":
        return (await import("./commands/doctor_command.ts")).runDoctor(withTracker);
      case "status":
        return (await import("./commands/status_command.ts")).runStatus(context);
      case "unshare":
        return (await import("./commands/unshare_command.ts")).runUnshare(context);
      case "history":
        return (await import("./commands/history_command.ts")).runHistory(context);
      case "stop":
        return (await import("./commands/stop_command.ts")).runStop(context);
      default: {
        const menu = command === "main" && terminal.interactive;
        return (await import("./commands/share_command.ts")).runShare(withTracker, menu);
      }
    }
  });
}

/** The commands that share, and run until they are ended. */
const SHARES = ["main", "share", "gallery"];

/**
 * The trackers of all networks, with `auto` for those in the network of this machine; `null` if a person is asked which
 * one, and chooses none. Commands without a tracker ignore them.
 */
async function trackersOf(
  { command, options, operands, chosen, terminal, words, ending }: ClientContext,
): Promise<Pick<TrackerContext, "tracker" | "also" | "found" | "followsFurther"> | null> {
  const { tracker: given = "" } = operands;
  const named = (options.also ?? []).filter((it) => !isAuto(it));
  const wantsFurther = (options.also ?? []).some(isAuto);
  const followsFurther = wantsFurther && SHARES.includes(command);
  const isFound = isAuto(given) && command !== "doctor"; // It looks for itself, and says more.
  if (!isFound && wantsFurther === followsFurther) {
    const tracker = isAuto(given) ? "auto" : chosen?.tracker ?? parseTracker(given, options["server-port"]);
    return { tracker, also: named, found: chosen, followsFurther };
  }
  await import("../words/layout.ts"); // The names come from the network.
  const { chooseTracker, furtherTrackers, search } = await import("./commands/choose_tracker.ts");
  const parts = { terminal, words, asks: terminal.interactive && !options.json && !options.jsonl };
  const heard = await search(terminal, words, ending.signal);
  const found = isFound ? chooseTracker(heard, wantsFurther, parts) : null;
  if (isFound && !found) return null;
  const tracker = found?.tracker ?? parseTracker(given, options["server-port"]);
  const others = wantsFurther && !followsFurther ? await furtherTrackers(heard, [tracker, ...named], parts) : [];
  return { tracker, also: [...named, ...others], found, followsFurther };
}
