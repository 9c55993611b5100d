/** Opens a port for HTTP that an option chose. */
import { Fault } from "../../../fault/fault.ts";
import type { Address } from "../../../protocol/address.ts";

/**
 * Opens a TCP port.
 *
 * @param option The option that chose it, as in `--http`.
 * @throws {Fault} `http-in-use`, `http-denied`.
 */
export function openHttp({ host, port }: Address, option: string): Deno.TcpListener {
  try {
    return Deno.listen({ hostname: host, port });
  } catch (error) {
    const code = error instanceof Deno.errors.AddrInUse ? "http-in-use" : "http-denied";
    throw new Fault(code, { host, port, option }, error);
  }
}
