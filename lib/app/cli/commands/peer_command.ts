/**
 * The command `share`, and what the client does without a command: share a directory, with a menu or without.
 *
 * @module
 */
import { startControl } from "../../control/control.ts";
import type { Outcome } from "../../control/message.ts";
import type { SharedFolder } from "../../../folder/shared_folder.ts";
import type { RegistrationEvent } from "../../../announce/renewal.ts";
import { pause } from "../../../net/pause.ts";
import type { Peer } from "../../../peer/peer.ts";
import type { ServedEvent } from "../../../peer/peer_server.ts";
import { formatAddress } from "../../../protocol/address.ts";
import type { Words } from "../../words/en/words.ts";
import { bytesText, sentence } from "../../words/sentence.ts";
import type { ClientStart } from "../client_start.ts";
import { runMenu } from "./menu.ts";
import { outcomeJson, outcomeLines } from "../output/outcome.ts";
import { aborted, EXIT } from "../program.ts";
import { scanTeller } from "../output/scan_teller.ts";
import type { Screen } from "../screen/run.tsx";
import { Session } from "./session.ts";
import { ShareEvents } from "../output/share_events.ts";
import type { Terminal } from "../output/terminal.ts";
import { tellIfSlow } from "../output/waiting.ts";

/** Shares a directory until it is ended, with a menu or without; gives the exit code. */
export async function runPeer(
  { options, operands, terminal, words, ending, paths, tracker }: ClientStart,
  menu: boolean,
): Promise<number> {
  const events = options.json ? new ShareEvents((line) => terminal.data(line), words) : null;
  await using control = await startControl({
    directory: paths.running,
    ending,
    onDone: (outcome) => tellOutcome(outcome, events, terminal, words),
  });
  const starting = control.start({
    tracker,
    directory: operands.directory!,
    port: options.port,
    password: options.password,
    uploadLimit: options["upload-limit"],
    downloadLimit: options["download-limit"],
    recursive: !options["no-recursive"],
    skipLocated: options["skip-gps"],
    cache: options["no-cache"] ? undefined : paths.hashCache ?? undefined,
    signal: ending.signal,
    onServed: (event) => tellServed(event, terminal, words),
    onTracker: (event) => {
      screen?.desk.trackerEvent(event);
      tellTracker(event, terminal, words);
    },
    ...events?.watchers,
    onFolder: (event) => events ? events.folder(event, folder?.images.length ?? 0) : session?.tellFolderEvent(event),
    onScan: scanTeller(terminal, words),
  });
  let session: Session | null = null;
  let screen: Screen | null = null;
  let folder: SharedFolder | null = null;
  // It takes a moment to load: meanwhile the directory is looked through.
  const loading = menu && !terminal.plain ? loadScreen() : null;
  loading?.catch(() => {}); // It is told where it is waited for.
  const peer = await Promise.race([starting, aborted(ending.signal)]);
  terminal.endStatus();
  if (!peer) {
    if (events) events.ended();
    else terminal.print(words.client.scanInterrupted);
    await settled(starting); // Nobody knows of it yet.
    return EXIT.done;
  }
  folder = peer.folder;
  const own = session = new Session(peer, terminal, words);
  try {
    if (events) events.started(peer);
    else own.tellFolder({ listLocated: options["list-gps"] ?? false, skipLocated: options["skip-gps"] ?? false });
    if (loading) screen = (await loading).showScreen({ peer, session: own, terminal, words, ending });
    const register = (): Promise<unknown> => events ? events.register(peer) : own.attempt(() => own.register());
    const registering = screen
      ? screen.desk.register()
      : tellIfSlow(register, formatAddress(peer.tracker.address), terminal, words);
    await Promise.race([registering, aborted(ending.signal)]);
    if (menu && !screen) await runMenu(own, terminal, words, ending);
    else await aborted(ending.signal);
  } finally {
    ending.abort();
    await screen?.[Symbol.asyncDispose]();
    if (!events) terminal.print(words.client.leaving);
    await peer.close();
    events?.ended();
  }
  return EXIT.done;
}

/** Loads the screen and what draws it, which takes a quarter of a second. */
function loadScreen(): Promise<typeof import("../screen/run.tsx")> {
  Deno.env.set("NODE_ENV", "production"); // React would look after its developers otherwise, and take longer.
  return import("../screen/run.tsx");
}

/** How long a start that is given up may take to put away what it read, in milliseconds: Ctrl-C is prompt. */
const FAREWELL_MS = 500;

/** Waits for a start that is given up; nobody knows of the peer then. */
async function settled(starting: Promise<Peer>): Promise<void> {
  const peer = await Promise.race([starting.catch(() => null), pause(FAREWELL_MS)]);
  await peer?.close();
}

function tellServed(event: ServedEvent, terminal: Terminal, words: Words): void {
  const { client } = words;
  const to = formatAddress(event.peer ?? event.to);
  switch (event.kind) {
    case "served":
      return terminal.print(client.served(event.name, bytesText(event.bytes, words), to));
    case "broke-off":
      return terminal.print(client.brokeOff(event.name, to, bytesText(event.bytes, words)));
    case "not-served": {
      if (event.why === "silent") return; // A tracker that looks whether we live, or a scanner: nothing to tell.
      const told = {
        changed: client.changed,
        unreadable: client.unreadableNow,
        "not-shared": client.notShared,
        "no-request": client.noRequest,
      };
      return terminal.print(told[event.why](to));
    }
  }
}

function tellTracker(event: RegistrationEvent, terminal: Terminal, words: Words): void {
  const { client } = words;
  if (event.kind === "lost") return terminal.fail(client.trackerLost(sentence(event.fault, words)));
  const { accepted, offered } = event;
  if (event.kind === "complete") return terminal.print(client.allListed(accepted));
  terminal.print(event.kind === "found" ? client.trackerFound : client.registeredAgain);
  if (accepted < offered) terminal.fail(client.cut(accepted, offered));
}

/** Tells what a command had this client do. That it ends is told by itself to programs. */
function tellOutcome(outcome: Outcome, events: ShareEvents | null, terminal: Terminal, words: Words): void {
  if (events) {
    if (outcome.did !== "stop") outcomeJson(outcome, Date.now()).forEach((line) => terminal.data(line));
  } else if (outcome.did === "stop") terminal.print(words.control.stopping);
  else if (outcome.did === "unregister" && outcome.was) {
    terminal.print(words.client.unregistered);
    terminal.print(words.client.stillServing);
  } else if (outcome.did === "unregister") terminal.print(words.client.notRegistered);
  else for (const { line, wrong } of outcomeLines(outcome, words)) wrong ? terminal.fail(line) : terminal.print(line);
}
