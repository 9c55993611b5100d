/** An image that very many peers share. */
import { ok } from "node:assert/strict";
import { MemoryRegistry } from "../../lib/tracker/registry/memory_registry.ts";
import { threadTime } from "../support.ts";

Deno.test("a peer changes its name for an image of very many, and leaves it, in the same time whatever names there are", () => {
  const registry = new MemoryRegistry();
  const [md5, all] = ["0".repeat(32), 40_000];
  const peers = Array.from({ length: all }, (_, i) => {
    const images = [{ md5, name: i === all - 1 ? "other" : "name" }];
    const address = { host: `10.0.${i >> 8}.${i & 255}`, port: 5_000 };
    return registry.put({ address, password: "a", images, listed: true, expiresAt: 1 });
  });
  const began = threadTime();
  for (const peer of peers.slice(0, 3_000)) registry.remove(peer);
  for (let i = 0; i < 3_000; i++) {
    registry.update(peers[all - 1], 5_000, [{ md5, name: i % 2 === 0 ? "name" : "other" }]);
  }
  const took = threadTime() - began;
  ok(took < 1_000, `${took} ms`); // A look at all names for each took more than two seconds.
});
