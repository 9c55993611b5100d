/** An entry of a list as a client sees it, and the slots of a block that changed. */
import { type Address, formatAddress } from "../protocol/address.ts";
import { encodeName } from "../protocol/name.ts";
import type { ImageRecord, PeerRecord } from "./registry/records.ts";
import type { Block } from "./registry/registry.ts";

/** The place from which a list is seen: some addresses are only meaningful there. */
export interface View {
  /** Whether IPv6 addresses are useful: only to clients that asked over IPv6. */
  readonly ipv6: boolean;
  /** The host of peers on the tracker's own machine, by family; `null` if the client could not reach it. */
  readonly here: { readonly ipv4: string | null; readonly ipv6: string | null };
}

/** In {@link View.here}: the loopback address itself, for clients on the same machine. */
export const LOOPBACK = "loopback";

/** `md5,name,ip:port,ip:port`, the newest registration first; `null` if the client can reach none of its peers. */
export function listEntry({ md5, name, holders }: ImageRecord, view: View): string | null {
  let entry = "";
  for (let i = holders.length - 1; i >= 0; i--) {
    const address = addressOf(holders[i], view);
    if (address !== null) entry += `,${address}`;
  }
  return entry === "" ? null : `${md5},${encodeName(name)}${entry}`;
}

function addressOf({ address, listed }: PeerRecord, view: View): string | null {
  if (!listed) return null;
  const ipv6 = address.host.includes(":");
  if (ipv6 && !view.ipv6) return null;
  if (!isLoopback(address)) return formatAddress(address);
  const host = ipv6 ? view.here.ipv6 : view.here.ipv4;
  return host === null ? null : formatAddress({ host: host === LOOPBACK ? address.host : host, port: address.port });
}

function isLoopback({ host }: Address): boolean {
  return host === "::1" || host.startsWith("127.");
}

const encoder = new TextEncoder();

/** The slots of a block: entries that changed since a version, gaps, and how many between them are as before. */
export function encodeSlots(block: Block, since: number, view: View): { bytes: Uint8Array; images: number } {
  const slots: string[] = [];
  let [kept, images] = [0, 0];
  for (const image of block.images) {
    if (image && image.version <= since) {
      kept++;
      continue;
    }
    if (kept > 0) slots.push(`${kept}`);
    kept = 0;
    const entry = image && listEntry(image, view);
    if (entry) images++;
    slots.push(entry ?? "");
  }
  if (kept > 0) slots.push(`${kept}`);
  return { bytes: encoder.encode(slots.join(";")), images };
}
