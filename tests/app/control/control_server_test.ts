/** A running client and the programs that control it, through real sockets and files. */
import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { type ControlConfig, type ControlServer, startControl } from "../../../lib/app/control/control_server.ts";
import { formatControlRequest } from "../../../lib/app/control/message.ts";
import { findRunning, stopClient } from "../../../lib/app/control/control_client.ts";
import { findFile, listRunning, type RunningFile, writeRunning } from "../../../lib/app/control/running_files.ts";
import { isFault } from "../../../lib/fault/fault.ts";
import { startTracker } from "../../../mod.ts";
import { deadPort } from "../../fake/baseline_peer.ts";
import { BaselineTracker } from "../../fake/baseline_tracker.ts";
import { needing } from "../../needs.ts";
import { image, Inbox, namesIn, soon, tempDir } from "../../support.ts";

const TIMEOUTS = { request: 5_000, response: 5_000, fileCheck: 10_000 };
/** For what must come to nothing: so short that it is not waited for long, and never to be in time for anything else. */
const SHORT = { connect: 2_000, silence: 300, deadline: 60_000, rate: 0 };
const never = new AbortController().signal;

/** A client that shares nothing. */
async function client(more: Partial<ControlConfig> = {}): Promise<
  AsyncDisposable & {
    directory: string;
    control: ControlServer;
    file: RunningFile;
    ending: AbortController;
  }
> {
  const dir = await tempDir();
  const ending = new AbortController();
  const control = await startControl({ directory: dir.path, ending, ...more });
  const [file] = await listRunning(dir.path);
  return {
    directory: dir.path,
    control,
    file,
    ending,
    [Symbol.asyncDispose]: async () => {
      await control[Symbol.asyncDispose]();
      await dir[Symbol.asyncDispose]();
    },
  };
}

/** All that a port says to what is sent, until it closes. */
async function said(port: number, text: string): Promise<string> {
  using conn = await Deno.connect({ hostname: "127.0.0.1", port });
  await conn.write(new TextEncoder().encode(text));
  let all = "";
  const bytes = new Uint8Array(4_096);
  const reading = async (): Promise<string> => {
    for (let n = await conn.read(bytes); n !== null; n = await conn.read(bytes)) {
      all += new TextDecoder().decode(bytes.subarray(0, n));
    }
    return all;
  };
  // A close with bytes unread may come as a reset.
  return await soon(
    reading().catch((error) => error instanceof Deno.errors.ConnectionReset ? all : Promise.reject(error)),
    "a close",
  );
}

Deno.test("a program that has not read the file gets no reply before the connection is closed", async () => {
  await using it = await client();
  const { port } = it.file;
  const wrong = formatControlRequest("stop", { ...it.file, token: "0".repeat(64) });
  strictEqual(await said(port, `${wrong}\n`), "");
  strictEqual(await said(port, `${formatControlRequest("stop", { ...it.file, token: it.file.proof })}\n`), "");
  strictEqual(await said(port, "x".repeat(513)), "");
  strictEqual(await said(port, `${" ".repeat(513)}${formatControlRequest("stop", it.file)}\n`), "");
  strictEqual(it.ending.signal.aborted, false);
  ok((await said(port, `${formatControlRequest("status", it.file)}\n`)).includes(it.file.proof));
});

Deno.test("a page in a browser gets no response", async () => {
  await using it = await client();
  const url = `http://127.0.0.1:${it.file.port}/`;
  await rejects(fetch(url));
  // Even one that knew the token: the first line that it sends is one of HTTP.
  await rejects(fetch(url, { method: "POST", body: `\n${formatControlRequest("stop", it.file)}\n` }));
  strictEqual(it.ending.signal.aborted, false);
});

Deno.test("silent and slow connections are closed", async () => {
  await using it = await client({ timeouts: { ...TIMEOUTS, request: 50 } });
  strictEqual(await said(it.file.port, ""), "");
  strictEqual(await said(it.file.port, formatControlRequest("stop", it.file)), "");
  strictEqual(it.ending.signal.aborted, false);
});

