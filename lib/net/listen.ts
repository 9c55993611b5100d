/** Opens the sockets on which others reach this program, over IPv4 and IPv6. */
import type { Address } from "../protocol/address.ts";
import { Fault } from "../fault/fault.ts";
import { isShortage, reasonOf } from "../fault/reason.ts";

type Bound = { readonly addr: Deno.Addr; close(): void };

export function bindUdp(host: string | undefined, port: number): Deno.DatagramConn[] {
  return bindAll("UDP", host, port, (hostname, port) => Deno.listenDatagram({ transport: "udp", hostname, port }));
}

export function bindTcp(host: string | undefined, port: number): Deno.TcpListener[] {
  return bindAll("TCP", host, port, (hostname, port) => Deno.listen({ transport: "tcp", hostname, port }));
}

export function localAddress(socket: Bound): Address {
  const { hostname, port } = socket.addr as Deno.NetAddr;
  return { host: hostname, port };
}

/**
 * Opens `host`; without it, all interfaces over IPv4 and IPv6. On Linux and macOS the socket of `::` accepts IPv4 too,
 * on Windows a second socket is needed, and without IPv6 only `0.0.0.0` is opened.
 *
 * @param port 0 for a free port, the same for IPv4 and IPv6.
 * @throws {Fault} `port-in-use`, `port-denied`, `port-unusable`, `address-not-here`.
 */
function bindAll<S extends Bound>(
  protocol: "UDP" | "TCP",
  host: string | undefined,
  port: number,
  open: (hostname: string, port: number) => S,
): S[] {
  const bind = (hostname: string, port: number): S => {
    try {
      return open(hostname, port);
    } catch (error) {
      const at = { protocol, port, host: host ?? "" };
      if (error instanceof Deno.errors.AddrInUse) throw new Fault("port-in-use", at, error);
      if (error instanceof Deno.errors.PermissionDenied) throw new Fault("port-denied", at, error);
      if (isShortage(error)) throw new Fault("port-unusable", { ...at, reason: reasonOf(error) }, error);
      throw new Fault("address-not-here", { address: hostname, option: "--host" }, error);
    }
  };
  if (host !== undefined) return [bind(host, port)];
  let both: S;
  try {
    both = bind("::", port);
  } catch (error) {
    if (error instanceof Fault && error.code !== "address-not-here") throw error;
    return [bind("0.0.0.0", port)];
  }
  try {
    return [both, open("0.0.0.0", localAddress(both).port)];
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse && takesIpv4(open)) return [both];
    both.close();
    if (isShortage(error)) {
      throw new Fault("port-unusable", { protocol, port, host: "", reason: reasonOf(error) }, error);
    }
    throw new Fault("port-in-use", { protocol, port, host: "" }, error);
  }
}

/** Whether a socket of `::` accepts IPv4 too on this machine, tried on a free port. */
function takesIpv4(open: (hostname: string, port: number) => Bound): boolean {
  const both = open("::", 0);
  try {
    open("0.0.0.0", localAddress(both).port).close();
    return false;
  } catch (error) {
    return error instanceof Deno.errors.AddrInUse;
  } finally {
    both.close();
  }
}
