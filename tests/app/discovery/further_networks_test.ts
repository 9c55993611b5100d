/** Which networks `--also auto` joins and leaves, and when. */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import {
  type CurrentNetwork,
  FurtherNetworks,
  GONE_MS,
  MAX_FURTHER,
} from "../../../lib/app/discovery/further_networks.ts";
import type { HeardTracker } from "../../../lib/app/discovery/heard_trackers.ts";

/** A tracker on the n-th address of the classroom. */
function tracker(n: number, name = `sala ${n}`, registry = ""): HeardTracker {
  const host = `idp2pi-${n}.local`;
  return { name, host, addresses: [at(n)], version: "0.1.0", registry, otherNames: [], networks: ["eth0"] };
}

const at = (n: number) => ({ host: `10.77.0.${n}`, port: 13_377 });
const current = (n: number, answers = true, name = `net ${n}`): CurrentNetwork => ({
  name,
  addresses: [at(n)],
  answers,
});
const MAIN = current(1);

/** One that is on the 100th address. */
const further = (): FurtherNetworks => new FurtherNetworks((host) => ["10.77.0.100", "127.0.0.1"].includes(host));
const names = (networks: readonly HeardTracker[]): string[] => networks.map(({ name }) => name);

Deno.test("each network is joined once, when it is heard of", () => {
  const it = further();
  const [one, two] = [tracker(1), tracker(2)];
  deepStrictEqual(it.decide([one], [MAIN], null, 0).join, []);
  const { join } = it.decide([one, two], [MAIN], null, 10_000);
  deepStrictEqual(names(join), ["sala 2"]);
  deepStrictEqual(it.decide([one, two], [MAIN], null, 20_000).join, [], "it is being joined");
  it.joined(join[0], "net 2", 20_000);
  const steps = it.decide([one, two, tracker(2, "other name")], [MAIN, current(2)], null, 30_000);
  deepStrictEqual(steps, { join: [], leave: new Map(), moved: [] });
});

Deno.test("what is no other network is not joined", () => {
  const main = tracker(1, "sala", "r");
  const table: [string, HeardTracker[], CurrentNetwork[], HeardTracker | null, string[]][] = [
    ["it", [tracker(1)], [MAIN], null, []],
    ["it, by a second address", [{ ...tracker(9), addresses: [at(9), at(1)] }], [MAIN], null, []],
    ["one of its registry", [tracker(1, "a", "r"), tracker(2, "b", "r")], [MAIN], null, []],
    ["one of the registry in which it was found", [tracker(2, "b", "r")], [MAIN], main, []],
    ["it, found elsewhere", [tracker(2, "sala")], [MAIN], main, []],
    ["this machine", [tracker(100)], [{ ...MAIN, addresses: [{ host: "127.0.0.1", port: 13_377 }] }], null, []],
    ["one that was given by its address", [tracker(2), tracker(3)], [MAIN, current(2)], null, ["sala 3"]],
    ["another registry", [tracker(1, "a", "r"), tracker(2, "b", "s")], [MAIN], null, ["b"]],
    ["another one of the same name, but of another network", [tracker(2, "sala 1")], [MAIN], null, ["sala 1"]],
    [
      "another one of the same name, in another network",
      [{ ...tracker(2, "sala"), networks: ["eth1"] }],
      [MAIN],
      main,
      [
        "sala",
      ],
    ],
    ["two of one registry", [tracker(2, "b", "s"), tracker(3, "c", "s")], [MAIN], null, ["b"]],
    ["the only one, when that was found that is gone", [tracker(2)], [current(1, false)], tracker(1), []],
    ["two, when that was found that is gone", [tracker(2), tracker(3)], [current(1, false)], tracker(1), [
      "sala 2",
      "sala 3",
    ]],
  ];
  for (const [why, heard, networks, found, expected] of table) {
    deepStrictEqual(names(further().decide(heard, networks, found, 0).join), expected, why);
  }
});

Deno.test("a network is left when its tracker has not answered for long, whatever is announced, and joined again", () => {
  const it = further();
  const [two] = it.decide([tracker(2)], [MAIN], null, 0).join;
  it.joined(two, "net 2", 0);
  const networks = (answers: boolean) => [MAIN, current(2, answers)];
  for (let now = 0; now <= 600_000; now += 5_000) {
    strictEqual(it.decide([], networks(true), null, now).leave.size, 0, "an answer counts more than silence");
  }
  for (let now = 605_000; now < 600_000 + GONE_MS; now += 5_000) {
    strictEqual(it.decide([tracker(2)], networks(false), null, now).leave.size, 0);
  }
  const gone = 600_000 + GONE_MS;
  deepStrictEqual([...it.decide([tracker(2)], networks(false), null, gone).leave], [["net 2", "gone"]]);
  it.left("net 2", gone);
  strictEqual(it.decide([tracker(2)], [MAIN], null, gone).join.length, 0, "not at once");
  deepStrictEqual(names(it.decide([tracker(2)], [MAIN], null, gone + 60_000).join), ["sala 2"]);
  it.failed(it.decide([tracker(3)], [MAIN], null, gone + 60_000).join[0], false, gone + 60_000);
  const started = { ...tracker(3), host: "idp2pi-9.local" };
  deepStrictEqual(names(it.decide([started], [MAIN], null, gone + 61_000).join), ["sala 3"], "that was started again");
});

