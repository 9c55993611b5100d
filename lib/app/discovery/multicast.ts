/** The sockets of multicast DNS: one for IPv4 and one for IPv6, which send in each network of this machine. */
import { createSocket, type Socket } from "node:dgram";
import { reasonOf, REASONS } from "../../fault/reason.ts";
import type { Address } from "../../protocol/address.ts";
import { MDNS_PORT, type Outgoing } from "./announcer.ts";
import { countEntries, decodeMessage, type DnsMessage, encodeMessage } from "./dns_message.ts";
import type { LocalNetwork } from "./networks.ts";

/** The groups of multicast DNS (RFC 6762, section 3). */
const [GROUP_4, GROUP_6] = ["224.0.0.251", "ff02::fb"];

/** Messages never leave the network; some check that by this (RFC 6762, section 11). Deno sets it for IPv4 alone. */
const HOPS = 255;

/** Questions and records that are read in a second: hundreds of devices send fewer; a flood is dropped unread. */
const MAX_READ = 5_000;

/** How many datagrams wait to be sent: more would be late. */
const MAX_WAITING = 64;

/** Called with each message, and where it came from. */
type OnMessage = (message: DnsMessage, from: Address) => void;

/** The open sockets; `await using` closes them. */
export class MulticastSockets implements AsyncDisposable {
  readonly #sockets: ReadonlyMap<4 | 6, Socket>;
  readonly #joined = new Set<string>();
  /** Datagrams are sent one after the other, since the interface of a socket is changed between them. */
  #sending: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  private constructor(sockets: ReadonlyMap<4 | 6, Socket>) {
    this.#sockets = sockets;
  }

  /**
   * Opens the port of multicast DNS, which other programs of this machine may use too, or 0 for a free one.
   *
   * @throws The error of the system when neither family can be opened.
   */
  static async open(port: typeof MDNS_PORT | 0, onMessage: OnMessage): Promise<MulticastSockets> {
    const read = new Gate(MAX_READ);
    const opened = await Promise.allSettled(([4, 6] as const).map(async (family) => {
      const socket = await bind(family, port);
      socket.on("error", () => {}); // A datagram that was not delivered, as Windows reports it.
      socket.on("message", (bytes, { address: host, port }) => {
        const message = read.passes(countEntries(bytes), performance.now()) ? decodeMessage(bytes) : null;
        if (message) onMessage(message, { host, port });
      });
      return [family, socket] as const;
    }));
    const sockets = new Map(opened.flatMap((it) => it.status === "fulfilled" ? [it.value] : []));
    if (sockets.size === 0) throw (opened[0] as PromiseRejectedResult).reason;
    return new MulticastSockets(sockets);
  }

  /** Receives what is sent in these networks. One that cannot be joined is left out. */
  join(networks: readonly LocalNetwork[]): void {
    const places = networks.flatMap(({ ipv4, ipv6 }) => [
      ...ipv4 === null ? [] : [[4, GROUP_4, ipv4] as const],
      ...ipv6 === null ? [] : [[6, GROUP_6, `::%${ipv6}`] as const],
    ]);
    for (const known of this.#joined) if (!places.some(([, , at]) => at === known)) this.#joined.delete(known);
    for (const [family, group, at] of places) {
      if (this.#joined.has(at)) continue;
      try {
        this.#sockets.get(family)?.addMembership(group, at);
      } catch {
        // An interface without multicast, or one that is gone, or that was away and is back.
      }
      this.#joined.add(at);
    }
  }

  /** Sends a datagram; resolves to why it could not be sent to the group of each family, `null` where it was. */
  send({ network, to, message }: Outgoing): Promise<{ ipv4?: string | null; ipv6?: string | null }> {
    if (this.#waiting >= MAX_WAITING) return Promise.resolve({});
    this.#waiting++;
    const sent = this.#sending.then(async () => {
      const { ipv4, ipv6 } = network;
      const bytes = encodeMessage(message);
      if (to !== "group") {
        const isLinkLocal = to.host.toLowerCase().startsWith("fe80:");
        const host = isLinkLocal ? `${to.host.split("%")[0]}%${ipv6}` : to.host;
        await sendTo(this.#sockets.get(to.host.includes(":") ? 6 : 4), bytes, { host, port: to.port });
        return {};
      }
      const [four, six] = [this.#sockets.get(4), this.#sockets.get(6)];
      return {
        ...ipv4 !== null && { ipv4: await sendTo(four, bytes, { host: GROUP_4, port: MDNS_PORT }, ipv4) },
        ...ipv6 !== null && { ipv6: await sendTo(six, bytes, { host: GROUP_6, port: MDNS_PORT }, `::%${ipv6}`) },
      };
    }).finally(() => this.#waiting--);
    this.#sending = sent.catch(() => {});
    return sent;
  }

  /** Closes the sockets when all has been sent. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sending;
    await Promise.all(this.#sockets.values().map((it) => new Promise<void>((resolve) => it.close(resolve))));
  }
}

/** Lets so many pass in a second. */
class Gate {
  readonly #most: number;
  #second = -1;
  #passed = 0;

  constructor(most: number) {
    this.#most = most;
  }

  passes(count: number, now: number): boolean {
    const second = Math.floor(now / 1_000);
    if (second !== this.#second) [this.#second, this.#passed] = [second, 0];
    return (this.#passed += count) <= this.#most;
  }
}

function bind(family: 4 | 6, port: number): Promise<Socket> {
  const socket = createSocket({ type: `udp${family}`, reuseAddr: port !== 0, ipv6Only: family === 6 });
  return new Promise((resolve, reject) => {
    socket.once("error", (error) => {
      socket.close();
      reject(error);
    });
    socket.bind(port, family === 4 ? "0.0.0.0" : "::", () => {
      socket.removeAllListeners("error");
      try {
        socket.setMulticastTTL(HOPS);
        socket.setMulticastLoopback(true); // For other programs of this machine.
        resolve(socket);
      } catch (error) { // A system that has no multicast.
        socket.close();
        reject(error);
      }
    });
  });
}

/** Sends through an interface; returns why it could not, or `null`. */
async function sendTo(
  socket: Socket | undefined,
  bytes: Uint8Array,
  { host, port }: Address,
  through?: string,
): Promise<string | null> {
  try {
    if (!socket) return REASONS.ENETUNREACH; // This machine has no socket of that family.
    if (through !== undefined) socket.setMulticastInterface(through);
    await new Promise<void>((resolve, reject) =>
      socket.send(bytes, port, host, (error) => error ? reject(error) : resolve())
    );
    return null;
  } catch (error) {
    return reasonOf(error);
  }
}
