/** Disks that fail the real client while it fetches. */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { startTracker } from "../../lib/server/tracker_server.ts";
import { say } from "../fake/baseline_client.ts";
import { type PartAnswer, PARTS, RangePeer } from "../fake/range_peer.ts";
import { needing } from "../needs.ts";
import { image, namesIn, Program, soon, tempDir } from "../support.ts";
import { disk } from "../support_disk.ts";

const large = { ...image(1, 8_000_000), name: "large.gif" };
const small = Array.from({ length: 30 }, (_, i) => ({ ...image(i + 2, 20_000), name: `${i}.gif` }));

/** A tracker, a peer that has the images, and a client in a terminal that has listed them. */
async function session(directory: string, images: typeof small, answer: PartAnswer): Promise<
  AsyncDisposable & { giver: RangePeer; client: Program }
> {
  const stack = new AsyncDisposableStack();
  const giver = stack.use(new RangePeer(answer));
  const tracker = startTracker({ host: "127.0.0.1", port: 0 });
  stack.defer(() => tracker.close());
  const listed = images.map(({ md5, name }) => `${md5},${name}`).join(";");
  await say(tracker.address.port, `REG ana ${giver.address.port} ${listed}`);
  const args = ["127.0.0.1", directory, "--server-port", `${tracker.address.port}`];
  const client = stack.use(Program.startInTerminal("client", ...args));
  await client.shows(/6 quit/);
  await client.type("3\r");
  await client.shows(/Which images/);
  return { giver, client, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

/** Sends each image that is requested. */
const gives = (images: typeof small): PartAnswer => (conn, asked) =>
  PARTS.gives(images.find(({ md5 }) => md5 === asked.md5)!.bytes)(conn, asked);

/** Waits until the giver has no connection any more: then the client has closed its ends. */
async function allClosed(giver: RangePeer): Promise<void> {
  const poll = async (): Promise<void> => {
    while (giver.open > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  await soon(poll(), "the end of the connections");
}

/** That a sentence was reported once, in lines as wide as the terminal, and nothing that should never be shown. */
function toldOnce({ output }: Program, sentence: string): void {
  const text = output.replace(/\s+/g, " ");
  strictEqual(text.split(sentence).length - 1, 1, output);
  ok(!text.includes("please report it"), output);
}

/** Leaves by the menu. */
async function quits(client: Program): Promise<void> {
  await client.type("6\r");
  strictEqual(await client.exit(), 0);
}

for (const [what, typed, images] of [["one image", "1", [large]], ["many", "all", [...small, large]]] as const) {
  Deno.test(
    needing(["mounts", "terminal"], `a full disk is reported in one sentence while fetching ${what}`, async () => {
      await using dir = await tempDir();
      await using full = await disk(dir.path, "200k");
      await using it = await session(dir.path, [...images], gives([...images]));
      await it.client.type(`${typed}\r`);
      await it.client.shows(/image\s+again\.[^]*?> /);
      const what = typed === "all" ? "is full" : "does not have enough space for large.gif";
      toldOnce(it.client, `The disk of ${dir.path} ${what}: free space and download the image again.`);
      await allClosed(it.giver);
      for (const name of (await namesIn(dir.path)).filter((it) => !it.endsWith(".queue"))) { // It can be resumed.
        deepStrictEqual(await Deno.readFile(join(dir.path, name)), small.find((one) => one.name === name)?.bytes, name);
      }
      await full.remount("size=20m");
      await it.client.type(`3\r${typed}\r`);
      await it.client.shows(/Saved as large\.gif[^]*downloaded/);
      await quits(it.client);
      const count = (text: string): number => it.client.output.split(text).length - 1;
      ok(count("\n> ") < count("Saved as") + 8, "the prompt is not shown again after each line");
      deepStrictEqual(await namesIn(dir.path), images.map(({ name }) => name).sort());
    }),
  );

  Deno.test(
    needing(["mounts", "terminal"], `a read-only disk is reported in one sentence while fetching ${what}`, async () => {
      await using dir = await tempDir();
      await using locked = await disk(dir.path, "20m");
      await using it = await session(dir.path, [...images], gives([...images]));
      await locked.remount("ro");
      await it.client.type(`${typed}\r`);
      await it.client.shows(/write\s+to\s+it\.[^]*?> /);
      toldOnce(it.client, `Cannot write to ${dir.path} (read-only file system): check that it exists`);
      await allClosed(it.giver);
      deepStrictEqual(await namesIn(dir.path), []);
      await quits(it.client);
    }),
  );

  Deno.test(
    needing(
      ["terminal"],
      `a directory that is removed meanwhile is reported in one sentence while fetching ${what}`,
      async () => {
        await using parent = await tempDir();
        const directory = join(parent.path, "images");
        await Deno.mkdir(directory);
        const half = Promise.withResolvers<void>();
        const goOn = Promise.withResolvers<void>();
        await using it = await session(directory, [...images], async (conn, asked) => {
          const { bytes } = images.find(({ md5 }) => md5 === asked.md5)!;
          await PARTS.says(`OK ${bytes.length} 0 ${bytes.length} 0\n`, bytes.subarray(0, bytes.length / 2))(
            conn,
            asked,
          );
          half.resolve();
          await goOn.promise;
          await PARTS.says("", bytes.subarray(bytes.length / 2))(conn, asked);
        });
        await it.client.type(`${typed}\r`);
        await soon(half.promise, "half of an image");
        // Moved away first: taking the files away one by one would lose the race against one that comes.
        await using elsewhere = await tempDir();
        await Deno.rename(directory, join(elsewhere.path, "removed"));
        await Deno.remove(join(elsewhere.path, "removed"), { recursive: true });
        goOn.resolve();
        await it.client.shows(/write\s+to\s+it\.[^]*?> /);
        toldOnce(it.client, `Cannot write to ${directory} (does not exist): check that it exists`);
        await allClosed(it.giver);
        deepStrictEqual(await namesIn(parent.path), []);
        await Deno.mkdir(directory);
        await it.client.type(`3\r${typed}\r`);
        await it.client.shows(/Saved as large\.gif[^]*downloaded/);
        await quits(it.client);
        deepStrictEqual(await namesIn(directory), images.map(({ name }) => name).sort());
      },
    ),
  );
}
