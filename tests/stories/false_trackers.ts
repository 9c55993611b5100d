/** Announces trackers that do not exist, some hundred a second for a minute at most, run inside a network namespace. */
import { MDNS_PORT } from "../../lib/app/discovery/announcer.ts";
import { MulticastSockets } from "../../lib/app/discovery/multicast.ts";
import { localNetworks } from "../../lib/app/discovery/networks.ts";
import { serviceRecords } from "../../lib/app/discovery/service.ts";

const [found] = localNetworks(Deno.networkInterfaces());
const network = { ...found, ipv6: null };
await using sockets = await MulticastSockets.open(MDNS_PORT, () => {});
for (let sent = 0; sent < 30_000; sent++) {
  const service = { name: `a tracker ${sent}`, host: `false-${sent}.local`, port: 13_377, version: "0.1.0" };
  const own = [{ host: `10.77.0.${100 + sent % 100}`, prefix: 24 }];
  const records = serviceRecords(service, { ...network, own }).map((it) => ({ ...it, ttl: 4_294_967_295 }));
  const message = { id: 0, isResponse: true, questions: [], records, proposed: [] };
  await sockets.send({ network, to: "group", message });
  if (sent === 500) console.log("announced");
  if (sent % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 20));
}
