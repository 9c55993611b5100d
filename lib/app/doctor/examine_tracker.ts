/**
 * Whether there is a tracker: its name, and its answers on UDP and TCP.
 *
 * @module
 */
import { isIP } from "node:net";
import { type Address, formatAddress } from "../../protocol/address.ts";
import { type Finding, finding } from "./finding.ts";
import type { TcpFailure } from "./finding.ts";
import type { ListedImage } from "../../protocol/image.ts";
import { codeOf } from "../../fault/reason.ts";
import { parseList } from "../../protocol/list.ts";
import { isListAnswer, MAX_REPLY_SHOWN, parseReply, replyText } from "../../protocol/reply.ts";
import { EXCHANGE_LIMITS } from "../../announce/tcp_requests.ts";
import { askOnce } from "../../net/exchange_guard.ts";
import { FULL_LIST_BYTES } from "../../announce/fetch_list.ts";
import { resolveAll } from "../../net/resolve.ts";
import { ProbeSocket, type ReceivedDatagram } from "./probe_socket.ts";
import { type DoctorTimeouts, withTimeout } from "./timeouts.ts";

/** A tracker that answers. */
export interface ReachedTracker {
  readonly address: Address;
  /** Whether it answers on TCP too, as ours do. */
  readonly onTcp: boolean;
  /** Its answer to the first `LST`. */
  readonly first: ReceivedDatagram;
  /** The images in that answer. */
  readonly images: readonly ListedImage[];
}

/**
 * Resolves the name of a tracker.
 *
 * @returns Its address, if any, and the findings: none for an IP address.
 */
export async function examineName(
  host: string,
  timeouts: DoctorTimeouts,
  signal: AbortSignal,
): Promise<{ address: string | null; findings: Finding[] }> {
  let addresses: string[];
  try {
    addresses = await withTimeout(resolveAll(host), timeouts.name, signal);
  } catch {
    signal.throwIfAborted();
    return { address: null, findings: [finding("name-unknown", { host })] };
  }
  const [address] = addresses;
  if (isIP(host) !== 0) return { address, findings: [] };
  return {
    address,
    findings: [
      addresses.length > 1 ? finding("name-several", { host, address, addresses }) : finding("name-known", {
        host,
        address,
      }),
    ],
  };
}

/** Requests the list of a tracker on UDP and on TCP. */
export async function examineTracker(
  address: Address,
  timeouts: DoctorTimeouts,
  signal: AbortSignal,
): Promise<{ tracker: ReachedTracker | null; findings: Finding[] }> {
  const asked = [askUdp(address, timeouts, signal), askTcp(address, timeouts, signal)] as const;
  const [first, { failure: tcp, text: streamed }] = await Promise.all(asked).finally(() => Promise.allSettled(asked));
  const at = formatAddress(address);
  const seconds = timeouts.udp.reduce((sum, ms) => sum + ms, 0) / 1_000;
  if (first !== null && !isListAnswer(replyText(first.bytes))) {
    const reply = replyText(first.bytes).slice(0, MAX_REPLY_SHOWN);
    return { tracker: null, findings: [finding("tracker-odd", { address: at, reply })] };
  }
  if (first === null) {
    const silent = tcp === null
      ? finding("udp-blocked", { address: at, seconds })
      : finding("tracker-silent", { address: at, seconds, tcp });
    return { tracker: null, findings: [silent] };
  }
  const onTcp = tcp === null;
  const answers = tcp === null
    ? finding("tracker-answers", { address: at })
    : finding("tracker-answers-udp", { address: at, tcp });
  const images = parseList(streamed ?? replyText(first.bytes));
  const peers = new Set<string>();
  for (const image of images) for (const peer of image.peers) peers.add(formatAddress(peer));
  const complete = streamed !== null || first.bytes.length < FULL_LIST_BYTES;
  const lists = finding("tracker-lists", { images: images.length, peers: peers.size, complete });
  return { tracker: { address, onTcp, first, images }, findings: [answers, lists] };
}

async function askUdp(
  address: Address,
  timeouts: DoctorTimeouts,
  signal: AbortSignal,
): Promise<ReceivedDatagram | null> {
  try {
    await using socket = new ProbeSocket(address);
    return await socket.ask("LST", () => true, timeouts.udp, signal);
  } catch {
    signal.throwIfAborted();
    return null; // No socket of its family.
  }
}

/** The list over TCP, or why there is none. */
async function askTcp(
  address: Address,
  { tcp }: DoctorTimeouts,
  signal: AbortSignal,
): Promise<{ failure: TcpFailure | null; text: string | null }> {
  try {
    const text = await askOnce(address, "LST", signal, { ...EXCHANGE_LIMITS, connect: tcp, silence: tcp });
    return text !== null && isFromTracker(text) ? { failure: null, text } : { failure: "odd", text: null };
  } catch (error) {
    signal.throwIfAborted();
    return { failure: TCP_FAILURES[codeOf(error)] ?? "odd", text: null };
  }
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
