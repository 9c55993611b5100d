/**
 * Signals: those that end a program, and SIGHUP, which a server may survive.
 *
 * @module
 */
import type { System } from "./user_paths.ts";
import type { Terminal } from "./output/terminal.ts";

/**
 * What ends a program: Ctrl-C, a service manager, a terminal that was closed, and on Windows Ctrl-Break. There SIGHUP
 * means a console window that is closed.
 */
const ENDING = ["SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"] as const;

/** How long a repeated signal counts as the same one, in milliseconds: Ctrl-C may come from the terminal and the parent process. */
const SAME_SIGNAL_MS = 500;

/**
 * Whether SIGHUP leaves a server running: without a terminal it does not mean that one was closed. Service managers and
 * log rotation send it. On Windows it always means a window, and the system ends the program soon after.
 */
export function survivesHangUp({ attached }: Pick<Terminal, "attached">, os: System = Deno.build.os): boolean {
  return !attached && os !== "windows";
}

/** The signals of a program. */
export class Signals {
  /** Aborted by the first that ends the program. A second one does what the system does: it ends the process at once. */
  readonly ending: AbortController = new AbortController();
  /** Called at each SIGHUP that the program survives. */
  onHangUp: () => void = () => {};

  /** @param survives Whether the program survives SIGHUP. */
  constructor(terminal: Pick<Terminal, "freshLine">, survives: boolean) {
    const end = (): void => this.ending.abort();
    const ending = ENDING.filter((signal) => !survives || signal !== "SIGHUP").filter((it) => listen(it, end));
    if (survives) listen("SIGHUP", () => this.onHangUp());
    this.ending.signal.addEventListener("abort", () => {
      terminal.freshLine();
      setTimeout(() => ending.forEach((signal) => Deno.removeSignalListener(signal, end)), SAME_SIGNAL_MS);
    });
  }
}

/** Listens to a signal; `false` where this system does not have it. */
function listen(signal: Deno.Signal, act: () => void): boolean {
  try {
    Deno.addSignalListener(signal, act);
    return true;
  } catch {
    return false;
  }
}
