/** A registry that several trackers share through an engine, Redis or Valkey. No request waits for it. */
import { Fault } from "../../fault/fault.ts";
import { codeOf, reasonOf } from "../../fault/reason.ts";
import { pause } from "../../net/pause.ts";
import { formatAddress } from "../../protocol/address.ts";
import type { Numbered } from "../../tracker/shared/own_changes.ts";
import { lookedAfterBy } from "../../tracker/rendezvous.ts";
import { Replica } from "../../tracker/shared/replica.ts";
import type { SharedLimits } from "../../tracker/shared/shared_limits.ts";
import { Engine, EngineError } from "./engine.ts";
import type { RegistryStatus, SharedStore } from "../shared_store.ts";
import type { EngineAddress } from "./engine_address.ts";
import { formatBatches, parseEntry, parseId } from "./engine_text.ts";
import { type Batches, LimitsExchange } from "./limits_exchange.ts";
import { Portion } from "./portion.ts";
import { readAll } from "./read_all.ts";
import { BEAT, LEAVE, MAKE, OTHER_EPOCH, STREAM } from "./script.ts";

/** How long changes are gathered, in milliseconds: each write to the engine has its price, however small it is. */
const GATHER_MS = 2;

/** How often renewals are sent, and the tracker says that it is there, in milliseconds. */
const BEAT_MS = 1_000;

/** Changes that are taken to be sent. */
const BATCH = 500;

/** The first wait before the engine is tried again, and the longest one, in milliseconds. */
const RETRY_MS = [200, 2_000] as const;

/** What an engine that fails over may have lost lies in this time, in microseconds; a new tracker learns about it. */
const RECENT_US = 5_000_000;

/** Ends a connection: the registry must be read again. */
class BehindError extends Error {}

type BeatReply = [string, string, string, string, string, string, string, Batches, ...string[]];

interface Beat {
  readonly epoch: string;
  readonly last: number;
  readonly made: number;
  readonly now: number;
  readonly first: number;
  readonly has: boolean;
  readonly trackers: readonly string[];
}

/**
 * Connects to the engine and reads all registrations.
 *
 * @param renewalMs A renewal that moves the end of a lease by less, in milliseconds, has no effect.
 * @throws {Fault} `registry-unusable` when it cannot be reached, `registry-refused` and `registry-forbidden` when the user
 * may not use it, `registry-foreign` when its data is not ours.
 */
export async function openSharedRegistry(address: EngineAddress, renewalMs = 0): Promise<SharedRegistry> {
  const shared = new SharedRegistry(address, renewalMs);
  await shared.open();
  return shared;
}

/** The registry of one tracker among several. */
export class SharedRegistry implements SharedStore {
  readonly registry: Replica;
  readonly #origin = crypto.randomUUID();
  readonly #exchange = new LimitsExchange(this.#origin);
  readonly #address: EngineAddress;
  readonly #closing = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #fault: Fault | null = null;
  #epoch: string | null = null;
  #trackers: readonly string[] = [];
  /** How many changes had been given up when the copy was last compared with the engine. */
  #lost = 0;
  #wake: (() => void) | null = null;
  #reconnect: ((reason: unknown) => void) | null = null;
  isWaking = false;

