/** What a strange, slow or hostile tracker says: how long it is waited for, how much is read, and what is said of it. */
import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { EXCHANGE_LIMITS } from "../../lib/announce/tcp_requests.ts";
import { askOnce } from "../../lib/net/exchange_guard.ts";
import { TrackerClient } from "../../lib/announce/tracker_client.ts";
import { isFault } from "../../lib/fault/fault.ts";
import { ScriptedTracker } from "../fake/scripted_tracker.ts";
import { soon } from "../support.ts";
import { CAT } from "../protocol/arbitraries.ts";

const NEVER = new AbortController().signal;

/** Something on TCP that writes a piece now and then, forever. */
function writes(piece: Uint8Array, apart: number): AsyncDisposable & { address: { host: string; port: number } } {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const over = new AbortController();
  const writing = (async () => {
    for await (const conn of listener) {
      try {
        while (!over.signal.aborted) {
          await conn.write(piece);
          await new Promise((resolve) => setTimeout(resolve, apart));
        }
      } catch {
        // Closed by the other side.
      }
      try {
        conn.close();
      } catch {
        // Closed already.
      }
    }
  })();
  return {
    address: { host: "127.0.0.1", port: listener.addr.port },
    [Symbol.asyncDispose]: async () => {
      over.abort();
      listener.close();
      await writing;
    },
  };
}

const LIMITS = { ...EXCHANGE_LIMITS, connect: 60_000, silence: 200 };

Deno.test("a slow answer is given up after the allowed silence", async () => {
  await using tracker = writes(new Uint8Array([0x61]), 20);
  await rejects(soon(askOnce(tracker.address, "LST", NEVER, LIMITS), "the end"));
});

Deno.test("an exchange that is given up at the moment when it is connected ends at once", async () => {
  await using tracker = writes(new Uint8Array([0x61]), 20);
  const { connect } = Deno;
  const giveUp = new AbortController();
  Deno.connect = (async (options: Deno.ConnectOptions) => {
    const conn = await connect(options);
    giveUp.abort();
    return conn;
  }) as typeof Deno.connect;
  try {
    const patient = { ...LIMITS, silence: 60_000 };
    await rejects(soon(askOnce(tracker.address, "LST", giveUp.signal, patient), "the end"), { name: "AbortError" });
  } finally {
    Deno.connect = connect;
  }
});

Deno.test("a fast answer that never ends is given up at the deadline, or when it is too long", async () => {
  await using tracker = writes(new Uint8Array(10_000).fill(0x61), 10);
  const patient = { ...LIMITS, silence: 60_000 };
  await rejects(soon(askOnce(tracker.address, "LST", NEVER, { ...patient, deadline: 300 }), "the end"));
  strictEqual(await soon(askOnce(tracker.address, "LST", NEVER, { ...patient, reply: 100_000 }), "the end"), null);
});

Deno.test("a long list over UDP may be cut, counted in bytes and not in characters", async () => {
  const entry = `${CAT},${"猫".repeat(70)},10.0.0.1:4000`;
  const list = Array.from({ length: 244 }, (_, i) => entry.replace(/^.{5}/, `${i}`.padStart(5, "0"))).join(";");
  ok(list.length < 60_000 && new TextEncoder().encode(list).length > 60_000);
  await using tracker = new ScriptedTracker(() => list);
  const client = await TrackerClient.open({ host: "127.0.0.1", port: tracker.port }, { timeouts: { waits: [20_000] } });
  const { images, mayBeCut } = await client.list();
  deepStrictEqual([images.length, mayBeCut], [244, true]);
  await client.close();
});

const HTTP = "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n";

Deno.test("a program that is no tracker is reported as such, with its reply", async () => {
  for (const by of ["UDP", "TCP"] as const) {
    await using other = new ScriptedTracker((_, way) => way === by ? HTTP : null);
    other.openTcp();
    const client = await TrackerClient.open({ host: "127.0.0.1", port: other.port }, {
      timeouts: { waits: [by === "UDP" ? 20_000 : 200] },
    });
    await rejects(
      client.list(),
      (error) => isFault(error, "not-a-tracker") && error.message.includes("HTTP/1.1 400"),
      by,
    );
    await client.close();
  }
  await using echo = new ScriptedTracker((request) => request);
  const client = await TrackerClient.open({ host: "127.0.0.1", port: echo.port }, { timeouts: { waits: [20_000] } });
  await rejects(client.list(), (error) => isFault(error, "not-a-tracker") && error.values.reply === "LST");
  await client.close();
});

Deno.test("a tracker on UDP is understood although another program uses TCP", async () => {
  await using tracker = new ScriptedTracker((_, by) => by === "TCP" ? HTTP : "Nenhuma imagem disponivel no momento.");
  tracker.openTcp();
  const client = await TrackerClient.open({ host: "127.0.0.1", port: tracker.port }, { timeouts: { waits: [20_000] } });
  deepStrictEqual((await client.list()).images, []);
  await client.close();
});

