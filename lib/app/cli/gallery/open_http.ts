/** Opens a port for HTTP that an option chose. */
import { Fault } from "../../../fault/fault.ts";
import { isShortage, reasonOf } from "../../../fault/reason.ts";
import type { Address } from "../../../protocol/address.ts";

/**
 * Opens a TCP port.
 *
 * @param options The options that chose its address and its port, as in `--http`.
 * @throws {Fault} `http-in-use`, `http-denied`, `port-unusable`, `address-not-here`.
 */
export function openHttp({ host, port }: Address, options: { host: string; port: string }): Deno.TcpListener {
  try {
    return Deno.listen({ hostname: host, port });
  } catch (error) {
    const at = { host, port, option: options.port };
    if (error instanceof Deno.errors.AddrInUse) throw new Fault("http-in-use", at, error);
    if (error instanceof Deno.errors.PermissionDenied) throw new Fault("http-denied", at, error);
    if (isShortage(error)) throw new Fault("port-unusable", { ...at, protocol: "TCP", reason: reasonOf(error) }, error);
    throw new Fault("address-not-here", { address: host, option: options.host }, error);
  }
}
