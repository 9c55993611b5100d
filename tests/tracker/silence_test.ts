/** Which ends of a dial-back make the tracker forget a peer, and which say nothing about it. */
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import type { DialResult } from "../../lib/tracker/dials.ts";
import { Tracker } from "../../lib/tracker/tracker.ts";
import { CAT, DOG } from "../protocol/arbitraries.ts";

const LEASE = 60_000;
const [ANN, BEN, OWN, PUBLIC] = ["192.168.1.2", "192.168.1.3", "192.168.1.1", "203.0.113.7"];

/** A tracker on OWN at which Ann registered at the time 0, and whose lease has ended at the time LEASE. */
class Bench {
  now = 0;
  readonly tracker = new Tracker({ leaseMs: LEASE, own: [{ host: OWN, prefix: 24 }] });

  constructor() {
    this.#dialAfter(this.say(ANN, `REG a 5000 ${CAT},cat.gif`), "accepted");
    this.now = LEASE;
  }

  say(host: string, request: string): ReturnType<Tracker["handle"]> {
    return this.tracker.handle(new TextEncoder().encode(request), { host, port: 40_000 }, this.now);
  }

  #dialAfter({ dials }: ReturnType<Tracker["handle"]>, result: DialResult): void {
    for (const dial of dials) this.tracker.dialled(dial, result, this.now);
  }

  /** Tries all that are due, which takes eight seconds; returns who is registered then. */
  dial(result: DialResult, meanwhile: () => void = () => {}): number {
    const due = this.tracker.due(this.now).dials;
    strictEqual(due.length, 1);
    this.now += 4_000;
    meanwhile();
    this.now += 4_000;
    for (const dial of due) this.tracker.dialled(dial, result, this.now);
    return this.tracker.registry.peers;
  }
}

Deno.test("after the lease a refusal ends a registration, and an accepted connection keeps it", () => {
  strictEqual(new Bench().dial("refused"), 0);
  strictEqual(new Bench().dial("accepted"), 1);
});

Deno.test("silence ends a registration only while others are heard", () => {
  const cases: [string, number, (bench: Bench) => void][] = [
    ["another of its network is heard", 0, (it) => it.say(BEN, "LST")],
    ["another over and over", 0, (it) => [1, 2, 3].forEach(() => it.say(BEN, "LST"))],
    ["another, and then this machine", 0, (it) => [BEN, OWN].forEach((host) => it.say(host, "LST"))],
    ["nobody", 1, () => {}],
    ["the peer itself", 1, (it) => it.say(ANN, "LST")],
    ["this machine, over loopback", 1, (it) => it.say("127.0.0.1", "LST")],
    ["this machine, at its address", 1, (it) => it.say(OWN, "LST")],
    ["somebody in another kind of network", 1, (it) => it.say(PUBLIC, "LST")],
  ];
  for (const [what, left, meanwhile] of cases) {
    const bench = new Bench();
    strictEqual(bench.dial("silent", () => meanwhile(bench)), left, what);
  }
});

Deno.test("a source heard before the dial-back began says nothing about the network now", () => {
  const bench = new Bench();
  bench.now -= 1;
  bench.say(BEN, "LST");
  bench.now += 1;
  strictEqual(bench.dial("silent"), 1);
});

Deno.test("another peer that accepts or refuses a dial-back is heard too", () => {
  for (const result of ["accepted", "refused"] as const) {
    const bench = new Bench();
    bench.now = 1_000;
    const { dials } = bench.say(BEN, `REG b 5000 ${DOG},dog.gif`);
    for (const dial of dials) bench.tracker.dialled(dial, "accepted", bench.now);
    bench.now = LEASE + 1_000;
    const due = bench.tracker.due(bench.now).dials;
    strictEqual(due.length, 2);
    const [ann, ben] = due;
    bench.now += 8_000;
    bench.tracker.dialled(ben, result, bench.now);
    bench.tracker.dialled(ann, "silent", bench.now);
    deepStrictEqual(bench.tracker.registry.ofHost(ANN), []);
  }
});

Deno.test("a network that falls silent as a whole stays, and is removed after three more minutes of silence", () => {
  const bench = new Bench();
  strictEqual(bench.dial("silent"), 1);
  bench.now = LEASE + 3 * 60_000 - 8_001;
  strictEqual(bench.dial("silent"), 1);
  strictEqual(bench.dial("silent"), 0);
});

Deno.test("errors that say nothing about a peer end no registration for an hour, whoever else is heard", () => {
  const bench = new Bench();
  const heard = (): void => void bench.say(BEN, "LST");
  strictEqual(bench.dial("untried", heard), 1);
  bench.now = LEASE + 60 * 60_000 - 8_001;
  strictEqual(bench.dial("untried", heard), 1);
  bench.now += 20_000;
  strictEqual(bench.dial("untried", heard), 0);
});

Deno.test("a peer that could not be dialled is tried again every 20 seconds, not each second", () => {
  const bench = new Bench();
  let tries = 0;
  for (const end = bench.now + 60_000; bench.now < end; bench.now += 1_000) {
    for (const dial of bench.tracker.due(bench.now).dials) {
      tries++;
      bench.tracker.dialled(dial, "untried", bench.now);
    }
  }
  strictEqual(tries, 3);
  strictEqual(bench.dial("accepted"), 1);
  strictEqual(bench.tracker.due(bench.now).dials.length, 0, "its lease began again");
});

Deno.test("a silent peer on the tracker's machine is removed at once, since no cable is involved", () => {
  const tracker = new Tracker({ leaseMs: LEASE });
  tracker.handle(new TextEncoder().encode(`REG a 5000 ${CAT},cat.gif`), { host: "127.0.0.1", port: 4 }, 0);
  const [dial] = tracker.due(LEASE).dials;
  tracker.dialled(dial, "silent", LEASE + 8_000);
  strictEqual(tracker.registry.peers, 0);
});
