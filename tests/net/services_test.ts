import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { lookUpServices, orderServices, type Service } from "../../lib/net/services.ts";
import { FakeNameServer } from "../fake/name_server.ts";

const service = (priority: number, weight: number, port: number, target = "t.example."): Service => ({
  priority,
  weight,
  port,
  target,
});

const services = fc.array(
  fc.record({
    priority: fc.nat(3),
    weight: fc.nat(4),
    port: fc.nat(65_535),
    target: fc.constantFrom("a.example.", "b.example.", "."),
  }),
  { maxLength: 12 },
);

Deno.test("services come in the order of their priorities, each that is offered once", () => {
  fc.assert(
    fc.property(
      services,
      fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })),
      (all, random) => {
        const ordered = orderServices(all, () => random.next().value);
        const offered = all.filter(({ target, port }) => target !== "." && port > 0);
        deepStrictEqual(ordered.toSorted(byAll), offered.toSorted(byAll));
        ok(ordered.every(({ priority }, i) => i === 0 || ordered[i - 1].priority <= priority));
      },
    ),
  );
});

Deno.test("within one priority the weights are the shares of those who come first, and a weight of 0 has a small one", () => {
  const all = [service(1, 0, 1), service(1, 1, 2), service(1, 3, 3)];
  const firsts = Array.from({ length: 500 }, (_, i) => orderServices(all, () => i / 500)[0].port);
  const shares = [1, 2, 3].map((port) => firsts.filter((it) => it === port).length);
  deepStrictEqual(shares, [100, 100, 300], "numbers from 0 to 4, of which 0 is the record of weight 0 (RFC 2782)");
});

Deno.test("SRV records are looked up; without any, and without a name server, there are none", async () => {
  const records = [service(10, 5, 13_377, "one.example."), service(20, 0, 14_000, "two.example.")];
  const { signal } = new AbortController();
  {
    await using server = new FakeNameServer({ "_idp2pi._udp.club.example": records });
    const found = await lookUpServices("_idp2pi._udp.club.example", signal, server.address);
    deepStrictEqual(found.map((it) => ({ ...it })).toSorted(byAll), records);
    deepStrictEqual(await lookUpServices("_idp2pi._udp.other.example", signal, server.address), []);
    strictEqual(server.asked.has("_idp2pi._udp.other.example"), true);
  }
});

Deno.test("a name server that is silent is not waited for when nobody waits any more", async () => {
  const silent = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  const { port } = silent.addr as Deno.NetAddr;
  const over = new AbortController();
  const found = lookUpServices("_idp2pi._udp.club.example", over.signal, { ipAddr: "127.0.0.1", port });
  over.abort();
  deepStrictEqual(await found, []);
  silent.close();
});

function byAll(a: Service, b: Service): number {
  return a.priority - b.priority || a.weight - b.weight || a.port - b.port || a.target.localeCompare(b.target);
}
