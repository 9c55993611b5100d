/** The real client with a tracker that has most of the faults there are: in its menu, and by commands. */
import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { say } from "../fake/baseline_client.ts";
import { ANSWERS, BaselinePeer } from "../fake/baseline_peer.ts";
import { BaselineTracker, type Dialect } from "../fake/baseline_tracker.ts";
import { ScriptedTracker } from "../fake/scripted_tracker.ts";
import { needing } from "../needs.ts";
import { shown } from "../support_json.ts";
import { image, Program, soon, tempDir } from "../support.ts";

const FAULTS: Dialect = {
  register: "appends",
  update: "drops other holders",
  list: "brackets",
  buffer: 4_096,
  diesOfHalves: true,
  keepsQuotes: true,
  refusesNone: true,
  endMarker: true,
};

const herImage = image(900);

/** A tracker, another client that registered in quotes, and a directory of 65 images. */
async function network(): Promise<
  AsyncDisposable & { tracker: BaselineTracker; dir: string; cache: string; holds: (port: number) => string[] }
> {
  const stack = new AsyncDisposableStack();
  const tracker = stack.use(new BaselineTracker(FAULTS));
  const her = stack.use(new BaselinePeer(ANSWERS.sends(herImage.bytes)));
  await say(tracker.port, `REG her ${her.address.port} '${herImage.md5},hers.gif';'${image(0).md5},both.gif'`);
  const files = Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`férias ${i}.gif`, image(i).bytes]));
  const dir = stack.use(await tempDir(files));
  const cache = stack.use(await tempDir());
  const holds = (port: number): string[] => {
    deepStrictEqual(tracker.holds(her.address.port), [[herImage.md5, image(0).md5]], "her entry is hers");
    const held = tracker.holds(port);
    strictEqual(held.length <= 1, true, "no ghosts");
    return held[0] ?? [];
  };
  return { tracker, dir: dir.path, cache: cache.path, holds, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

Deno.test(needing(["terminal"], "with the menu: register, list, download, update, unregister, quit", async () => {
  await using net = await network();
  const { tracker, dir, holds } = net;
  await using client = Program.startInTerminal("client", "127.0.0.1", dir, "--server-port", `${tracker.port}`);
  const [, own, accepted] = await client.shows(/on TCP port\s+(\d+).*Registered with .*: 65 images\./s)
    .then(([text]) => /on TCP port\s+(\d+)[^]*: (\d+) images\.$/.exec(text)!);
  const port = Number(own);
  strictEqual(holds(port).length, Number(accepted));
  await client.type("2\r");
  await client.shows(/1 +1 +hers\.gif.*both\.gif \(here/s);
  await client.type("3\r1\r");
  await client.shows(/Saved as hers\.gif .*1 image downloaded/s);
  await client.type("4\r"); // The tracker knows of it soon; after an update it does.
  await client.shows(/Registration updated at .*: 66 images/);
  strictEqual(holds(port).includes(herImage.md5), true);
  await Deno.remove(join(dir, "férias 1.gif"));
  await Deno.writeFile(join(dir, "férias 2.gif"), image(700).bytes);
  await client.type("4\r");
  await client.shows(/Registration updated at .*: 65 images/);
  strictEqual(holds(port).includes(image(700).md5), true);
  strictEqual([1, 2].some((i) => holds(port).includes(image(i).md5)), false);
  await client.type("5\r");
  await client.shows(/Unregistered:/);
  deepStrictEqual(holds(port), []);
  await client.type("1\r");
  await client.shows(/Registered with .*: 65 images/);
  await client.type("6\r");
  strictEqual(await client.exit(), 0);
  deepStrictEqual(holds(port), []);
  strictEqual(client.output.includes("not answered yet"), false);
}));

Deno.test("with commands: share, list, get, a changed directory, stop", async () => {
  await using net = await network();
  const { tracker, dir, cache, holds } = net;
  const at = `127.0.0.1:${tracker.port}`;
  const run = async (...args: string[]): Promise<string> => {
    await using program = Program.startIn(cache, "client", ...args);
    strictEqual(await program.exit(), 0, program.output);
    return program.stdout;
  };
  await using client = Program.startIn(cache, "client", "share", at, dir);
  const port = Number((await client.shows(/on TCP port (\d+).*Registered/s))[1]);
  strictEqual(holds(port).length, 65);
  const list = JSON.parse(await run("list", at, "--json"));
  deepStrictEqual([list.complete, list.images.length], [true, 66]);
  await using other = await tempDir();
  match(await run("get", at, "hers.gif", "-o", other.path), /hers\.gif/);
  await Deno.remove(join(dir, "férias 1.gif"));
  await client.shows(/1 removed/);
  const updated = async (): Promise<void> => {
    while (holds(port).length !== 64) await new Promise((resolve) => setTimeout(resolve, 20));
  };
  await soon(updated(), "the update");
  await run("stop");
  strictEqual(await client.exit(), 0);
  deepStrictEqual(holds(port), []);
});

Deno.test("a server that is no tracker gives exit code 3, with its reply", async () => {
  await using http = new ScriptedTracker((_, by) => by === "TCP" ? "HTTP/1.1 400 Bad Request\r\n" : "what?");
  http.openTcp();
  for (const command of [["list"], ["get"]]) {
    await using program = Program.start(
      "client",
      ...command,
      `127.0.0.1:${http.port}`,
      ...command[0] === "get" ? ["1"] : [],
    );
    strictEqual(await program.exit(), 3, program.output);
    match(program.stderr, /is not a tracker: it sent “what\?”/);
  }
});

Deno.test("doctor names deviations of tracker and peer, and exits with code 7", async () => {
  await using net = await network();
  const { tracker } = net;
  const args = ["doctor", `127.0.0.1:${tracker.port}`, "--peer", "127.0.0.1"];
  await using program = Program.start("client", ...args);
  strictEqual(await program.exit(), 7, program.output);
  match(program.stdout, /It lists 2 images from 1 peer\./);
  match(
    program.stdout,
    /deviates from the protocol: .*UPD removes images of other peers, or other peers that share the same images.*in quotes/,
  );
  match(
    program.stdout,
    /The peer 127\.0\.0\.1:\d+ sent hers\.gif, MD5 verified, but deviates from the protocol: it sends bytes/,
  );
  await using forPrograms = Program.start("client", ...args, "--json", "--lang", "pt");
  strictEqual(await forPrograms.exit(), 7, forPrograms.output);
  const [result] = shown(forPrograms.stdout);
  deepStrictEqual([result.kind, result.exit], ["doctor", 7]);
});
