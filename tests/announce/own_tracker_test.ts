import { strictEqual } from "node:assert/strict";
import type { DatagramTracker } from "../../lib/announce/datagram_tracker.ts";
import { OwnTracker } from "../../lib/announce/own_tracker.ts";
import type { TrackerStream } from "../../lib/announce/tcp_requests.ts";

const REGISTRATION = { password: "pw", port: 5_000, images: [{ md5: "0".repeat(32), name: "a.jpg" }] };

Deno.test("REG over TCP waits while a datagram may be under way that would undo it", async () => {
  const settled = Promise.withResolvers<void>();
  let asked = false;
  const stream = {
    foreignReply: null,
    ask: () => {
      asked = true;
      return Promise.resolve("OK 1_REGISTERED_IMAGES");
    },
  };
  const datagrams = { copies: 0, settled: () => settled.promise };
  const { signal } = new AbortController();
  const tracker = new OwnTracker(
    stream as unknown as TrackerStream,
    datagrams as unknown as DatagramTracker,
    signal,
  );
  const registered = tracker.register(REGISTRATION);
  await new Promise((resolve) => setTimeout(resolve, 0)); // Whatever is not held back has begun by then.
  strictEqual(asked, false);
  settled.resolve();
  strictEqual(await registered, 1);
});
