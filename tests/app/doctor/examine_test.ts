/** What is wrong with a tracker and our port is found, and nothing else beside. */
import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { TrackerClient } from "../../../lib/announce/tracker_client.ts";
import { examine } from "../../../lib/app/doctor/examine.ts";
import { bindTcp, localAddress } from "../../../lib/net/listen.ts";
import { startTracker } from "../../../lib/server/tracker_server.ts";
import { doctorExit, type Finding } from "../../../lib/app/doctor/finding.ts";
import { BaselineTracker } from "../../fake/baseline_tracker.ts";
import { say } from "../../fake/baseline_client.ts";
import { quietPort, SAMPLES, soon } from "../../support.ts";
import { HeldTimers } from "../../support_timers.ts";
import { examineHere, faultsAre, SHORT, valuesOf, waitsFor } from "./support.ts";

/** Something that listens on TCP alone, and says this to every client. */
function tcpOnly(says: string): AsyncDisposable & { port: number } {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const serving = (async () => {
    for await (const conn of listener) {
      await conn.read(new Uint8Array(100));
      await conn.write(new TextEncoder().encode(says));
      conn.close();
    }
  })();
  return {
    port: listener.addr.port,
    [Symbol.asyncDispose]: async () => {
      listener.close();
      await serving;
    },
  };
}

Deno.test("with our tracker and a directory everything is good, and the probe is unregistered", async () => {
  await using tracker = startedTracker();
  const reported: Finding[] = [];
  const timeouts = { udp: [60_000], tcp: 60_000, disk: 60_000 };
  const at = { tracker: { host: "127.0.0.1", port: tracker.port }, directory: SAMPLES, timeouts };
  const findings = await soon(examine(at, (it) => reported.push(it)), "the end");
  deepStrictEqual(reported, findings);
  faultsAre(findings);
  strictEqual(doctorExit(findings), 0);
  deepStrictEqual(valuesOf(findings, "tracker-answers"), { address: `127.0.0.1:${tracker.port}` });
  strictEqual(valuesOf(findings, "port-answers-here").host, "127.0.0.1");
  valuesOf(findings, "dialect-none");
  deepStrictEqual(valuesOf(findings, "images-found"), { path: SAMPLES, images: 8, whole: true });
  strictEqual(findings.some(({ check }) => check === "name"), false, "an address has no name to be looked up");
  strictEqual(await say(tracker.port, "LST"), "ERR NO_IMAGES_AVAILABLE");
});

Deno.test("each tracker of a network is examined, and the first that answers is probed", async () => {
  await using tracker = startedTracker();
  using other = new BaselineTracker();
  const silent = `127.0.0.1:${quietPort()}`;
  const places = [silent, `127.0.0.1:${tracker.port}`, `127.0.0.1:${other.port}`];
  const timeouts = { udp: [500, 1_500], tcp: 15_000 };
  const findings = await soon(examine({ tracker: places.join(","), timeouts }), "the end");
  const answers = findings.filter(({ check }) => check === "tracker").map(({ code, values }) => [code, values]);
  deepStrictEqual(
    answers.filter(([code]) => code !== "tracker-lists").map(([code, values]) => [code, "address" in values]),
    [["tracker-silent", true], ["tracker-answers", true], ["tracker-answers-udp", true], ["trackers-partly", true]],
  );
  strictEqual(doctorExit(findings), 1, "a client works with the others");
  deepStrictEqual(valuesOf(findings, "dialect-none"), { address: places[1] });
  strictEqual(other.requests.some((it) => it.startsWith("REG")), false);
});

Deno.test("trackers that list different images do not share a registry; those that list the same may", async () => {
  await using tracker = startedTracker();
  using other = new BaselineTracker();
  const tracked = [tracker, other].map(({ port }) => `127.0.0.1:${port}`);
  const config = { tracker: tracked.join(","), timeouts: { udp: [60_000], tcp: 60_000 } };
  const same = await soon(examine(config), "the end");
  strictEqual(same.some(({ code }) => code.startsWith("trackers-")), false);
  strictEqual(await say(other.port, `REG pw 5000 ${"a".repeat(32)},a.gif`), "OK 1_REGISTERED_IMAGES");
  const differing = await soon(examine(config), "the end");
  deepStrictEqual(valuesOf(differing, "trackers-differ"), { address: tracked[0], other: tracked[1] });
  strictEqual(doctorExit(differing), 0);
});

