/** The command `get`: fetches images once, without sharing anything. */
import { makeDirectory } from "../../../files/durable.ts";
import { withDownloads } from "../../../folder/choices.ts";
import { readChoices } from "../../../folder/choices_file.ts";
import { HashCache } from "../../../folder/hash_cache.ts";
import { SharedFolder } from "../../../folder/shared_folder.ts";
import { sweepTemporary } from "../../../files/temporary.ts";
import { History } from "../../../download/history.ts";
import { leftDownloads } from "../../../download/journal.ts";
import { Fetcher } from "../../../download/fetcher.ts";
import type { FetchOutcome } from "../../../download/fetch_options.ts";
import { RateLimit } from "../../../net/rate_limit.ts";
import { Fault, isFault } from "../../../fault/fault.ts";
import type { Image, ListedImage } from "../../../protocol/image.ts";
import { reasonOf, REASONS } from "../../../fault/reason.ts";
import { sentence } from "../../words/sentence.ts";
import { UsageError } from "../../words/usage.ts";
import { passesOver, type ReceivedList, requestList, selectListed } from "./request_list.ts";
import { existingFiles } from "./existing_files.ts";
import { downloadReporter, reportGone } from "../output/download_report.ts";
import type { TrackerContext } from "../context.ts";
import { jsonLine } from "../output/json.ts";
import { outcomeJson } from "../output/json_outcome.ts";
import { downloadSize, isYes, largeQuestion, SIZES_MS } from "./large_download.ts";
import { limitToPeer } from "./selection.ts";
import { EXIT } from "../exit_code.ts";

export async function runGet(context: TrackerContext): Promise<number> {
  const { options, words, terminal } = context;
  const isChosen = context.rest.length > 0 || options.all || options.from;
  if (!isChosen && !options.resume) throw new UsageError("nothing-chosen", "--all");
  const left = options.resume ? leftDownloads(options.output!) : [];
  if (!isChosen && left.length === 0) {
    if (!options.json) terminal.print(words.client.nothingLeft(options.output!));
    else terminal.data(doneJson([], []));
    return EXIT.done;
  }
  const isEvery = context.rest.length === 0 && isChosen; // Of the network, or of one peer.
  const list = await requestList(context, isEvery ? [] : [...context.rest, ...left.map(({ md5 }) => md5)]);
  const { images: listed, mayBeCut } = list;
  if (mayBeCut) terminal.fail(words.client.mayBeCut);
  // Numbers refer to the whole list, also with --from.
  const picked = withLeft(
    left,
    listed,
    isChosen ? selectListed(context, listed) : { images: [], unknown: [] },
    context,
  );
  const images = options.from ? limitToPeer(options.from, picked.images) : picked.images;
  if (images.length === 0) {
    terminal.fail(listed.length === 0 && !list.isPart ? words.client.emptyList : words.client.nothingMatches);
  }
  const outcomes = images.length === 0 ? [] : await fetchInto(options.output!, images, list, context);
  if (!outcomes) return EXIT.failed;
  if (options.json) terminal.data(doneJson(outcomes, picked.unknown));
  return images.length === 0 ? EXIT.nothing : getExit(outcomes, picked.unknown.length);
}

/** Adds the downloads that earlier runs left to the chosen images, and reports those that no peer shares any more. */
function withLeft(
  left: readonly Image[],
  listed: readonly ListedImage[],
  chosen: ReturnType<typeof selectListed>,
  { terminal, words }: TrackerContext,
): ReturnType<typeof selectListed> {
  const known = new Set(listed.map(({ md5 }) => md5));
  const gone = left.filter(({ md5 }) => !known.has(md5));
  reportGone(gone, terminal, words);
  const wanted = new Set([...chosen.images, ...left].map(({ md5 }) => md5));
  return {
    images: listed.filter(({ md5 }) => wanted.has(md5)),
    unknown: [...chosen.unknown, ...gone.map(({ name }) => name)],
  };
}

/** `unknown` is the number of words that match no image. */
function getExit(outcomes: readonly FetchOutcome[], unknown: number): number {
  const failed = outcomes.flatMap((it) => it.kind === "failed" ? [it.fault] : []);
  if (failed.length + unknown === 0) return EXIT.done;
  if (failed.length < outcomes.length) return EXIT.someFailed;
  const isWrong = (fault: Fault): boolean =>
    isFault(fault, "fetch-failed") && fault.values.faults.some((it) => isFault(it, "wrong-md5"));
  return failed.every(isWrong) ? EXIT.wrongMd5 : EXIT.failed;
}

