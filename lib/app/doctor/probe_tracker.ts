/** Registers with a tracker for a moment, to test whether it follows the protocol and others reach our TCP port. */
import { formatAddress } from "../../protocol/address.ts";
import { finding } from "./finding.ts";
import type { Image } from "../../protocol/image.ts";
import { MAX_REPLY_SHOWN, parseReply } from "../../protocol/reply.ts";
import { byteLength } from "../../announce/fit.ts";
import { connectedFrom, portFinding, type ProbeParts, seenOnTcp } from "./own_port.ts";
import { deviationsOf, type Transcript } from "./tracker_deviations.ts";
import { addressIn, ProbePeer, randomImage, textOf } from "./probe_peer.ts";

/**
 * Probes a tracker, and reports on our port and on its deviations from the protocol.
 *
 * @returns Our address as the tracker sees it; empty if unknown.
 */
export async function probeTracker(parts: ProbeParts): Promise<string> {
  const { tracker, listener, report } = parts;
  const [image, other] = [randomImage(), randomImage()];
  const md5s = [image.md5, other.md5] as const;
  await using probe = new ProbePeer(tracker.address, parts, listener.port);
  const registered = await probe.announce("REG", [image]);
  const since = performance.now();
  const reply = textOf(registered).slice(0, MAX_REPLY_SHOWN);
  // Some trackers reply OK in their own words; a reply that is neither OK nor ERR proves nothing.
  if (registered === null || !/^OK\b/i.test(reply)) {
    report(finding("tracker-refuses", { request: "REG", reply }));
    return "";
  }
  const listed = await probe.list();
  const updated = await probe.announce("UPD", [other]);
  const relisted = await probe.list();
  // Our tracker does not touch other peers, and would have to dial another port.
  const beside = tracker.onTcp ? null : await renewBeside(probe, other, parts);

  const ports = [listener.port, probe.udpPort];
  let seen = addressIn(textOf(relisted), md5s, ports) || addressIn(textOf(listed), md5s, ports);
  const remote = parts.examined ? await connectedFrom(parts, since) : null;
  if (seen === "" && tracker.onTcp) seen = await seenOnTcp(parts, md5s); // It lists public peers after a dial-back.
  if (parts.examined) report(portFinding(parts, seen, remote));

  const finished = await probe.unregister();
  const deviations = deviationsOf({
    trackerPort: tracker.address.port,
    onTcp: tracker.onTcp,
    port: listener.port,
    udpPort: probe.udpPort,
    md5s,
    first: tracker.first,
    registered,
    listed,
    updated,
    relisted,
    beside,
    finished,
    received: [tracker.first, ...probe.received],
  });
  const address = formatAddress(tracker.address);
  report(deviations.length > 0 ? finding("dialect", { address, deviations }) : finding("dialect-none", { address }));
  if (!tracker.onTcp) await registerMany(probe, parts);
  return seen;
}

/** The lists before and after the `UPD` of a renewal, while a second peer has the image. */
async function renewBeside(probe: ProbePeer, image: Image, parts: ProbeParts): Promise<Transcript["beside"]> {
  const { address } = parts.tracker;
  const listener = Deno.listen({ hostname: address.host.includes(":") ? "::" : "0.0.0.0", port: 0 });
  try {
    const { port } = listener.addr;
    await using second = new ProbePeer(address, parts, port);
    const registered = await second.announce("REG", [image]);
    if (registered === null || !/^OK\b/i.test(textOf(registered))) return null;
    const before = await second.list();
    await probe.announce("UPD", [image]);
    const after = await second.list();
    await second.unregister();
    return { ports: [port, second.udpPort], before, after };
  } finally {
    listener.close();
  }
}

/** How many images the long request has: with their names some 5,500 bytes, more than a buffer of 4,096 holds. */
const MANY = 100;

/** Registers many images for a moment, and reports if the tracker accepts fewer. */
async function registerMany(probe: ProbePeer, { timeouts, report }: ProbeParts): Promise<void> {
  const images: Image[] = Array.from({ length: MANY }, (_, i) => randomImage(`idp2pi-doctor-${i}.gif`));
  // A request that is ignored is never answered: two tries, since one may be lost.
  const reply = parseReply(textOf(await probe.announce("REG", images, timeouts.udp.slice(-2))));
  const accepted = reply && "count" in reply ? reply.count : 0;
  await probe.unregister();
  if (accepted >= MANY) return;
  report(finding("tracker-cuts", { bytes: byteLength(probe.request("REG", images)), offered: MANY, accepted }));
}
