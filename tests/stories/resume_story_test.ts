/** Downloads of the real client that is killed, and begun again. */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { Buffer } from "node:buffer";
import { join } from "node:path";
import { Peer } from "../../lib/peer/peer.ts";
import { startTracker } from "../../lib/server/tracker_server.ts";
import { say } from "../fake/baseline_client.ts";
import { PARTS, RangePeer } from "../fake/range_peer.ts";
import { needing } from "../needs.ts";
import { image, imageBytes, namesIn, Program, tempDir } from "../support.ts";

/** Images that a client receives at the same time, and those that it has received and is saving. */
const AT_ONCE = 8 + 32;

/** The names of temporary files. */
async function hiddenIn(path: string): Promise<string[]> {
  return (await namesIn(path)).filter((name) => name.startsWith(".idp2pi-"));
}

Deno.test(
  needing(
    ["terminal"],
    "a client that was killed during 500 images fetches the others when it is started again",
    async () => {
      const files = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`${i}.gif`, imageBytes(i, 40_000)]));
      await using anaDir = await tempDir(files);
      await using benDir = await tempDir();
      await using stack = new AsyncDisposableStack();
      const tracker = startTracker({ host: "127.0.0.1", port: 0 });
      stack.defer(() => tracker.close());
      let given = 0;
      const half = Promise.withResolvers<void>();
      const ana = await Peer.start({
        tracker: tracker.address,
        host: "127.0.0.1",
        directory: anaDir.path,
        uploadLimit: 5_000_000,
        onServed: ({ kind }) => kind === "served" && ++given === 250 ? half.resolve() : undefined,
      });
      stack.defer(() => ana.close());
      await ana.tracker.register();

      const args = ["client", "127.0.0.1", benDir.path, "--server-port", `${tracker.address.port}`] as const;
      {
        await using ben = Program.startInTerminal(...args);
        await ben.shows(/6 quit/);
        await ben.type("3\r");
        await ben.shows(/Which images, 1 to 500/);
        await ben.type("all\r");
        await half.promise;
        await ben.cut();
      }
      const there = (await namesIn(benDir.path)).filter((name) => !name.startsWith("."));
      ok(there.length >= 250 - AT_ONCE && there.length < 500, `${there.length} were there`);
      // As if it were begun again the day after, when what is of no more use is taken away.
      await Deno.writeFile(join(benDir.path, `.idp2pi-${"0".repeat(32)}-${crypto.randomUUID()}.part`), imageBytes(1));
      const yesterday = new Date(Date.now() - 86_400_000);
      for (const name of await hiddenIn(benDir.path)) await Deno.utime(join(benDir.path, name), yesterday, yesterday);

      await using ben = Program.startInTerminal(...args);
      await ben.shows(/downloads were left unfinished: choose “resume”.*9 resume/s);
      await ben.type("resume\r");
      await ben.shows(/Which downloads, 1 to \d+/);
      await ben.type("all\r");
      await ben.shows(new RegExp(`${500 - there.length} images downloaded`));
      await ben.type("6\r");
      strictEqual(await ben.exit(), 0);
      ok(given >= 500 && given <= 500 + AT_ONCE, `${given} images were given`);
      deepStrictEqual(await namesIn(benDir.path), Object.keys(files).sort());
      for (const [name, bytes] of Object.entries(files)) {
        strictEqual(Buffer.compare(await Deno.readFile(join(benDir.path, name)), bytes), 0, name);
      }
    },
  ),
);

Deno.test(needing(["terminal"], "a large image continues where the client was killed", async () => {
  const { bytes, md5 } = image(1, 60_000_000);
  await using giver = new RangePeer(PARTS.gives(bytes));
  await using benDir = await tempDir();
  const tracker = startTracker({ host: "127.0.0.1", port: 0 });
  await using stack = new AsyncDisposableStack();
  stack.defer(() => tracker.close());
  await say(tracker.address.port, `REG ana ${giver.address.port} ${md5},cat.gif`);

  const args = ["client", "127.0.0.1", benDir.path, "--server-port", `${tracker.address.port}`] as const;
  {
    await using ben = Program.startOnScreen(...args, "--download-limit", "20M");
    await ben.shows(/6 quit/);
    await ben.type("3\r");
    await ben.shows(/› \[ \] /);
    await ben.type("\r");
    await ben.shows(/cat\.gif +[█░]+ +([4-7]\d)%/);
    await ben.cut();
  }
  const names = await namesIn(benDir.path);
  strictEqual(names.includes(`.idp2pi-${md5}.part`), true);
  strictEqual(names.filter((name) => name.endsWith(".queue")).length, 1, names.join(" "));

  await using ben = Program.startOnScreen(...args);
  await ben.shows(/1 download was left unfinished: choose “resume”/);
  await ben.shows(/9 resume downloads \(1 image\)/);
  await ben.type("9\r");
  await ben.shows(/Saved as cat\.gif \(60 MB, MD5 verified\)/);
  await ben.type("6\r");
  strictEqual(await ben.exit(), 0);
  const [first, second, ...more] = giver.asked.map(({ offset }) => offset);
  deepStrictEqual([first, ...more], [0]);
  ok(second >= 10_000_000, `it continued at byte ${second}`); // At least 20 MB had come; the last half second may be lost.
  deepStrictEqual(await namesIn(benDir.path), ["cat.gif"]);
  strictEqual(Buffer.compare(await Deno.readFile(join(benDir.path, "cat.gif")), bytes), 0);
}));
