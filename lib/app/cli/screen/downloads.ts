/**
 * What is downloaded while a person does other things.
 *
 * @module
 */
import type { FetchOutcome } from "../../../download/fetcher.ts";
import type { Peer } from "../../../peer/peer.ts";
import { Fault } from "../../../fault/fault.ts";
import type { ListedImage } from "../../../protocol/image.ts";
import type { Words } from "../../words/en/words.ts";
import { sentence } from "../../words/sentence.ts";
import { tellOutcome, tellSum, WaitTeller } from "../commands/batch.ts";
import { Batch, type Progress } from "../output/progress.ts";
import type { Terminal } from "../output/terminal.ts";

/** As much of a peer as fetches. */
export interface Fetching {
  readonly downloads: Pick<Peer["downloads"], "fetchAll">;
  readonly tracker: Pick<Peer["tracker"], "registered">;
}

/** All downloads of one session. What is begun while others are under way is counted with them. */
export class Downloads {
  readonly #peer: Fetching;
  readonly #terminal: Terminal;
  readonly #words: Words;
  readonly #changed: () => void;
  #batch: Batch | null = null;
  #stop = new AbortController();
  /** By MD5, what is under way: nothing is fetched twice. */
  readonly #wanted = new Set<string>();
  readonly #unclosed = new Set<string>();
  /** By MD5, so that an image that failed twice is there once. */
  readonly #failed = new Map<string, ListedImage>();

  /** Downloads of `peer`; `changed` is called when there is something new to show. */
  constructor(peer: Fetching, terminal: Terminal, words: Words, changed: () => void) {
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
  async start(chosen: readonly ListedImage[]): Promise<void> {
    const images = chosen.filter(({ md5 }) => !this.#wanted.has(md5));
    if (images.length === 0) return;
    if (this.#stop.signal.aborted) this.#stop = new AbortController();
    const { signal } = this.#stop;
    const batch = this.#batch ??= new Batch(performance.now());
    const waits = new WaitTeller(this.#terminal, this.#words);
    images.forEach(({ md5 }) => this.#wanted.add(md5));
    batch.add(images.length);
    this.#changed();
    const open = new Map(images.map((image) => [image.md5, image]));
    try {
      await this.#peer.downloads.fetchAll(images, {
        onProgress: (progress) => {
          batch.took(progress, performance.now());
          this.#changed();
        },
        onLater: (_image, faults) => waits.tell(faults),
        onOutcome: (outcome) => {
          open.delete(outcome.image.md5);
          this.#ended(outcome, batch);
        },
      }, signal);
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError") return;
      open.forEach((image, md5) => this.#failed.set(md5, image));
      if (!(error instanceof Fault)) throw error;
      this.#terminal.fail(sentence(error, this.#words));
    } finally {
      for (const image of open.values()) {
        batch.drop(image);
        this.#wanted.delete(image.md5);
      }
      this.#settle(batch, signal.aborted);
    }
  }

  /** Tries again what failed. */
  retry(): Promise<void> {
    return this.start(this.failed);
  }

  /** Gives up all that is under way; what is there of an image is gone on with another time. */
  stop(): void {
    this.#stop.abort();
  }

  #ended(outcome: FetchOutcome, batch: Batch): void {
    const { kind, image } = outcome;
    batch.ended(outcome);
    this.#wanted.delete(image.md5);
    if (kind === "failed") this.#failed.set(image.md5, image);
    else this.#failed.delete(image.md5);
    tellOutcome(outcome, this.#terminal, this.#words, this.#unclosed);
    this.#settle(batch, false);
  }

  /** Tells what became of a batch when it is over, though the tracker may not have been told of the last image. */
  #settle(batch: Batch, isStopped: boolean): void {
    this.#changed();
    if (this.#wanted.size > 0 || this.#batch !== batch) return;
    this.#batch = null;
    if (isStopped) this.#terminal.print(this.#words.screen.stopped);
    const { fetched, here, failed } = batch.counts;
    if (fetched + here + failed > 0) tellSum(batch, this.#terminal, this.#words);
    if (!this.#peer.tracker.registered) this.#terminal.print(this.#words.client.notRegistered);
  }
}
