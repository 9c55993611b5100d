/** Keys that are pressed quickly, or far away: they come in one piece, and each counts. */
import { strictEqual } from "node:assert/strict";
import { startTracker } from "../../mod.ts";
import { say } from "../fake/baseline_client.ts";
import { PARTS, RangePeer } from "../fake/range_peer.ts";
import { needing } from "../needs.ts";
import { image, Program, tempDir } from "../support.ts";

Deno.test(needing(["terminal"], "keys that arrive together have the same effect as one at a time", async () => {
  const cat = image(1);
  await using giver = new RangePeer(PARTS.gives(cat.bytes));
  await using dir = await tempDir();
  const tracker = startTracker({ host: "127.0.0.1", port: 0 });
  await using stack = new AsyncDisposableStack();
  stack.defer(() => tracker.close());
  const { port } = tracker.address;
  const images = [`${cat.md5},cat.gif`, ...["dog", "cow", "cock"].map((name, i) => `${image(i + 2).md5},${name}.gif`)];
  await say(port, `REG ana ${giver.address.port} ${images.join(";")}`);
  await using client = Program.startOnScreen("client", `127.0.0.1:${port}`, dir.path);
  await client.shows(/6 quit/);
  await client.type("\x1b[B\x1b[B\x1b[A\r"); // Down, down, up, Enter: the list.
  await client.shows(/› \[ \] {2}1/);
  await client.type("\x1b[B\x1b[B\x1b[B"); // Down thrice.
  await client.shows(/› \[ \] {2}4/);
  await client.type("\x1b[H  "); // Home, and two blanks.
  await client.shows(/2 selected/);
  await client.type("\x1b[H  "); // And again.
  await client.shows(/4 of 4 images · sorted by number/);
  await client.type("cat\r"); // A filter, and Enter.
  await client.shows(/Saved as cat\.gif/);
  await client.type("\x1b[A\x03");
  strictEqual(await client.exit(), 0, client.output);
}));
