/** SRV records: which hosts and ports offer a service, and in which order they are to be contacted (RFC 2782). */

/** What an SRV record says. */
export interface Service {
  /** A smaller one comes first. */
  readonly priority: number;
  /** The share of the clients within one priority. */
  readonly weight: number;
  /** Where the service is offered. */
  readonly port: number;
  /** The name of the host that offers it. */
  readonly target: string;
}

/**
 * The SRV records of a name; none if it has none, or no name server answers before the signal is aborted.
 *
 * @param nameServer The name server to ask; default: that of the system.
 */
export async function lookUpServices(
  name: string,
  signal: AbortSignal,
  nameServer?: { readonly ipAddr: string; readonly port: number },
): Promise<readonly Service[]> {
  try {
    return await Deno.resolveDns(name, "SRV", nameServer ? { nameServer, signal } : { signal });
  } catch {
    return [];
  }
}

/**
 * The services in the order of RFC 2782: by priority, within one priority at random in proportion to the weights. A
 * target of `.` is none.
 *
 * @param random A number from 0 to less than 1.
 */
export function orderServices(services: readonly Service[], random: () => number): Service[] {
  const offered = services.filter(({ target, port }) => target !== "." && target !== "" && port > 0);
  const ordered: Service[] = [];
  for (const priority of [...new Set(offered.map((it) => it.priority))].sort((a, b) => a - b)) {
    // Records of weight 0 come first, so that they have a small chance beside others.
    const left = offered.filter((it) => it.priority === priority).sort((a, b) => a.weight - b.weight);
    while (left.length > 0) {
      const drawn = Math.floor(random() * (left.reduce((sum, { weight }) => sum + weight, 0) + 1));
      let sum = 0;
      const index = left.findIndex(({ weight }) => (sum += weight) >= drawn);
      ordered.push(left[index]);
      left.splice(index, 1);
    }
  }
  return ordered;
}
