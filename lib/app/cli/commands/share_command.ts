/**
 * The commands `share` and `gallery`, and the client without a command: shares a directory, with a menu or without, and
 * shows the pictures in a browser.
 */
import { startControl } from "../../control/control_server.ts";
import { Fault } from "../../../fault/fault.ts";
import { REASONS } from "../../../fault/reason.ts";
import { locateFiles, type SingleFiles } from "../../../folder/single_files.ts";
import { pause } from "../../../net/pause.ts";
import type { Peer } from "../../../peer/peer.ts";
import { formatAddress } from "../../../protocol/address.ts";
import { PeerThumbnails } from "../../thumbnails/peer_thumbnails.ts";
import { sentence } from "../../words/sentence.ts";
import { aborted, type TrackerContext } from "../context.ts";
import { EXIT } from "../exit_code.ts";
import { GalleryPort } from "../gallery/gallery_port.ts";
import { outcomeJson } from "../output/json_outcome.ts";
import { jsonShareReporter } from "../output/json_share_reporter.ts";
import { scanReporter } from "../output/scan_progress.ts";
import { type ShareReporter, textShareReporter } from "../output/share_reporter.ts";
import type { Screen } from "../screen/show_screen.tsx";
import { reportIfSlow } from "./request_list.ts";
import { Terminal } from "../output/terminal.ts";
import { VERSION } from "../version.ts";
import { Session } from "./session.ts";
import { runTextMenu } from "./text_menu.ts";

export async function runShare(
  context: TrackerContext,
  menu: boolean,
): Promise<number> {
  const { command, options, operands, rest, terminal, words, ending, paths, tracker, also, found } = context;
  const files = command === "share" ? await singleFiles([operands.directory!, ...rest]) : null;
  const listed = options["list-skipped"] || files !== null;
  const json = options.json ? jsonShareReporter((line) => terminal.data(line), words, listed) : null;
  const reporter: ShareReporter = json ?? textShareReporter(terminal, words, options, files !== null);
  await using control = await startControl({
    directory: paths.running,
    ending,
    onStop: () => reporter.stopping?.(),
  });
  const cache = options["no-cache"] ? null : paths.thumbnails;
  await using thumbnails = new PeerThumbnails(
    cache,
    (problem) => terminal.fail(words.gallery.cacheProblems[problem](cache!)),
  );
  await using gallery = openGalleryPort({ command, options, terminal, words }, menu);
  if (gallery) json?.gallery(gallery.url, gallery.otherUrls);
  const starting = control.start({
    tracker,
    also,
    findAgain: found ? new Map([[tracker, found.findAgain]]) : undefined,
    directory: files?.directory ?? operands.directory!,
    only: files?.only,
    port: options.port,
    password: options.password,
    uploadLimit: options["upload-limit"],
    downloadLimit: options["download-limit"],
    recursive: !options["no-recursive"],
    flat: options.flat || files !== null,
    keepTimes: !options["no-times"],
    skipLocated: options["skip-gps"],
    reshare: options["no-reshare"] ? false : undefined,
    history: options["no-history"] ? undefined : paths.history ?? undefined,
    cache: options["no-cache"] ? undefined : paths.hashCache ?? undefined,
    thumbnails: thumbnails.make,
    signal: ending.signal,
    onServed: (event) => reporter.served(event),
    onTracker: (event, network) => {
      const networks = running?.networks.all ?? [];
      if (!networks.some(({ name }) => name === network)) return; // It is not joined yet.
      screen?.model.trackerEvent(event);
      reporter.tracker(event, networks.length > 1 ? network : undefined);
    },
    onFolder: (event) => reporter.folder(event, running?.folder.images.length ?? 0),
    onScan: scanReporter(terminal, words),
  });
  let screen: Screen | null = null;
  let running: Peer | null = null;
  let following: Promise<void> | null = null;
  /** Whether files that were named are not shared. */
  let isIncomplete = false;
  // Loaded during the scan.
  const loading = menu && !terminal.plain ? loadScreen() : null;
  loading?.catch(() => {}); // A failure is shown when it is awaited.
  const peer = await Promise.race([starting, aborted(ending.signal)]);
  terminal.endStatus();
  if (!peer) {
    reporter.leaving?.(true);
    reporter.ended?.();
    await settled(starting); // The peer is not registered yet.
    return EXIT.done;
  }
  running = peer;
  const { folder } = peer;
  thumbnails.peer = peer;
  const session = new Session(peer, json ? silentTerminal() : terminal, words);
  if (json) session.downloads.onOutcome.add((outcome) => terminal.data(outcomeJson(outcome, words)));
  try {
    const remembers = menu || gallery !== null;
    reporter.started(peer, remembers && !json ? 0 : peer.downloads.left().length);
    for (const path of files?.elsewhere ?? []) {
      terminal.fail(words.client.fileNotShared(path, words.reasons[REASONS.EXDEV] ?? REASONS.EXDEV));
    }
    isIncomplete = files !== null && folder.files.length < files.only.length + files.elsewhere.length;
    if (files && folder.files.length === 0) return EXIT.failed; // There is nothing to wait for.
    if (menu && !peer.reshares) terminal.print(words.client.choices.noReshare);
    if (menu && folder.located.length > 0 && !folder.chosen.skipsLocated) terminal.print(words.client.choices.gpsHint);
    if (gallery) {
      gallery.show({
        peer,
        downloads: session.downloads,
        thumbnails,
        flat: options.flat || options["no-recursive"] || false,
      });
      if (!json) await gallery.print(terminal, words);
    }
    const parts = { peer, session, terminal, words, ending, gallery };
    if (loading) screen = (await loading).showScreen(parts);
    if (remembers) session.offerLeft();
    const register = (): Promise<unknown> => json ? json.register(peer) : session.attempt(() => session.register());
    const registering = screen
      ? screen.model.register()
      : reportIfSlow(register, peer.tracker.addresses.map(formatAddress).join(","), terminal, words);
    if (context.followsFurther) {
      if (!json) terminal.print(words.client.followsFurther);
      following = followFurther(peer, context, reporter);
    }
    await Promise.race([registering, aborted(ending.signal)]);
    if (menu && !screen) await runTextMenu(parts);
    else await aborted(ending.signal);
  } finally {
    ending.abort();
    await screen?.[Symbol.asyncDispose]();
    reporter.leaving?.(false);
    const unfinished = session.downloads.unfinished.length;
    if (unfinished > 0) terminal.print(words.client.unfinished(unfinished));
    await Promise.all([peer.close(), gallery?.close(), following]);
    reporter.ended?.();
  }
  return isIncomplete ? EXIT.someFailed : EXIT.done;
}

