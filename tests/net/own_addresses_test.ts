import { deepStrictEqual } from "node:assert/strict";
import { listedAddresses } from "../../lib/net/own_addresses.ts";

Deno.test("others probably know this machine by its address in the tracker's network", () => {
  const own = [
    { host: "127.0.0.1", prefix: 8 },
    { host: "172.17.0.1", prefix: 16 },
    { host: "192.168.0.21", prefix: 24 },
    { host: "2001:db8::21", prefix: 64 },
  ];
  deepStrictEqual(listedAddresses(own, "192.168.0.10"), ["192.168.0.21"]);
  deepStrictEqual(listedAddresses(own, "203.0.113.7"), ["172.17.0.1", "192.168.0.21"]);
  deepStrictEqual(listedAddresses(own, "2001:db8::1"), ["2001:db8::21"]);
  deepStrictEqual(listedAddresses([], "203.0.113.7"), ["203.0.113.7"]);
  deepStrictEqual(listedAddresses(own, "127.0.0.1"), ["127.0.0.1", "172.17.0.1", "192.168.0.21"]);
  deepStrictEqual(listedAddresses(own, "::1"), ["::1", "2001:db8::21"]);
  deepStrictEqual(listedAddresses([], "127.0.0.1"), ["127.0.0.1"]);
});
