import { deepStrictEqual, ok } from "node:assert/strict";
import { requestList } from "../../../../lib/app/cli/commands/request_list.ts";
import type { TrackerContext } from "../../../../lib/app/cli/context.ts";
import { ENGLISH } from "../../../../lib/app/words/en/words.ts";
import { formatAddress } from "../../../../lib/protocol/address.ts";
import { startTracker } from "../../../../lib/server/tracker_server.ts";
import { ScriptedTracker } from "../../../fake/scripted_tracker.ts";

Deno.test("a network that is late is named, and asked no longer", async () => {
  await using tracker = startTracker({ host: "127.0.0.1", port: 0 });
  await using silent = new ScriptedTracker(() => null);
  const failures: string[] = [];
  const terminal = { status: () => {}, endStatus: () => {}, fail: (text: string) => failures.push(text) };
  const also = [`127.0.0.1:${silent.port}`];
  const ending = new AbortController();
  const context = { tracker: formatAddress(tracker.address), also, terminal, words: ENGLISH, ending };
  // The test fails if a socket stays open.
  const { images, networks } = await requestList(context as unknown as TrackerContext, []);
  deepStrictEqual([images, networks.length], [[], 1]);
  ok(silent.requests.length > 0);
  deepStrictEqual(failures, [ENGLISH.client.networkMissing(also[0])]); // And nothing of the tracker that answered.
});
