/** A million datagrams and a million lines of noise and near misses: nothing is thrown, each good request between is answered. */
import { ok, strictEqual } from "node:assert/strict";
import { startTracker } from "../../lib/server/tracker_server.ts";
import type { Transport } from "../../lib/tracker/effects.ts";
import { Tracker } from "../../lib/tracker/tracker.ts";
import { Datagrams } from "../support.ts";
import { CAT, DOG } from "../protocol/arbitraries.ts";

const COUNT = 1_000_000;
/** A good request comes after so many others. */
const EVERY = 100;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Numbers that are the same in each run. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor(state / 2 ** 32 * below);
  };
}

const SEEDS = [
  `REG abc123 5000 ${CAT},cat.png`,
  `UPD abc123 5000 ${CAT},my%20cat.png;${DOG},dog.png`,
  `REG x 1 '${CAT},cat.png';'${DOG},dog.png'`,
  "REG x 1 ''",
  "END abc123 5000",
  "LST",
  "ERR INVALID_MESSAGE_FORMAT",
  `GET ${CAT}`,
].map((text) => encoder.encode(text));

/** Noise, or a request with some bytes changed, left out, doubled or put in. */
function malformed(next: (below: number) => number): Uint8Array {
  if (next(4) === 0) return Uint8Array.from({ length: next(60) }, () => next(256));
  const bytes = [...SEEDS[next(SEEDS.length)]];
  for (let edits = 1 + next(3); edits > 0; edits--) {
    const at = next(bytes.length + 1);
    switch (next(4)) {
      case 0:
        bytes[at] = next(256);
        break;
      case 1:
        bytes.splice(at, 1 + next(8));
        break;
      case 2:
        bytes.splice(at, 0, ...bytes.slice(at, at + next(16)));
        break;
      default:
        bytes.splice(at, 0, [0, 10, 13, 32, 37, 39, 44, 59, 255][next(9)]);
    }
  }
  return Uint8Array.from(bytes);
}

for (const via of ["udp", "tcp"] as const satisfies readonly Transport[]) {
  Deno.test(`of a million ${via === "udp" ? "datagrams" : "lines"} none throws, and each valid request is answered`, () => {
    const next = random(via === "udp" ? 1 : 2);
    const tracker = new Tracker();
    for (let i = 0; i < COUNT; i++) {
      const { replies } = tracker.handle(malformed(next), { host: "127.0.0.1", port: 1 + next(65_535) }, i, via);
      ok(replies.every(({ bytes }) => bytes.length > 0));
      if (i % EVERY > 0) continue;
      const good = `REG good 7777 ${CAT},good.png`;
      const say = (request: string): string => {
        const { replies } = tracker.handle(encoder.encode(request), { host: "127.0.0.2", port: 9 }, i, via);
        return decoder.decode(replies[0].bytes);
      };
      strictEqual(say(good), "OK 1_REGISTERED_IMAGES");
      const list = say("LST");
      ok(list.includes("127.0.0.2:7777") && !/[\s\0]/.test(list), list.slice(0, 200));
    }
  });
}

Deno.test("some thousand datagrams through a real socket do no harm either", async () => {
  const next = random(3);
  const tracker = startTracker({ host: "127.0.0.1", port: 0 });
  {
    using noise = new Datagrams(tracker.address.port);
    using good = new Datagrams(tracker.address.port);
    for (let i = 0; i < 20_000; i++) {
      await noise.send(malformed(next));
      if (i % 50 === 0) strictEqual(await good.ask(`REG good 7777 ${CAT},good.png`), "OK 1_REGISTERED_IMAGES");
    }
  }
  await tracker.close();
});
