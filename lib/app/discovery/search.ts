/** Looks for trackers in the networks of this machine. */
import { reasonOf } from "../../fault/reason.ts";
import { pause } from "../../net/pause.ts";
import type { Address } from "../../protocol/address.ts";
import { MDNS_PORT } from "./announcer.ts";
import type { DnsMessage } from "./dns_message.ts";
import { type HeardTracker, HeardTrackers } from "./heard_trackers.ts";
import { MulticastSockets } from "./multicast.ts";
import { localNetworks, networksOf } from "./networks.ts";

/** What a search found, and how. */
export interface Search {
  readonly trackers: readonly HeardTracker[];
  /** The networks that were searched. */
  readonly networks: readonly SearchedNetwork[];
  /** How many answers came to all, and how many to this program alone: a firewall may stop one kind of them. */
  readonly answers: { readonly multicast: number; readonly unicast: number };
  /** Why the port of multicast DNS could not be opened; `null` if it could. */
  readonly portError: string | null;
}

/** A network that was searched, and why it could not be over IPv4 and IPv6; `null` where it was. */
export interface SearchedNetwork {
  readonly name: string;
  readonly addresses: readonly string[];
  readonly ipv4?: string | null;
  readonly ipv6?: string | null;
}

/** When a search asks and when it ends, in milliseconds from its start. */
export interface SearchTimes {
  readonly asks: readonly number[];
  /** When it ends if a tracker was found by then. */
  readonly enough: number;
  readonly end: number;
}

/**
 * Trackers answer within 120 ms. The second question comes after a second (RFC 6762, section 5.2), since wireless
 * networks lose a tenth of what is sent to all; half a second later all trackers have answered once but one in fifty.
 * Only when nobody has answered a third one follows, and the person waits longer.
 */
export const SEARCH_TIMES: SearchTimes = { asks: [0, 1_000, 3_000], enough: 1_500, end: 3_500 };

/** When nobody waits but a request to a tracker that was silent, and will be repeated. */
export const AGAIN_TIMES: SearchTimes = { asks: [0, 1_000], enough: 1_500, end: 1_500 };

/**
 * Looks for trackers for a moment. It asks from the port of multicast DNS, and from a port of its own, whose answers
 * pass firewalls that stop the others.
 *
 * @throws The reason of the signal.
 */
export async function searchTrackers(signal: AbortSignal, times: SearchTimes = SEARCH_TIMES): Promise<Search> {
  signal.throwIfAborted();
  const networks = localNetworks(Deno.networkInterfaces());
  const heard = new HeardTrackers();
  const answers = { multicast: 0, unicast: 0 };
  const hear = (kind: keyof typeof answers) => (message: DnsMessage, from: Address): void => {
    if (from.port !== MDNS_PORT || networksOf(from.host, networks).length === 0) return;
    if (heard.add(message, performance.now())) answers[kind]++;
  };
  let portError: string | null = null;
  await using all = await MulticastSockets.open(MDNS_PORT, hear("multicast")).catch((error) => {
    portError = reasonOf(error);
    return null;
  });
  await using own = await MulticastSockets.open(0, hear("unicast"));
  all?.join(networks);
  const searched = new Map<string, SearchedNetwork>(
    networks.map(({ name, own }) => [name, { name, addresses: own.map(({ host }) => host) }]),
  );
  const start = performance.now();
  const until = (ms: number): Promise<void> => pause(start + ms - performance.now(), signal);
  const find = () => heard.trackers(networks, performance.now());
  for (const at of times.asks) {
    if (at > times.enough) await until(times.enough);
    if (find().length > 0 && at > times.enough) break;
    await until(at);
    signal.throwIfAborted();
    const questions = heard.questions(performance.now());
    for (const network of networks) {
      for (const [sockets, id] of [[all, 0], [own, 1]] as const) {
        const message = { id, isResponse: false, questions, records: [], proposed: [] };
        const sent = await sockets?.send({ network, to: "group", message });
        searched.set(network.name, { ...searched.get(network.name)!, ...sent });
      }
    }
  }
  await until(find().length > 0 ? times.enough : times.end);
  signal.throwIfAborted();
  return { trackers: find(), networks: [...searched.values()], answers, portError };
}