Deno.test("a tracker that lists an IPv6 peer to those alone who ask over IPv6 does not differ from itself", async () => {
  await using tracker = startTracker({ host: "::", port: 0 });
  const { port } = tracker.address;
  await using client = await TrackerClient.open(`[::1]:${port}`);
  await client.register("pw", 5_000, [{ md5: "a".repeat(32), name: "a.gif" }]);
  const config = { tracker: `127.0.0.1:${port},[::1]:${port}`, timeouts: { udp: [60_000], tcp: 60_000 } };
  const findings = await soon(examine(config), "the end");
  const lists = findings.flatMap(({ code, values }) =>
    code === "tracker-lists" && "images" in values ? [values.images] : []
  );
  deepStrictEqual(lists, [0, 1]);
  strictEqual(findings.some(({ code }) => code.startsWith("trackers-")), false);
});

function startedTracker(trust?: "strict"): AsyncDisposable & { port: number } {
  const running = startTracker({ host: "127.0.0.1", port: 0, trust });
  return { port: running.address.port, [Symbol.asyncDispose]: () => running.close() };
}

Deno.test("a tracker with --strict does not count as a deviation", async () => {
  await using tracker = startedTracker("strict");
  const findings = await examineHere({ trackerPort: tracker.port });
  faultsAre(findings);
  valuesOf(findings, "dialect-none");
});

Deno.test("a name is reported with its address; one without an address ends the examination of the tracker", async () => {
  using tracker = new BaselineTracker();
  const known = await examineHere({ host: "localhost", trackerPort: tracker.port });
  deepStrictEqual(valuesOf(known, "name-known"), { host: "localhost", address: "127.0.0.1" });
  faultsAre(known);
  const unknown = await examineHere({ host: "no-such-host.invalid", trackerPort: tracker.port });
  faultsAre(unknown, "name-unknown");
  deepStrictEqual(valuesOf(unknown, "name-unknown"), { host: "no-such-host.invalid" });
  strictEqual(unknown.some(({ check }) => ["tracker", "port", "dialect"].includes(check)), false);
  strictEqual(doctorExit(unknown), 3);
});

Deno.test("a tracker without TCP is no fault; a machine without a tracker refuses TCP", async () => {
  using tracker = new BaselineTracker();
  const findings = await examineHere({ trackerPort: tracker.port });
  faultsAre(findings);
  const address = `127.0.0.1:${tracker.port}`;
  deepStrictEqual(valuesOf(findings, "tracker-answers-udp"), { address, tcp: "refused" });
  valuesOf(findings, "dialect-none");
  const port = quietPort();
  const silent = await examineHere({ trackerPort: port, timeouts: SHORT });
  faultsAre(silent, "tracker-silent");
  deepStrictEqual(valuesOf(silent, "tracker-silent"), { address: `127.0.0.1:${port}`, tcp: "refused", seconds: 2 });
  strictEqual(doctorExit(silent), 3);
});

Deno.test("a tracker that answers only on TCP is reported as behind a filter of UDP", async () => {
  for (const says of ["ERR NO_IMAGES_AVAILABLE\n", "0123456789abcdef0123456789abcdef,a.png,10.0.0.1:5000\n"]) {
    await using tracker = tcpOnly(says);
    const findings = await examineHere({ trackerPort: tracker.port, timeouts: SHORT });
    faultsAre(findings, "udp-blocked");
    deepStrictEqual(valuesOf(findings, "udp-blocked"), { address: `127.0.0.1:${tracker.port}`, seconds: 2 });
    strictEqual(doctorExit(findings), 3);
  }
});

Deno.test("a program on TCP that is no tracker is not taken for one", async () => {
  for (const says of ["HTTP/1.1 400 Bad Request\r\n\r\n", ""]) {
    await using other = tcpOnly(says);
    const findings = await examineHere({ trackerPort: other.port, timeouts: SHORT });
    faultsAre(findings, "tracker-silent");
    strictEqual(valuesOf(findings, "tracker-silent").tcp, "odd");
  }
});

