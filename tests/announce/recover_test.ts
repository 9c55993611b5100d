/** More images than a datagram carries, while TCP is away: it is said how many are listed, and all are as soon as it is back. */
import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { isFault } from "../../lib/fault/fault.ts";
import type { RegistrationEvent } from "../../lib/announce/renewal.ts";
import { TrackerSession } from "../../lib/announce/tracker_session.ts";
import { TrackerClient } from "../../lib/announce/tracker_client.ts";
import { ScriptedTracker } from "../fake/scripted_tracker.ts";
import { Inbox } from "../support.ts";

const images = Array.from({ length: 2_830 }, (_, i) => ({ md5: `${i}`.padStart(32, "0"), name: `holiday ${i}.jpg` }));

/** A tracker of ours that forgets all registrations when `forget` is called. */
function oneOfOurs(): { tracker: ScriptedTracker; forget: () => void; listed: () => number } {
  let listed: number | null = null;
  const tracker = new ScriptedTracker((request) => {
    const count = request.split(";").length;
    if (request === "LST") return "ERR NO_IMAGES_AVAILABLE";
    if (!request.startsWith("REG") && listed === null) return "ERR IP_REGISTERED_WITH_DIFFERENT_PASSWORD";
    if (request.startsWith("END")) {
      listed = null;
      return "OK CLIENT_FINISHED";
    }
    listed = count;
    return `OK ${count}_REGISTERED_${request.startsWith("REG") ? "IMAGES" : "FILES"}`;
  });
  return { tracker, forget: () => listed = null, listed: () => listed ?? 0 };
}

const clientOf = (port: number): Promise<TrackerClient> =>
  TrackerClient.open({ host: "127.0.0.1", port }, { timeouts: { waits: [10_000] } });

async function sessionOf(port: number): Promise<{
  session: TrackerSession;
  events: Inbox<RegistrationEvent>;
  [Symbol.asyncDispose](): Promise<void>;
}> {
  const client = await clientOf(port);
  const ending = new AbortController();
  const events = new Inbox<RegistrationEvent>();
  const it = new TrackerSession({
    client,
    password: "pw",
    port: 5_000,
    images: () => images,
    isOwn: () => false,
    ending: ending.signal,
    onEvent: events.put,
    waits: { renew: 100, first: 20, most: 60_000 },
  });
  return {
    session: it,
    events,
    [Symbol.asyncDispose]: async () => {
      ending.abort();
      await it.close();
    },
  };
}

Deno.test("all images are listed after a restart of a tracker whose TCP comes later", async () => {
  const { tracker, forget, listed } = oneOfOurs();
  await using _ = tracker;
  tracker.openTcp();
  await using it = await sessionOf(tracker.port);
  strictEqual((await it.session.register()).accepted, images.length);
  await tracker.closeTcp();
  forget();
  const again = await it.events.find(({ kind }) => kind === "again", "that it was forgotten");
  ok(again.kind === "again" && again.accepted < again.offered && again.offered === images.length);
  strictEqual(listed(), again.accepted, "it says exactly how many are listed");
  tracker.openTcp();
  const complete = await it.events.find(({ kind }) => kind === "complete", "that all are listed");
  deepStrictEqual(complete, { kind: "complete", accepted: images.length, offered: images.length });
  strictEqual(listed(), images.length);
});

Deno.test("a client that starts without TCP reports how many images are listed, and lists all once TCP is back", async () => {
  const { tracker, listed } = oneOfOurs();
  await using _ = tracker;
  await using it = await sessionOf(tracker.port);
  const { accepted, offered } = await it.session.register();
  ok(accepted > 800 && accepted < offered && accepted === listed(), `${accepted}`);
  tracker.openTcp();
  // This tracker's list has no images, so a renewal before that finds itself forgotten: then that is reported.
  const isAll = (event: RegistrationEvent): boolean =>
    (event.kind === "complete" || event.kind === "again") && event.accepted === images.length;
  await it.events.find(isAll, "that all are listed");
  strictEqual(listed(), images.length);
});

Deno.test("a renewal says that the tracker forgot the peer, even if TCP did not work when it was last used", async () => {
  const { tracker, forget } = oneOfOurs();
  await using _ = tracker;
  tracker.openTcp();
  await using client = { it: await clientOf(tracker.port), [Symbol.asyncDispose]: () => client.it.close() };
  const renew = () => client.it.renew("pw", 5_000, images, () => false);
  await client.it.register("pw", 5_000, images);
  for (const again of [false, true]) {
    await tracker.closeTcp();
    await client.it.list();
    if (again) forget();
    tracker.openTcp();
    deepStrictEqual(await renew(), { accepted: images.length, offered: images.length, again });
  }
});

for (const count of [1, images.length]) {
  Deno.test(`an update over UDP says that a tracker of ours forgot the peer, with ${count} images`, async () => {
    const { tracker, forget, listed } = oneOfOurs();
    await using _ = tracker;
    tracker.openTcp();
    await using client = { it: await clientOf(tracker.port), [Symbol.asyncDispose]: () => client.it.close() };
    await client.it.register("pw", 5_000, images.slice(0, count));
    await tracker.closeTcp();
    await client.it.list(); // Without TCP, from now on.
    for (const again of [false, true, false]) {
      if (again) forget();
      tracker.requests.length = 0;
      const registered = await client.it.update("pw", 5_000, images.slice(0, count));
      strictEqual(registered.again, again);
      strictEqual(listed(), registered.accepted);
      deepStrictEqual(tracker.requests.map((it) => it.slice(0, 7)), again ? ["UDP UPD", "UDP REG"] : ["UDP UPD"]);
    }
    await client.it.unregister("pw", 5_000);
    strictEqual((await client.it.update("pw", 5_000, images.slice(0, count))).again, false, "it was ended by us");
  });
}

Deno.test("what a tracker of ours refuses over UDP leaves the registration as it is", async () => {
  await using tracker = new ScriptedTracker((request, by) => {
    if (request === "LST") return "ERR NO_IMAGES_AVAILABLE";
    return by === "TCP" ? `OK ${images.length}_REGISTERED_IMAGES` : "ERR TRACKER_FULL";
  });
  tracker.openTcp();
  await using client = { it: await clientOf(tracker.port), [Symbol.asyncDispose]: () => client.it.close() };
  await client.it.register("pw", 5_000, images);
  await tracker.closeTcp();
  await client.it.list();
  tracker.requests.length = 0;
  await rejects(client.it.update("pw", 5_000, images), (error) => isFault(error, "tracker-refused"));
  deepStrictEqual(tracker.requests.map((it) => it.slice(0, 7)), ["UDP UPD"]);
});
