/** Lists that are sent after a dial-back, which shows whether a request came from the address that it names. */
import { type Address, sameAddress } from "../protocol/address.ts";
import { sourceKey } from "../protocol/network.ts";

/** Lists that wait for the dial-back of one source: as many as a program requests in that time. */
const MAX_OF_SOURCE = 4;

/** The clients that asked for a list while their port was being dialled. */
export class DeferredLists {
  readonly #bySource = new Map<string, Address[]>();

  /** Adds a client that waits for the dial-back of a host, once even if it asks again. */
  add(host: string, from: Address): void {
    const key = sourceKey(host);
    const waiting = this.#bySource.get(key) ?? [];
    if (waiting.length < MAX_OF_SOURCE && !waiting.some((other) => sameAddress(other, from))) waiting.push(from);
    this.#bySource.set(key, waiting);
  }

  /** Removes and returns the clients that wait for a host, or its /64 of IPv6. */
  take(host: string): Address[] {
    const key = sourceKey(host);
    const waiting = this.#bySource.get(key) ?? [];
    this.#bySource.delete(key);
    return waiting;
  }
}
