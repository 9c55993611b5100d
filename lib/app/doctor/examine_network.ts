/** Examines which trackers announce themselves in the networks of this machine, and whether their answers arrive. */
import { type Address, formatAddress } from "../../protocol/address.ts";
import type { HeardTracker } from "../discovery/heard_trackers.ts";
import type { Search } from "../discovery/search.ts";
import type { Examination } from "./examination.ts";
import { askUdp } from "./examine_tracker.ts";
import { type Finding, finding } from "./finding.ts";

/** The timeouts of a tracker that is only tried, in milliseconds: it has just answered in the same network. */
const TRY_MS = [400, 800, 800];

/** Reports on a search; returns the addresses of the first tracker that was found, else of one on this machine. */
export async function examineNetwork(search: Search, examination: Examination): Promise<readonly Address[]> {
  const { report, timeouts } = examination;
  for (const it of networkFindings(search)) report(it);
  const tries = { ...examination, timeouts: { ...timeouts, udp: TRY_MS } };
  const answers = await Promise.all(search.trackers.map(({ addresses }) => askUdp(addresses[0], tries)));
  search.trackers.forEach((tracker, i) => {
    for (const it of trackerFindings(tracker, answers[i] !== null)) report(it);
  });
  const { trackers: [first], local } = search;
  if (first) return first.addresses;
  if (local) report(finding("local-tracker", { address: formatAddress(local) }));
  return local ? [local] : [];
}

/** What was asked where, and which answers arrived. Pure. */
export function networkFindings({ networks, answers, portError, trackers }: Search): Finding[] {
  if (networks.length === 0) return [finding("network-none", {})];
  const texts = networks.map(({ name, addresses }) => `${name} (${addresses.join(", ")})`);
  const findings: Finding[] = [finding("network-asked", { networks: texts.join("; ") })];
  if (portError !== null) findings.push(finding("network-port", { reason: portError }));
  for (const { name, ipv4, ipv6 } of networks) {
    for (const [protocol, reason] of [["IPv4", ipv4], ["IPv6", ipv6]] as const) {
      if (typeof reason === "string") findings.push(finding("network-unsent", { network: name, protocol, reason }));
    }
  }
  if (trackers.length === 0) return [...findings, finding("network-silent", {})];
  const { multicast, unicast } = answers;
  const isBlocked = portError === null && multicast === 0;
  return [...findings, isBlocked ? finding("network-one-way", { unicast }) : finding("network-answers", answers)];
}

/** What a tracker announces, and whether it answers where it says that it is. Pure. */
export function trackerFindings({ name, addresses, version, otherNames }: HeardTracker, answers: boolean): Finding[] {
  const [address, ...others] = addresses.map(formatAddress);
  const findings: Finding[] = [finding("announced", { name, address, addresses: others, version })];
  if (otherNames.length > 0) findings.push(finding("announced-twice", { name, address, names: otherNames.join(", ") }));
  if (!answers) findings.push(finding("announced-silent", { name, address }));
  return findings;
}
