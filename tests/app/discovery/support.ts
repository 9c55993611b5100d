/** Networks and messages that tests of discovery use. */
import type { DnsMessage, DnsRecord } from "../../../lib/app/discovery/dns_message.ts";
import type { LocalNetwork } from "../../../lib/app/discovery/networks.ts";

/** The network 10.77.0.0/24, in which this machine has the n-th address, and a unique local one. */
export function classroom(n: number, name = "eth0"): LocalNetwork {
  const own = [{ host: `10.77.0.${n}`, prefix: 24 }, { host: `fd77::${n}`, prefix: 64 }];
  return { name, ipv4: own[0].host, ipv6: 2, own };
}

export function query(...questions: DnsMessage["questions"]): DnsMessage {
  return { id: 0, isResponse: false, questions, records: [], proposed: [] };
}

export function response(...records: readonly DnsRecord[]): DnsMessage {
  return { id: 0, isResponse: true, questions: [], records, proposed: [] };
}
