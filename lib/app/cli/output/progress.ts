/**
 * How downloads go on: what is under way, how fast, how much longer. Pure: times are passed in, in milliseconds.
 *
 * @module
 */
import type { FetchOutcome } from "../../../download/fetcher.ts";
import type { FetchProgress } from "../../../download/fetch_options.ts";
import type { ListedImage } from "../../../protocol/image.ts";

/** A rate is that of so many milliseconds: shorter it jumps, longer it is not what a person sees just now. */
const WINDOW_MS = 10_000;

/** Samples of a rate are so many milliseconds apart. */
const SAMPLE_MS = 250;

/** Less than this is nothing, but for how numbers are rounded. */
const EPSILON = 1e-9;

/** Bytes per second of late. */
export class Rate {
  readonly #samples: { at: number; bytes: number }[] = [];

  /** A rate of what comes from `now` on. */
  constructor(now: number) {
    this.#samples.push({ at: now, bytes: 0 });
  }

  /** Notes that so many bytes have come in all, and gives the rate. */
  at(now: number, bytes: number): number {
    const samples = this.#samples;
    if (now - samples.at(-1)!.at >= SAMPLE_MS) samples.push({ at: now, bytes });
    while (samples.length > 2 && samples[1].at <= now - WINDOW_MS) samples.shift();
    const [first] = samples;
    return now > first.at ? Math.max(0, bytes - first.bytes) / (now - first.at) * 1_000 : 0;
  }
}

/** An image that is being fetched. */
export interface Under extends FetchProgress {
  /** Bytes per second. */
  readonly rate: number;
  /** Seconds until it is there, if that can be told. */
  readonly left?: number;
}

/** All of it. */
export interface Progress {
  readonly done: number;
  readonly total: number;
  /** From 0 to 1: images that are done, and of the others as much as is there. */
  readonly share: number;
  /** Bytes that came. */
  readonly bytes: number;
  readonly rate: number;
  /** Seconds until all is there, if that can be told. */
  readonly left?: number;
  readonly under: readonly Under[];
}

/** What is kept of an image under way. */
interface Row {
  readonly last: FetchProgress;
  readonly rate: Rate;
}

/** Keeps account of images that are fetched; more may be added at any time. */
export class Batch {
  readonly #under = new Map<string, Row>();
  readonly #rate: Rate;
  readonly #began: number;
  #total = 0;
  /** Bytes that came of images that are done with. */
  #came = 0;
  /** Of these, of images that were fetched. */
  #fetched = 0;
  /** How much of images that are done with was there before, each from 0 to 1. */
  #before = 0;
  readonly #counts = { fetched: 0, here: 0, failed: 0 };

  /** A batch that begins now. */
  constructor(now: number) {
    this.#began = now;
    this.#rate = new Rate(now);
  }

  /** How many images came to which end. */
  get counts(): Readonly<Record<FetchOutcome["kind"], number>> {
    return this.#counts;
  }

  /** Bytes that came of the images that were fetched. */
  get fetchedBytes(): number {
    return this.#fetched;
  }

  /** Bytes that came. */
  get bytes(): number {
    return this.#under.values().reduce((sum, { last }) => sum + last.received - last.resumedFrom, this.#came);
  }

  /** Seconds since it began. */
  seconds(now: number): number {
    return (now - this.#began) / 1_000;
  }

  /** So many more images are to be fetched. */
  add(images: number): void {
    this.#total += images;
  }

  /** Bytes of an image came. */
  took(last: FetchProgress, now: number): void {
    const { md5 } = last.image;
    const rate = this.#under.get(md5)?.rate ?? new Rate(now);
    this.#under.set(md5, { last, rate });
  }

  /** One image is done with. */
  ended(outcome: FetchOutcome): void {
    if (outcome.kind === "fetched") {
      this.#came += outcome.fetched.bytes - outcome.fetched.resumedFrom;
      this.#fetched += outcome.fetched.bytes - outcome.fetched.resumedFrom;
      this.#before += outcome.fetched.resumedFrom / outcome.fetched.bytes;
      this.#under.delete(outcome.image.md5);
    } else this.#leave(outcome.image);
    if (outcome.kind === "here") this.#before++;
    this.#counts[outcome.kind]++;
  }

  /** One image is given up, and counts no more. */
  drop(image: ListedImage): void {
    this.#leave(image);
    this.#total--;
  }

  /** What came of an image that does not come to its end has come all the same. */
  #leave({ md5 }: ListedImage): void {
    const row = this.#under.get(md5);
    if (row) this.#came += row.last.received - row.last.resumedFrom;
    this.#under.delete(md5);
  }

  /** How it all stands. */
  progress(now: number): Progress {
    const under = [...this.#under.values()].map((row): Under => {
      const { received, size, resumedFrom } = row.last;
      const rate = row.rate.at(now, received - resumedFrom);
      return { ...row.last, rate, left: size && rate > 0 ? (size - received) / rate : undefined };
    });
    const done = this.#counts.fetched + this.#counts.here + this.#counts.failed;
    const parts = under.reduce((sum, { received, size }) => sum + (size ? received / size : 0), 0);
    const share = this.#total === 0 ? 0 : Math.min(1, (done + parts) / this.#total);
    const { bytes } = this;
    // What was there before took no time: it says nothing of how long the rest will take.
    const before = this.#under.values().reduce(
      (sum, { last: { resumedFrom, size } }) => sum + (size ? resumedFrom / size : 0),
      this.#before,
    );
    const gained = share - before / Math.max(1, this.#total);
    const rest = 1 - share;
    const time = gained > EPSILON && this.seconds(now) > 0 ? this.seconds(now) / gained * rest : undefined;
    const left = rest === 0 ? 0 : time;
    return { done, total: this.#total, share, bytes, rate: this.#rate.at(now, bytes), left, under };
  }
}
