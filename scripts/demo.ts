/**
 * The demo: a tracker and two peers on this machine; one shares the sample images, the other lists them and fetches
 * one. Uses free ports of the loopback address and temporary directories, and leaves nothing behind.
 *
 * @module
 */
import { join } from "node:path";
import { md5OfFile } from "../lib/hash/md5.ts";
import { formatAddress, Peer, startTracker } from "../mod.ts";

const SAMPLES = join(import.meta.dirname!, "..", "samples");
const FETCHED = "sunset.jpg";

let step = 0;
/** What the programs told while a step was under way: it is shown below the step. */
let told: string[] = [];
const detail = (text: string): void => console.log(`   ${text}`);
const say = (text: string): void => {
  console.log(`${++step}. ${text}`);
  told.forEach(detail);
  told = [];
};

/** Runs the demo in two directories that exist; throws when anything is not as it should be. */
async function demo(giving: string, taking: string): Promise<void> {
  await using stack = new AsyncDisposableStack();

  const tracker = startTracker({ host: "127.0.0.1", port: 0, onEvent: (event) => told.push(`tracker: ${event.kind}`) });
  stack.defer(() => tracker.close());
  say(`A tracker (what idp2pi-server is) listens on UDP ${formatAddress(tracker.address)}.`);

  const at = { tracker: tracker.address, host: "127.0.0.1" };
  for await (const { name } of Deno.readDir(SAMPLES)) await Deno.copyFile(join(SAMPLES, name), join(giving, name));
  const served = Promise.withResolvers<void>();
  const ana = await Peer.start({
    ...at,
    directory: giving,
    onServed: (event) => {
      told.push(`Ana's peer: ${event.kind} ${"name" in event ? event.name : ""}`);
      if (event.kind === "served") served.resolve();
    },
  });
  stack.defer(() => ana.close());
  const { accepted } = await ana.tracker.register();
  say(`Ana's peer (what idp2pi-client is) shares the ${accepted} images of her directory on TCP port ${ana.port}.`);

  const ben = await Peer.start({ ...at, directory: taking });
  stack.defer(() => ben.close());
  await ben.tracker.register();
  say(`Ben's peer shares an empty directory on TCP port ${ben.port}.`);

  const { images } = await ben.tracker.list();
  say(`Ben asks the tracker what there is:`);
  for (const [i, { md5, name, peers }] of images.entries()) {
    detail(`${i + 1}  ${name.padEnd(12)} ${md5}  ${peers.map(formatAddress).join(" ")}`);
  }

  const wanted = images.find(({ name }) => name === FETCHED);
  if (!wanted) throw new Error(`${FETCHED} is not in the list`);
  const { path, bytes, peer } = await ben.downloads.fetch(wanted);
  await served.promise; // She tells of it when Ben has all of it already.
  say(`Ben fetches ${FETCHED} straight from Ana's peer, ${formatAddress(peer)}: ${bytes} bytes.`);

  using file = await Deno.open(path);
  const md5 = await md5OfFile(file);
  if (md5 !== wanted.md5) throw new Error(`${path} has MD5 ${md5}, not ${wanted.md5}`);
  const [theirs, ours] = await Promise.all([Deno.readFile(join(giving, FETCHED)), Deno.readFile(path)]);
  if (theirs.some((byte, i) => byte !== ours[i]) || theirs.length !== ours.length) throw new Error("the bytes differ");
  say(`The file on the disk has MD5 ${md5} and is byte for byte Ana's.`);

  const again = (await ben.tracker.list()).images.find((image) => image.md5 === md5)!;
  if (again.peers.length !== 2) throw new Error(`${FETCHED} has ${again.peers.length} peers, not 2`);
  say(`Ben shares it at once: the tracker lists ${FETCHED} at ${again.peers.map(formatAddress).join(" and ")}.`);
}

const directories = await Promise.all([1, 2].map(() => Deno.makeTempDir({ prefix: "idp2pi-demo-" })));
try {
  await demo(directories[0], directories[1]);
  say("Both peers took leave of the tracker (END). All is well.");
} catch (error) {
  console.error(`The demo failed: ${error instanceof Error ? error.message : error}`);
  Deno.exitCode = 1;
} finally {
  await Promise.all(directories.map((path) => Deno.remove(path, { recursive: true })));
}