  /** @ignore {@link openSharedRegistry} connects it. */
  constructor(address: EngineAddress, renewalMs: number) {
    this.#address = address;
    this.registry = new Replica(this.#origin, renewalMs);
    this.registry.copy.own.onAdded = () => this.#wake?.();
  }

  /** @ignore {@link openSharedRegistry} calls it. */
  async open(): Promise<void> {
    try {
      const engine = await Engine.connect(this.#address);
      try {
        await this.#join(engine);
      } catch (error) {
        engine.close();
        throw error;
      }
      this.#running = this.#run(engine);
    } catch (error) {
      throw this.#faultOf("registry-unusable", error);
    }
  }

  get id(): string {
    return this.#epoch!;
  }

  get limits(): SharedLimits {
    return this.#exchange.limits;
  }

  /** Why the engine cannot be used now, if so. It is tried again automatically. */
  flush(): Fault | null {
    return this.#fault;
  }

  get status(): RegistryStatus {
    const { size: pending, lost } = this.registry.copy.own;
    return { connected: this.#fault === null, pending, lost, trackers: this.#trackers.length };
  }

  /** Connects again: connections from before a sleep may be dead, and what others changed is to be read first. */
  woke(): void {
    this.isWaking = true;
    this.registry.copy.own.woke();
    this.#reconnect?.(new BehindError());
  }

  /** Sends what is left, if the engine is there, and leaves the other trackers. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#wake?.();
    await this.#running;
  }

  async #run(first: Engine): Promise<void> {
    let engine: Engine | null = first;
    for (let wait: number = RETRY_MS[0]; !this.#closing.signal.aborted; wait = Math.min(2 * wait, RETRY_MS[1])) {
      try {
        if (!engine) {
          engine = await Engine.connect(this.#address);
          await this.#join(engine);
        }
        [this.#fault, wait] = [null, RETRY_MS[0]];
        this.registry.isBehind = this.isWaking = false;
        await this.#follow(engine);
      } catch (error) {
        this.registry.assigned = null;
        this.limits.forget();
        this.#trackers = [];
        this.registry.isBehind = error instanceof BehindError;
        this.isWaking &&= this.registry.isBehind;
        if (!this.registry.isBehind) this.#fault = this.#faultOf("registry-away", error);
      } finally {
        engine?.close();
        engine = null;
      }
      if (this.#fault) await this.#pause(wait);
    }
  }

  /** Reads and writes until that fails, or the tracker is closed. */
  async #follow(engine: Engine): Promise<void> {
    const failing = new AbortController();
    const stop = (error?: unknown): void => {
      failing.abort(error); // The first error is the reason; the other side ends because of it.
      this.#wake?.();
      engine.close();
    };
    this.#reconnect = stop;
    await Promise.all([
      this.#read(engine, failing.signal).catch(stop),
      this.#write(engine, failing.signal).then(() => stop(), stop),
    ]);
    if (!this.#closing.signal.aborted) throw failing.signal.reason;
  }

  async #read(engine: Engine, failing: AbortSignal): Promise<void> {
    const portion = new Portion();
    while (!failing.aborted) await this.#readNext(engine, portion, failing);
  }

  /**
   * Applies the next entries; returns whether there were any.
   *
   * @throws {BehindError} When entries are missing before these.
   */
  async #readNext(engine: Engine, portion: Portion, failing?: AbortSignal): Promise<boolean> {
    const entries = await engine.read(STREAM, `${this.registry.copy.position}-0`, portion.count);
    portion.adapt(entries);
    if (entries.length === 0 || failing?.aborted) return false;
    const parsed = entries.map(parseEntry);
    if (parsed[0].previous !== this.registry.copy.position) throw new BehindError();
    this.registry.copy.receive(parsed);
    return true;
  }

  async #write(engine: Engine, failing: AbortSignal): Promise<void> {
    const { own } = this.registry.copy;
    let beatAt = -Infinity;
    while (!failing.aborted) {
      for (let batch = own.take(BATCH); batch.length > 0; batch = own.take(BATCH)) await this.#make(engine, batch);
      const isClosing = this.#closing.signal.aborted;
      if (isClosing || performance.now() - beatAt >= BEAT_MS) {
        const renewals = own.takeRenewals();
        if (renewals.length > 0) await this.#make(engine, renewals);
        if (isClosing) return void await engine.run(LEAVE, [this.#origin]);
        beatAt = performance.now();
        const { epoch, last } = await this.#beat(engine);
        if (epoch !== this.#epoch || last < this.registry.copy.position) throw new BehindError();
      }
      await this.#pause(own.hasUnsent ? 0 : BEAT_MS - (performance.now() - beatAt));
      await pause(GATHER_MS);
    }
  }

  async #make(engine: Engine, numbered: readonly Numbered[]): Promise<void> {
    try {
      const sent = numbered.values().map((it) => this.registry.copy.toSend(it));
      for (const batch of formatBatches(sent)) await engine.run(MAKE, [this.#origin, this.#epoch!, ...batch]);
    } catch (error) {
      throw error instanceof Error && error.message === OTHER_EPOCH ? new BehindError() : error;
    }
  }

  /** Says that this tracker is there; learns about the engine, its clock, and the other trackers. */
  async #beat(engine: Engine): Promise<Beat> {
    const asked = clock();
    const position = `${this.registry.copy.position}`;
    const args = [this.#origin, crypto.randomUUID(), position, ...this.#exchange.next()];
    const reply = await engine.run(BEAT, args);
    const [verdict, epoch, last, made, now, first, has, batches, ...trackers] = reply as BeatReply;
    if (verdict !== "ok") throw new EngineError(verdict);
    this.#exchange.receive(batches, Number(now) / 1_000, clock());
    this.registry.copy.setClock(Number(now) / 1_000 - (asked + clock()) / 2);
    this.#trackers = trackers;
    this.registry.assigned = (address) => lookedAfterBy(this.#trackers, address) === this.#origin;
    const numbers = { last: Number(last), made: Number(made), now: Number(now), first: first ? parseId(first) : 0 };
    return { epoch, ...numbers, has: has === "1", trackers };
  }

  /** Brings the copy up to what the engine has, and sends what it has not confirmed. */
  async #join(engine: Engine): Promise<void> {
    this.registry.isBehind = true;
    const beat = await this.#beat(engine);
    const { position, own: { lost } } = this.registry.copy;
    const isOther = this.#epoch !== null && this.#epoch !== beat.epoch;
    if (isOther) this.#exchange.restart();
    const continues = this.#epoch === beat.epoch && (beat.has || beat.last === position) && lost === this.#lost;
    if (!continues) {
      const hasLost = isOther || !beat.has && beat.last !== position && beat.first <= position;
      await this.#load(engine, beat, isOther, this.#epoch !== null && hasLost);
      this.#lost = lost;
    }
    const portion = new Portion();
    while (this.registry.copy.position < beat.last) {
      if (!await this.#readNext(engine, portion)) throw new BehindError();
    }
    this.#epoch = beat.epoch;
    await this.#make(engine, this.registry.copy.own.sent);
  }

  async #load(engine: Engine, { last, made, now }: Beat, isOther: boolean, isLost: boolean): Promise<void> {
    const recent = this.#epoch === null ? now - RECENT_US : this.registry.copy.oldestRecent;
    const { snapshot, entries } = await readAll(engine, last, isOther ? 0 : recent);
    if (isLost) this.registry.copy.recover(snapshot, entries, made, isOther);
    this.registry.copy.load(snapshot, entries, made);
  }

  /** Waits, but not when changes are there to be sent. */
  async #pause(milliseconds: number): Promise<void> {
    if (this.#closing.signal.aborted) return;
    const waking = new AbortController();
    this.#wake = () => {
      if (this.#fault === null || this.#closing.signal.aborted) waking.abort();
    };
    await pause(milliseconds, waking.signal);
    this.#wake = null;
  }

  #faultOf(code: "registry-unusable" | "registry-away", error: unknown): Fault {
    const { nodes: [node], prefix } = this.#address;
    const values = { engine: formatAddress(node), prefix, reason: reasonOf(error) };
    const reason = codeOf(error);
    if (["ENOTOURS", "ENEWER"].includes(reason)) return new Fault("registry-foreign", values, error);
    const isStart = code === "registry-unusable";
    if (isStart && reason === "EPASSWORD") return new Fault("registry-refused", values, error);
    if (isStart && reason === "ENOPERM") return new Fault("registry-forbidden", values, error);
    return new Fault(code, values, error);
  }
}

/** The clock of trackers, which never goes back. */
function clock(): number {
  return performance.timeOrigin + performance.now();
}
