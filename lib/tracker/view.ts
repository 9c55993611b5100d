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
  readonly #replacesLoopback: boolean;
  #own: readonly OwnAddress[];
  readonly #known = new Map<string, View>();

  /** `replacesLoopback` as in {@link TrackerRules}: a loopback address in the registry is that of another machine. */
  constructor(own: readonly OwnAddress[], replacesLoopback = false) {
    this.#own = own;
    this.#replacesLoopback = replacesLoopback;
  }

  setOwn(own: readonly OwnAddress[]): void {
    this.#own = own;
    this.#known.clear();
  }

  /** Whether `host` is an address of the tracker's machine. */
  isOwn(host: string): boolean {
    return this.#own.some((address) => address.host === host);
  }

  /** The host under which peers are registered that use a loopback address. */
  registeredHost(loopback: string): string {
    if (!this.#replacesLoopback) return loopback;
    const kind = loopback.includes(":") ? "ipv6" : "ipv4";
    return usable(this.#own).find(({ ip }) => ip.kind() === kind)?.host ?? loopback;
  }

  /** The view from `host`. */
  of(host: string): View {
    const known = this.#known.get(host);
    if (known) return known;
    if (this.#known.size >= MAX_REMEMBERED) this.#known.clear();
    const view = viewFor(host, this.#own, this.#replacesLoopback);
    this.#known.set(host, view);
    return view;
  }
}

/**
 * The address by which `host` can reach a machine with these: in the same network, else any that is not link-local.
 * None if `elsewhere`: peers with a loopback address may be on another machine.
 */
export function viewFor(host: string, own: readonly OwnAddress[], elsewhere = false): View {
  const ipv6 = host.includes(":");
  const asker = ipaddr.parse(host);
  const isHere = asker.range() === "loopback" || own.some((address) => address.host === host);
  if (isHere) return { ipv6, here: { ipv4: LOOPBACK, ipv6: LOOPBACK } };
  if (elsewhere) return { ipv6, here: { ipv4: null, ipv6: null } };
  const nearest = (kind: "ipv4" | "ipv6"): string | null => {
    const ofKind = usable(own).filter(({ ip }) => ip.kind() === kind);
    const near = asker.kind() === kind &&
      ofKind.find(({ ip, prefix }) => asker.match(ip as ipaddr.IPv4 & ipaddr.IPv6, prefix));
    return (near || ofKind[0])?.host ?? null;
  };
  return { ipv6, here: { ipv4: nearest("ipv4"), ipv6: ipv6 ? nearest("ipv6") : null } };
}

function usable(own: readonly OwnAddress[]): { host: string; prefix: number; ip: ipaddr.IPv4 | ipaddr.IPv6 }[] {
  return own.map(({ host, prefix }) => ({ host, prefix, ip: ipaddr.parse(host) }))
    .filter(({ ip }) => ip.range() !== "loopback" && ip.range() !== "linkLocal");
}
