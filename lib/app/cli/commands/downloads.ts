/** Downloads that run in the background: several at once, paused, resumed, retried. */
import type { Listing } from "../../../announce/list/fetch_list.ts";
import type { FetchOutcome, FetchWatcher } from "../../../download/fetch_options.ts";
import type { Peer } from "../../../peer/peer.ts";
import { Fault } from "../../../fault/fault.ts";
import type { ListedImage } from "../../../protocol/image.ts";
import type { Words } from "../../words/en/words.ts";
import { sentence, sentenceForOthers } from "../../words/sentence.ts";
import type { Progress } from "../output/download_progress.ts";
import { type DownloadReporter, downloadReporter, reportGone } from "../output/download_report.ts";
import type { Terminal } from "../output/terminal.ts";

/** The functions of a peer that downloads use. */
export interface DownloadingPeer {
  readonly downloads: Pick<Peer["downloads"], "fetchAll" | "remember" | "pause" | "forget">;
  readonly networks: {
    readonly registered: boolean;
    find(queries: readonly (readonly string[])[]): Promise<Pick<Listing, "images">>;
  };
}

/** An unfinished download: running, or why it is not. The peers of one `left` by an earlier run are not known yet. */
export interface UnfinishedDownload {
  readonly image: ListedImage;
  readonly state: "active" | "paused" | "failed" | "left";
  /** Why it failed, for the gallery, if that is known of this image alone. */
  readonly reason?: string;
}

/** All downloads of one session. Those that are started while others run are counted together. */
export class Downloads {
  readonly #peer: DownloadingPeer;
  readonly #terminal: Terminal;
  readonly #words: Words;
  /** Called when there is something new to show. */
  onChange: () => void = () => {};
  /** Called when a download ends, each. */
  readonly onOutcome: Set<(outcome: FetchOutcome) => void> = new Set();
  /** Called before images are downloaded. */
  onStart: () => void = () => {};
  #reporter: DownloadReporter | null = null;
  /** The unfinished downloads by MD5, in the order in which they were chosen: each keeps its place when it is paused. */
  readonly #all = new Map<string, UnfinishedDownload>();
  /** The call of {@link start} that each active download belongs to, so that nothing is downloaded twice. */
  readonly #batches = new Map<string, unknown>();
  /** Peers that were reported for never closing a connection. */
  readonly #unclosed = new Set<string>();

  constructor(peer: DownloadingPeer, terminal: Terminal, words: Words) {
    this.#peer = peer;
    this.#terminal = terminal;
    this.#words = words;
  }

  /** The progress; `null` if no download is active. */
  progress(now: number): Progress | null {
    return this.#reporter?.batch.progress(now) ?? null;
  }

  /** Images that are being downloaded. */
  get active(): ListedImage[] {
    return this.unfinished.filter(({ state }) => state === "active").map(({ image }) => image);
  }

  /** Images that can be resumed: paused, failed, or left by an earlier run. */
  get resting(): ListedImage[] {
    return this.unfinished.filter(({ state }) => state !== "active").map(({ image }) => image);
  }

