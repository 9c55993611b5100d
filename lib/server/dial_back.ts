/**
 * Tries whether peers answer on their TCP ports.
 *
 * @module
 */
import type { Address } from "../protocol/address.ts";
import { codeOf } from "../fault/reason.ts";
import type { Reached } from "../tracker/dials.ts";
import { limit } from "../tracker/tracker_limits.ts";
import { closeQuietly } from "../net/tcp.ts";

/** How long one try may take, in milliseconds: a lost first packet is repeated by the system after one and three seconds. */
const TRY_MS = 4_000;

/** A port that says nothing at all is tried twice. One that refuses has answered. */
const TRIES = 2;

/** What another machine says of a connection that it does not want. */
const REFUSALS = new Set(["ECONNREFUSED", "ECONNRESET", "ECONNABORTED"]);

/** What is seen where nobody answers: no end of the attempt, or no host under that address as far as routers know. */
const SILENCES = new Set(["ETIMEDOUT", "EHOSTUNREACH", "EHOSTDOWN"]);

/** Tries ports, a bounded number at once; the others wait their turn. */
export class Dialler {
  readonly #waiting: { address: Address; done: (reached: Reached) => void }[] = [];
  readonly #ending = new AbortController();
  #busy = 0;

  /** How many wait or are being tried. */
  get length(): number {
    return this.#waiting.length + this.#busy;
  }

  /** Whether something accepts a connection there; `null` also when too many wait, or all is ending. */
  dial(address: Address): Promise<Reached> {
    if (this.#ending.signal.aborted || this.#waiting.length >= limit("dial-backs waiting")) {
      return Promise.resolve(null);
    }
    return new Promise((resolve) => {
      this.#waiting.push({ address, done: resolve });
      this.#next();
    });
  }

  /** Gives up what is under way. */
  close(): void {
    this.#ending.abort();
  }

  async #next(): Promise<void> {
    if (this.#busy >= limit("dial-backs at once")) return;
    const next = this.#waiting.shift();
    if (!next) return;
    this.#busy++;
    next.done(await answers(next.address, this.#ending.signal));
    this.#busy--;
    this.#next();
  }
}

async function answers({ host, port }: Address, ending: AbortSignal): Promise<Reached> {
  for (let tries = 1;; tries++) {
    try {
      const signal = AbortSignal.any([ending, AbortSignal.timeout(TRY_MS)]);
      closeQuietly(await Deno.connect({ hostname: host, port, signal }));
      return true;
    } catch (error) {
      const code = codeOf(error);
      if (ending.aborted || !SILENCES.has(code)) return REFUSALS.has(code) ? false : null;
      if (tries === TRIES) return "silent";
    }
  }
}
