/** What the tracker remembers about each source: its rate limits, and whether its address is verified. */
import type { SharedLimits, Taken } from "./shared/shared_limits.ts";
import { TokenBucket } from "./token_bucket.ts";
import { limit } from "./tracker_limits.ts";
import { type AddressScope, addressScope, sourceKey } from "../protocol/network.ts";

/** Which sources the tracker trusts (PROTOCOL.md, "Trust"): by address, all, or none. */
type TrustPolicy = "by-address" | "open" | "strict";

/** For how long a rate may be exceeded, in seconds: programs start, list and register at once. */
const BURST_SECONDS = 10;

/** How long an address stays verified, in milliseconds: the length of a pause in a session. */
const VERIFIED_MS = 10 * 60_000;

/** A source of requests: an address, or a /64 of IPv6. */
export class SourceRecord {
  readonly scope: AddressScope;
  /** Whether it must be verified before it is listed for others, or gets large replies. */
  readonly untrusted: boolean;
  /** How many peers it may register. */
  readonly maxPeers: number;
  /** `null` for this machine, whose requests are unlimited unless the policy is strict. */
  readonly #requests: TokenBucket | null;
  readonly #bytes: TokenBucket | null;
  readonly #wrongPasswords: TokenBucket;
  readonly #dials: TokenBucket;
  readonly #host: string;
  readonly #shared: SharedLimits | undefined;
  #verifiedUntil = -Infinity;

  constructor(host: string, policy: TrustPolicy, now: number, shared?: SharedLimits) {
    this.#host = host;
    this.scope = addressScope(host);
    this.#shared = shared;
    this.untrusted = policy === "strict" || (policy === "by-address" && this.scope === "public");
    const kind = this.untrusted ? "public" : "private";
    this.maxPeers = limit(`registrations, ${kind} source`);
    const free = this.scope === "loopback" && !this.untrusted;
    const bucket = (rate: number) => new TokenBucket(rate, rate * BURST_SECONDS, now);
    this.#requests = free ? null : bucket(limit(`requests a second, ${kind} source`));
    this.#bytes = free ? null : bucket(limit(`answer bytes a second, ${kind} source`));
    const guesses = limit(`wrong passwords a minute, ${kind} source`);
    this.#wrongPasswords = new TokenBucket(guesses / 60, guesses, now);
    const dials = limit(`dial-backs a minute, ${kind} source`);
    this.#dials = new TokenBucket(dials / 60, dials, now);
  }

  mayAsk(now: number): boolean {
    return this.#requests?.take(1, now) ?? true;
  }

  /** `elsewhere`: whether what others would send it counts too, since somebody may have forged the request. */
  mayGet(bytes: number, now: number, elsewhere = false): boolean {
    const may = this.#bytes?.take(bytes, now) ?? true;
    if (may && elsewhere) this.#shared?.add(this.#host, "bytes", bytes);
    return may;
  }

  /** Whether a password is compared at all. Only wrong ones count: {@link SourceRecord.guessedWrong}. */
  mayGuess(now: number): boolean {
    return this.#wrongPasswords.take(0, now);
  }

  guessedWrong(now: number): void {
    if (this.#wrongPasswords.take(1, now)) this.#shared?.add(this.#host, "passwords", 1);
  }

  /** Whether a request, which may be forged, may make the tracker dial once more. */
  mayBeDialled(now: number): boolean {
    const may = this.#dials.take(1, now);
    if (may) this.#shared?.add(this.#host, "dials", 1);
    return may;
  }

  /** Counts what it took at other trackers. */
  charge({ passwords, dials, bytes }: Taken, at: number): void {
    this.#wrongPasswords.charge(passwords, at);
    this.#dials.charge(dials, at);
    this.#bytes?.charge(bytes, at);
  }

  /** Marks the address as verified: the source connected from it, or accepted a dial-back. */
  verify(now: number): void {
    this.#verifiedUntil = now + VERIFIED_MS;
  }

  isVerified(now: number): boolean {
    return now < this.#verifiedUntil;
  }
}

/** All sources that sent requests recently. */
export class Sources {
  readonly #policy: TrustPolicy;
  readonly #shared: SharedLimits | undefined;
  readonly #ownLoopback: boolean;
  readonly #known = new Map<string, SourceRecord>();

  /** `ownLoopback`: a loopback address is another source at other trackers. */
  constructor(policy: TrustPolicy, shared?: SharedLimits, ownLoopback = false) {
    this.#policy = policy;
    this.#shared = shared;
    this.#ownLoopback = ownLoopback;
    if (shared) shared.onTaken = (host, taken, at) => this.of(host, at).charge(taken, at);
  }

  of(host: string, now: number): SourceRecord {
    const key = sourceKey(host);
    const known = this.#known.get(key);
    if (known) {
      if (this.#known.size < limit("sources remembered") / 2) return known;
      this.#known.delete(key); // Moves it to the end: the first source is the least recently active.
      this.#known.set(key, known);
      return known;
    }
    if (this.#known.size >= limit("sources remembered")) this.#known.delete(this.#known.keys().next().value!);
    const isShared = !this.#ownLoopback || addressScope(host) !== "loopback";
    const source = new SourceRecord(host, this.#policy, now, isShared ? this.#shared : undefined);
    this.#known.set(key, source);
    return source;
  }
}
