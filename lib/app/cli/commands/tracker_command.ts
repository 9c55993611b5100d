/** The server without a command: runs the tracker. */
import { dropFilePermissions } from "../permissions.ts";
import { reachableAddresses } from "../../../net/own_addresses.ts";
import { type RunningTracker, startTracker } from "../../../server/tracker_server.ts";
import { statusHandler } from "../../status/handler.ts";
import { openHttp } from "../gallery/open_http.ts";
import { serveHttp } from "../../../net/http.ts";
import type { SharedStore } from "../../../server/shared_store.ts";
import { Fault } from "../../../fault/fault.ts";
import { reasonOf } from "../../../fault/reason.ts";
import { UsageError } from "../../words/usage.ts";
import type { Snapshot } from "../../status/metrics.ts";
import { Stats } from "../../../tracker/stats.ts";
import { type Address, formatAddress } from "../../../protocol/address.ts";
import { addressScope } from "../../../protocol/network.ts";
import type { Announcement } from "../../discovery/announce_tracker.ts";
import { EventLog, timed } from "../output/event_log.ts";
import { aborted, type CommandContext } from "../context.ts";
import { EXIT } from "../exit_code.ts";
import { VERSION } from "../version.ts";
import { jsonFault } from "../output/json.ts";
import type { SERVER } from "../options/server_definition.ts";
import { bytesText, sentence } from "../../words/sentence.ts";

export async function runTracker(
  { options, terminal, words, signals, ending }: CommandContext<typeof SERVER.options>,
): Promise<number> {
  const format = options.json ? "json" : "text";
  const level = options.quiet ? "quiet" : options.verbose ? "verbose" : "normal";
  const show = (line: string): void => format === "json" ? terminal.data(line) : terminal.print(line);
  const log = new EventLog({ format, level, words }, show);
  const say = (line: string): void => {
    if (format === "text" && level !== "quiet") terminal.print(line);
  };
  const note = (event: string, fields: Readonly<Record<string, unknown>> = {}): void =>
    log.notice(event, fields, Date.now());
  signals.onHangUp = () => {
    if (level !== "quiet") log.notice("signal", { signal: "SIGHUP" }, Date.now(), words.server.hangUp);
  };
  const stats = new Stats();
  if (options.open && options.strict) throw new UsageError("not-together", "--open", "--strict");
  const shared = await openRegistry(options);
  await using opened = new AsyncDisposableStack();
  opened.defer(async () => await shared?.close());
  const tracker: RunningTracker = startTracker({
    host: options.host,
    port: options.port,
    leaseMs: leaseOf(options),
    state: options.state,
    shared,
    memory: options.memory,
    publicHost: options.address,
    trust: options.open ? "open" : options.strict ? "strict" : "by-address",
    endMarker: options["end-marker"],
    onEvent: (event) => {
      const now = Date.now();
      stats.record(event, now);
      log.event(event, () => tracker.counts(), now);
    },
    onStateFault: (fault) => {
      const { registryBack, stateWritten } = words.server;
      terminal.fail(timed(fault ? sentence(fault, words) : shared ? registryBack : stateWritten));
      if (fault) note("state-lost", { fault: jsonFault(fault, words) });
      else note("state-written");
    },
  });
  opened.move(); // The tracker closes it.
  const announcing = options["no-announce"] ? null : await import("../../discovery/announce_tracker.ts");
  const announcement = (): Announcement => ({
    address: tracker.address,
    name: hostName(),
    version: VERSION,
    registry: () => shared?.id,
    onName: (name) => {
      say(words.server.announced(name));
      if (level !== "quiet") note("announced", { name });
    },
    onFault: (error) => {
      const reason = reasonOf(error);
      terminal.fail(words.server.notAnnounced(words.reasons[reason] ?? reason));
      note("not-announced", { reason });
    },
  });
  let wasOutgrown = false;
  const seconds = setInterval(() => {
    log.endSecond(Date.now());
    const counts = tracker.counts();
    if (wasOutgrown || !counts.registry?.isOutgrown) return;
    wasOutgrown = true; // Said once: it may go to and fro.
    const [size, allowed] = [counts.bytes, counts.bytesAllowed].map((it) => bytesText(it, words));
    terminal.fail(timed(words.server.outgrown(size, allowed)));
    note("outgrown", { bytes: counts.bytes, allowed: counts.bytesAllowed });
  }, 1_000);
  try {
    if (tracker.brokenState) {
      terminal.fail(words.server.brokenState(options.state!, tracker.brokenState));
      note("state-damaged", { path: options.state!, putAside: tracker.brokenState });
    }
    await dropFilePermissions(); // All files that it needs are open.
    say(words.server.listening(VERSION, tracker.address.port));
    const reachable = reachableAddresses(tracker.address);
    for (const address of reachable) {
      say(words.server.reachable(formatAddress(address), addressScope(address.host) === "loopback"));
    }
    const sharing = shared &&
      { engine: formatAddress(options.registry!.nodes[0]), others: Math.max(0, shared.status.trackers - 1) };
    if (sharing) say(words.server.sharing(sharing.engine, sharing.others));
    const started = Date.now();
    const look = (): Snapshot => ({
      version: VERSION,
      uptime: Math.round((Date.now() - started) / 1_000),
      memory: Deno.memoryUsage().rss,
      ...tracker.counts(),
      ...stats.totals(Date.now()),
    });
    await using http = options.http ? serveStatus(options.http, look) : null;
    const status = http && `http://${formatAddress(http.address)}/status`;
    if (status) say(words.server.statusAt(status));
    await using _announced = announcing?.announceTracker(announcement()) ?? null;
    if (options.memory) {
      const images = Math.round(options.memory / IMAGE_MEMORY / 1_000) * 1_000;
      say(words.server.memory(bytesText(options.memory, words), images));
    }
    say(words.server.howToEnd);
    const fields = { release: VERSION, port: tracker.address.port, addresses: reachable.map(formatAddress), status };
    if (level !== "quiet") {
      note("listening", fields);
      if (sharing) note("sharing", sharing);
    }
    await aborted(ending.signal);
  } finally {
    clearInterval(seconds);
    await tracker.close();
  }
  say(words.server.ended);
  if (level !== "quiet") note("ended");
  return EXIT.done;
}

