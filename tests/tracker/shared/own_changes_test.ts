/** While the engine is away, the changes of a tracker stay within a bound. */
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { OwnChanges } from "../../../lib/tracker/shared/own_changes.ts";
import type { Change, SharedPeer } from "../../../lib/tracker/shared/shared_state.ts";

const peer = (images: readonly string[]): SharedPeer => ({
  imagesAt: 0,
  ...{ password: "pw", listed: true, verified: false, endsAt: Infinity, sequence: 1 },
  images,
});

Deno.test("of more than 200,000 changes the oldest is given up, and counted", () => {
  const own = new OwnChanges();
  for (let i = 0; i < 200_003; i++) own.add({ kind: "put", address: `10.0.0.1:${i}`, peer: peer([]) });
  deepStrictEqual([own.size, own.lost], [200_000, 3]);
  deepStrictEqual([2, 3].map((i) => own.of(`10.0.0.1:${i}`).length), [0, 1]);
  deepStrictEqual(own.take(1)[0].changes[0].address, "10.0.0.1:3");
});

Deno.test("a peer with many images that moves again and again takes no more memory than all may", () => {
  const own = new OwnChanges();
  const images: string[] = Array(100_000).fill("x");
  const ports = ["10.0.0.1:1", "10.0.0.1:2"];
  const move = (i: number): Change => ({
    ...{ kind: "move", address: ports[i % 2], from: ports[1 - i % 2] },
    peer: peer(images),
  });
  for (let i = 0; i < 100; i++) own.add(move(i));
  deepStrictEqual([own.size, own.lost], [80, 20]);
  strictEqual(own.take(50).length, 50);
  own.confirm(50);
  for (let i = 0; i < 50; i++) own.add(move(i));
  deepStrictEqual([own.size, own.lost], [80, 20], "what was sent makes room");
  own.addFirst([]);
  own.add(move(0));
  deepStrictEqual([own.size, own.lost], [80, 21]);
});
