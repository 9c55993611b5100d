/** A tracker inside a test: on a free port of this machine, gone when the test ends. */
import { deepStrictEqual } from "node:assert/strict";
import { startTracker, TrackerClient, type TrackerEvent } from "@idp2pi/idp2pi";

Deno.test("what one client registers, another lists until the first unregisters", async () => {
  const events: TrackerEvent["kind"][] = [];
  await using tracker = startTracker({ host: "127.0.0.1", port: 0, onEvent: ({ kind }) => events.push(kind) });
  await using ana = await TrackerClient.open(tracker.address);
  await using ben = await TrackerClient.open(tracker.address);

  const cat = { md5: "d41d8cd98f00b204e9800998ecf8427e", name: "cat.gif" };
  await ana.register("secret", 5000, [cat]);
  const { images } = await ben.list();
  deepStrictEqual(images, [{ ...cat, peers: [{ host: "127.0.0.1", port: 5000 }] }]);

  await ana.unregister("secret", 5000);
  deepStrictEqual((await ben.list()).images, []);
  deepStrictEqual(events.slice(0, 3), ["registered", "listed", "finished"]);
});
