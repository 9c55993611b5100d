/** What a person sees of downloads: one status line for all, and a line for each image that is done. */
import { basename } from "node:path";
import { LONGEST_WAIT_S } from "../../../download/fetch_queue.ts";
import { formatAddress } from "../../../protocol/address.ts";
import type { FetchAllWatcher, FetchedImage, FetchOutcome, FetchProgress } from "../../../download/fetch_options.ts";
import type { Fault } from "../../../fault/fault.ts";
import type { ListedImage } from "../../../protocol/image.ts";
import type { Words } from "../../words/en/words.ts";
import { bytesText, sentence, timeText } from "../../words/sentence.ts";
import { DownloadProgress } from "./download_progress.ts";
import type { Terminal } from "./terminal.ts";
import { warn } from "./warnings.ts";

/** Most peers that are named when they are retried: a whole room may be unreachable. */
const MAX_RETRIED_NAMED = 5;

export class DownloadReporter implements FetchAllWatcher {
  /** Images are to be added to it. */
  readonly batch = new DownloadProgress(performance.now());
  readonly #terminal: Terminal;
  readonly #words: Words;
  readonly #showsStatus: boolean;
  /** Peers of which it was shown that they never close a connection. */
  readonly #unclosed: Set<string>;
  /** Peers of which it was shown that they are retried. */
  readonly #retried = new Set<string>();

  /** @param options Without a status line for the screen, which has bars; `unclosed` is what other batches have shown. */
  constructor(terminal: Terminal, words: Words, { showsStatus = true, unclosed = new Set<string>() } = {}) {
    this.#terminal = terminal;
    this.#words = words;
    this.#showsStatus = showsStatus;
    this.#unclosed = unclosed;
  }

  onProgress(progress: FetchProgress): void {
    this.batch.update(progress, performance.now());
    this.#status();
  }

  /** Shows each peer that is retried once. */
  onLater(_image: ListedImage, faults: readonly Fault[]): void {
    for (const fault of faults) {
      const { peer = "" } = fault.values as { readonly peer?: string };
      if (this.#retried.has(peer) || this.#retried.size >= MAX_RETRIED_NAMED) continue;
      this.#retried.add(peer);
      const most = timeText(LONGEST_WAIT_S, this.#words);
      this.#terminal.fail(this.#words.client.peerAgain(sentence(fault, this.#words), most));
    }
  }

  onOutcome(outcome: FetchOutcome): void {
    this.batch.ended(outcome);
    if (outcome.kind === "failed") this.#terminal.fail(sentence(outcome.fault, this.#words));
    else if (outcome.kind === "fetched") this.#reportFetched(outcome.fetched);
    this.#status();
  }

  #reportFetched(fetched: FetchedImage): void {
    const { client } = this.#words;
    const { path, bytes, peer, leftOut } = fetched;
    this.#terminal.print(client.saved(basename(path), bytesText(bytes, this.#words), formatAddress(peer)));
    if (leftOut) this.#terminal.print(client.leftOut[leftOut]);
    warn(fetched, this.#terminal, this.#words, this.#unclosed);
  }

  reportEnd(): void {
    const { client } = this.#words;
    const { counts: { fetched, here, failed }, fetchedBytes } = this.batch;
    const time = timeText(this.batch.seconds(performance.now()), this.#words);
    if (fetched > 0) this.#terminal.print(client.fetchedMany(fetched, bytesText(fetchedBytes, this.#words), time));
    if (here > 0) this.#terminal.print(client.hereMany(here));
    if (failed > 0) this.#terminal.fail(client.failedMany(failed));
  }

  #status(): void {
    if (!this.#showsStatus || !this.#terminal.statusDue) return;
    const { done, total, bytes, rate, left } = this.batch.progress(performance.now());
    const time = left === undefined ? "…" : timeText(left, this.#words);
    const [received, perSecond] = [bytes, rate].map((it) => bytesText(it, this.#words));
    this.#terminal.status(this.#words.client.fetchingMany(done, total, received, perSecond, time));
  }
}