/** Fetches the images into a directory, which is created if necessary; `null` when the user aborted it. */
async function fetchInto(
  path: string,
  images: readonly ListedImage[],
  list: ReceivedList,
  { options, terminal, words, ending, paths }: TrackerContext,
): Promise<FetchOutcome[] | null> {
  using history = new History(options["no-history"] ? null : paths.history);
  using cache = new HashCache(options["no-cache"] ? null : paths.hashCache);
  const root = await directory(path);
  using folder = new SharedFolder(root, { only: await existingFiles(root, images), cache });
  try {
    await folder.scan({
      signal: ending.signal,
      onProgress: ({ files, totalFiles }) => terminal.status(words.client.scanning(files, totalFiles)),
    });
  } catch (error) {
    if (!ending.signal.aborted) throw error;
    terminal.fail(words.client.getInterrupted);
    return null;
  } finally {
    terminal.endStatus();
  }
  const over = new AbortController();
  const fetcher = new Fetcher({
    folder,
    limit: new RateLimit(options["download-limit"] ?? Infinity),
    // A client that shares the directory may not share what comes into it.
    downloading: async (md5s) => {
      if ((await readChoices(folder.path)).reshare) return;
      await folder.chosen.change((choices) => withDownloads(choices, md5s, false));
    },
    keepTimes: !options["no-times"],
    flat: options.flat,
    history,
    ending: AbortSignal.any([ending.signal, over.signal]),
    isSelf: () => false,
    isPassedOver: passesOver(list),
    changed: () => Promise.resolve(undefined), // Nothing is shared.
  });
  fetcher.remember((fault) => terminal.fail(sentence(fault, words)));
  const reporter = downloadReporter(terminal, words);
  reporter.batch.add(images.length);
  const json = {
    onLater: reporter.onLater,
    onOutcome: (outcome: FetchOutcome) => terminal.data(outcomeJson(outcome, words)),
  };
  try {
    if (!options.yes && !await isWanted(images, fetcher, folder, { options, terminal, words })) return null;
    const outcomes = await fetcher.fetchAll(images, options.json ? json : reporter);
    terminal.endStatus();
    const isStopped = outcomes.length < images.length;
    if (isStopped) terminal.fail(words.client.getInterrupted);
    else if (!options.json) reporter.reportEnd();
    return isStopped ? null : outcomes;
  } finally {
    terminal.endStatus();
    over.abort();
    await fetcher.close();
  }
}

/**
 * Whether to begin a download of this size, if it is large: the user decides, or without a terminal the room on the
 * disk.
 *
 * @throws {Fault} `no-room-for-all`.
 */
async function isWanted(
  images: readonly ListedImage[],
  { infos }: Fetcher,
  folder: SharedFolder,
  { options, terminal, words }: Pick<TrackerContext, "options" | "terminal" | "words">,
): Promise<boolean> {
  const here = new Set(folder.files.map(({ image }) => image.md5));
  const missing = images.filter(({ md5 }) => !here.has(md5));
  await infos.request(missing, SIZES_MS);
  const size = await downloadSize(missing, ({ md5 }) => infos.get(md5), folder.path);
  if (!terminal.interactive || options.json) {
    if (size.bytes > size.free) throw new Fault("no-room-for-all", { path: folder.path, ...size });
    return true;
  }
  const question = largeQuestion(size, words);
  return question === null || isYes(terminal.askFirst(`${question} ${words.client.yesOrNo}`), words);
}

/**
 * The real path of the directory to save into.
 *
 * @throws {Fault} `not-written`.
 */
async function directory(path: string): Promise<string> {
  try {
    await makeDirectory(path);
    const root = await Deno.realPath(path);
    await sweepTemporary(root, Date.now());
    return root;
  } catch (error) {
    const reason = error instanceof Deno.errors.AlreadyExists ? REASONS.ENOTDIR : reasonOf(error); // A file, say.
    throw new Fault("not-written", { path, reason }, error);
  }
}

function doneJson(outcomes: readonly FetchOutcome[], unknown: readonly string[]): string {
  const count = (kind: FetchOutcome["kind"]): number => outcomes.filter((it) => it.kind === kind).length;
  return jsonLine("done", { fetched: count("fetched"), here: count("here"), failed: count("failed"), unknown });
}
