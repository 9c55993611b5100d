/**
 * `idp2pi-server`: the tracker as a program.
 *
 * @module
 */
import { reachableAddresses } from "../net/listen.ts";
import { type RunningTracker, startTracker } from "../net/tracker_server.ts";
import type { TrackerEvent } from "../tracker/handle.ts";
import { formatAddress } from "../wire/address.ts";
import { COMMON_OPTIONS } from "./options.ts";
import { aborted, EXIT, runProgram, VERSION } from "./program.ts";
import type { Words } from "./words_en.ts";

const USAGE = {
  program: "server",
  options: { host: "text", port: "free-port", "end-marker": "nothing", ...COMMON_OPTIONS },
  operands: [],
} as const;

/** Runs the tracker until it is ended; gives the exit code. */
export function runServer(args: readonly string[]): Promise<number> {
  return runProgram(USAGE, args, async ({ options, terminal, words, ending }) => {
    const tracker = startTracker({
      host: options.host,
      port: options.port,
      endMarker: options["end-marker"],
      onEvent: (event) => terminal.print(`${clock()} ${logLine(event, tracker, words)}`),
    });
    terminal.print(words.server.listening(VERSION, tracker.address.port));
    for (const address of reachableAddresses(tracker.address)) {
      terminal.print(words.server.reachable(formatAddress(address), isLoopback(address.host)));
    }
    terminal.print(words.server.howToEnd);
    await aborted(ending.signal);
    await tracker.close();
    terminal.print(words.server.ended);
    return EXIT.done;
  });
}

/** The time of day for a log: `13:05:59`. */
function clock(): string {
  return new Date().toTimeString().slice(0, 8);
}

function isLoopback(host: string): boolean {
  return host.startsWith("127.") || host === "::1";
}

function logLine(event: TrackerEvent, tracker: RunningTracker, { server, refusals }: Words): string {
  switch (event.kind) {
    case "registered":
      return server.registered(formatAddress(event.peer), event.images) + counts(tracker, server);
    case "updated": {
      const [from, peer] = [formatAddress(event.from), formatAddress(event.peer)];
      const line = from === peer ? server.updated(peer, event.images) : server.moved(from, peer, event.images);
      return line + counts(tracker, server);
    }
    case "finished":
      return server.finished(formatAddress(event.peer)) + counts(tracker, server);
    case "listed":
      return event.images === event.total
        ? server.listed(formatAddress(event.to), event.images)
        : server.listedPart(formatAddress(event.to), event.images, event.total);
    case "refused":
      return server.refused(event.request, formatAddress(event.to), refusals[event.reason] ?? event.reason);
  }
}

function counts(tracker: RunningTracker, words: Words["server"]): string {
  const { peers, images } = tracker.counts();
  return words.counts(peers, images);
}
