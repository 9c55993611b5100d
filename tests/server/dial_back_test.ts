import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { Dialler } from "../../lib/server/dial_back.ts";
import type { DialResult } from "../../lib/tracker/dials.ts";
import { ownAddresses } from "../../lib/net/own_addresses.ts";
import { startTracker } from "../../lib/server/tracker_server.ts";
import { isFault } from "../../lib/fault/fault.ts";
import { say } from "../fake/baseline_client.ts";
import { deadPort } from "../fake/baseline_peer.ts";
import { Inbox } from "../support.ts";
import { CAT } from "../protocol/arbitraries.ts";

/** Has calls of the system fail like this until the test ends. */
function failing<K extends "connect" | "networkInterfaces" | "listenDatagram">(name: K, fail: () => Error): Disposable {
  const original = Deno[name];
  Deno[name] = (() => {
    throw fail();
  }) as unknown as typeof Deno[K];
  return { [Symbol.dispose]: () => void (Deno[name] = original) };
}

const withCode = (code: string) => (): Error => Object.assign(new Error(code), { code });

Deno.test("a port that accepts is reached, and a closed one refuses", async () => {
  const dialler = new Dialler();
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  strictEqual(await dialler.dial({ host: "127.0.0.1", port: listener.addr.port }), "accepted");
  listener.close();
  strictEqual(await dialler.dial({ host: "127.0.0.1", port: deadPort() }), "refused");
  dialler.close();
  strictEqual(await dialler.dial({ host: "127.0.0.1", port: deadPort() }), "untried");
});

Deno.test("only a refusal or silence says something about a peer, not an error of this machine", async () => {
  const dialler = new Dialler();
  const cases: [string, DialResult][] = [
    ["ECONNREFUSED", "refused"],
    ["ECONNRESET", "refused"],
    ["ETIMEDOUT", "silent"],
    ["EHOSTUNREACH", "silent"],
    ...[
      "EMFILE",
      "ENFILE",
      "ENOBUFS",
      "ENOMEM",
      "ENETUNREACH",
      "ENETDOWN",
      "EADDRNOTAVAIL",
      "EACCES",
      "EPERM",
      "EINVAL",
      "",
    ]
      .map((code): [string, DialResult] => [code, "untried"]),
  ];
  for (const [code, expected] of cases) {
    using _failing = failing("connect", withCode(code));
    strictEqual(await dialler.dial({ host: "192.0.2.1", port: 5000 }), expected, code);
  }
  dialler.close();
});

Deno.test("a tracker without descriptors keeps its peers and its addresses, and removes dead peers when it has some again", async () => {
  const events = new Inbox<string>();
  const tracker = startTracker({ host: "127.0.0.1", port: 0, leaseMs: 1_000, onEvent: ({ kind }) => events.put(kind) });
  const before = ownAddresses();
  {
    using _interfaces = failing("networkInterfaces", withCode("EMFILE"));
    let tries = 0;
    const tried = Promise.withResolvers<void>();
    using _connect = failing("connect", () => {
      if (++tries === 2) tried.resolve(); // So the first try came to nothing.
      return withCode("EMFILE")();
    });
    strictEqual(await say(tracker.address.port, `REG a ${deadPort()} ${CAT},cat.png`), "OK 1_REGISTERED_IMAGES");
    await tried.promise;
    strictEqual(tracker.counts().peers, 1);
    deepStrictEqual(ownAddresses(), before);
  }
  await events.find((kind) => kind === "lapsed", "the end of the lease");
  await tracker.close();
});

Deno.test("a port that cannot be opened for lack of descriptors is not reported as an address of another machine", () => {
  using _failing = failing("listenDatagram", withCode("EMFILE"));
  for (const host of ["127.0.0.1", undefined]) {
    try {
      startTracker({ host, port: 0 });
    } catch (error) {
      strictEqual(isFault(error, "port-unusable"), true, String(error));
      continue;
    }
    throw new Error("it was started");
  }
});