/** Joins networks while the client runs, and reports that; an unexpected error is shown, and stops nothing else. */
async function followFurther(
  peer: Peer,
  { found, terminal, words, ending }: TrackerContext,
  reporter: ShareReporter,
): Promise<void> {
  try {
    const further = await import("./follow_further.ts");
    await further.followFurther(peer, found, (event) => reporter.further(event), ending.signal);
  } catch (error) {
    if (!ending.signal.aborted) terminal.fail(sentence(error, words));
  }
}

/**
 * The open port of the gallery, if it is wanted; beside a menu it always is, unless its port cannot be opened.
 *
 * @throws {Fault} As {@link GalleryPort}.
 */
function openGalleryPort(
  { command, options, terminal, words }: Pick<TrackerContext, "command" | "options" | "terminal" | "words">,
  menu: boolean,
): GalleryPort | null {
  const isAsked = command === "gallery" || options.gallery || options["gallery-host"] || options["gallery-port"];
  if (!isAsked && !menu) return null;
  try {
    return new GalleryPort(options, words, VERSION);
  } catch (error) {
    if (isAsked || !(error instanceof Fault)) throw error;
    terminal.fail(sentence(error, words));
    return null;
  }
}

/** A terminal that shows nothing: a program reads JSON instead. */
function silentTerminal(): Terminal {
  const terminal = new Terminal();
  terminal.attach({ line: () => {}, status: () => {} });
  return terminal;
}

/** The files that are to be shared, if they are no directory: then one that does not exist is an error of its own. */
async function singleFiles(paths: readonly string[]): Promise<SingleFiles | null> {
  const isOne = paths.length > 1 || await Deno.stat(paths[0]).then(({ isFile }) => isFile, () => false);
  return isOne ? await locateFiles(paths) : null;
}

/** Loads the screen and its libraries, which takes a quarter of a second. */
function loadScreen(): Promise<typeof import("../screen/show_screen.tsx")> {
  Deno.env.set("NODE_ENV", "production"); // Otherwise React runs its slower development checks.
  return import("../screen/show_screen.tsx");
}

/** How long an aborted start may take to save what it has read, in milliseconds: Ctrl-C must be prompt. */
const ABORT_MS = 500;

async function settled(starting: Promise<Peer>): Promise<void> {
  const peer = await Promise.race([starting.catch(() => null), pause(ABORT_MS)]);
  await peer?.close();
}
