/**
 * The addresses of this machine.
 *
 * @module
 */
import type { OwnAddress } from "../protocol/network.ts";
import { canonicalHost } from "../protocol/address.ts";
import { isPassedOver } from "./dial_policy.ts";
import { ownAddresses } from "./listen.ts";

/** How long they are taken to be the same, in milliseconds: a list asks of thousands. */
const SAME_MS = 5_000;

/** The addresses of this machine, asked of the system now and then. */
export class OwnHosts {
  #at = -Infinity;
  #addresses: readonly OwnAddress[] = [];
  #hosts: ReadonlySet<string> = new Set();

  /** Whether `host`, in its canonical form, is one of them. */
  has(host: string): boolean {
    this.#look();
    return this.#hosts.has(host);
  }

  /** Whether a peer on `host` is passed over in the list of this tracker; see {@link isPassedOver}. */
  passOver(host: string, tracker: string): boolean {
    this.#look();
    return isPassedOver(host, tracker, this.#addresses);
  }

  #look(): void {
    const now = performance.now();
    if (now - this.#at < SAME_MS) return;
    this.#at = now;
    this.#addresses = ownAddresses();
    this.#hosts = new Set(this.#addresses.map((it) => canonicalHost(it.host)));
  }
}
