/**
 * Whom the tracker trusts how far: trust follows the address (PROTOCOL.md, "Trust").
 *
 * @module
 */
import type { AddressScope } from "../protocol/network.ts";

/** How trust is given: by address, to all, or to none. */
export type TrustPolicy = "by-address" | "open" | "strict";

/** Whether an address must be verified before others are sent there, or large replies given. */
export function isUntrusted(scope: AddressScope, policy: TrustPolicy): boolean {
  return policy === "strict" || (policy === "by-address" && scope === "public");
}
