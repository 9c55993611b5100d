/**
 * What a person sees of downloads: one status line for all, and a line for each image that is done.
 *
 * @module
 */
import { basename } from "node:path";
import { type FetchAllWatcher, type FetchOutcome, LONGEST_WAIT_S } from "../../../download/fetcher.ts";
import { formatAddress } from "../../../protocol/address.ts";
import type { FetchProgress } from "../../../download/fetch_options.ts";
import type { Fault } from "../../../fault/fault.ts";
import type { ListedImage } from "../../../protocol/image.ts";
import type { Words } from "../../words/en/words.ts";
import { bytesText, sentence, timeText } from "../../words/sentence.ts";
import { DownloadProgress } from "./download_progress.ts";
import type { Terminal } from "./terminal.ts";
import { warn } from "./warnings.ts";

/** Most peers that are named when they are retried: a whole room may be unreachable. */
const MAX_RETRIED_NAMED = 5;

/** Reports a batch of downloads. */
export class DownloadReporter implements FetchAllWatcher {
  readonly #batch = new DownloadProgress(performance.now());
  readonly #terminal: Terminal;
  readonly #words: Words;
  readonly #retries: RetryReporter;
  readonly #unclosed = new Set<string>();

  /** A batch of so many images. */
  constructor(total: number, terminal: Terminal, words: Words) {
    this.#terminal = terminal;
    this.#words = words;
    this.#retries = new RetryReporter(terminal, words);
    this.#batch.add(total);
  }

  /** Bytes of one image. */
  onProgress(progress: FetchProgress): void {
    this.#batch.update(progress, performance.now());
    this.#status();
  }

  /** No peer gave an image; they are retried later. */
  onLater(_image: ListedImage, faults: readonly Fault[]): void {
    this.#retries.report(faults);
  }

  /** One image is done. */
  onOutcome(outcome: FetchOutcome): void {
    this.#batch.ended(outcome);
    reportOutcome(outcome, this.#terminal, this.#words, this.#unclosed);
    this.#status();
  }

  /** Shows the summary. */
  reportEnd(): void {
    reportSummary(this.#batch, this.#terminal, this.#words);
  }

  #status(): void {
    if (!this.#terminal.statusDue) return;
    const { done, total, bytes, rate, left } = this.#batch.progress(performance.now());
    const time = left === undefined ? "…" : timeText(left, this.#words);
    const [came, perSecond] = [bytesText(bytes, this.#words), bytesText(rate, this.#words)];
    this.#terminal.status(this.#words.client.fetchingMany(done, total, came, perSecond, time));
  }
}

/** Reports peers that are retried, each once. */
export class RetryReporter {
  readonly #terminal: Terminal;
  readonly #words: Words;
  readonly #named = new Set<string>();

  /** A reporter for one batch. */
  constructor(terminal: Terminal, words: Words) {
    this.#terminal = terminal;
    this.#words = words;
  }

  /** Shows why peers did not give an image, and for how long they are retried. */
  report(faults: readonly Fault[]): void {
    for (const fault of faults) {
      const { peer = "" } = fault.values as { readonly peer?: string };
      if (this.#named.has(peer) || this.#named.size >= MAX_RETRIED_NAMED) continue;
      this.#named.add(peer);
      const most = timeText(LONGEST_WAIT_S, this.#words);
      this.#terminal.fail(this.#words.client.peerAgain(sentence(fault, this.#words), most));
    }
  }
}

/**
 * Shows the outcome of one image.
 *
 * @param unclosed The peers of which it was already shown that they never close a connection.
 */
export function reportOutcome(outcome: FetchOutcome, terminal: Terminal, words: Words, unclosed: Set<string>): void {
  const { client } = words;
  if (outcome.kind === "failed") return terminal.fail(sentence(outcome.fault, words));
  if (outcome.kind === "here") return;
  const { path, bytes, peer, leftOut } = outcome.fetched;
  terminal.print(client.saved(basename(path), bytesText(bytes, words), formatAddress(peer)));
  if (leftOut) terminal.print(client.leftOut[leftOut]);
  warn(outcome.fetched, terminal, words, unclosed);
}

/** Shows the summary of a batch. */
export function reportSummary(batch: DownloadProgress, terminal: Terminal, words: Words): void {
  const { client } = words;
  const { fetched, here, failed } = batch.counts;
  const time = timeText(batch.seconds(performance.now()), words);
  if (fetched > 0) terminal.print(client.fetchedMany(fetched, bytesText(batch.fetchedBytes, words), time));
  if (here > 0) terminal.print(client.hereMany(here));
  if (failed > 0) terminal.fail(client.failedMany(failed));
}
