/** Dials peers back: whether they accept connections on their TCP ports. */
import type { Address } from "../protocol/address.ts";
import { codeOf } from "../fault/reason.ts";
import type { DialResult } from "../tracker/dials.ts";
import { limit } from "../tracker/tracker_limits.ts";
import { Slots } from "../net/slots.ts";
import { closeQuietly } from "../net/tcp.ts";

/** How long one attempt may take, in milliseconds: a lost first packet is repeated by the system after one and three seconds. */
const TRY_MS = 4_000;

/** Attempts at a port that does not answer. One that refuses has answered. */
const TRIES = 2;

/** What a machine answers to a connection that it does not accept. */
const REFUSALS = new Set(["ECONNREFUSED", "ECONNRESET", "ECONNABORTED"]);

/** What a silent peer looks like: the attempt times out, or routers know no host of that address. */
const SILENCES = new Set(["ETIMEDOUT", "EHOSTUNREACH", "EHOSTDOWN"]);

/** Dials a bounded number of peers at once; the others wait their turn. */
export class Dialler {
  readonly #slots = new Slots(limit("dial-backs at once"));
  readonly #closing = new AbortController();

  get length(): number {
    return this.#slots.load;
  }

  /** Dials an address; `untried` also when too many wait, or all is closing. */
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
