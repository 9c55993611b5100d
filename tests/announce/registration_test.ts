import { rejects, strictEqual } from "node:assert/strict";
import { Registration } from "../../lib/announce/registration.ts";
import type { TrackerClient } from "../../lib/announce/tracker_client.ts";
import { Fault, isFault } from "../../lib/fault/fault.ts";

/** A tracker's client that answers at once, but for what a test holds back. */
function registration(more: Partial<TrackerClient>): { registration: Registration; updates: string[]; end(): void } {
  const updates: string[] = [];
  const taken = { accepted: 1, offered: 1, again: false };
  const client = {
    address: { host: "127.0.0.1", port: 1 },
    register: () => Promise.resolve(taken),
    update: () => Promise.resolve(updates.push("UPD")).then(() => taken),
    renew: () => Promise.resolve(taken),
    ...more,
  } as unknown as TrackerClient;
  const ending = new AbortController();
  const parts = { client, password: "x", port: 1, images: () => [], isOwn: () => false, ending: ending.signal };
  return { registration: new Registration(parts), updates, end: () => ending.abort() };
}

Deno.test("a change while the registration is taken back is not told behind the END", async () => {
  const answer = Promise.withResolvers<void>();
  const it = registration({ finish: () => answer.promise });
  await it.registration.register();
  const finished = it.registration.finish();
  const changed = it.registration.changed();
  answer.resolve();
  strictEqual(await finished, true);
  strictEqual(await changed, undefined);
  strictEqual(it.updates.length, 0);
  strictEqual(it.registration.registered, false);
  it.end();
  await it.registration.settled();
});

Deno.test("a registration that could not be taken back is still there, and an odd error stops no later change", async () => {
  let odd = true;
  const it = registration({
    finish: () => Promise.reject(new Fault("tracker-silent", { address: "x", seconds: 1 })),
    update: () =>
      odd ? Promise.reject(new TypeError("odd")) : Promise.resolve({ accepted: 1, offered: 1, again: false }),
  });
  await it.registration.register();
  await rejects(it.registration.finish(), (error) => isFault(error, "tracker-silent"));
  strictEqual(it.registration.registered, true);
  strictEqual(isFault(await it.registration.changed(), "tracker-unreachable"), true);
  odd = false;
  strictEqual(await it.registration.changed(), undefined);
  it.end();
  await it.registration.settled();
});

Deno.test("why the tracker could not be told is remembered until it was, or nobody wants to any more", async () => {
  let fault: Fault | null = new Fault("tracker-silent", { address: "x", seconds: 1 });
  const taken = { accepted: 1, offered: 1, again: false };
  const tell = () => fault ? Promise.reject(fault) : Promise.resolve(taken);
  const it = registration({ register: tell, update: tell, finish: () => Promise.resolve() });
  strictEqual(it.registration.lost, null);
  await rejects(it.registration.register());
  strictEqual(it.registration.lost, fault);
  fault = null;
  await it.registration.update();
  strictEqual(it.registration.lost, null);
  fault = new Fault("tracker-silent", { address: "x", seconds: 2 });
  await rejects(it.registration.update());
  strictEqual(it.registration.lost, fault);
  await it.registration.finish();
  strictEqual(it.registration.lost, null);
  it.end();
  await it.registration.settled();
});