Deno.test("a port in use by another program is reported, and the tracker is still probed", async () => {
  using tracker = new BaselineTracker();
  const listeners = bindTcp(undefined, 0);
  const { port } = localAddress(listeners[0]);
  try {
    const findings = await examineHere({ trackerPort: tracker.port, port });
    faultsAre(findings, "port-in-use");
    deepStrictEqual(valuesOf(findings, "port-in-use"), { port });
    valuesOf(findings, "dialect-none");
    strictEqual(doctorExit(findings), 1);
    strictEqual(tracker.requests.some((it) => it.includes(` ${port} `)), false, "it is not registered");
  } finally {
    listeners.forEach((it) => it.close());
  }
});

Deno.test("a port that this user may not open is reported", async () => {
  using tracker = new BaselineTracker();
  const { listen } = Deno;
  Deno.listen = ((options: Deno.TcpListenOptions) => {
    if (options.port === 80) throw new Deno.errors.PermissionDenied("Permission denied (os error 13)");
    return listen(options);
  }) as typeof Deno.listen;
  try {
    const findings = await examineHere({ trackerPort: tracker.port, port: 80 });
    faultsAre(findings, "port-denied");
  } finally {
    Deno.listen = listen;
  }
});

Deno.test("the given port is the one that is registered", async () => {
  using tracker = new BaselineTracker();
  const port = quietPort();
  const findings = await examineHere({ trackerPort: tracker.port, port });
  strictEqual(valuesOf(findings, "port-answers-here").port, port);
  ok(tracker.requests.some((it) => new RegExp(`^REG [0-9a-f]{16} ${port} [0-9a-f]{32},idp2pi-doctor.gif$`).test(it)));
});

Deno.test("a tracker that refuses registrations is reported with its reply or its silence", async () => {
  for (const reply of ["ERR TOO_MANY_REGISTRATIONS", "no room, sorry"]) {
    using tracker = new BaselineTracker({ refuses: reply });
    const findings = await examineHere({ trackerPort: tracker.port });
    faultsAre(findings, "tracker-refuses");
    deepStrictEqual(valuesOf(findings, "tracker-refuses"), { request: "REG", reply });
  }
  using silent = new BaselineTracker({ ignoresAbove: 10 });
  using timers = new HeldTimers();
  const findings = await examineHere({ trackerPort: silent.port, timeouts: waitsFor(silent, timers) });
  faultsAre(findings, "tracker-refuses");
  deepStrictEqual(valuesOf(findings, "tracker-refuses"), { request: "REG", reply: "" });
});

Deno.test("an examination that is aborted while it waits for a tracker throws the reason", async () => {
  using tracker = new BaselineTracker({ ignoresAbove: 0 });
  const giveUp = new AbortController();
  const timeouts = { udp: [60_000] };
  const examining = examine({ tracker: { host: "127.0.0.1", port: tracker.port }, timeouts }, () => {}, giveUp.signal);
  await tracker.heard.find(({ request }) => request === "LST", "the question");
  giveUp.abort(new Error("enough"));
  await rejects(soon(examining, "its end"), /enough/);
});

Deno.test("an examination that is aborted while it probes unregisters", async () => {
  using tracker = new BaselineTracker({ update: "silent" });
  const giveUp = new AbortController();
  const timeouts = { udp: [60_000] };
  const examining = examine({ tracker: { host: "127.0.0.1", port: tracker.port }, timeouts }, () => {}, giveUp.signal);
  await tracker.heard.find(({ request }) => request.startsWith("UPD"), "the visit");
  giveUp.abort(new Error("enough"));
  await rejects(soon(examining, "its end"), /enough/);
  await tracker.heard.find(({ request }) => request.startsWith("END"), "its farewell");
  strictEqual(await say(tracker.port, "LST"), "ERR NO_IMAGES");
});

Deno.test("an examination that is aborted before it starts sends nothing", async () => {
  using tracker = new BaselineTracker();
  const gone = AbortSignal.abort(new Error("enough"));
  await rejects(examine({ tracker: { host: "127.0.0.1", port: tracker.port } }, () => {}, gone), /enough/);
  deepStrictEqual(tracker.requests, []);
});
