import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import { startTracker } from "../../lib/server/tracker_server.ts";
import { Fault, isFault } from "../../lib/fault/fault.ts";
import { MemoryRegistry } from "../../lib/tracker/registry/memory_registry.ts";
import { SharedLimits } from "../../lib/tracker/shared/shared_limits.ts";
import { image, imageBytes } from "../support.ts";
import { Datagrams } from "../support.ts";
import { download, readList, say } from "../fake/baseline_client.ts";
import { ANSWERS, BaselinePeer } from "../fake/baseline_peer.ts";
import { CAT, DOG } from "../protocol/arbitraries.ts";

/** A tracker on a free port of the loopback address, closed when the test ends. */
function tracker(config: { endMarker?: boolean } = {}): AsyncDisposable & { port: number } {
  const running = startTracker({ host: "127.0.0.1", port: 0, ...config });
  return { port: running.address.port, [Symbol.asyncDispose]: () => running.close() };
}

Deno.test("baseline clients register, list, fetch from each other, update and leave", async () => {
  await using it = tracker();
  const { bytes, md5 } = image(1);
  await using peer = new BaselinePeer(ANSWERS.sends(bytes));
  const { port } = peer.address;
  strictEqual(await say(it.port, "LST"), "ERR NO_IMAGES_AVAILABLE");
  strictEqual(await say(it.port, `REG 0123456789abcdef ${port} ${md5},cat one.gif`), "OK 1_REGISTERED_IMAGES");
  const list = readList(await say(it.port, "LST"));
  deepStrictEqual(list, [{ md5, name: "cat%20one.gif", peers: [`127.0.0.1:${port}`] }]);
  deepStrictEqual(await download(list[0]), bytes);
  strictEqual(await say(it.port, `UPD 0123456789abcdef ${port} ${md5},cat.gif;${DOG},d.gif`), "OK 2_REGISTERED_FILES");
  strictEqual(
    await say(it.port, `UPD fedcba9876543210 ${port} ${DOG},d.gif`),
    "ERR IP_REGISTERED_WITH_DIFFERENT_PASSWORD",
  );
  strictEqual(await say(it.port, `END 0123456789abcdef ${port}`), "OK CLIENT_FINISHED");
  strictEqual(await say(it.port, "LST"), "ERR NO_IMAGES_AVAILABLE");
});

Deno.test("a reply comes from the tracker's own port, and with the option a datagram END follows unless it is an error", async () => {
  await using plain = tracker();
  await using marking = tracker({ endMarker: true });
  using toPlain = new Datagrams(plain.port);
  using toMarking = new Datagrams(marking.port);
  strictEqual(await toMarking.ask(`REG a 5000 ${CAT},cat.png`), "OK 1_REGISTERED_IMAGES");
  strictEqual(await toMarking.next(), "END");
  strictEqual(await toMarking.ask("LST"), `${CAT},cat.png,127.0.0.1:5000`);
  strictEqual(await toMarking.next(), "END");
  strictEqual(await toMarking.ask("nonsense"), "ERR INVALID_MESSAGE_FORMAT");
  strictEqual(await toMarking.ask("END a 5000"), "OK CLIENT_FINISHED");
  strictEqual(await toMarking.next(), "END");
  strictEqual(await toPlain.ask(`REG a 5000 ${CAT},cat.png`), "OK 1_REGISTERED_IMAGES");
  strictEqual(await toPlain.ask("LST"), `${CAT},cat.png,127.0.0.1:5000`);
});

Deno.test("noise of every size up to a full datagram is answered with an error and stops nothing", async () => {
  await using it = tracker();
  using socket = new Datagrams(it.port);
  for (const size of [0, 1, 36, 1_024, 1_472, 9_000, 65_507]) {
    strictEqual(await socket.ask(imageBytes(size, Math.max(size, 6)).subarray(0, size)), "ERR INVALID_MESSAGE_FORMAT");
  }
  strictEqual(await socket.ask("ERR NO_IMAGES_AVAILABLE\n" + "x"), "ERR INVALID_MESSAGE_FORMAT");
  strictEqual(await socket.ask(`REG a 5000 ${CAT},cat.png`), "OK 1_REGISTERED_IMAGES");
});

Deno.test("a registration of a full datagram and a list larger than one are answered", async () => {
  await using it = tracker();
  using socket = new Datagrams(it.port);
  const entries = (from: number, count: number): string =>
    Array.from({ length: count }, (_, i) => `${`${from + i}`.padStart(32, "0")},${from + i}.png`).join(";");
  for (const [i, port] of [5000, 5001, 5002].entries()) {
    const request = `REG a ${port} ${entries(i * 1_500, 1_500)}`;
    strictEqual(await socket.ask(request), "OK 1500_REGISTERED_IMAGES");
  }
  const list = await socket.ask("LST");
  strictEqual(list.length <= 65_507 && list.length > 65_400, true, `${list.length}`);
  readList(list);
});

