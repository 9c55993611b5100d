/** Finds the listed address of a peer that connects from a port chosen by its system. */
import { type Address, formatAddress } from "../protocol/address.ts";
import type { ListedImage } from "../protocol/image.ts";

/** The peers of the last list. Pure. */
export class ListedPeers {
  readonly #isOwnHost: (host: string) => boolean;
  /** By host, with this machine as one host: the listed address of its only peer; `null` if it has several. */
  #byHost = new Map<string, Address | null>();

  constructor(isOwnHost: (host: string) => boolean) {
    this.#isOwnHost = isOwnHost;
  }

  /** Takes a list; entries for which `isSelf` holds are not other peers. */
  set(images: readonly ListedImage[], isSelf: (address: Address) => boolean): void {
    const all = new Map(images.flatMap(({ peers }) => peers).map((peer) => [formatAddress(peer), peer]));
    this.#byHost = new Map();
    for (const peer of all.values()) {
      if (isSelf(peer)) continue;
      const key = this.#key(peer.host);
      const known = this.#byHost.get(key);
      this.#byHost.set(key, known === undefined || known?.port === peer.port ? peer : null);
    }
  }

  at(host: string): Address | undefined {
    return this.#byHost.get(this.#key(host)) ?? undefined;
  }

  #key(host: string): string {
    return this.#isOwnHost(host) ? "" : host;
  }
}
