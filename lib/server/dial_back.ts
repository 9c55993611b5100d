/** Dials peers back to find out whether they accept connections on their TCP ports. */
import type { Address } from "../protocol/address.ts";
import { codeOf } from "../fault/reason.ts";
import type { DialResult } from "../tracker/dials.ts";
import { limit } from "../tracker/tracker_limits.ts";
import { Slots } from "../net/slots.ts";
import { closeQuietly } from "../net/tcp.ts";

/** The timeout of one attempt, in milliseconds: systems repeat a lost first packet after one and three seconds. */
const TRY_MS = 4_000;

/** Attempts at a port that does not answer. A refusal is an answer. */
const TRIES = 2;

/** How a machine refuses a connection. */
const REFUSALS = new Set(["ECONNREFUSED", "ECONNRESET", "ECONNABORTED"]);

/** How a peer looks that does not answer: the attempt times out, or routers know no such host. */
const SILENCES = new Set(["ETIMEDOUT", "EHOSTUNREACH", "EHOSTDOWN"]);

/** Dials a limited number of peers at once; the others wait their turn. */
export class Dialler {
  readonly #slots = new Slots(limit("dial-backs at once"));
  readonly #closing = new AbortController();

  get length(): number {
    return this.#slots.load;
  }

  /** Dials an address; also `untried` when too many dials wait, or the tracker is closing. */
  async dial(address: Address): Promise<DialResult> {
    if (this.length >= limit("dial-backs at once") + limit("dial-backs waiting")) return "untried";
    using _slot = await this.#slots.enter();
    return await dial(address, this.#closing.signal);
  }

  close(): void {
    this.#closing.abort();
  }
}

async function dial({ host, port }: Address, closing: AbortSignal): Promise<DialResult> {
  for (let tries = 1;; tries++) {
    try {
      const signal = AbortSignal.any([closing, AbortSignal.timeout(TRY_MS)]);
      closeQuietly(await Deno.connect({ hostname: host, port, signal }));
      return "accepted";
    } catch (error) {
      const code = codeOf(error);
      if (closing.aborted || !SILENCES.has(code)) return REFUSALS.has(code) ? "refused" : "untried";
      if (tries === TRIES) return "silent";
    }
  }
}
