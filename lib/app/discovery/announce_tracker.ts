/** Announces a running tracker in the networks of this machine. */
import type { Address } from "../../protocol/address.ts";
import { notify } from "../../fault/notify.ts";
import { Announcer, MDNS_PORT, type Outgoing } from "./announcer.ts";
import type { DnsMessage } from "./dns_message.ts";
import { MulticastSockets } from "./multicast.ts";
import { type LocalNetwork, localNetworks } from "./networks.ts";
import type { TrackerService } from "./service.ts";

/** How often the networks are looked at again, in milliseconds: a cable is plugged in, a laptop moves. */
const LOOK_MS = 5_000;

/** What is announced. */
export interface Announcement {
  /** The address that the tracker listens on; `::` and `0.0.0.0` stand for all interfaces. */
  readonly address: Address;
  /** The name to show, if it is free. */
  readonly name: string;
  readonly version: string;
  /** The registry that it shares with other trackers now, if it does; see {@link TrackerService}. */
  readonly registry?: () => string | undefined;
  /** Called with the name when it is known, and after it changed. */
  readonly onName: (name: string) => void;
  /** Called once with the error of the system if the port of multicast DNS cannot be opened. */
  readonly onFault: (error: unknown) => void;
}

/**
 * Announces a tracker until it is disposed of, which says goodbye. Sockets are open while there is a network for it:
 * a tracker on a public or loopback address, or on a machine without a network, opens none.
 */
export function announceTracker(announcement: Announcement): AsyncDisposable {
  const { address, name, version, registry, onName, onFault } = announcement;
  const random = crypto.getRandomValues(new Uint8Array(6)).toHex();
  const service: TrackerService = { name, host: `idp2pi-${random}.local`, port: address.port, version };
  const announcer = new Announcer(service);
  const now = (): number => performance.now();
  let sockets: MulticastSockets | null = null;
  let looking: Promise<void> = Promise.resolve();
  let shown: string | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const interval = setInterval(() => looking = looking.then(look), LOOK_MS);
  looking = look();
  return {
    async [Symbol.asyncDispose](): Promise<void> {
      clearInterval(interval);
      await looking;
      clearTimeout(timer);
      send(announcer.goodbye());
      await sockets?.[Symbol.asyncDispose]();
    },
  };

  /** Looks at the networks, and begins again where they changed. */
  async function look(): Promise<void> {
    const networks = networksOn(address.host);
    if (networks.length > 0 && !sockets) {
      try {
        sockets = await MulticastSockets.open(MDNS_PORT, handle);
      } catch (error) {
        clearInterval(interval);
        return notify(() => onFault(error));
      }
    }
    sockets?.join(networks);
    announcer.setNetworks(networks, now(), registry?.());
    plan();
  }

  function handle(message: DnsMessage, from: Address): void {
    send(announcer.handle(message, from, now()));
    plan();
  }

  /** Waits for what is to be sent next. */
  function plan(): void {
    clearTimeout(timer);
    const { name: current, nextDue } = announcer;
    if (current !== null && current !== shown) notify(() => onName(shown = current));
    if (nextDue === Infinity) return;
    timer = setTimeout(() => {
      send(announcer.due(now()));
      plan();
    }, Math.max(0, nextDue - now()));
  }

  function send(datagrams: readonly Outgoing[]): void {
    for (const it of datagrams) void sockets?.send(it);
  }
}

/** The networks in which a tracker on `host` is reached; none if the system gives no addresses now. */
function networksOn(host: string): LocalNetwork[] {
  let interfaces: Deno.NetworkInterfaceInfo[] = [];
  try {
    interfaces = Deno.networkInterfaces();
  } catch {
    // No file descriptor is free: next time.
  }
  if (host === "::") return localNetworks(interfaces);
  if (host === "0.0.0.0") return localNetworks(interfaces.filter(({ family }) => family === "IPv4"));
  return localNetworks(interfaces, host);
}