  /** All unfinished downloads. */
  get unfinished(): UnfinishedDownload[] {
    return [...this.#all.values()];
  }

  /** Records downloads from now on, and takes over those that earlier runs left; returns how many. */
  remember(): number {
    const left = this.#peer.downloads.remember((fault) => this.#terminal.fail(sentence(fault, this.#words)));
    for (const image of left) this.#set({ ...image, peers: [] }, "left");
    return left.length;
  }

  /** Downloads images; resolves when all are done, paused or stopped. Faults are shown. */
  async start(chosen: readonly ListedImage[]): Promise<void> {
    const images = chosen.filter(({ md5 }) => !this.#batches.has(md5));
    if (images.length === 0) return;
    const options = { showsStatus: false, unclosed: this.#unclosed };
    const reporter = this.#reporter ??= downloadReporter(this.#terminal, this.#words, options);
    this.onStart();
    for (const image of images) {
      this.#batches.set(image.md5, images);
      this.#set(image, "active");
    }
    reporter.batch.add(images.length);
    this.onChange();
    try {
      await this.#peer.downloads.fetchAll(images, {
        onProgress: (progress) => {
          if (this.#batches.has(progress.image.md5)) reporter.onProgress(progress);
          this.onChange();
        },
        ...images.length === 1 && { onFailure: this.#failureReporter() },
        onLater: reporter.onLater,
        onOutcome: (outcome) => this.#ended(outcome, reporter),
      });
    } catch (error) {
      for (const image of this.#drop(images, images)) this.#set(image, "failed");
      if (!(error instanceof Fault)) throw error;
      this.#terminal.fail(sentence(error, this.#words));
    } finally {
      if (this.#drop(images, images).length > 0) this.#reporter = null; // The program ends: no summary.
      this.#settle(reporter);
    }
  }

  /** Pauses downloads: they hold no connection, and their received parts are kept. */
  pause(images: readonly ListedImage[] = this.active): void {
    const dropped = this.#drop(images);
    dropped.forEach((image) => this.#set(image, "paused"));
    this.#peer.downloads.pause(dropped);
    this.#given(this.#words.client.paused(dropped.length), dropped.length);
  }

  /** Resumes paused downloads. Images that an earlier run left are looked up in a new list. */
  async resume(images: readonly ListedImage[] = this.resting): Promise<void> {
    const listed = new Map<string, ListedImage>();
    try {
      const left = images.filter(({ peers }) => peers.length === 0);
      if (left.length > 0) {
        const found = await this.#peer.networks.find(left.map(({ md5 }) => [md5]));
        found.images.forEach((image) => listed.set(image.md5, image));
      }
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.#terminal.fail(sentence(error, this.#words));
      images = images.filter(({ peers }) => peers.length > 0);
    }
    const wanted = images.filter(({ md5 }) => this.#all.has(md5)); // Others were cancelled meanwhile.
    const known = wanted.map((image) => listed.get(image.md5) ?? image);
    reportGone(known.filter(({ peers }) => peers.length === 0), this.#terminal, this.#words);
    await this.start(known.filter(({ peers }) => peers.length > 0));
  }

  /** Cancels downloads: received parts are resumed if the user chooses the image again. */
  stop(images: readonly ListedImage[] = this.active): void {
    const dropped = this.#drop(images);
    images.forEach(({ md5 }) => this.#all.delete(md5));
    this.#peer.downloads.forget(images);
    this.#given(this.#words.screen.stopped, dropped.length);
  }

  /** Removes images from the running downloads, of one batch or of all; returns those that were running. */
  #drop(images: readonly ListedImage[], batch?: unknown): ListedImage[] {
    const dropped = images.filter(({ md5 }) =>
      (batch === undefined || this.#batches.get(md5) === batch) && this.#batches.delete(md5)
    );
    dropped.forEach((image) => this.#reporter?.batch.drop(image));
    return dropped;
  }

  #set(image: ListedImage, state: UnfinishedDownload["state"], reason?: string): void {
    this.#all.set(image.md5, { image, state, ...reason !== undefined && { reason } });
  }

  /** Reports cancelled downloads, if any, and the result of those before. */
  #given(line: string, count: number): void {
    if (count > 0) this.#terminal.print(line);
    if (this.#reporter) this.#settle(this.#reporter);
    else this.onChange();
  }

  /** For a single image, shows each peer that fails except the last one, since then the image fails. */
  #failureReporter(): FetchWatcher["onFailure"] {
    let failures = 0;
    return ({ image, fault }) => {
      if (++failures >= image.peers.length) return;
      this.#terminal.fail(this.#words.client.nextPeer(sentence(fault, this.#words)));
    };
  }

  #ended(outcome: FetchOutcome, reporter: DownloadReporter): void {
    const { kind, image } = outcome;
    if (!this.#batches.delete(image.md5)) reporter.batch.add(1); // It was saved while it was being paused.
    reporter.onOutcome(outcome);
    if (kind === "failed") this.#set(image, "failed", sentenceForOthers(outcome.fault, this.#words));
    else this.#all.delete(image.md5);
    this.onOutcome.forEach((listener) => listener(outcome));
    this.#settle(reporter);
  }

  /** Shows the summary when a batch is over, though the last image may not be registered yet. */
  #settle(reporter: DownloadReporter): void {
    this.onChange();
    if (this.#batches.size > 0 || this.#reporter !== reporter) return;
    this.#reporter = null;
    reporter.reportEnd();
    if (reporter.batch.counts.fetched > 0 && !this.#peer.networks.registered) {
      this.#terminal.print(this.#words.client.notRegistered);
    }
  }
}