type Options = CommandContext<typeof SERVER.options>["options"];

/** A shared lease that would end later by less than this part of it is not renewed: clients renew after a third of it. */
const RENEWAL_PART = 1 / 32;

/** How long a registration is kept without renewal, in milliseconds. */
function leaseOf({ lease }: Options): number {
  return lease === 0 ? Infinity : lease! * 1_000;
}

/** Connects to the registry that trackers share, if there is one. The library for it is loaded only then. */
async function openRegistry(options: Options): Promise<SharedStore | undefined> {
  const path = options["registry-password"];
  if (options.registry === undefined) {
    // A tracker whose --registry was forgotten would be a network of its own.
    if (path !== undefined) throw new UsageError("needs-other", "--registry-password", "--registry");
    return undefined;
  }
  if (options.state !== undefined) throw new UsageError("not-together", "--state", "--registry");
  const { password = path === undefined ? undefined : await readPassword(path), ...address } = options.registry;
  const { openSharedRegistry } = await import("../../../server/shared/shared_registry.ts");
  return await openSharedRegistry({ ...address, password }, leaseOf(options) * RENEWAL_PART);
}

/** The first line of a file. */
async function readPassword(path: string): Promise<string> {
  try {
    return (await Deno.readTextFile(path)).split(/\r?\n/, 1)[0];
  } catch (error) {
    throw new Fault("password-unreadable", { path, reason: reasonOf(error) }, error);
  }
}

/** The name of this machine, as people in its network know it. */
function hostName(): string {
  return Deno.hostname().split(".")[0];
}

/** Bytes of memory for an image in a registration of some twenty, as the tracker counts them. */
const IMAGE_MEMORY = 450;

/** More connections than some browsers and metrics collectors need. */
const STATUS_LIMITS = { most: 64, ofSource: 16 };

function serveStatus(address: Address, look: () => Snapshot): AsyncDisposable & { address: Address } {
  const listener = openHttp(address, { host: "--http", port: "--http" });
  const ending = new AbortController();
  const serving = serveHttp(listener, ending.signal, STATUS_LIMITS, statusHandler(look));
  return {
    address: { host: address.host, port: listener.addr.port },
    async [Symbol.asyncDispose](): Promise<void> {
      ending.abort();
      await serving;
    },
  };
}
