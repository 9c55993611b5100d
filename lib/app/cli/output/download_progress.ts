/** The progress of downloads: active images, rate and remaining time. Pure: `now` is an argument, in milliseconds. */
import type { FetchOutcome, FetchProgress } from "../../../download/fetch_options.ts";
import type { ListedImage } from "../../../protocol/image.ts";

/** The window of a rate, in milliseconds: with a shorter one the rate jumps, with a longer one it lags. */
const WINDOW_MS = 10_000;

/** The time between samples of a rate, in milliseconds. */
const SAMPLE_MS = 250;

/** Smaller values are zero, after rounding. */
const EPSILON = 1e-9;

export class Rate {
  readonly #samples: { at: number; bytes: number }[] = [];

  constructor(now: number) {
    this.#samples.push({ at: now, bytes: 0 });
  }

  /** Adds a sample of the total bytes, and returns the rate. */
  at(now: number, bytes: number): number {
    const samples = this.#samples;
    if (now - samples.at(-1)!.at >= SAMPLE_MS) samples.push({ at: now, bytes });
    while (samples.length > 2 && samples[1].at <= now - WINDOW_MS) samples.shift();
    const [first] = samples;
    return now > first.at ? Math.max(0, bytes - first.bytes) / (now - first.at) * 1_000 : 0;
  }
}

/** An image that is being downloaded: its bytes per second, and seconds until it is complete, if known. */
export interface ActiveDownload extends FetchProgress {
  readonly rate: number;
  readonly left?: number;
}

/** The progress of all downloads, in the same units. */
export interface Progress {
  readonly done: number;
  readonly total: number;
  /** From 0 to 1: finished images, and the received part of the others. */
  readonly share: number;
  /** Bytes received in this run. */
  readonly bytes: number;
  readonly rate: number;
  readonly left?: number;
  readonly under: readonly ActiveDownload[];
}

interface Active {
  readonly last: FetchProgress;
  readonly rate: Rate;
}

/** Measures the progress of downloads; more may be added at any time. */
export class DownloadProgress {
  readonly #active = new Map<string, Active>();
  readonly #rate: Rate;
  readonly #startedAt: number;
  #total = 0;
  /** Bytes received of finished images. */
  #received = 0;
  /** Bytes of these that belong to saved images. */
  #fetched = 0;
  /** The sum of the resumed parts of finished images, each from 0 to 1. */
  #resumed = 0;
  readonly #counts = { fetched: 0, here: 0, failed: 0 };

  constructor(now: number) {
    this.#startedAt = now;
    this.#rate = new Rate(now);
  }

  /** The number of images by outcome. */
  get counts(): Readonly<Record<FetchOutcome["kind"], number>> {
    return this.#counts;
  }

  /** Bytes received of images that were saved. */
  get fetchedBytes(): number {
    return this.#fetched;
  }

  /** Bytes received in this run. */
  get bytes(): number {
    return this.#active.values().reduce((sum, { last }) => sum + last.received - last.resumedFrom, this.#received);
  }

  seconds(now: number): number {
    return (now - this.#startedAt) / 1_000;
  }

  add(images: number): void {
    this.#total += images;
  }

  update(last: FetchProgress, now: number): void {
    const { md5 } = last.image;
    const before = this.#active.get(md5);
    const rate = before?.rate ?? new Rate(now);
    this.#active.set(md5, { last: { ...last, size: last.size ?? before?.last.size }, rate });
  }

  ended(outcome: FetchOutcome): void {
    if (outcome.kind === "fetched") {
      this.#received += outcome.fetched.bytes - outcome.fetched.resumedFrom;
      this.#fetched += outcome.fetched.bytes - outcome.fetched.resumedFrom;
      this.#resumed += outcome.fetched.resumedFrom / outcome.fetched.bytes;
      this.#active.delete(outcome.image.md5);
    } else this.#remove(outcome.image);
    if (outcome.kind === "here") this.#resumed++;
    this.#counts[outcome.kind]++;
  }

  /** An image waits until its peers are asked again. */
  rest(image: ListedImage): void {
    this.#remove(image);
  }

  /** An image is aborted, and no longer counted. */
  drop(image: ListedImage): void {
    this.#remove(image);
    this.#total--;
  }

  /** Removes an active image; its bytes stay counted. */
  #remove({ md5 }: ListedImage): void {
    const row = this.#active.get(md5);
    if (row) this.#received += row.last.received - row.last.resumedFrom;
    this.#active.delete(md5);
  }

  progress(now: number): Progress {
    const under = [...this.#active.values()].map((row): ActiveDownload => {
      const { received, size, resumedFrom } = row.last;
      const rate = row.rate.at(now, received - resumedFrom);
      return { ...row.last, rate, left: size && rate > 0 ? (size - received) / rate : undefined };
    });
    const done = this.#counts.fetched + this.#counts.here + this.#counts.failed;
    const parts = under.reduce((sum, { received, size }) => sum + (size ? received / size : 0), 0);
    const share = this.#total === 0 ? 0 : Math.min(1, (done + parts) / this.#total);
    const { bytes } = this;
    // Resumed parts took no time: they say nothing about the rest.
    const resumed = this.#active.values().reduce(
      (sum, { last: { resumedFrom, size } }) => sum + (size ? resumedFrom / size : 0),
      this.#resumed,
    );
    const gained = share - resumed / Math.max(1, this.#total);
    const rest = 1 - share;
    const time = gained > EPSILON && this.seconds(now) > 0 ? this.seconds(now) / gained * rest : undefined;
    // Large images may be left when most are finished: the last one to end is at least one of those that are active.
    const least = under.reduce((most, { left = 0 }) => Math.max(most, left), 0);
    const left = rest === 0 ? 0 : time && Math.max(time, least);
    return { done, total: this.#total, share, bytes, rate: this.#rate.at(now, bytes), left, under };
  }
}
