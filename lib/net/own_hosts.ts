/**
 * Which addresses are this machine's.
 *
 * @module
 */
import { canonicalHost } from "../wire/address.ts";
import { ownAddresses } from "./listen.ts";

/** How long they are taken to be the same, in milliseconds: a list asks of thousands. */
const SAME_MS = 5_000;

/** The addresses of this machine, asked of the system now and then. */
export class OwnHosts {
  #at = -Infinity;
  #hosts = new Set<string>();

  /** Whether `host`, in its canonical form, is one of them. */
  has(host: string): boolean {
    const now = performance.now();
    if (now - this.#at > SAME_MS) {
      this.#at = now;
      this.#hosts = new Set(ownAddresses().map((it) => canonicalHost(it.host)));
    }
    return this.#hosts.has(host);
  }
}
