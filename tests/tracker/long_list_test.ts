/** Lists that are longer than clients read. */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { MAX_LISTED_IMAGES } from "../../lib/protocol/limits.ts";
import { ListCache } from "../../lib/tracker/list_cache.ts";
import { MemoryRegistry } from "../../lib/tracker/registry/memory_registry.ts";
import type { Block } from "../../lib/tracker/registry/registry.ts";
import { Tracker } from "../../lib/tracker/tracker.ts";
import { limit } from "../../lib/tracker/tracker_limits.ts";
import { bytes } from "../protocol/arbitraries.ts";

const HERE = { ipv6: false, here: { ipv4: null, ipv6: null } };

/** As if it had the images of its first block many times. */
class Long extends MemoryRegistry {
  repeats = 1;

  override get blocks(): readonly Block[] {
    return Array(this.repeats).fill(super.blocks[0]);
  }

  override get images(): number {
    return this.repeats * super.images;
  }
}

function long(repeats: number, name: string): Long {
  const registry = new Long();
  const images = Array.from({ length: 64 }, (_, i) => ({ md5: `${i}`.padStart(32, "0"), name }));
  registry.put({ address: { host: "10.0.0.1", port: 5_000 }, password: "a", images, listed: true, expiresAt: 1 });
  registry.repeats = repeats;
  return registry;
}

Deno.test("a list is no longer than clients read, and is cut between entries", () => {
  const name = "猫".repeat(250);
  const short = new ListCache(long(1, name), "run").get(HERE, "whole").bytes;
  const entry = (short.length + 1) / 64;
  const { bytes: list, images, cut } = new ListCache(long(1_400, name), "run").get(HERE, "whole");
  ok(list.length <= limit("bytes of a list") && list.length > limit("bytes of a list") - entry, `${list.length}`);
  deepStrictEqual([images, cut], [(list.length + 1) / entry, true]);
});

Deno.test("changes of a list that is longer than clients read are refused without looking at it", () => {
  const ask = (repeats: number): string => {
    const tracker = new Tracker({ registry: long(repeats, "cat.png") });
    const { replies: [reply] } = tracker.handle(bytes("CHG"), { host: "10.0.0.2", port: 1 }, 0, "tcp");
    return new TextDecoder().decode(reply.bytes.subarray(0, 40));
  };
  strictEqual(ask(Math.ceil(MAX_LISTED_IMAGES / 64)), "ERR INVALID_MESSAGE_FORMAT");
  ok(ask(10).startsWith("CHG "));
});