Deno.test(needing(["loopback"], "the control port is open on this machine only", async () => {
  await using it = await client();
  // On Linux 127.0.0.2 is this machine too: a socket that is open on all addresses would answer there.
  for (const hostname of ["127.0.0.2", "::1"]) {
    await rejects(Deno.connect({ hostname, port: it.file.port }), hostname);
  }
}));

Deno.test("a client works without a directory for its file, or with a directory in its place", async () => {
  await using dir = await tempDir({ file: new Uint8Array() });
  for (const directory of [null, join(dir.path, "file"), join(dir.path, "file", "below")]) {
    await using control = await startControl({ directory, ending: new AbortController() });
    const peer = await control.start({ tracker: { host: "127.0.0.1", port: deadPort() }, directory: dir.path });
    await peer.close();
  }
});

Deno.test("the file is removed with its client, and written again if the cache is emptied", async () => {
  const it = await client({ timeouts: { ...TIMEOUTS, fileCheck: 20 } });
  try {
    await Deno.remove(join(it.directory, `${it.file.pid}.json`));
    const back = async (): Promise<void> => {
      while (!await findFile(it.directory, it.file.pid)) await new Promise((resolve) => setTimeout(resolve, 10));
    };
    await soon(back(), "the file");
    deepStrictEqual(await findFile(it.directory, it.file.pid), it.file);
    await it.control[Symbol.asyncDispose]();
    deepStrictEqual(await namesIn(it.directory), []);
  } finally {
    await it[Symbol.asyncDispose]();
  }
});

Deno.test("files of ended clients are removed, and silent clients are named", async () => {
  await using it = await client({ pid: 1 });
  using stranger = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  using silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const answered = answerOnce(stranger, `${JSON.stringify({ version: 1, proof: "0".repeat(64), response: {} })}\n`);
  await writeRunning(it.directory, { ...it.file, pid: 2, port: deadPort() });
  await writeRunning(it.directory, { ...it.file, pid: 3, port: stranger.addr.port });
  await writeRunning(it.directory, { ...it.file, pid: 4, port: silent.addr.port });
  // The first one has to answer within this, too: it is long enough for that, and not waited for otherwise.
  const found = await findRunning(it.directory, never, { ...SHORT, silence: 4_000 });
  await answered;
  deepStrictEqual(found.running.map(({ state }) => state.pid), [1]);
  deepStrictEqual(found.silent, [4]);
  deepStrictEqual(await namesIn(it.directory), ["1.json", "4.json"]);
});

async function answerOnce(listener: Deno.Listener, text: string): Promise<void> {
  using conn = await listener.accept();
  await conn.read(new Uint8Array(1_000));
  await conn.write(new TextEncoder().encode(text));
}

Deno.test("a client is visible from before it shares until it ends, and ends when it is stopped", async () => {
  await using tracker = closing(startTracker({ host: "127.0.0.1", port: 0 }));
  const { port: trackerPort } = tracker.value.address;
  await using shared = await tempDir({ "cat.gif": image(1, 5_000).bytes });
  const stops = new Inbox<string>();
  const it = await client({ onStop: () => stops.put("stop"), pid: 7, now: () => 86_400_000 });
  try {
    const state = async () => (await findRunning(it.directory, never)).running[0]?.state;
    const starting = it.control.start({ tracker: { host: "127.0.0.1", port: trackerPort }, directory: shared.path });
    deepStrictEqual([(await state()).port, (await state()).directory], [null, shared.path]);
    const peer = await starting;
    strictEqual((await state()).registered, false);
    await peer.tracker.register();
    const { addresses, ...running } = await state();
    ok(addresses.length > 0 && addresses.every((it) => it.endsWith(`:${peer.port}`)), addresses.join());
    deepStrictEqual(running, {
      pid: 7,
      directory: shared.path,
      port: peer.port,
      tracker: `127.0.0.1:${trackerPort}`,
      registered: true,
      lost: null,
      also: [],
      images: 1,
      bytes: 5_000,
      since: "1970-01-02T00:00:00.000Z",
      served: { images: 0, bytes: 0 },
      fetching: [],
    });

    // Two commands at once: both wait for the end, of which the client hears once.
    const stopping = [stopClient(it.file, never), stopClient(it.file, never)];
    await stops.find(() => true, "the stop");
    strictEqual(it.ending.signal.aborted, true);
    await peer.close();
    await it.control[Symbol.asyncDispose]();
    await Promise.all(stopping);
    strictEqual(await state(), undefined);
    await rejects(stopClient(it.file, never), (error) => isFault(error, "client-gone"));
  } finally {
    await it[Symbol.asyncDispose]();
  }
});

