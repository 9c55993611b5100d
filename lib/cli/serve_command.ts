/**
 * What the server does without a command: run the tracker.
 *
 * @module
 */
import { reachableAddresses } from "../net/listen.ts";
import { startTracker, type TrackerCounts } from "../net/tracker_server.ts";
import { statusHandler } from "../status/handler.ts";
import type { Snapshot } from "../status/snapshot.ts";
import { Stats } from "../tracker/stats.ts";
import { type Address, formatAddress } from "../wire/address.ts";
import { Fault } from "../wire/fault.ts";
import { Log } from "./log.ts";
import { aborted, EXIT, type Start, VERSION } from "./program.ts";
import type { SERVER } from "./server_definition.ts";
import { sentence } from "../words/sentence.ts";

/** Runs the tracker until it is ended; gives the exit code. */
export async function runTracker(
  { options, terminal, words, ending }: Start<typeof SERVER.options>,
): Promise<number> {
  const format = options.json || options["log-format"] === "json" ? "json" : "text";
  const loudness = options.quiet ? "quiet" : options.verbose ? "verbose" : "normal";
  const log = new Log({ format, loudness, words }, (line) => terminal.print(line));
  const say = (line: string): void => {
    if (format === "text" && loudness !== "quiet") terminal.print(line);
  };
  const stats = new Stats();
  const counts = (): TrackerCounts => tracker.counts();
  const tracker = startTracker({
    host: options.host,
    port: options.port,
    lease: options.lease,
    state: options.state,
    publicHost: options.address,
    trust: options.open ? "open" : options.strict ? "strict" : "by-address",
    endMarker: options["end-marker"],
    onEvent: (event) => {
      const now = Date.now();
      stats.record(event, now);
      log.event(event, counts, now);
    },
    onStateFault: (fault) => terminal.fail(fault ? sentence(fault, words) : words.server.stateWritten),
  });
  const seconds = setInterval(() => log.endSecond(Date.now()), 1_000);
  try {
    if (tracker.brokenState) terminal.fail(words.server.brokenState(options.state!, tracker.brokenState));
    await dropFileAccess();
    say(words.server.listening(VERSION, tracker.address.port));
    for (const address of reachableAddresses(tracker.address)) {
      say(words.server.reachable(formatAddress(address), isLoopback(address.host)));
    }
    const started = Date.now();
    const look = (): Snapshot => ({
      version: VERSION,
      uptime: Math.round((Date.now() - started) / 1_000),
      memory: Deno.memoryUsage().rss,
      ...tracker.counts(),
      ...stats.totals(Date.now()),
    });
    await using http = options.http ? serveStatus(options.http, look) : null;
    if (http) say(words.server.statusAt(`http://${formatAddress(http.address)}/status`));
    say(words.server.howToEnd);
    await aborted(ending.signal);
  } finally {
    clearInterval(seconds);
    await tracker.close();
  }
  say(words.server.ended);
  return EXIT.done;
}

/** All files that it needs are open: from now on nothing that it is sent can make it open another. */
async function dropFileAccess(): Promise<void> {
  for (const name of ["write", "read"] as const) await Deno.permissions.revoke({ name });
}

/** Serves the status over HTTP until disposed of. */
function serveStatus({ host, port }: Address, look: () => Snapshot): AsyncDisposable & { address: Address } {
  try {
    const server = Deno.serve({ hostname: host, port, onListen: () => {} }, statusHandler(look));
    return {
      address: { host, port: server.addr.port },
      async [Symbol.asyncDispose](): Promise<void> {
        await server.shutdown();
      },
    };
  } catch (error) {
    const address = formatAddress({ host, port });
    if (error instanceof Deno.errors.AddrInUse) throw new Fault("http-in-use", { address }, error);
    throw new Fault("http-denied", { address }, error);
  }
}

function isLoopback(host: string): boolean {
  return host.startsWith("127.") || host === "::1";
}
