/**
 * A visit to a tracker: registered for a moment, does it speak as it should, and does anybody reach our TCP port.
 *
 * @module
 */
import { formatAddress } from "../../protocol/address.ts";
import { type Finding, finding } from "./finding.ts";
import type { Image } from "../../protocol/image.ts";
import { MAX_REPLY_SHOWN, parseReply } from "../../protocol/reply.ts";
import { askOnce, EXCHANGE_LIMITS } from "../../announce/tcp_requests.ts";
import { byteLength } from "../../announce/fit.ts";
import { ownAddresses } from "../../net/listen.ts";
import { pause } from "../../net/pause.ts";
import { closeQuietly } from "../../net/tcp.ts";
import { usableAddresses } from "../../net/usable_addresses.ts";
import { deviationsOf, type Talk } from "./dialect.ts";
import { type Door, isHere } from "./probe_listener.ts";
import { addressIn, Guest, madeUpImage, textOf } from "./probe_peer.ts";
import type { DoctorWaits } from "./timeouts.ts";
import type { ReachedTracker } from "./reach.ts";

/** What a visit takes with it. */
export interface VisitParts {
  readonly tracker: ReachedTracker;
  /** Our TCP port. */
  readonly door: Door;
  /** Whether it is the one that was to be examined: another was opened where that is not free. */
  readonly examined: boolean;
  readonly waits: DoctorWaits;
  readonly signal: AbortSignal;
  readonly tell: (finding: Finding) => void;
}

/**
 * Visits a tracker, and tells of our port and of its dialect.
 *
 * @returns Our address as it sees it; empty when it does not say.
 * @throws The reason of the signal.
 */
export async function visit(parts: VisitParts): Promise<string> {
  const { tracker, door, waits, signal, tell } = parts;
  const [image, other] = [madeUpImage(), madeUpImage()];
  const md5s = [image.md5, other.md5] as const;
  await using guest = new Guest(tracker.address, door.port, waits.udp, signal);
  const registered = await guest.announce("REG", [image]);
  const since = performance.now();
  const said = textOf(registered).slice(0, MAX_REPLY_SHOWN);
  // Some say OK in words of their own; what is neither OK nor ERR tells nothing that could be relied on.
  if (registered === null || !/^OK\b/i.test(said)) {
    tell(finding("tracker-refuses", { request: "REG", reply: said }));
    return "";
  }
  const listed = await guest.list();
  const updated = await guest.announce("UPD", [other]);
  const relisted = await guest.list();
  // One of ours is known to leave others alone, and would have to try another port.
  const beside = tracker.onTcp ? null : await renewBeside(guest, other, parts);

  const ports = [door.port, guest.udpPort];
  let seen = addressIn(textOf(relisted), md5s, ports) || addressIn(textOf(listed), md5s, ports);
  const came = parts.examined ? await whoCame(parts, since) : null;
  if (seen === "" && tracker.onTcp) seen = await seenOnTcp(parts, md5s); // It lists public peers when it reached them.
  if (parts.examined) tell(portFinding(parts, seen, came));

  const finished = await guest.finish();
  const heard = [tracker.first, ...guest.heard];
  const trackerPort = tracker.address.port;
  const { onTcp, first } = tracker;
  const { udpPort } = guest;
  const talk = {
    trackerPort,
    onTcp,
    port: door.port,
    udpPort,
    md5s,
    first,
    registered,
    listed,
    updated,
    relisted,
    beside,
    finished,
  };
  const deviations = deviationsOf({ ...talk, heard });
  const address = formatAddress(tracker.address);
  tell(deviations.length > 0 ? finding("dialect", { address, deviations }) : finding("dialect-none", { address }));
  if (!onTcp) await tryLong(guest, parts);
  return seen;
}

/** What a list has of a second holder before and after the first one sends the `UPD` of a renewal. */
async function renewBeside(
  guest: Guest,
  image: Image,
  { tracker, waits, signal }: VisitParts,
): Promise<Talk["beside"]> {
  const listener = Deno.listen({ hostname: tracker.address.host.includes(":") ? "::" : "0.0.0.0", port: 0 });
  try {
    const { port } = listener.addr;
    await using second = new Guest(tracker.address, port, waits.udp, signal);
    const registered = await second.announce("REG", [image]);
    if (registered === null || !/^OK\b/i.test(textOf(registered))) return null;
    const before = await second.list();
    await guest.announce("UPD", [image]);
    const after = await second.list();
    await second.finish();
    return { ports: [port, second.udpPort], before, after };
  } finally {
    listener.close();
  }
}

/** Who reached our port: another machine, this one where the tracker runs on it, or nobody. */
async function whoCame({ tracker, door, waits, signal }: VisitParts, since: number): Promise<string | null> {
  if (isHere(tracker.address.host)) return await answersHere(door.port, tracker.address.host, signal) ? "here" : null;
  const patience = tracker.onTcp ? since + waits.dialBack - performance.now() : 0;
  const over = new AbortController();
  const came = await Promise.race([
    door.visitor,
    pause(Math.max(1, patience), AbortSignal.any([signal, over.signal])).then(() => null),
  ]);
  over.abort();
  signal.throwIfAborted();
  return came;
}

/** How long this machine may take to connect to itself, in milliseconds. */
const HERE_MS = 2_000;

/** Whether our port answers on this machine. */
async function answersHere(port: number, tracker: string, signal: AbortSignal): Promise<boolean> {
  const hostname = tracker.includes(":") ? "::1" : "127.0.0.1";
  try {
    closeQuietly(
      await Deno.connect({ hostname, port, signal: AbortSignal.any([signal, AbortSignal.timeout(HERE_MS)]) }),
    );
    return true;
  } catch {
    signal.throwIfAborted();
    return false;
  }
}

function portFinding({ tracker, door, waits }: VisitParts, seen: string, came: string | null): Finding {
  const { port } = door;
  const host = seen || (usableAddresses(ownAddresses(), tracker.address.host)[0]?.host ?? "");
  if (came === "here") return finding("port-answers-here", { port, host });
  if (came !== null) return finding("port-reachable", { port, from: came });
  const here = isHere(tracker.address.host);
  if (!tracker.onTcp && !here) return finding("port-untried", { port, host });
  return finding("port-unreachable", { port, host, seconds: (here ? HERE_MS : waits.dialBack) / 1_000 });
}

async function seenOnTcp({ tracker, door, waits, signal }: VisitParts, md5s: readonly string[]): Promise<string> {
  try {
    const list = await askOnce(tracker.address, "LST", signal, {
      ...EXCHANGE_LIMITS,
      connect: waits.tcp,
      silence: waits.tcp,
    });
    return addressIn(list ?? "", md5s, [door.port]);
  } catch {
    signal.throwIfAborted();
    return "";
  }
}

/** Images of the long request: with their names some 5,500 bytes, more than the buffers of 4,096 that there are. */
const MANY = 100;

/** Registers many images for a moment, and tells if the tracker takes fewer. */
async function tryLong(guest: Guest, { waits, tell }: VisitParts): Promise<void> {
  const images: Image[] = Array.from({ length: MANY }, (_, i) => madeUpImage(`idp2pi-doctor-${i}.gif`));
  // Ones that are passed over get no answer however often they are sent: two tries, for one may be lost.
  const reply = parseReply(textOf(await guest.announce("REG", images, waits.udp.slice(-2))));
  const accepted = reply && "count" in reply ? reply.count : 0;
  await guest.finish();
  if (accepted >= MANY) return;
  tell(finding("tracker-cuts", { bytes: byteLength(guest.request("REG", images)), offered: MANY, accepted }));
}
