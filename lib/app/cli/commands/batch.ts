/**
 * Many downloads, told in one line that moves and one for each outcome.
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
import { Batch } from "../output/progress.ts";
import type { Terminal } from "../output/terminal.ts";
import { warn } from "../output/warnings.ts";

/** More peers than these that are waited for are not named: a whole room may be out of reach. */
const MAX_WAITED_TOLD = 5;

/** Tells how a batch goes on. */
export class BatchTeller implements FetchAllWatcher {
  readonly #batch = new Batch(performance.now());
  readonly #terminal: Terminal;
  readonly #words: Words;
  readonly #waits: WaitTeller;
  readonly #unclosed = new Set<string>();

  /** A batch of so many images. */
  constructor(total: number, terminal: Terminal, words: Words) {
    this.#terminal = terminal;
    this.#words = words;
    this.#waits = new WaitTeller(terminal, words);
    this.#batch.add(total);
  }

  /** Bytes of one image. */
  onProgress(progress: FetchProgress): void {
    this.#batch.took(progress, performance.now());
    this.#status();
  }

  /** Nobody gave one image just now. */
  onLater(_image: ListedImage, faults: readonly Fault[]): void {
    this.#waits.tell(faults);
  }

  /** One image is done with. */
  onOutcome(outcome: FetchOutcome): void {
    this.#batch.ended(outcome);
    tellOutcome(outcome, this.#terminal, this.#words, this.#unclosed);
    this.#status();
  }

  /** The sum of it all. */
  tellEnd(): void {
    tellSum(this.#batch, this.#terminal, this.#words);
  }

  #status(): void {
    if (!this.#terminal.statusDue) return;
    const { done, total, bytes, rate, left } = this.#batch.progress(performance.now());
    const time = left === undefined ? "…" : timeText(left, this.#words);
    const [came, perSecond] = [bytesText(bytes, this.#words), bytesText(rate, this.#words)];
    this.#terminal.status(this.#words.client.fetchingMany(done, total, came, perSecond, time));
  }
}

/** Tells of peers that are waited for, of each once. */
export class WaitTeller {
  readonly #terminal: Terminal;
  readonly #words: Words;
  readonly #told = new Set<string>();

  /** A batch of which nothing is told yet. */
  constructor(terminal: Terminal, words: Words) {
    this.#terminal = terminal;
    this.#words = words;
  }

  /** Tells why these did not give an image, and how long they are waited for at most. */
  tell(faults: readonly Fault[]): void {
    for (const fault of faults) {
      const { peer = "" } = fault.values as { readonly peer?: string };
      if (this.#told.has(peer) || this.#told.size >= MAX_WAITED_TOLD) continue;
      this.#told.add(peer);
      const most = timeText(LONGEST_WAIT_S, this.#words);
      this.#terminal.fail(this.#words.client.peerAgain(sentence(fault, this.#words), most));
    }
  }
}

/**
 * Tells what became of one image.
 *
 * @param unclosed The peers of which it was shown that they never close a connection: it is shown once for each.
 */
export function tellOutcome(outcome: FetchOutcome, terminal: Terminal, words: Words, unclosed: Set<string>): void {
  const { client } = words;
  if (outcome.kind === "failed") return terminal.fail(sentence(outcome.fault, words));
  if (outcome.kind === "here") return;
  const { path, bytes, peer, leftOut } = outcome.fetched;
  terminal.print(client.saved(basename(path), bytesText(bytes, words), formatAddress(peer)));
  if (leftOut) terminal.print(client.leftOut[leftOut]);
  warn(outcome.fetched, terminal, words, unclosed);
}

/** Tells what became of all images. */
export function tellSum(batch: Batch, terminal: Terminal, words: Words): void {
  const { client } = words;
  const { fetched, here, failed } = batch.counts;
  const time = timeText(batch.seconds(performance.now()), words);
  if (fetched > 0) terminal.print(client.fetchedMany(fetched, bytesText(batch.fetchedBytes, words), time));
  if (here > 0) terminal.print(client.hereMany(here));
  if (failed > 0) terminal.fail(client.failedMany(failed));
}
