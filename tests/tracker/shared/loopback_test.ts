/** A loopback address is a peer of its own on each machine: in a registry that machines share it names none of them. */
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import type { OwnAddress } from "../../../lib/protocol/network.ts";
import { Replica } from "../../../lib/tracker/shared/replica.ts";
import { Tracker } from "../../../lib/tracker/tracker.ts";
import { bytes, CAT, DOG } from "../../protocol/arbitraries.ts";
import { EngineModel } from "./engine_model.ts";

const LAN = "10.0.0.50";

/** The trackers of some machines, with one registry. */
function trackers(
  ...machines: (readonly OwnAddress[])[]
): (which: number, request: string, host: string) => string {
  const engine = new EngineModel();
  const all = machines.map((own, i) => {
    const registry = new Replica(`t${i}`);
    return { name: `t${i}`, registry, tracker: new Tracker({ registry, own, replacesLoopback: true }) };
  });
  return (which: number, request: string, host: string): string => {
    const { replies: [reply] } = all[which].tracker.handle(bytes(request), { host, port: 40_000 }, 0);
    for (const { name, registry: { copy } } of all) {
      engine.make(
        name,
        copy.own.take(10).map((it) => copy.toSend(it)),
        0,
      );
    }
    for (const { registry: { copy } } of all) copy.receive(engine.stream);
    return new TextDecoder().decode(reply.bytes);
  };
}

const at = (host: string, prefix = 24): OwnAddress[] => [{ host: "127.0.0.1", prefix: 8 }, { host, prefix }];

Deno.test("peers on two trackers' machines, both at 127.0.0.1:5000, are two peers, and each is listed where it is", () => {
  const say = trackers(at("10.0.0.1"), at("10.0.0.2"));
  strictEqual(say(0, `REG ana 5000 ${CAT},cat.png`, "127.0.0.1"), "OK 1_REGISTERED_IMAGES");
  strictEqual(say(1, `REG ben 5000 ${DOG},dog.png`, "127.0.0.1"), "OK 1_REGISTERED_IMAGES");
  const list = `${CAT},cat.png,10.0.0.1:5000;${DOG},dog.png,10.0.0.2:5000`;
  for (const which of [0, 1]) {
    for (const host of ["127.0.0.1", "10.0.0.1", "10.0.0.2", LAN]) strictEqual(say(which, "LST", host), list, host);
  }
  strictEqual(say(1, `UPD ana 5000 ${CAT},cat.png`, "127.0.0.1"), "ERR IP_REGISTERED_WITH_DIFFERENT_PASSWORD");
  strictEqual(say(0, `UPD ana 5001 ${CAT},cat.png`, "127.0.0.1"), "OK 1_REGISTERED_FILES");
  // Also under the machine's own address, and at another tracker.
  strictEqual(say(1, `UPD ana 5000 ${CAT},cat.png`, "10.0.0.1"), "OK 1_REGISTERED_FILES");
  strictEqual(say(0, "END ana 5000", "127.0.0.1"), "OK CLIENT_FINISHED");
  strictEqual(say(1, "END ben 5000", "127.0.0.1"), "OK CLIENT_FINISHED");
  strictEqual(say(0, "LST", LAN), "ERR NO_IMAGES_AVAILABLE");
});

Deno.test("the address that replaces a loopback one is of its family, and not link-local; without any it is not listed elsewhere", () => {
  const IPV4 = { host: "10.0.0.1", prefix: 24 };
  const table: [own: readonly OwnAddress[], client: string, listed: string | null][] = [
    [[{ host: "169.254.7.7", prefix: 16 }, IPV4], "127.0.0.1", "10.0.0.1:5000"],
    [[{ host: "fd00::1", prefix: 64 }, IPV4], "127.0.0.1", "10.0.0.1:5000"],
    [[IPV4, { host: "fe80::1", prefix: 64 }, { host: "fd00::1", prefix: 64 }], "::1", "[fd00::1]:5000"],
    [[{ host: "fe80::1", prefix: 64 }], "::1", null],
    [at("169.254.7.7"), "127.0.0.1", null],
  ];
  for (const [own, client, listed] of table) {
    const say = trackers(own, at("10.0.0.2"));
    say(0, `REG ana 5000 ${CAT},cat.png`, client);
    const host = client.includes(":") ? "fd00::50" : LAN;
    const isNobody = listed === null;
    for (const which of [0, 1]) {
      strictEqual(
        say(which, "LST", host),
        isNobody ? "ERR NO_IMAGES_AVAILABLE" : `${CAT},cat.png,${listed}`,
        `${client}`,
      );
    }
    if (isNobody) deepStrictEqual(say(0, "LST", client), `${CAT},cat.png,${client === "::1" ? "[::1]" : client}:5000`);
  }
});
