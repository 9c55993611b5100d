/**
 * How a list looks from a client's address: a peer on the tracker's machine registers from a loopback address, which
 * means another machine to every other client.
 */
import ipaddr from "ipaddr.js";
import type { OwnAddress } from "../protocol/network.ts";
import { LOOPBACK, type View } from "./list_entry.ts";

/** The most hosts whose view is remembered; after more, all are forgotten, since they are easy to find again. */
const MAX_REMEMBERED = 10_000;

export class Views {
  #own: readonly OwnAddress[];
  readonly #known = new Map<string, View>();

  constructor(own: readonly OwnAddress[]) {
    this.#own = own;
  }

  setOwn(own: readonly OwnAddress[]): void {
    this.#own = own;
    this.#known.clear();
  }

  /** Whether `host` is an address of the tracker's machine. */
  isOwn(host: string): boolean {
    return this.#own.some((address) => address.host === host);
  }

  /** The view from `host`. */
  of(host: string): View {
    const known = this.#known.get(host);
    if (known) return known;
    if (this.#known.size >= MAX_REMEMBERED) this.#known.clear();
    const view = viewFor(host, this.#own);
    this.#known.set(host, view);
    return view;
  }
}

/** The address by which `host` can reach a machine with these: in the same network, else any that is not link-local. */
export function viewFor(host: string, own: readonly OwnAddress[]): View {
  const ipv6 = host.includes(":");
  const asker = ipaddr.parse(host);
  const isHere = asker.range() === "loopback" || own.some((address) => address.host === host);
  if (isHere) return { ipv6, here: { ipv4: LOOPBACK, ipv6: LOOPBACK } };
  const usable = own.map(({ host, prefix }) => ({ host, prefix, ip: ipaddr.parse(host) }))
    .filter(({ ip }) => ip.range() !== "loopback" && ip.range() !== "linkLocal");
  const nearest = (kind: "ipv4" | "ipv6"): string | null => {
    const ofKind = usable.filter(({ ip }) => ip.kind() === kind);
    const near = asker.kind() === kind &&
      ofKind.find(({ ip, prefix }) => asker.match(ip as ipaddr.IPv4 & ipaddr.IPv6, prefix));
    return (near || ofKind[0])?.host ?? null;
  };
  return { ipv6, here: { ipv4: nearest("ipv4"), ipv6: ipv6 ? nearest("ipv6") : null } };
}