Deno.test("a port in use is one clear fault", async () => {
  await using it = tracker();
  throws(
    () => startTracker({ host: "127.0.0.1", port: it.port }),
    (error) =>
      isFault(error, "port-in-use") && error.message.includes(`port ${it.port} is already in use on 127.0.0.1`),
  );
  throws(() => startTracker({ host: "192.0.2.1", port: 0 }), (error) => isFault(error, "address-not-here"));
});

Deno.test("without a host it answers over IPv4 and IPv6, on one port", async () => {
  const running = startTracker({ port: 0 });
  const { port } = running.address;
  const socket = Deno.listenDatagram({ transport: "udp", hostname: "::1", port: 0 });
  await socket.send(new TextEncoder().encode(`REG a 5000 ${CAT},cat.png`), { transport: "udp", hostname: "::1", port });
  strictEqual(new TextDecoder().decode((await socket.receive())[0]), "OK 1_REGISTERED_IMAGES");
  await socket.send(new TextEncoder().encode("LST"), { transport: "udp", hostname: "::1", port });
  strictEqual(new TextDecoder().decode((await socket.receive())[0]), `${CAT},cat.png,[::1]:5000`);
  socket.close();
  strictEqual(await say(port, `REG a 5000 ${CAT},cat.png`), "OK 1_REGISTERED_IMAGES");
  strictEqual(await say(port, "LST"), `${CAT},cat.png,127.0.0.1:5000`);
  await running.close();
});

Deno.test("a free port is free for TCP too", async () => {
  const { listen } = Deno;
  let [refusals, listening] = [3, 0];
  Deno.listen = ((options: Deno.TcpListenOptions) => {
    if (refusals > 0 && refusals--) throw new Deno.errors.AddrInUse("Address already in use (os error 98)");
    const listener = listen(options); // Another program may have this port: then the tracker tries one more.
    listening++;
    return listener;
  }) as typeof Deno.listen;
  try {
    await using it = tracker();
    deepStrictEqual([refusals, listening], [0, 1]);
    using conn = await Deno.connect({ hostname: "127.0.0.1", port: it.port });
    strictEqual(conn.remoteAddr.port, it.port);
    refusals = 1;
    throws(() => startTracker({ host: "127.0.0.1", port: it.port + 1 }), (error) => isFault(error, "port-in-use"));
  } finally {
    Deno.listen = listen;
  }
});

Deno.test("a tracker without others on a machine that was suspended answers at once, and its leases have stood still", async () => {
  const clock = Date.now;
  await using it = tracker();
  await say(it.port, `REG pw 5000 ${CAT},cat.png`);
  try {
    Date.now = () => clock() + 3_600_000;
    deepStrictEqual(readList(await say(it.port, "LST")).map(({ peers }) => peers), [["127.0.0.1:5000"]]);
    strictEqual(await say(it.port, `UPD pw 5000 ${CAT},cat.png`), "OK 1_REGISTERED_FILES");
  } finally {
    Date.now = clock;
  }
});

Deno.test("each reason why a registry cannot be shared is reported once, until it can be again", async () => {
  const { setInterval } = globalThis;
  let tick = (): void => {};
  globalThis.setInterval = ((run: () => void) => {
    tick = run;
    return setInterval(run, 1e9);
  }) as typeof setInterval;
  try {
    let fault: Fault | null = null;
    const reported: string[] = [];
    const status = { connected: false, pending: 0, lost: 0, trackers: 0 };
    const [registry, limits] = [new MemoryRegistry(), new SharedLimits()];
    const shared = {
      registry,
      limits,
      id: "",
      status,
      isWaking: false,
      woke(): void {},
      flush: () => fault,
      async close(): Promise<void> {},
    };
    const onStateFault = (it: Fault | null): void => void reported.push(it ? it.message.match(/\((.+)\)/)![1] : "none");
    await using _ = startTracker({ host: "127.0.0.1", port: 0, shared, onStateFault });
    for (const reason of ["", "refused", "refused", "password", "refused", "password", "", "", "refused"]) {
      fault = reason ? new Fault("registry-away", { engine: "127.0.0.1:6379", reason }) : null;
      tick();
    }
    deepStrictEqual(reported, ["refused", "password", "none", "refused"]);
  } finally {
    globalThis.setInterval = setInterval;
  }
});
