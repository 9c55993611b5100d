import { deepStrictEqual, rejects } from "node:assert/strict";
import { DatagramTracker } from "../../lib/announce/datagram_tracker.ts";
import type { TrackerSocket } from "../../lib/announce/udp_requests.ts";
import { Fault } from "../../lib/fault/fault.ts";

const IMAGES = Array.from({ length: 300 }, (_, i) => ({ md5: `${i}`.padStart(32, "0"), name: `picture ${i}.jpg` }));

/** A tracker whose network loses requests that are longer than `most` bytes, or that reads no more of each than `buffer`. */
function tracker(net: { most: number; buffer: number }, waits = [1]): {
  lengths: number[];
  register: (count?: number) => Promise<number>;
} {
  const lengths: number[] = [];
  const silent = (): Fault => new Fault("tracker-silent", { address: "", seconds: 1 });
  const exchange = (request: string): Promise<{ text: string; bytes: number }> => {
    if (request.startsWith("END")) return Promise.resolve({ text: "OK CLIENT_FINISHED", bytes: 18 });
    lengths.push(request.length);
    if (request.length > net.most) return Promise.reject(silent());
    const text = `OK ${request.slice(0, net.buffer).split(";").length}_REGISTERED_IMAGES`;
    return Promise.resolve({ text, bytes: text.length });
  };
  const datagrams = new DatagramTracker({
    socket: { exchange, silent, slowest: 0 } as unknown as TrackerSocket,
    waits,
    list: () => Promise.resolve({ images: [], mayBeCut: false }),
    leaving: new AbortController().signal,
  });
  const register = async (count = IMAGES.length): Promise<number> => {
    lengths.length = 0;
    return (await datagrams.register({ password: "pw", port: 5_000, images: IMAGES.slice(0, count) })).accepted;
  };
  return { lengths, register };
}

Deno.test("later requests are shortened only after long ones got lost twice in a row", async () => {
  const net = { most: 5_000, buffer: Infinity };
  const { lengths, register } = tracker(net);
  const whole: boolean[] = [];
  const longest: boolean[] = [];
  for (const most of [5_000, Infinity, 5_000, 5_000, 5_000]) {
    net.most = most;
    whole.push(await register() === IMAGES.length);
    longest.push(Math.max(...lengths) > 5_000);
  }
  deepStrictEqual(whole, [false, true, false, false, false]);
  deepStrictEqual(longest, [true, true, true, true, false], "the last one waits for nothing");
});

Deno.test("a size limit shown by the tracker's count is kept", async () => {
  const net = { most: Infinity, buffer: 2_048 };
  const { lengths, register } = tracker(net);
  await register();
  net.buffer = Infinity;
  await register();
  deepStrictEqual([lengths.length, lengths[0] <= 2_048], [1, true]);
});

Deno.test("REG is sent as often as other requests, and several times even if those are not", async () => {
  for (const [waits, expected] of [[13, 13], [6, 10]]) {
    const { lengths, register } = tracker({ most: 0, buffer: Infinity }, Array(waits).fill(1));
    await rejects(register(1), { code: "tracker-silent" });
    deepStrictEqual(lengths.length, expected);
  }
});
