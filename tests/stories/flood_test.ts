/** What a tracker holds when others want it to burst. */
import { ok, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { startTracker } from "../../lib/server/tracker_server.ts";
import { MemoryRegistry } from "../../lib/tracker/registry/memory_registry.ts";
import { Tracker } from "../../lib/tracker/tracker.ts";
import { say } from "../fake/baseline_client.ts";
import { needing } from "../needs.ts";
import { image, Inbox, Program, ROOT, tempDir } from "../support.ts";
import { bytes } from "../protocol/arbitraries.ts";

/** What the documents promise (PROTOCOL.md, "Limits"). */
const STATED_BYTES = 512 * 1024 * 1024;

Deno.test(
  needing(
    ["linux"],
    "a million forged registrations keep memory below the stated limit, and an honest one is served",
    async () => {
      const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "--allow-all", join("scripts", "flood.ts"), "1000000"],
        cwd: ROOT,
      }).output();
      const text = new TextDecoder().decode(stdout);
      ok(text.startsWith("{"), text + new TextDecoder().decode(stderr));
      const { accepted, honest, most } = JSON.parse(text);
      strictEqual(accepted, 1_000_000, "the oldest made room for the newest");
      strictEqual(honest, "OK 1_REGISTERED_IMAGES");
      ok(most < STATED_BYTES, `${most} bytes`);
    },
  ),
);

Deno.test("a thousand peers that register and disappear leave the registry unchanged", () => {
  const registry = new MemoryRegistry();
  const tracker = new Tracker({ registry, leaseMs: 1_000 });
  const before = registry.bytes;
  for (let cycle = 0; cycle < 1_000; cycle++) {
    const now = cycle * 2_000;
    const images = Array.from({ length: 20 }, (_, i) => `${`${cycle * 20 + i}`.padStart(32, "0")},${i}.png`).join(";");
    const from = { host: "10.0.0.1", port: 9 };
    const { dials } = tracker.handle(bytes(`REG pw ${1_024 + cycle} ${images}`), from, now);
    for (const dial of dials) tracker.dialled(dial, "refused", now);
    strictEqual(registry.peers, 1);
    for (const dial of tracker.due(now + 1_000).dials) tracker.dialled(dial, "refused", now + 1_001);
    strictEqual(
      registry.peers + registry.images + registry.blocks.flatMap(({ images }) => images).filter(Boolean).length,
      0,
    );
  }
  strictEqual(registry.bytes, before);
  ok(registry.blocks.length <= 2, `${registry.blocks.length} blocks for no image`);
});

Deno.test("a client that is killed disappears from the list when its lease ends", async () => {
  const events = new Inbox<string>();
  const tracker = startTracker({ host: "127.0.0.1", port: 0, leaseMs: 1_000, onEvent: ({ kind }) => events.put(kind) });
  await using dir = await tempDir({ "cat.gif": image(1).bytes });
  await using client = Program.start("client", `127.0.0.1:${tracker.address.port}`, dir.path);
  await client.shows(/Registered/);
  ok((await say(tracker.address.port, "LST")).startsWith(image(1).md5));
  client.kill("SIGKILL");
  await events.find((kind) => kind === "lapsed", "the end of its lease");
  strictEqual(await say(tracker.address.port, "LST"), "ERR NO_IMAGES_AVAILABLE");
  await tracker.close();
});
