/** A long list is not requested whole for a few images. */
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { TrackerClient } from "../../../lib/announce/tracker_client.ts";
import { startTracker } from "../../../lib/server/tracker_server.ts";
import { type Script, ScriptedTracker } from "../../fake/scripted_tracker.ts";
import { CAT } from "../../protocol/arbitraries.ts";

const images = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ md5: i.toString(16).padStart(32, "0"), name: `Férias/${i}.jpg` }));

async function scripted(
  script: Script,
): Promise<AsyncDisposable & { client: TrackerClient; tracker: ScriptedTracker }> {
  const tracker = new ScriptedTracker(script);
  tracker.openTcp();
  const client = await TrackerClient.open(`127.0.0.1:${tracker.port}`);
  return {
    client,
    tracker,
    async [Symbol.asyncDispose](): Promise<void> {
      await client.close();
      await tracker[Symbol.asyncDispose]();
    },
  };
}

Deno.test("images of a long list are found by words, of a short one by the list", async () => {
  await using tracker = startTracker({ host: "127.0.0.1", port: 0 });
  await using client = await TrackerClient.open(tracker.address);
  await client.register("pw", 5_000, images(9_999));
  strictEqual(await client.find([["ferias"]]), null, "a short list is requested");
  await client.register("pw", 5_000, images(25_000));
  const found = await client.find([["FERIAS", "24999"], ["/7.jpg"], ["1234.jpg"]]);
  deepStrictEqual(found?.map(({ name }) => name), [
    "Férias/24999.jpg",
    "Férias/7.jpg",
    "Férias/1234.jpg",
    "Férias/11234.jpg",
    "Férias/21234.jpg",
  ]);
  deepStrictEqual(await client.find([["nothing"]]), []);
  strictEqual(await client.find([["ferias"]]), null, "too many: the whole list costs less");
});

const WAYS: [string, Script, number][] = [
  ["does not know FND", (request) => request === "LST" ? "ERR NO_IMAGES_AVAILABLE" : "ERR INVALID_MESSAGE_FORMAT", 1],
  ["closes the connection", (request) => request === "LST" ? "ERR NO_IMAGES_AVAILABLE" : "", 1],
  ["goes on for ever", () => `FND 5 20000 ${CAT},cat.gif,10.0.0.1:5000`, 2],
  ["goes back", (request) => request.startsWith("FND 10000 0 ") ? "FND 9 20000" : "FND 3 20000", 2],
];

for (const [what, script, most] of WAYS) {
  Deno.test(`a tracker that ${what} is asked for its list`, async () => {
    await using it = await scripted(script);
    strictEqual(await it.client.find([["cat"], ["dog"]]), null);
    strictEqual(it.tracker.requests.length, most);
  });
}
