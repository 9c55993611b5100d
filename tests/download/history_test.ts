/** The history of transfers, in a file that several clients write. */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { History, type Transfer } from "../../lib/download/history.ts";
import { Peer, startTracker } from "../../mod.ts";
import { image, soon, tempDir } from "../support.ts";

const transfer = (n: number): Omit<Transfer, "at"> => ({
  kind: n % 2 === 0 ? "downloaded" : "uploaded",
  md5: n.toString(16).padStart(32, "0"),
  name: `lisboa/${n}\x1b.gif`,
  bytes: n * 1_000,
  ms: n,
  peer: "10.0.0.2:5000",
  directory: "/photos",
});

Deno.test("transfers of several clients at once are kept in order, with the time of completion", async () => {
  await using dir = await tempDir();
  const path = join(dir.path, "deep", "history.sqlite");
  const before = Date.now();
  {
    using ana = new History(path);
    using ben = new History(path);
    for (const n of [1, 2]) ana.add(transfer(n));
    ana.flush();
    ben.add(transfer(3));
    ben.flush();
    ana.add({ ...transfer(4), ms: 0.2 });
  }
  using history = new History(path);
  const all = [...history.read()];
  deepStrictEqual(all.map(({ at: _, ...rest }) => rest), [1, 2, 3].map(transfer).concat({ ...transfer(4), ms: 1 }));
  ok(all.every(({ at }) => at >= before && at <= Date.now()));
  if (Deno.build.os !== "windows") strictEqual((await Deno.stat(path)).mode! & 0o777, 0o600);
});

Deno.test("the oldest transfers are forgotten first, and a cleared history leaves nothing in the file", async () => {
  await using dir = await tempDir();
  const path = join(dir.path, "history.sqlite");
  {
    using history = new History(path, 100);
    for (let n = 0; n < 250; n += 50) {
      for (let i = 0; i < 50; i++) history.add(transfer(n + i));
      history.flush();
    }
    const numbers = [...history.read()].map(({ md5 }) => parseInt(md5, 16));
    deepStrictEqual(numbers, Array.from({ length: 100 }, (_, i) => 150 + i));
    strictEqual(history.clear(), 100);
    deepStrictEqual([...history.read()], []);
  }
  ok(!new TextDecoder("latin1").decode(await Deno.readFile(path)).includes("lisboa"));
});

Deno.test("a transfer waits while another client holds the file, and is written afterwards", async () => {
  await using dir = await tempDir();
  const path = join(dir.path, "history.sqlite");
  using history = new History(path);
  history.add(transfer(1));
  history.flush();
  const other = new DatabaseSync(path);
  other.exec("BEGIN IMMEDIATE");
  history.add(transfer(2));
  const began = performance.now();
  history.flush();
  ok(performance.now() - began < 4_000, "nobody is kept waiting for it"); // On a busy machine it takes longer.
  other.exec("COMMIT");
  other.close();
  history.add(transfer(3));
  history.flush();
  strictEqual([...history.read()].length, 3);
});

Deno.test("if there can be no history file, nothing is kept and nothing fails", async () => {
  await using dir = await tempDir({ file: new Uint8Array(1) });
  for (const path of [null, join(dir.path, "file", "history.sqlite")]) {
    using history = new History(path);
    history.add(transfer(1));
    history.flush();
    deepStrictEqual([...history.read()], []);
    strictEqual(history.clear(), 0);
  }
});

Deno.test("both sides of a transfer record its image, duration and addresses", async () => {
  const large = image(1, 3_000_000);
  await using anaDir = await tempDir({ "cat.gif": large.bytes });
  await using benDir = await tempDir();
  await using caches = await tempDir();
  const [anaHistory, benHistory] = ["ana", "ben"].map((name) => join(caches.path, name));
  const tracker = startTracker({ host: "127.0.0.1", port: 0 });
  await using stack = new AsyncDisposableStack();
  stack.defer(() => tracker.close());
  const served = Promise.withResolvers<void>();
  const at = { tracker: tracker.address, host: "127.0.0.1", watch: false };
  const onServed = (): void => served.resolve();
  const ana = await Peer.start({
    ...at,
    directory: anaDir.path,
    history: anaHistory,
    uploadLimit: 10_000_000,
    onServed,
  });
  const ben = await Peer.start({ ...at, directory: benDir.path, history: benHistory });
  await ana.tracker.register();
  const { images } = await ben.tracker.list();
  await ben.downloads.fetchAll(images);
  await soon(served.promise, "the end of the upload");
  await Promise.all([ana.close(), ben.close()]);
  const transfers = [anaHistory, benHistory].flatMap((path) => {
    using history = new History(path);
    return [...history.read()];
  });
  const [up, down] = transfers;
  strictEqual(transfers.length, 2);
  deepStrictEqual([up.kind, down.kind], ["uploaded", "downloaded"]);
  deepStrictEqual([up.directory, down.directory], [anaDir.path, benDir.path]);
  strictEqual(down.peer, `127.0.0.1:${ana.port}`);
  for (const { md5, name, bytes, ms } of transfers) {
    deepStrictEqual([md5, name, bytes], [large.md5, "cat.gif", 3_000_000]);
    // 3 MB at 10 MB a second.
    ok(ms > 20 && ms < 600_000, `${ms} ms`); // However busy the machine is.
  }
});
