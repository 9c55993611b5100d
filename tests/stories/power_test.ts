/** A power cut right after the real client said that images are saved. */
import { strictEqual } from "node:assert/strict";
import { Buffer } from "node:buffer";
import { dirname, join } from "node:path";
import { startTracker } from "../../mod.ts";
import { encodeName } from "../../lib/protocol/name.ts";
import { say } from "../fake/baseline_client.ts";
import { ANSWERS, BaselinePeer } from "../fake/baseline_peer.ts";
import { type PartAnswer, PARTS, RangePeer } from "../fake/range_peer.ts";
import { needing } from "../needs.ts";
import { filesWithin, image, Program, tempDir } from "../support.ts";
import { ext4 } from "../support_disk.ts";

const images = [...Array.from({ length: 60 }, (_, i) => 200 + 997 * i), 1 << 20, 3_000_001, 40_000_000]
  .map((size, i) => ({ ...image(i + 1, size), name: i % 2 ? `${i}.gif` : `album ${i % 3}/sub/${i}.gif` }));

/** A tracker and a peer that gives all images. */
async function network(): Promise<AsyncDisposable & { port: number }> {
  const stack = new AsyncDisposableStack();
  const gives: PartAnswer = (conn, asked) =>
    PARTS.gives(images.find(({ md5 }) => md5 === asked.md5)!.bytes)(conn, asked);
  const giver = stack.use(new RangePeer(gives));
  const tracker = startTracker({ host: "127.0.0.1", port: 0 });
  stack.defer(() => tracker.close());
  const { port } = tracker.address;
  await say(
    port,
    `REG ana ${giver.address.port} ${images.map(({ md5, name }) => `${md5},${encodeName(name)}`).join(";")}`,
  );
  return { port, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

/** That all of them are there, whole, and nothing else. */
async function areAllIn(directory: string): Promise<void> {
  for (const { name, bytes } of images) {
    strictEqual(Buffer.compare(await Deno.readFile(join(directory, name)), bytes), 0, name);
  }
  strictEqual((await filesWithin(directory)).filter((path) => !path.startsWith(".idp2pi")).length, images.length);
}

Deno.test(
  needing(["power"], "an image that get saved survives a power cut, in a directory that it created", async () => {
    await using dir = await tempDir();
    await using disk = await ext4(dir.path, 128);
    await using net = await network();
    const args = ["get", `127.0.0.1:${net.port}`, "--all", "-o", join(dir.path, "new", "images")];
    for (let run = 0; run < 2; run++) {
      {
        await using get = Program.start("client", ...args);
        strictEqual(await get.exit(), 0, get.output);
      }
      await disk.cutPower();
      await areAllIn(join(dir.path, "new", "images"));
    }
  }),
);

Deno.test(
  needing(
    ["power", "terminal"],
    "each image survives a power cut as soon as it is reported as saved",
    async () => {
      await using dir = await tempDir();
      await using disk = await ext4(dir.path, 128);
      await using net = await network();
      await using client = Program.startInTerminal("client", "127.0.0.1", dir.path, "--server-port", `${net.port}`);
      await client.shows(/6 quit/);
      await client.type("3\r");
      await client.shows(/Which images/);
      await client.type("all\r");
      await client.shows(/(?:Saved as (?:album \d\/sub\/)?\d+\.gif.*){3}/s);
      await client.cut();
      await disk.cutPower();
      const saved = [...client.output.matchAll(/Saved as (?:album \d\/sub\/)?(\d+)\.gif/g)].map(([, number]) =>
        images[Number(number)]
      );
      for (const { name, bytes } of saved) {
        strictEqual(Buffer.compare(await Deno.readFile(join(dir.path, name)), bytes), 0, name);
      }
    },
  ),
);

Deno.test(
  needing(
    ["power"],
    "a file that a power cut left empty or short is completed to the image, and a second cut loses nothing",
    async () => {
      await using dir = await tempDir();
      await using disk = await ext4(dir.path, 128);
      await using net = await network();
      await using simple = new BaselinePeer(ANSWERS.sends(images[5].bytes));
      await say(net.port, `REG eva ${simple.address.port} ${images[5].md5},${encodeName(images[5].name)}`);
      const before = new Date(Date.now() - 60_000); // Nobody is writing them any more.
      for (const [i, { name, bytes }] of images.entries()) {
        await Deno.mkdir(dirname(join(dir.path, name)), { recursive: true });
        await Deno.writeFile(join(dir.path, name), bytes.subarray(0, Math.floor(bytes.length * (i % 3) / 3)));
        await Deno.utime(join(dir.path, name), before, before);
      }
      await using get = Program.start("client", "get", `127.0.0.1:${net.port}`, "--all", "-o", dir.path);
      strictEqual(await get.exit(), 0, get.output);
      await disk.cutPower();
      await areAllIn(dir.path);
    },
  ),
);
