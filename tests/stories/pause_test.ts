/** Pausing, resuming and cancelling downloads in both menus of the real client. */
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { startTracker } from "../../mod.ts";
import { say } from "../fake/baseline_client.ts";
import { PARTS, RangePeer } from "../fake/range_peer.ts";
import { needing } from "../needs.ts";
import { image, namesIn, Program, soon, tempDir } from "../support.ts";

const images = [1, 2, 3].map((n) => ({ ...image(n, 300_000), name: `${n}.gif` }));

/** A tracker, and a peer that stalls before the end of each image until it may give it. */
async function network(): Promise<AsyncDisposable & { port: number; giver: RangePeer; give: () => void }> {
  await using stack = new AsyncDisposableStack();
  const tracker = startTracker({ host: "127.0.0.1", port: 0 });
  stack.defer(() => tracker.close());
  let stalls = true;
  const giver = stack.use(
    new RangePeer((conn, asked) => {
      const { bytes } = images.find(({ md5 }) => md5 === asked.md5)!;
      return (stalls ? PARTS.stallsAt(bytes, 250_000) : PARTS.gives(bytes))(conn, asked);
    }),
  );
  const { port } = tracker.address;
  await say(port, `REG x ${giver.address.port} ${images.map(({ md5, name }) => `${md5},${name}`).join(";")}`);
  const all = stack.move();
  return { port, giver, give: () => void (stalls = false), [Symbol.asyncDispose]: () => all.disposeAsync() };
}

async function none(giver: RangePeer): Promise<void> {
  await soon(
    (async () => {
      while (giver.open > 0) await new Promise((resolve) => setTimeout(resolve, 10));
    })(),
    "the end of all connections",
  );
}

Deno.test(
  needing(["terminal"], "on the screen, with keys: all, one, cancelled, and what is left the next time", async () => {
    await using net = await network();
    await using dir = await tempDir();
    const args = ["client", "127.0.0.1", dir.path, "--server-port", `${net.port}`] as const;
    {
      await using client = Program.startOnScreen(...args);
      await client.shows(/Registered/);
      await client.type("2\r");
      await client.shows(/3 of 3 images/);
      await client.type("\x01");
      await client.shows(/3 selected/);
      await client.type("\r");
      await client.shows(/(?:\d\.gif [^\n]* 83%[^\n]*\n[^\n]*){3}/); // A part of each has come.
      await client.shows(/Ctrl-P: pause · Ctrl-X: stop/);
      await client.type("\x10");
      await client.shows(/3 downloads paused: choose “resume” to continue\./);
      await none(net.giver);
      await client.shows(/9 resume downloads \(3 images\)/);
      await client.shows(/10 unfinished downloads \(3\)/);
      await client.type("10\r");
      await client.shows(/1\.gif +paused.*2\.gif +paused.*3\.gif +paused/s);
      await client.type("\x1b[3~"); // Delete: the first is no longer wanted.
      await client.shows(/2\.gif +paused\s+3\.gif +paused/);
      net.give();
      await client.type(" ");
      await client.shows(/Saved as 2\.gif \(300 kB, MD5 verified\)/);
      await client.type("\x1b");
      await client.shows(/unfinished downloads \(1\)/);
      await client.type("6\r");
      await client.shows(/1 download is unfinished and can be resumed at the next start\./);
      strictEqual(await client.exit(), 0);
    }
    const parts = (await namesIn(dir.path)).filter((name) => name.endsWith(".part"));
    deepStrictEqual(parts, [images[0], images[2]].map(({ md5 }) => `.idp2pi-${md5}.part`).sort());
    await using client = Program.startOnScreen(...args);
    await client.shows(/1 download was left unfinished/);
    await client.type("\x10"); // With nothing to pause it resumes.
    await client.shows(/Saved as 3\.gif \(300 kB, MD5 verified\)/);
    await client.type("6\r");
    strictEqual(await client.exit(), 0);
    deepStrictEqual(await Deno.readFile(join(dir.path, "3.gif")), images[2].bytes);
    deepStrictEqual((await namesIn(dir.path)).filter((name) => name.endsWith(".queue")), []);
  }),
);

Deno.test(needing(["terminal"], "in the menu of lines, in Portuguese: some, all, and cancelled", async () => {
  await using net = await network();
  await using dir = await tempDir();
  const args = ["127.0.0.1", dir.path, "--server-port", `${net.port}`, "--lang", "pt"];
  await using client = Program.startInTerminal("client", ...args);
  await client.shows(/6 sair/);
  await client.type("3\r");
  await client.shows(/Quais imagens, de 1 a 3/);
  await client.type("todas\r");
  await client.shows(/9 pausar {3}10\s+cancelar downloads/);
  await client.type("pausar\r");
  await client.shows(/1 1\.gif\s+2 2\.gif\s+3 3\.gif\s+Quais downloads, de 1 a 3/);
  await client.type("todos\r");
  await client.shows(/3 downloads pausados: escolha\s+“retomar”/);
  await none(net.giver);
  await client.type("cancelar d\r");
  await client.shows(/Quais downloads, de 1 a 3/);
  await client.type("2\r");
  net.give();
  await client.type("retomar\r");
  await client.shows(/1 1\.gif\s+2 3\.gif\s+Quais downloads, de 1 a 2/);
  await client.type("1-2\r");
  await client.shows(/2 imagens baixadas/);
  await client.type("6\r");
  strictEqual(await client.exit(), 0);
  deepStrictEqual((await namesIn(dir.path)).filter((name) => !name.startsWith(".")), ["1.gif", "3.gif"]);
}));