Deno.test("a network that comes back at another address is followed, and not joined a second time", () => {
  for (const moved of [tracker(7, "sala 2"), tracker(7, "andar", "r")]) {
    const it = further();
    const [two] = it.decide([tracker(2, "sala 2", "r")], [MAIN], null, 0).join;
    it.joined(two, "net 2", 0);
    const steps = it.decide([moved], [MAIN, current(2, false)], null, 10_000);
    deepStrictEqual([steps.join, steps.moved], [[], ["net 2"]]);
    deepStrictEqual(it.addressesOf(two), [at(7)]);
    ok(it.isTaken(at(7)) && !it.isTaken(at(8)));
    const there = { ...current(7), name: "net 2" };
    deepStrictEqual(it.decide([moved], [MAIN, there], null, 20_000), { join: [], leave: new Map(), moved: [] });
    it.decide([], [MAIN, there], null, 30_000);
    deepStrictEqual(it.addressesOf(two), two.addresses, "while nothing is heard, it is where it was");
  }
});

Deno.test("a main network that was found is followed like the others", () => {
  const moved = (...heard: HeardTracker[]) => further().decide(heard, [MAIN], tracker(1, "sala"), 0).moved;
  deepStrictEqual(moved(tracker(7, "sala")), ["net 1"]);
  deepStrictEqual([moved(tracker(1, "sala")), moved(tracker(7, "andar")), moved()], [[], [], []]);
});

Deno.test("a network that turns out to be an earlier one is left", () => {
  const it = further();
  const [two] = it.decide([tracker(2, "b", "r")], [MAIN], null, 0).join;
  it.joined(two, "net 2", 0);
  const both = [tracker(1, "a", "r"), tracker(2, "b", "r")];
  strictEqual(it.decide(both, [current(1, false), current(2)], null, 5_000).leave.size, 0, "it alone answers");
  deepStrictEqual([...it.decide(both, [MAIN, current(2)], null, 5_000).leave], [["net 2", "same"]]);
  it.isOther("net 2");
  strictEqual(it.decide(both, [MAIN, current(2)], null, 10_000).leave.size, 0, "that was a lie");
});

Deno.test("what cannot be joined is tried again after waits that grow to a quarter of an hour", () => {
  const it = further();
  const tries: number[] = [];
  for (let now = 0; now <= 4_000_000; now += 1_000) {
    for (const network of it.decide([tracker(2)], [MAIN], null, now).join) {
      tries.push(now);
      it.failed(network, false, now);
    }
  }
  const waits = tries.slice(1).map((now, i) => (now - tries[i]) / 60_000);
  deepStrictEqual(waits, [1, 2, 4, 8, 16, 16, 16]);
});

Deno.test("liars cost a bounded number of attempts, and keep nobody else out", () => {
  const it = further();
  const joining: { network: HeardTracker; until: number }[] = [];
  let [joinedAt, most, tries] = [-1, 0, 0];
  for (let now = 0; now < 600_000; now += 500) {
    for (const { network } of joining.filter(({ until }) => until <= now)) it.failed(network, false, now);
    joining.splice(0, joining.length, ...joining.filter(({ until }) => until > now));
    // As many as one host may announce, others each two minutes, and ten seconds later a tracker.
    const liars = Array.from({ length: 40 }, (_, i) => tracker(10 + i, `a${Math.floor(now / 120_000)} ${i}`));
    const heard = now < 10_000 || joinedAt >= 0 ? liars : [...liars, tracker(2)];
    for (const network of it.decide(heard, [MAIN], null, now).join) {
      tries++;
      if (network.name === "sala 2") joinedAt = now;
      else joining.push({ network, until: now + 10_000 });
    }
    most = Math.max(most, joining.length);
  }
  ok(most <= MAX_FURTHER);
  ok(tries < 500, `${tries}`);
  ok(joinedAt >= 10_000 && joinedAt < 120_000, `${joinedAt}`);
});

Deno.test("in any order of what is heard and answered, no network is joined twice, and never too many", () => {
  const heard = fc.array(
    fc.tuple(fc.integer({ min: 1, max: 14 }), fc.constantFrom("a", "b", "c", "d"), fc.constantFrom("", "r", "s")),
    { maxLength: 6 },
  );
  const step = fc.record({ heard, fails: fc.boolean(), answers: fc.boolean(), ms: fc.nat(200_000) });
  fc.assert(fc.property(fc.array(step, { maxLength: 40 }), fc.boolean(), (steps, isFound) => {
    const it = further();
    const main = isFound ? tracker(1, "a") : null;
    let networks: CurrentNetwork[] = [MAIN];
    let now = 0;
    for (const { heard, fails, answers, ms } of steps) {
      now += ms;
      networks = networks.map((network) => ({ ...network, answers: network === networks[0] || answers }));
      const trackers = heard.map(([n, name, registry]) => tracker(n, name, registry));
      const { join, leave, moved } = it.decide(trackers, networks, main, now);
      const members = networks.map(({ name }) => name);
      ok([...leave.keys(), ...moved].every((name) => members.includes(name)));
      for (const network of join) {
        ok(networks.every(({ addresses }) => !network.addresses.some(({ host }) => host === addresses[0].host)));
        if (fails) it.failed(network, false, now);
        else {
          const [{ host }] = network.addresses;
          it.joined(network, host, now);
          networks.push({ name: host, addresses: network.addresses, answers: true });
        }
      }
      for (const name of leave.keys()) {
        it.left(name, now);
        networks = networks.filter((network) => network.name !== name);
      }
      ok(networks.length <= 1 + MAX_FURTHER);
    }
  }));
});
