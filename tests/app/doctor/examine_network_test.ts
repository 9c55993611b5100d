/** What an examination says of the trackers that announce themselves, and when it looks for them. */
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { examine } from "../../../lib/app/doctor/examine.ts";
import { networkFindings, trackerFindings } from "../../../lib/app/doctor/examine_network.ts";
import { doctorExit, type Finding } from "../../../lib/app/doctor/finding.ts";
import type { HeardTracker } from "../../../lib/app/discovery/heard_trackers.ts";
import type { Search } from "../../../lib/app/discovery/search.ts";
import { startTracker } from "../../../mod.ts";
import { soon } from "../../support.ts";
import { faultsAre, SHORT, valuesOf } from "./support.ts";

const ETH0 = { name: "eth0", addresses: ["192.168.0.5"], ipv4: null, ipv6: null };

const SALA: HeardTracker = {
  name: "sala",
  addresses: [{ host: "192.168.0.10", port: 13_377 }, { host: "fd00::10", port: 13_377 }],
  version: "0.1.0",
  host: "idp2pi-1.local",
  registry: "",
  otherNames: [],
  networks: ["eth0"],
};

function searched(some: Partial<Search> = {}): Search {
  return {
    trackers: [],
    local: null,
    networks: [ETH0],
    answers: { multicast: 0, unicast: 0 },
    portError: null,
    ...some,
  };
}

const codes = (findings: readonly Finding[]): string[] => findings.map(({ code }) => code);

Deno.test("a search becomes findings: where it asked, and which answers arrived", () => {
  const table: [string, Partial<Search>, string[]][] = [
    ["no network", { networks: [] }, ["network-none"]],
    ["nobody", {}, ["network-asked", "network-silent"]],
    ["both kinds", { trackers: [SALA], answers: { multicast: 1, unicast: 1 } }, ["network-asked", "network-answers"]],
    ["to all alone", { trackers: [SALA], answers: { multicast: 1, unicast: 0 } }, ["network-asked", "network-answers"]],
    ["a firewall", { trackers: [SALA], answers: { multicast: 0, unicast: 2 } }, ["network-asked", "network-one-way"]],
    [
      "another program keeps the port",
      { trackers: [SALA], answers: { multicast: 0, unicast: 2 }, portError: "in use by another program" },
      ["network-asked", "network-port", "network-answers"],
    ],
    [
      "an interface without multicast",
      { networks: [{ ...ETH0, ipv4: "network unreachable", ipv6: "no permission" }] },
      ["network-asked", "network-unsent", "network-unsent", "network-silent"],
    ],
  ];
  for (const [what, some, expected] of table) deepStrictEqual(codes(networkFindings(searched(some))), expected, what);
});

Deno.test("a tracker that is announced becomes findings: who it is, twice or not, and whether it answers", () => {
  const [announced] = trackerFindings(SALA, true);
  deepStrictEqual(announced.values, {
    name: "sala",
    address: "192.168.0.10:13377",
    addresses: ["[fd00::10]:13377"],
    version: "0.1.0",
  });
  deepStrictEqual(codes(trackerFindings(SALA, false)), ["announced", "announced-silent"]);
  deepStrictEqual(codes(trackerFindings({ ...SALA, otherNames: ["old"] }, true)), ["announced", "announced-twice"]);
});

Deno.test("“auto” examines the tracker that was found, and without one says so", async () => {
  await using tracker = startTracker({ host: "127.0.0.1", port: 0 });
  const here = { ...SALA, addresses: [{ host: "127.0.0.1", port: tracker.address.port }] };
  const search = (trackers: HeardTracker[], local: Search["local"] = null) => () =>
    Promise.resolve(searched({ trackers, local, answers: { multicast: 1, unicast: 1 } }));
  const timeouts = { udp: [15_000], tcp: 15_000 };
  const found = await soon(examine({ tracker: "auto", search: search([here]), timeouts }), "the end");
  faultsAre(found);
  const address = `127.0.0.1:${tracker.address.port}`;
  deepStrictEqual(valuesOf(found, "tracker-answers"), { address });
  strictEqual(valuesOf(found, "announced").address, address);
  const local = await soon(examine({ tracker: "auto", search: search([], here.addresses[0]), timeouts }), "the end");
  deepStrictEqual(
    [valuesOf(local, "local-tracker"), valuesOf(local, "tracker-answers")],
    [{ address }, { address }],
    "it announces itself nowhere",
  );
  const none = await soon(examine({ tracker: "auto", search: search([]), timeouts: SHORT }), "the end");
  faultsAre(none, "tracker-not-found");
  strictEqual(doctorExit(none), 3);
});

Deno.test("for a tracker of this machine the network is not searched", async () => {
  const search = (): Promise<Search> => Promise.reject(new Error("it was looked for"));
  await using tracker = startTracker({ host: "127.0.0.1", port: 0 });
  const timeouts = { udp: [15_000], tcp: 15_000 };
  const findings = await soon(examine({ tracker: tracker.address, search, timeouts }), "the end");
  deepStrictEqual(findings.filter(({ check }) => check === "network"), []);
});
