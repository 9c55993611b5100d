/** Asks for trackers in the networks of this machine, and hears their answers. */
import { reasonOf } from "../../fault/reason.ts";
import type { Address } from "../../protocol/address.ts";
import { MDNS_PORT } from "./announcer.ts";
import type { DnsMessage } from "./dns_message.ts";
import { mergeHeard } from "./heard_networks.ts";
import { type HeardTracker, HeardTrackers } from "./heard_trackers.ts";
import { MulticastSockets } from "./multicast.ts";
import { type LocalNetwork, localNetworks, networksHeardIn } from "./networks.ts";

/** A network that was searched, and why it could not be over IPv4 and IPv6; `null` where it was. */
export interface SearchedNetwork {
  readonly name: string;
  readonly addresses: readonly string[];
  readonly ipv4?: string | null;
  readonly ipv6?: string | null;
}

/**
 * Open sockets. It asks from the port of multicast DNS, and from a port of its own, whose answers pass firewalls that
 * stop the others.
 */
export class TrackerListener implements AsyncDisposable {
  /** How many answers came to all, and how many to this program alone. */
  readonly answers = { multicast: 0, unicast: 0 };
  /** Why the port of multicast DNS could not be opened; `null` if it could. */
  portError: string | null = null;
  readonly #searched = new Map<string, SearchedNetwork>();
  #networks: readonly LocalNetwork[] = [];
  /** By the name of the network: trackers of two networks may have one name. */
  #heard: ReadonlyMap<string, HeardTrackers> = new Map();
  /** That of multicast DNS, and its own. */
  #sockets: readonly (MulticastSockets | null)[] = [];
  #more = Promise.withResolvers<void>();

  private constructor() {}

  /** @throws The error of the system when no socket can be opened. */
  static async open(): Promise<TrackerListener> {
    const listener = new TrackerListener();
    const hear = (kind: "multicast" | "unicast") => (message: DnsMessage, from: Address): void =>
      listener.#hear(kind, message, from);
    const all = await MulticastSockets.open(MDNS_PORT, hear("multicast")).catch((error) => {
      listener.portError = reasonOf(error);
      return null;
    });
    try {
      listener.#sockets = [all, await MulticastSockets.open(0, hear("unicast"))];
      listener.look();
      return listener;
    } catch (error) {
      await all?.[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** The trackers that are known now, by name. */
  get trackers(): HeardTracker[] {
    const now = performance.now();
    const heard = [...this.#heard.values()].flatMap((it) => it.trackers(this.#networks, now));
    return mergeHeard(heard).sort((one, other) => one.name < other.name ? -1 : 1);
  }

  /** The networks that were asked. */
  get networks(): SearchedNetwork[] {
    return [...this.#searched.values()];
  }

  /** Looks in which networks this machine is now; returns whether they are others. */
  look(): boolean {
    let interfaces: Deno.NetworkInterfaceInfo[];
    try {
      interfaces = Deno.networkInterfaces();
    } catch {
      return false; // No file descriptor is free: next time.
    }
    const networks = localNetworks(interfaces);
    this.#sockets[0]?.join(networks);
    if (JSON.stringify(networks) === JSON.stringify(this.#networks)) return false;
    this.#networks = networks;
    this.#heard = new Map(networks.map(({ name }) => [name, this.#heard.get(name) ?? new HeardTrackers(name)]));
    this.#searched.clear();
    for (const { name, own } of networks) this.#searched.set(name, { name, addresses: own.map(({ host }) => host) });
    return true;
  }

  /** Asks in all networks. */
  async ask(): Promise<void> {
    for (const network of this.#networks) {
      const questions = this.#heard.get(network.name)?.questions(performance.now()) ?? [];
      for (const [id, sockets] of this.#sockets.entries()) {
        const message = { id, isResponse: false, questions, records: [], proposed: [] };
        const sent = await sockets?.send({ network, to: "group", message });
        this.#searched.set(network.name, { ...this.#searched.get(network.name)!, ...sent });
      }
    }
  }

  /** Resolves when something is heard of trackers after this. */
  heardMore(): Promise<void> {
    this.#more = Promise.withResolvers();
    return this.#more.promise;
  }

  #hear(kind: "multicast" | "unicast", message: DnsMessage, { host, port }: Address): void {
    if (port !== MDNS_PORT) return;
    const networks = networksHeardIn(message, host, this.#networks);
    const said = networks.map(({ name }) => this.#heard.get(name)!.add(message, host, performance.now()));
    if (!said.includes(true)) return;
    this.answers[kind]++;
    this.#more.resolve();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#sockets.map((it) => it?.[Symbol.asyncDispose]()));
  }
}
