/** Shows downloads to a person: one status line for all, and a line for each finished image. */
import { formatAddress } from "../../../protocol/address.ts";
import type { FetchAllWatcher, FetchedImage } from "../../../download/fetch_options.ts";
import { isFault } from "../../../fault/fault.ts";
import type { Image } from "../../../protocol/image.ts";
import type { Words } from "../../words/en/words.ts";
import { bytesText, sentence, timeText } from "../../words/sentence.ts";
import { DownloadProgress } from "./download_progress.ts";
import type { Terminal } from "./terminal.ts";
import { warn } from "./warnings.ts";

/** The most peers that are named for a retry: a whole room may be unreachable. */
const MAX_RETRIED_NAMED = 5;

/** The most images that are named when no peer shares them any more. */
const MAX_GONE_NAMED = 5;

/** Shows that an image was saved, with its warnings. */
export function reportFetched(
  fetched: FetchedImage,
  terminal: Terminal,
  words: Words,
  unclosed: Set<string> = new Set(),
): void {
  const { file, bytes, peer, leftOut } = fetched;
  terminal.print(words.client.saved(file, bytesText(bytes, words), formatAddress(peer)));
  // What the user chose is said once, at the end.
  if (leftOut && leftOut !== "unshared") terminal.print(words.client.leftOut[leftOut]);
  warn(fetched, terminal, words, unclosed);
}

/** Shows which unfinished downloads no peer shares any more. */
export function reportGone(images: readonly Image[], terminal: Terminal, { client }: Words): void {
  images.slice(0, MAX_GONE_NAMED).forEach(({ name }) => terminal.fail(client.gone(name)));
  if (images.length > MAX_GONE_NAMED) terminal.fail(client.moreGone(images.length - MAX_GONE_NAMED));
}

/** Reports one batch of downloads. */
export interface DownloadReporter extends Required<Pick<FetchAllWatcher, "onProgress" | "onLater" | "onOutcome">> {
  /** The batch that images are added to. */
  readonly batch: DownloadProgress;
  reportEnd(): void;
}

/**
 * Reports a batch that starts now.
 *
 * @param showsStatus Not on the screen, which has bars.
 * @param unclosed Peers that earlier batches reported for never closing a connection.
 */
export function downloadReporter(
  terminal: Terminal,
  words: Words,
  { showsStatus = true, unclosed = new Set<string>() } = {},
): DownloadReporter {
  const { client } = words;
  /** The last image that already existed here. */
  let hereAs = "";
  /** How many saved images are not shared since the user chose that. */
  let unshared = 0;
  const batch = new DownloadProgress(performance.now());
  /** The announced time of each peer's next try. */
  const retried = new Map<string, number>();

  const showStatus = (): void => {
    if (!showsStatus || !terminal.statusDue) return;
    const { done, total, bytes, rate, left } = batch.progress(performance.now());
    const time = left === undefined ? "…" : timeText(left, words);
    terminal.status(client.fetchingMany(done, total, bytesText(bytes, words), bytesText(rate, words), time));
  };

  return {
    batch,

    onProgress(progress): void {
      batch.update(progress, performance.now());
      showStatus();
    },

    /** Shows each peer that is retried, and when: once for all images that wait for it. */
    onLater({ image, faults, retryIn }): void {
      batch.rest(image);
      const now = performance.now();
      for (const fault of faults) {
        const { peer = "" } = fault.values as { readonly peer?: string };
        const announced = retried.get(peer);
        const isKnown = announced === undefined ? retried.size >= MAX_RETRIED_NAMED : now < announced;
        if (isKnown || isFault(fault, "peer-banned")) continue;
        retried.set(peer, now + retryIn);
        const wait = retryIn > 0 ? timeText(Math.ceil(retryIn / 1_000), words) : null;
        terminal.fail(client.peerAgain(sentence(fault, words), wait));
      }
    },

    onOutcome(outcome): void {
      batch.ended(outcome);
      if (outcome.kind === "fetched" && outcome.fetched.leftOut === "unshared") unshared++;
      if (outcome.kind === "failed") terminal.fail(sentence(outcome.fault, words));
      else if (outcome.kind === "fetched") reportFetched(outcome.fetched, terminal, words, unclosed);
      else hereAs = outcome.here.name;
      showStatus();
    },

    reportEnd(): void {
      const { counts: { fetched, here, failed }, fetchedBytes } = batch;
      const time = timeText(batch.seconds(performance.now()), words);
      if (fetched > 0) terminal.print(client.fetchedMany(fetched, bytesText(fetchedBytes, words), time));
      if (unshared > 0) terminal.print(client.unsharedMany(unshared));
      if (here > 0 && fetched + failed > 0) terminal.print(client.hereMany(here));
      else if (here > 0) terminal.print(here === 1 ? client.alreadyHere(hereAs) : client.allHere(here));
      if (failed > 0) terminal.fail(client.failedMany(failed));
    },
  };
}
