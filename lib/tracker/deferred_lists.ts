/**
 * Lists that wait until it is known whether those who asked are where they say they are.
 *
 * @module
 */
import { type Address, sameAddress } from "../protocol/address.ts";
import { sourceKey } from "../protocol/network.ts";

/** A reply that had to wait. */
export interface LateReply {
  /** Who asked. */
  readonly to: Address;
  /** The reply. */
  readonly reply: Uint8Array<ArrayBuffer>;
}

/** Lists that wait for one source's dial-back: what a program repeats in that time. */
const MAX_LATE = 4;

/** Those who asked for a list while their port was being tried. */
export class LateLists {
  readonly #waiting = new Map<string, Address[]>();

  /** One more who waits; who asks again waits once. */
  add(from: Address): void {
    const key = sourceKey(from.host);
    const others = this.#waiting.get(key) ?? [];
    if (others.length < MAX_LATE && !others.some((other) => sameAddress(other, from))) others.push(from);
    this.#waiting.set(key, others);
  }

  /** Those of a host's source, who wait no longer. */
  take(host: string): Address[] {
    const key = sourceKey(host);
    const waiting = this.#waiting.get(key) ?? [];
    this.#waiting.delete(key);
    return waiting;
  }
}
