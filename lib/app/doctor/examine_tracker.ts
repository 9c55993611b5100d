/** Examines trackers: their names, and their answers on UDP and TCP. */
import { isIP } from "node:net";
import { type Address, DEFAULT_TRACKER_PORT, formatAddress } from "../../protocol/address.ts";
import { finding, type TcpFailure } from "./finding.ts";
import type { ListedImage } from "../../protocol/image.ts";
import { codeOf } from "../../fault/reason.ts";
import { parseList } from "../../protocol/list.ts";
import { isListAnswer, MAX_REPLY_SHOWN, parseReply, replyText } from "../../protocol/reply.ts";
import { EXCHANGE_LIMITS } from "../../announce/tcp_requests.ts";
import { askOnce } from "../../net/exchange_guard.ts";
import { FULL_LIST_BYTES } from "../../announce/list/fetch_list.ts";
import { findTrackers } from "../../announce/find_trackers.ts";
import type { HostPort } from "../../protocol/port.ts";
import { ProbePeer, type ReceivedDatagram } from "./probe_peer.ts";
import { type Examination, withTimeout } from "./examination.ts";

/** A tracker that answers. */
export interface ReachedTracker {
  readonly address: Address;
  /** Whether it answers on TCP too, as our program does. */
  readonly onTcp: boolean;
  /** Its answer to the first `LST`. */
  readonly first: ReceivedDatagram;
  /** The images in that answer. */
  readonly images: readonly ListedImage[];
  /** Whether these are certainly all. */
  readonly complete: boolean;
}

/** The addresses of trackers; reports on the names among the places. */
export async function examineNames(
  places: readonly HostPort[],
  { timeouts, signal, report }: Examination,
): Promise<Address[]> {
  const found = new Map<string, Address>();
  for (const place of places) {
    const { host } = place;
    try {
      const addresses = await withTimeout(findTrackers([place]), timeouts.name, signal);
      const hasOtherPort = addresses.some(({ port }) => port !== (place.port ?? DEFAULT_TRACKER_PORT));
      const shown = addresses.map((it) => hasOtherPort ? formatAddress(it) : it.host);
      if (shown.length > 1) report(finding("name-several", { host, address: shown[0], addresses: shown }));
      else if (isIP(host) === 0) report(finding("name-known", { host, address: shown[0] }));
      for (const address of addresses) found.set(formatAddress(address), address);
    } catch {
      signal.throwIfAborted();
      report(finding("name-unknown", { host }));
    }
  }
  return [...found.values()];
}

/** Requests the list of a tracker on UDP and on TCP, and reports on its answers; `null` if it is no tracker. */
export async function examineTracker(address: Address, examination: Examination): Promise<ReachedTracker | null> {
  const { timeouts, report } = examination;
  const asked = [askUdp(address, examination), askTcp(address, examination)] as const;
  const [first, { failure: tcp, text: streamed }] = await Promise.all(asked).finally(() => Promise.allSettled(asked));
  const at = formatAddress(address);
  if (first === null) {
    const seconds = timeouts.udp.reduce((sum, ms) => sum + ms, 0) / 1_000;
    report(
      tcp === null
        ? finding("udp-blocked", { address: at, seconds })
        : finding("tracker-silent", { address: at, seconds, tcp }),
    );
    return null;
  }
  const reply = replyText(first.bytes);
  if (!isListAnswer(reply)) {
    report(finding("tracker-odd", { address: at, reply: reply.slice(0, MAX_REPLY_SHOWN) }));
    return null;
  }
  report(
    tcp === null ? finding("tracker-answers", { address: at }) : finding("tracker-answers-udp", { address: at, tcp }),
  );
  const images = parseList(streamed ?? reply);
  const peers = new Set(images.values().flatMap((image) => image.peers.map(formatAddress)));
  const complete = streamed !== null || first.bytes.length < FULL_LIST_BYTES;
  report(finding("tracker-lists", { images: images.length, peers: peers.size, complete }));
  return { address, onTcp: tcp === null, first, images, complete };
}

/** The answer to `LST` on UDP; `null` without one. */
export async function askUdp(address: Address, examination: Examination): Promise<ReceivedDatagram | null> {
  try {
    await using peer = new ProbePeer(address, examination);
    return await peer.ask("LST", () => true);
  } catch {
    examination.signal.throwIfAborted();
    return null; // This machine has no socket of its family.
  }
}

/** The list over TCP, or why there is none. */
async function askTcp(
  address: Address,
  examination: Examination,
): Promise<{ failure: TcpFailure | null; text: string | null }> {
  try {
    const text = await listOverTcp(address, examination);
    return text !== null && isFromTracker(text) ? { failure: null, text } : { failure: "odd", text: null };
  } catch (error) {
    examination.signal.throwIfAborted();
    return { failure: TCP_FAILURES[codeOf(error)] ?? "odd", text: null };
  }
}

/** The reply to `LST` on TCP; `null` if the connection ended first. */
export function listOverTcp(address: Address, { timeouts, signal }: Examination): Promise<string | null> {
  return askOnce(address, "LST", signal, { ...EXCHANGE_LIMITS, connect: timeouts.tcp, silence: timeouts.tcp });
}

/** Whether only a tracker replies to `LST` like this. */
function isFromTracker(reply: string): boolean {
  return parseReply(reply)?.type === "error" || parseList(reply).length > 0;
}

const TCP_FAILURES: Readonly<Record<string, TcpFailure>> = {
  ECONNREFUSED: "refused",
  ETIMEDOUT: "timed-out",
  EHOSTUNREACH: "no-route",
  ENETUNREACH: "no-route",
};
