/** Which trackers are one network, and which network goes on with an earlier one. */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { mergeHeard, networksHeard, successorOf } from "../../../lib/app/discovery/heard_networks.ts";
import { type HeardTracker, HeardTrackers } from "../../../lib/app/discovery/heard_trackers.ts";
import { serviceRecords } from "../../../lib/app/discovery/service.ts";
import { classroom, response } from "./support.ts";

/** A tracker on the n-th address of the classroom. */
function tracker(n: number, name: string, registry = ""): HeardTracker {
  const addresses = [{ host: `10.77.0.${n}`, port: 13_377 }, { host: `fd77::${n}`, port: 13_377 }];
  const host = `idp2pi-${n}.local`;
  return { name, host, addresses, version: "0.1.0", registry, otherNames: [], networks: ["eth0"] };
}

const NEIGHBOUR = "10.77.0.1";

const names = (networks: readonly HeardTracker[]): string[][] =>
  networks.map(({ name, otherNames }) => [name, ...otherNames]);

Deno.test("trackers that announce one registry are one network, with the addresses of each in turn", () => {
  const [a, b, c, d] = [tracker(1, "a", "r"), tracker(2, "b"), tracker(3, "c", "r"), tracker(4, "d")];
  const networks = networksHeard([a, b, c, d]);
  deepStrictEqual(names(networks), [["a", "c"], ["b"], ["d"]]);
  deepStrictEqual(networks[0].addresses.map(({ host }) => host), ["10.77.0.1", "10.77.0.3", "fd77::1", "fd77::3"]);
  deepStrictEqual(networksHeard([]), []);
  const many = Array.from({ length: 50 }, (_, i) => tracker(i, `liar ${i}`, "r"));
  strictEqual(networksHeard(many)[0].addresses.length, 16);
});

Deno.test("a tracker that is heard in two networks is one, and two of one name in two networks are two", () => {
  const [here, there] = [tracker(1, "sala"), { ...tracker(2, "sala"), networks: ["eth1"] }];
  deepStrictEqual(mergeHeard([here, there]), [here, there]);
  const [merged, ...others] = mergeHeard([here, { ...there, host: here.host }]);
  deepStrictEqual([merged.addresses, merged.networks, others], [
    [...here.addresses, ...there.addresses],
    ["eth0", "eth1"],
    [],
  ]);
});

Deno.test("the registry is read from what a tracker announces", () => {
  const heard = new HeardTrackers("eth0");
  const service = { name: "sala", host: "idp2pi-1.local", port: 13_377, version: "0.1.0" };
  heard.add(response(...serviceRecords({ ...service, registry: "5e0a" }, classroom(1))), NEIGHBOUR, 0);
  strictEqual(heard.trackers([classroom(9)], 0)[0].registry, "5e0a");
  heard.add(response(...serviceRecords(service, classroom(1))), NEIGHBOUR, 1_000);
  strictEqual(heard.trackers([classroom(9)], 2_000)[0].registry, "", "it shares it no longer");
});

Deno.test("a network goes on with its registry, else with its name, else with the only one", () => {
  const [a, b, c] = [tracker(1, "a", "r"), tracker(2, "b"), tracker(3, "c", "r")];
  const table: [string, HeardTracker, HeardTracker[], string | undefined][] = [
    ["the registry", a, [{ ...b, name: "a" }, c], "10.77.0.3"],
    ["the name", b, [a, tracker(9, "b")], "10.77.0.9"],
    ["another name that it had", { ...b, otherNames: ["d"] }, [a, tracker(9, "d")], "10.77.0.9"],
    ["the only one", b, [a], "10.77.0.1"],
    ["the name, rather in its network", b, [{ ...tracker(8, "b"), networks: ["eth1"] }, tracker(9, "b")], "10.77.0.9"],
    ["the name, elsewhere", b, [a, { ...tracker(8, "b"), networks: ["eth1"] }], "10.77.0.8"],
    ["two others", b, [a, tracker(4, "d")], undefined],
    ["nobody", b, [], undefined],
  ];
  for (const [why, before, heard, host] of table) {
    strictEqual(successorOf(before, networksHeard(heard))?.addresses[0].host, host, why);
  }
});

Deno.test("each tracker is in one network, whatever anybody announces", () => {
  const any = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.string(), fc.constantFrom("", "r", "s", "__proto__"));
  fc.assert(fc.property(fc.array(any), (trackers) => {
    const heard = trackers.map(([n, name, registry]) => tracker(n, name, registry));
    const networks = networksHeard(heard);
    deepStrictEqual(names(networks).flat().sort(), heard.map(({ name }) => name).sort());
    ok(networks.every(({ addresses }) => addresses.length > 0 && addresses.length <= 16));
  }));
});
