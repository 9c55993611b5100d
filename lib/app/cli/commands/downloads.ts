/** Downloads that run in the background. */
import type { FetchOutcome } from "../../../download/fetch_options.ts";
import type { Peer } from "../../../peer/peer.ts";
import { Fault } from "../../../fault/fault.ts";
import type { ListedImage } from "../../../protocol/image.ts";
import type { Words } from "../../words/en/words.ts";
import { sentence } from "../../words/sentence.ts";
import type { Progress } from "../output/download_progress.ts";
import { type DownloadReporter, downloadReporter } from "../output/download_report.ts";
import type { Terminal } from "../output/terminal.ts";

/** The functions of a peer that downloads use. */
export interface DownloadingPeer {
  readonly downloads: Pick<Peer["downloads"], "fetchAll">;
  readonly tracker: Pick<Peer["tracker"], "registered">;
}

/** All downloads of one session. Those that are started while others run are counted together. */
export class Downloads {
  readonly #peer: DownloadingPeer;
  readonly #terminal: Terminal;
  readonly #words: Words;
  /** Called when there is something new to show. */
  onChange: () => void = () => {};
  /** Called before images are downloaded. */
  onStart: () => void = () => {};
  #reporter: DownloadReporter | null = null;
  #stop = new AbortController();
  /** The MD5s of active downloads, so that nothing is downloaded twice. */
  readonly #active = new Set<string>();
  /** Peers that were reported for never closing a connection. */
  readonly #unclosed = new Set<string>();
  readonly #failed = new Map<string, ListedImage>();

  constructor(peer: DownloadingPeer, terminal: Terminal, words: Words) {
    this.#peer = peer;
    this.#terminal = terminal;
    this.#words = words;
  }

  /** The progress; `null` if no download is active. */
  progress(now: number): Progress | null {
    return this.#reporter?.batch.progress(now) ?? null;
  }

  /** Images that failed and were not downloaded since. */
  get failed(): readonly ListedImage[] {
    return [...this.#failed.values()];
  }

  /** Downloads images; resolves when all are done or aborted. Faults are shown. */
  async start(chosen: readonly ListedImage[]): Promise<void> {
    const images = chosen.filter(({ md5 }) => !this.#active.has(md5));
    if (images.length === 0) return;
    if (this.#stop.signal.aborted) this.#stop = new AbortController();
    const { signal } = this.#stop;
    const options = { showsStatus: false, unclosed: this.#unclosed };
    const reporter = this.#reporter ??= downloadReporter(this.#terminal, this.#words, options);
    this.onStart();
    images.forEach(({ md5 }) => this.#active.add(md5));
    reporter.batch.add(images.length);
    this.onChange();
    const open = new Map(images.map((image) => [image.md5, image]));
    try {
      await this.#peer.downloads.fetchAll(images, {
        onProgress: (progress) => {
          reporter.onProgress(progress);
          this.onChange();
        },
        onLater: reporter.onLater,
        onOutcome: (outcome) => {
          open.delete(outcome.image.md5);
          this.#ended(outcome, reporter);
        },
      }, signal);
      if (open.size > 0 && !signal.aborted) this.#reporter = null; // The program ends: no summary.
    } catch (error) {
      open.forEach((image, md5) => this.#failed.set(md5, image));
      if (!(error instanceof Fault)) throw error;
      this.#terminal.fail(sentence(error, this.#words));
    } finally {
      for (const image of open.values()) {
        reporter.batch.drop(image);
        this.#active.delete(image.md5);
      }
      this.#settle(reporter, signal.aborted);
    }
  }

  retry(): Promise<void> {
    return this.start(this.failed);
  }

  /** Aborts all downloads; received parts are resumed another time. */
  stop(): void {
    this.#stop.abort();
  }

  #ended(outcome: FetchOutcome, reporter: DownloadReporter): void {
    const { kind, image } = outcome;
    reporter.onOutcome(outcome);
    this.#active.delete(image.md5);
    if (kind === "failed") this.#failed.set(image.md5, image);
    else this.#failed.delete(image.md5);
    this.#settle(reporter, false);
  }

  /** Shows the summary when a batch is over, even if the last image is not registered yet. */
  #settle(reporter: DownloadReporter, isStopped: boolean): void {
    this.onChange();
    if (this.#active.size > 0 || this.#reporter !== reporter) return;
    this.#reporter = null;
    if (isStopped) this.#terminal.print(this.#words.screen.stopped);
    reporter.reportEnd();
    if (!this.#peer.tracker.registered) this.#terminal.print(this.#words.client.notRegistered);
  }
}
