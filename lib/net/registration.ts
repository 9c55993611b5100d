/**
 * What the tracker knows of a peer: told, kept told, changed and taken back.
 *
 * @module
 */
import type { Address } from "../wire/address.ts";
import { Fault } from "../wire/fault.ts";
import type { Image } from "../wire/image.ts";
import { notify } from "../wire/notify.ts";
import { reasonOf } from "../wire/reason.ts";
import { keep, type KeeperEvent, type KeeperWaits } from "./keeper.ts";
import { pause } from "./pause.ts";
import type { Registered, TrackerClient } from "./tracker_client.ts";

/**
 * Changes of the images that follow one another are told together, so many milliseconds apart at least, and more with
 * many images, since all of them are told each time: a large list would fill the line.
 */
const CHANGES_APART_MS = 1_000;
const APART_PER_IMAGE_MS = 0.2;
const MAX_APART_MS = 5_000;

/** Whom a registration is about, and who is told. */
export interface RegistrationParts {
  readonly client: TrackerClient;
  readonly password: string;
  /** The TCP port for other peers. */
  readonly port: number;
  /** What is shared just now. */
  readonly images: () => readonly Image[];
  /** Whether an address of a list is this peer. */
  readonly isOwn: (address: Address) => boolean;
  /** Aborted when the peer ends. */
  readonly ending: AbortSignal;
  readonly onEvent?: (event: KeeperEvent) => void;
  readonly waits?: KeeperWaits;
}

/** The registration of one peer at one tracker. */
export class Registration {
  readonly #parts: RegistrationParts;
  /** Ends the keeping: it lasts from the first telling until the registration is taken back. */
  #keeping: AbortController | null = null;
  readonly #background = new Set<Promise<void>>();
  #registered = false;
  #lost: Fault | null = null;
  #heard = 0;
  /** Whether the tracker may know of this peer, even if its answer never came. */
  #announced = false;
  /** The change that is told just now, and the one that waits for it. */
  #telling: Promise<Fault | undefined> = Promise.resolve(undefined);
  #next: Promise<Fault | undefined> | null = null;
  #toldAt = -Infinity;

  /** A registration of which the tracker knows nothing yet. */
  constructor(parts: RegistrationParts) {
    this.#parts = parts;
  }

  /** Whether the tracker was told of this peer, and not yet that it leaves. */
  get registered(): boolean {
    return this.#registered;
  }

  /** Why the tracker could not be told the last time; it is asked again by itself. `null` when all is well. */
  get lost(): Fault | null {
    return this.#lost;
  }

  /** How often the tracker has answered what it was told. */
  get heard(): number {
    return this.#heard;
  }

  #heardOf(): void {
    this.#lost = null;
    this.#heard++;
  }

  /**
   * Tells the tracker what is shared.
   *
   * @throws {Fault} As {@link TrackerClient.register}.
   */
  async register(): Promise<Registered> {
    const { client, password, port, images } = this.#parts;
    return await this.#announce(() => client.register(password, port, images()));
  }

  /**
   * Tells the tracker what is shared now.
   *
   * @throws {Fault} As {@link TrackerClient.update}.
   */
  async update(): Promise<Registered> {
    const { client, password, port, images } = this.#parts;
    return await this.#announce(() => client.update(password, port, images()));
  }

  /**
   * The images have changed: tells the tracker, if it knows of this peer. Changes that come while one is told, or right
   * after, are told together.
   *
   * @returns Why the tracker does not know of it yet, if so.
   */
  changed(): Promise<Fault | undefined> {
    return this.#next ??= this.#telling.then(async () => {
      const apart = Math.min(MAX_APART_MS, CHANGES_APART_MS + this.#parts.images().length * APART_PER_IMAGE_MS);
      await pause(this.#toldAt + apart - performance.now(), this.#parts.ending);
      this.#next = null; // What changes from now on is told the next time.
      this.#toldAt = performance.now();
      return await (this.#telling = this.#tellChange());
    });
  }

  async #tellChange(): Promise<Fault | undefined> {
    if (!this.#registered || this.#parts.ending.aborted) return undefined;
    const { client, password, port, images } = this.#parts;
    try {
      const { again } = await client.update(password, port, images());
      this.#heardOf();
      if (again) notify(() => this.#parts.onEvent?.({ kind: "again" }));
    } catch (error) {
      if (this.#parts.ending.aborted) return undefined;
      const { host: address } = client.address;
      // The next renewal tells it.
      return error instanceof Fault
        ? error
        : new Fault("tracker-unreachable", { address, reason: reasonOf(error) }, error);
    }
  }

  /** Tells the tracker, and from now on keeps it told, whether or not it answers this time. */
  async #announce(tell: () => Promise<Registered>): Promise<Registered> {
    this.#announced = true;
    this.#keeping?.abort();
    const keeping = this.#keeping = new AbortController();
    let begin: "well" | "failing" = "failing";
    try {
      const result = await tell();
      this.#registered = true;
      this.#heardOf();
      begin = "well";
      return result;
    } catch (error) {
      throw this.#failed(error);
    } finally {
      if (!this.#parts.ending.aborted) this.#keep(keeping.signal, begin);
    }
  }

  /** Remembers why the tracker could not be told; gives it back. */
  #failed(error: unknown): unknown {
    if (error instanceof Fault) this.#lost = error;
    return error;
  }

  /** A list should name this peer and does not: the registration is looked after at once. */
  doubt(): void {
    if (!this.#registered || this.#parts.ending.aborted) return;
    this.#keeping?.abort();
    this.#keeping = new AbortController();
    this.#keep(this.#keeping.signal, "doubtful");
  }

  #keep(until: AbortSignal, begin: "well" | "failing" | "doubtful"): void {
    const { client, password, port, images, isOwn, onEvent = () => {}, ending, waits } = this.#parts;
    const renew = async (): Promise<boolean> => {
      try {
        const { again } = await client.renew(password, port, images(), isOwn);
        this.#registered = true;
        this.#heardOf();
        return again;
      } catch (error) {
        throw until.aborted ? error : this.#failed(error); // Another telling has taken over, or the registration ended.
      }
    };
    const keeping = keep(renew, onEvent, AbortSignal.any([until, ending]), begin, waits)
      .finally(() => this.#background.delete(keeping));
    this.#background.add(keeping);
  }

  /**
   * Takes the registration back.
   *
   * @returns Whether there was one to take back.
   * @throws {Fault} As {@link TrackerClient.finish}.
   */
  async finish(): Promise<boolean> {
    this.#keeping?.abort();
    if (!this.#announced) return false;
    const before = this.#registered;
    this.#registered = false; // What changes meanwhile must not be told behind the END.
    try {
      await this.#parts.client.finish(this.#parts.password, this.#parts.port);
    } catch (error) {
      this.#registered = before;
      throw error;
    }
    this.#announced = false;
    this.#heardOf();
    return true;
  }

  /** Leaves without waiting long for the tracker's answer; the peer has ended. */
  async leave(): Promise<void> {
    if (this.#announced) await this.#parts.client.leave(this.#parts.password, this.#parts.port);
    this.#registered = this.#announced = false;
  }

  /** Resolves when nothing is under way any more, after the client was closed. */
  async settled(): Promise<void> {
    await Promise.allSettled([...this.#background, this.#telling, this.#next]);
  }
}