Deno.test("the reason why the tracker does not list a client is shown until it does", async () => {
  const dialect: { refuses?: string } = { refuses: "ERR TRACKER_FULL" };
  using tracker = new BaselineTracker(dialect);
  await using shared = await tempDir({ "cat.gif": image(1).bytes });
  await using it = await client();
  const renewalWaits = { renew: 60_000, first: 20, most: 20 };
  const peer = await it.control.start({
    tracker: { host: "127.0.0.1", port: tracker.port },
    directory: shared.path,
    renewalWaits,
  });
  try {
    await rejects(peer.tracker.register(), (error) => isFault(error, "tracker-refused"));
    const state = async () => (await findRunning(it.directory, never)).running[0].state;
    const { lost, registered } = await state();
    deepStrictEqual([lost?.code, registered], ["tracker-refused", false]);
    dialect.refuses = undefined;
    const back = async (): Promise<void> => {
      while ((await state()).lost !== null) await new Promise((resolve) => setTimeout(resolve, 20));
    };
    await soon(back(), "the registration");
    strictEqual((await state()).registered, true);
  } finally {
    await peer.close();
  }
});

Deno.test("a client that does not answer in time is silent, for both commands", async () => {
  using silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  await using dir = await tempDir();
  const file = { pid: 7, port: silent.addr.port, token: "a".repeat(64), proof: "b".repeat(64) };
  await writeRunning(dir.path, file);
  deepStrictEqual(await findRunning(dir.path, never, SHORT), { running: [], silent: [7] });
  await rejects(stopClient(file, never, SHORT), (error) => isFault(error, "client-silent"));
});

Deno.test("connections without a request do not block the commands of the user", async () => {
  await using it = await client({ timeouts: { ...TIMEOUTS, request: 60_000 } });
  using stack = new DisposableStack();
  for (let i = 0; i < 40; i++) {
    const conn = stack.use(await Deno.connect({ hostname: "127.0.0.1", port: it.file.port }));
    await conn.write(new TextEncoder().encode("GET / HTTP/1.1"));
  }
  strictEqual((await findRunning(it.directory, never)).running.length, 1);
});

Deno.test("a client that cannot be asked for lack of descriptors does not count as gone", async () => {
  await using it = await client();
  const { connect } = Deno;
  for (const code of ["EMFILE", "EACCES", "EADDRNOTAVAIL"]) {
    Deno.connect = (() => Promise.reject(Object.assign(new Error(code), { code }))) as unknown as typeof Deno.connect;
    try {
      deepStrictEqual(await findRunning(it.directory, never), { running: [], silent: [it.file.pid] }, code);
    } finally {
      Deno.connect = connect;
    }
  }
  strictEqual((await findRunning(it.directory, never)).running.length, 1);
});

/** Closes `value` when the test ends. */
function closing<T extends { close(): Promise<unknown> }>(value: T): AsyncDisposable & { value: T } {
  return { value, [Symbol.asyncDispose]: async () => void await value.close() };
}
