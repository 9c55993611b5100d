/** What a person sees of downloads: one status line for all, and a line for each image that is done. */
import { basename } from "node:path";
import { LONGEST_WAIT_S } from "../../../download/fetch_queue.ts";
import { formatAddress } from "../../../protocol/address.ts";
import type { FetchAllWatcher, FetchedImage } from "../../../download/fetch_options.ts";
import type { Words } from "../../words/en/words.ts";
import { bytesText, sentence, timeText } from "../../words/sentence.ts";
import { DownloadProgress } from "./download_progress.ts";
import type { Terminal } from "./terminal.ts";
import { warn } from "./warnings.ts";

/** Most peers that are named when they are retried: a whole room may be unreachable. */
const MAX_RETRIED_NAMED = 5;

/** Shows that an image was saved, with its warnings. */
export function reportFetched(
  fetched: FetchedImage,
  terminal: Terminal,
  words: Words,
  unclosed: Set<string> = new Set(),
): void {
  const { path, bytes, peer, leftOut } = fetched;
  terminal.print(words.client.saved(basename(path), bytesText(bytes, words), formatAddress(peer)));
  if (leftOut) terminal.print(words.client.leftOut[leftOut]);
  warn(fetched, terminal, words, unclosed);
}

/** Reports one batch of downloads. */
export interface DownloadReporter extends Required<Pick<FetchAllWatcher, "onProgress" | "onLater" | "onOutcome">> {
  /** Images are to be added to it. */
  readonly batch: DownloadProgress;
  reportEnd(): void;
}

/**
 * Reports a batch that starts now.
 *
 * @param showsStatus Not on the screen, which has bars.
 * @param unclosed Peers of which other batches have shown that they never close a connection.
 */
export function downloadReporter(
  terminal: Terminal,
  words: Words,
  { showsStatus = true, unclosed = new Set<string>() } = {},
): DownloadReporter {
  const { client } = words;
  const batch = new DownloadProgress(performance.now());
  const retried = new Set<string>();

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

    /** Shows each peer that is retried once. */
    onLater(_image, faults): void {
      for (const fault of faults) {
        const { peer = "" } = fault.values as { readonly peer?: string };
        if (retried.has(peer) || retried.size >= MAX_RETRIED_NAMED) continue;
        retried.add(peer);
        terminal.fail(client.peerAgain(sentence(fault, words), timeText(LONGEST_WAIT_S, words)));
      }
    },

    onOutcome(outcome): void {
      batch.ended(outcome);
      if (outcome.kind === "failed") terminal.fail(sentence(outcome.fault, words));
      else if (outcome.kind === "fetched") reportFetched(outcome.fetched, terminal, words, unclosed);
      showStatus();
    },

    reportEnd(): void {
      const { counts: { fetched, here, failed }, fetchedBytes } = batch;
      const time = timeText(batch.seconds(performance.now()), words);
      if (fetched > 0) terminal.print(client.fetchedMany(fetched, bytesText(fetchedBytes, words), time));
      if (here > 0) terminal.print(client.hereMany(here));
      if (failed > 0) terminal.fail(client.failedMany(failed));
    },
  };
}