const cat = { md5: CAT, name: "cat.gif" };

Deno.test("another program on TCP takes no registration, so none is ended before the first one", async () => {
  await using tracker = new ScriptedTracker((request, by) => {
    if (by === "TCP") return HTTP;
    return request.startsWith("REG") ? "OK 1_REGISTERED_IMAGES" : "OK CLIENT_FINISHED";
  });
  tracker.openTcp();
  const client = await TrackerClient.open({ host: "127.0.0.1", port: tracker.port }, { timeouts: { waits: [20_000] } });
  deepStrictEqual(await client.register("pw", 5000, [cat]), { accepted: 1, offered: 1, again: false });
  deepStrictEqual(tracker.requests.map((it) => it.slice(0, 7)), ["TCP REG", "UDP REG"]);
  await client.close();
});

Deno.test("a REG over TCP without an answer may have arrived, and is ended before the next", async () => {
  let left = 3;
  await using tracker = new ScriptedTracker((request, by) => {
    if (by === "TCP") return null; // The connection is closed without a word.
    if (request.startsWith("REG")) return "OK 1_REGISTERED_IMAGES";
    return left-- > 0 ? "OK CLIENT_FINISHED" : "ERR IP_REGISTERED_WITH_DIFFERENT_PASSWORD";
  });
  tracker.openTcp();
  const client = await TrackerClient.open({ host: "127.0.0.1", port: tracker.port }, { timeouts: { waits: [20_000] } });
  await client.register("pw", 5000, [cat]);
  const kinds = tracker.requests.map((it) => it.slice(0, 7)).join(" ");
  strictEqual(kinds, "TCP REG UDP END UDP END UDP END UDP REG");
  await client.close();
});

Deno.test("an UPD refused in words of the protocol keeps the registration, and renews its lease", async () => {
  await using tracker = new ScriptedTracker((request) => {
    const count = request.split(";").length;
    if (request.startsWith("REG")) return `OK ${count}_REGISTERED_IMAGES`;
    return count === 2 ? "ERR TOO_MANY_IMAGES" : `OK ${count}_REGISTERED_FILES`;
  });
  tracker.openTcp();
  const client = await TrackerClient.open({ host: "127.0.0.1", port: tracker.port }, { timeouts: { waits: [20_000] } });
  await client.register("pw", 5000, [cat]);
  const two = [cat, { md5: "0".repeat(32), name: "dog.gif" }];
  const isRefused = (error: unknown) => isFault(error, "tracker-refused") && error.values.reply === "TOO_MANY_IMAGES";
  await rejects(client.update("pw", 5000, two), isRefused);
  await rejects(client.renew("pw", 5000, two, () => true), isRefused);
  deepStrictEqual(tracker.requests.map((it) => it.replace(/ pw.*/, "")), ["TCP REG", "UDP UPD", "UDP UPD", "UDP UPD"]);
  strictEqual(tracker.requests.at(-1)!.split(";").length, 1, "what is registered is renewed");
  await client.close();
});

Deno.test("an UPD answered in other words leads to END and REG", async () => {
  for (const reply of ["what?", "OK 7_REGISTERED_FILES", "ERR IP_REGISTERED_WITH_DIFFERENT_PASSWORD"]) {
    await using tracker = new ScriptedTracker((request) => {
      if (request.startsWith("REG")) return "OK 1_REGISTERED_IMAGES";
      return request.startsWith("UPD") ? reply : "OK CLIENT_FINISHED";
    });
    tracker.openTcp();
    const client = await TrackerClient.open({ host: "127.0.0.1", port: tracker.port }, {
      timeouts: { waits: [20_000] },
    });
    await client.register("pw", 5000, [cat]);
    deepStrictEqual(await client.update("pw", 5000, [cat]), { accepted: 1, offered: 1, again: true });
    deepStrictEqual(tracker.requests.map((it) => it.slice(4, 7)), ["REG", "UPD", "END", "REG"]);
    await client.close();
  }
});

Deno.test("after an END that our tracker answered, nothing is left to end", async () => {
  for (const reply of ["OK CLIENT_FINISHED", "ERR IP_REGISTERED_WITH_DIFFERENT_PASSWORD"]) {
    await using tracker = new ScriptedTracker((request) =>
      request.startsWith("REG") ? "OK 1_REGISTERED_IMAGES" : reply
    );
    tracker.openTcp();
    const client = await TrackerClient.open({ host: "127.0.0.1", port: tracker.port }, {
      timeouts: { waits: [20_000] },
    });
    await client.register("pw", 5000, [cat]);
    await client.unregister("pw", 5000);
    await tracker.closeTcp();
    await client.register("pw", 5000, [cat]);
    deepStrictEqual(tracker.requests.map((it) => it.slice(0, 7)), ["TCP REG", "UDP END", "UDP REG"]);
    await client.close();
  }
});
