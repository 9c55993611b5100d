/** Signals: those that end a program, and SIGHUP, which a server may survive. */
import type { System } from "./user_paths.ts";
import type { Terminal } from "./output/terminal.ts";

/** Ctrl-C, a service manager, a closed terminal (SIGHUP, on Windows a console window), and Ctrl-Break on Windows. */
const ENDING = ["SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"] as const;

/** A signal repeated in this time counts once, in milliseconds: terminal and parent process may both send Ctrl-C. */
const SAME_SIGNAL_MS = 500;

/**
 * Whether a server survives SIGHUP: without a terminal, service managers and log rotation send it. On Windows, the
 * system ends the program soon after.
 */
export function survivesHangUp({ attached }: Pick<Terminal, "attached">, os: System = Deno.build.os): boolean {
  return !attached && os !== "windows";
}

export class Signals {
  /** Aborted by the first signal that ends the program. After a second one, the system ends the process at once. */
  readonly ending: AbortController = new AbortController();
  /** Called at each SIGHUP that the program survives. */
  onHangUp: () => void = () => {};

  constructor(terminal: Pick<Terminal, "freshLine">, survivesHangUp: boolean) {
    const end = (): void => this.ending.abort();
    const ending = ENDING.filter((signal) => !survivesHangUp || signal !== "SIGHUP").filter((it) => listen(it, end));
    if (survivesHangUp) listen("SIGHUP", () => this.onHangUp());
    this.ending.signal.addEventListener("abort", () => {
      terminal.freshLine();
      setTimeout(() => ending.forEach((signal) => Deno.removeSignalListener(signal, end)), SAME_SIGNAL_MS);
    });
  }
}

/** Listens to a signal; `false` if this system does not have it. */
function listen(signal: Deno.Signal, act: () => void): boolean {
  try {
    Deno.addSignalListener(signal, act);
    return true;
  } catch {
    return false;
  }
}
