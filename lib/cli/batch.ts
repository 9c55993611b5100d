/**
 * Many downloads, told in one line that moves and one for each outcome.
 *
 * @module
 */
import { basename } from "node:path";
import { type FetchAllWatcher, type FetchOutcome, LONGEST_WAIT_S } from "../net/fetcher.ts";
import { type Address, formatAddress } from "../wire/address.ts";
import type { Fault } from "../wire/fault.ts";
import type { ListedImage } from "../wire/image.ts";
import { bytesText, sentence, timeText } from "../words/sentence.ts";
import type { Terminal } from "./terminal.ts";
import type { Words } from "../words/en/words.ts";

/** More peers than these that are waited for are not named: a whole room may be out of reach. */
const MAX_WAITED_TOLD = 5;

/** Tells how a batch goes on. */
export class BatchTeller implements FetchAllWatcher {
  readonly #total: number;
  readonly #terminal: Terminal;
  readonly #words: Words;
  readonly #began = performance.now();
  /** Bytes that came of the images that are under way. */
  readonly #under = new Map<string, number>();
  #bytes = 0;
  readonly #waitedFor = new Set<string>();
  readonly #counts = { fetched: 0, here: 0, failed: 0 };

  /** A batch of so many images. */
  constructor(total: number, terminal: Terminal, words: Words) {
    this.#total = total;
    this.#terminal = terminal;
    this.#words = words;
  }

  /** Bytes of one image: those that came now count, not what an earlier run had left. */
  onBytes(image: ListedImage, bytes: number, _from: Address, _size?: number, left = 0): void {
    this.#under.set(image.md5, bytes - left);
    this.#status();
  }

  /** Nobody gave one image just now: whoever is waited for is told once. */
  onLater(_image: ListedImage, faults: readonly Fault[]): void {
    for (const fault of faults) {
      const { peer = "" } = fault.values as { readonly peer?: string };
      if (this.#waitedFor.has(peer) || this.#waitedFor.size >= MAX_WAITED_TOLD) continue;
      this.#waitedFor.add(peer);
      const most = timeText(LONGEST_WAIT_S, this.#words);
      this.#terminal.fail(this.#words.client.peerAgain(sentence(fault, this.#words), most));
    }
  }

  /** One image is done with. */
  onOutcome(outcome: FetchOutcome): void {
    const { client } = this.#words;
    this.#under.delete(outcome.image.md5);
    this.#counts[outcome.kind]++;
    if (outcome.kind === "failed") this.#terminal.fail(sentence(outcome.fault, this.#words));
    if (outcome.kind === "fetched") {
      const { path, bytes, left, from } = outcome.fetched;
      this.#bytes += bytes - left;
      this.#terminal.print(client.saved(basename(path), bytesText(bytes, this.#words), formatAddress(from)));
      const { leftOut } = outcome.fetched;
      if (leftOut) this.#terminal.print(client.leftOut[leftOut]);
    }
    this.#status();
  }

  /** The sum of it all. */
  tellEnd(): void {
    const { fetched, here, failed } = this.#counts;
    const time = timeText((performance.now() - this.#began) / 1_000, this.#words);
    if (fetched > 0) {
      this.#terminal.print(this.#words.client.fetchedMany(fetched, bytesText(this.#bytes, this.#words), time));
    }
    if (here > 0) this.#terminal.print(this.#words.client.hereMany(here));
    if (failed > 0) this.#terminal.fail(this.#words.client.failedMany(failed));
  }

  #status(): void {
    if (!this.#terminal.statusDue) return;
    const seconds = Math.max(0.001, (performance.now() - this.#began) / 1_000);
    const done = this.#counts.fetched + this.#counts.here + this.#counts.failed;
    const bytes = [...this.#under.values()].reduce((sum, one) => sum + one, this.#bytes);
    const left = this.#counts.fetched > 0
      ? timeText(seconds / this.#counts.fetched * (this.#total - done), this.#words)
      : "…";
    const [came, rate] = [bytesText(bytes, this.#words), bytesText(bytes / seconds, this.#words)];
    this.#terminal.status(this.#words.client.fetchingMany(done, this.#total, came, rate, left));
  }
}
