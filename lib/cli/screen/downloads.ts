/**
 * What is downloaded while a person does other things.
 *
 * @module
 */
import type { FetchOutcome } from "../../net/fetcher.ts";
import type { Peer } from "../../net/peer.ts";
import { Fault } from "../../wire/fault.ts";
import type { ListedImage } from "../../wire/image.ts";
import type { Words } from "../../words/en/words.ts";
import { sentence } from "../../words/sentence.ts";
import { tellOutcome, tellSum, WaitTeller } from "../batch.ts";
import { Batch, type Progress } from "../progress.ts";
import type { Terminal } from "../terminal.ts";

/** All downloads of one session. What is begun while others are under way is counted with them. */
export class Downloads {
  readonly #peer: Peer;
  readonly #terminal: Terminal;
  readonly #words: Words;
  readonly #changed: () => void;
  #batch: Batch | null = null;
  #running = 0;
  #stop = new AbortController();
  /** By MD5, so that an image that failed twice is there once. */
  readonly #failed = new Map<string, ListedImage>();

  /** Downloads of `peer`; `changed` is called when there is something new to show. */
  constructor(peer: Peer, terminal: Terminal, words: Words, changed: () => void) {
    this.#peer = peer;
    this.#terminal = terminal;
    this.#words = words;
    this.#changed = changed;
  }

  /** How it goes on; `null` when nothing is under way. */
  progress(now: number): Progress | null {
    return this.#batch?.progress(now) ?? null;
  }

  /** What failed and was not fetched since. */
  get failed(): readonly ListedImage[] {
    return [...this.#failed.values()];
  }

  /** Fetches images; resolves when they are done with or given up. What goes wrong is told. */
  async start(images: readonly ListedImage[]): Promise<void> {
    if (images.length === 0) return;
    const batch = this.#batch ??= new Batch(performance.now());
    if (this.#running++ === 0) this.#stop = new AbortController();
    batch.add(images.length);
    const waits = new WaitTeller(this.#terminal, this.#words);
    this.#changed();
    try {
      await this.#peer.fetchAll(images, {
        onBytes: (image, bytes, from, size, left = 0) => {
          batch.took(image, bytes, from, size, left, performance.now());
          this.#changed();
        },
        onLater: (_image, faults) => waits.tell(faults),
        onOutcome: (outcome) => this.#ended(outcome, batch),
      }, this.#stop.signal);
    } catch (error) {
      if (error instanceof Fault) this.#terminal.fail(sentence(error, this.#words));
      else if (!(error instanceof DOMException && error.name === "AbortError")) throw error;
    } finally {
      if (--this.#running === 0) this.#over(batch);
      this.#changed();
    }
  }

  /** Tries again what failed. */
  retry(): Promise<void> {
    const images = this.failed;
    this.#failed.clear();
    return this.start(images);
  }

  /** Gives up all that is under way; what is there of an image is gone on with another time. */
  stop(): void {
    this.#stop.abort();
  }

  #ended(outcome: FetchOutcome, batch: Batch): void {
    batch.ended(outcome);
    if (outcome.kind === "failed") this.#failed.set(outcome.image.md5, outcome.image);
    else this.#failed.delete(outcome.image.md5);
    tellOutcome(outcome, this.#terminal, this.#words);
    this.#changed();
  }

  #over(batch: Batch): void {
    this.#batch = null;
    if (this.#stop.signal.aborted) this.#terminal.print(this.#words.screen.stopped);
    const { fetched, here, failed } = batch.counts;
    if (fetched + here + failed > 0) tellSum(batch, this.#terminal, this.#words);
    if (!this.#peer.registered) this.#terminal.print(this.#words.client.notRegistered);
  }
}
