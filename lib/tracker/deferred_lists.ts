/** Lists that wait for a dial-back, which shows whether a request came from the address that it names. */
import { type Address, sameAddress } from "../protocol/address.ts";
import { sourceKey } from "../protocol/network.ts";

/** Lists that wait for one source's dial-back: what a program repeats in that time. */
const MAX_OF_SOURCE = 4;

/** Those who asked for a list while their port was being dialled. */
export class DeferredLists {
  readonly #bySource = new Map<string, Address[]>();

  /** Adds a waiting client; one that asks again is added once. */
  add(from: Address): void {
    const key = sourceKey(from.host);
    const waiting = this.#bySource.get(key) ?? [];
    if (waiting.length < MAX_OF_SOURCE && !waiting.some((other) => sameAddress(other, from))) waiting.push(from);
    this.#bySource.set(key, waiting);
  }

  /** Removes and gives those who wait at a host, or in its /64 of IPv6. */
  take(host: string): Address[] {
    const key = sourceKey(host);
    const waiting = this.#bySource.get(key) ?? [];
    this.#bySource.delete(key);
    return waiting;
  }
}
