/** What every store of registrations must do, whatever it is. A new store joins the list at the end of this file. */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { openState } from "../../lib/server/state_registry.ts";
import { MemoryRegistry } from "../../lib/tracker/registry/memory_registry.ts";
import type { ImageRecord, PeerRecord } from "../../lib/tracker/registry/records.ts";
import type { Registry } from "../../lib/tracker/registry/registry.ts";
import type { Address } from "../../lib/protocol/address.ts";
import { parseEngineAddress } from "../../lib/server/shared/engine_address.ts";
import { openSharedRegistry } from "../../lib/server/shared/shared_registry.ts";
import { type Need, needing } from "../needs.ts";
import { tempDir } from "../support.ts";
import { Redis } from "./shared/redis.ts";

const image = (i: number, name = `${i}.png`) => ({ md5: `${i}`.padStart(32, "0"), name });
const at = (host: string, port: number): Address => ({ host, port });
const ANA = at("10.0.0.1", 5000);
const BEN = at("10.0.0.2", 6000);

/** What a list would show: name and ports of the holders that are listed, the newest first. */
function shown(registry: Registry): [string, number[]][] {
  const images = registry.blocks.flatMap(({ images }) => images.filter((it) => it !== null));
  return images.map(({ name, holders }) => [
    name,
    holders.filter(({ listed }) => listed).map(({ address }) => address.port).reverse(),
  ]);
}

function put(
  registry: Registry,
  address: Address,
  images: number[],
  more: { expiresAt?: number; listed?: boolean } = {},
): PeerRecord {
  return registry.put({
    address,
    password: "pw",
    images: images.map((i) => image(i)),
    listed: true,
    expiresAt: 100,
    ...more,
  });
}

/** Checks every promise of the interface; `make` gives a store that holds nothing. */
function contract(
  name: string,
  make: () => Promise<{ registry: Registry } & AsyncDisposable>,
  needs: readonly Need[] = [],
): void {
  const check = (promise: string, body: (registry: Registry) => void): void => {
    Deno.test(needing(needs, `${name}: ${promise}`, async () => {
      await using made = await make();
      body(made.registry);
    }));
  };

  check("a new registration is found by its address and its host, and counted", (registry) => {
    const peer = put(registry, ANA, [1, 2]);
    put(registry, at(ANA.host, 5001), [2, 3]);
    strictEqual(registry.at(ANA), peer);
    strictEqual(registry.at(BEN), undefined);
    deepStrictEqual(registry.ofHost(ANA.host).map(({ address }) => address.port), [5000, 5001]);
    deepStrictEqual(registry.ofHost(BEN.host), []);
    deepStrictEqual([registry.peers, registry.images, peer.images.length], [2, 3, 2]);
    deepStrictEqual(peer.announced().map(({ name }) => name), ["1.png", "2.png"]);
  });

  check("images keep the order of their registration, and holders are newest first", (registry) => {
    put(registry, ANA, [1, 2]);
    put(registry, BEN, [3, 2]);
    deepStrictEqual(shown(registry), [["1.png", [5000]], ["2.png", [6000, 5000]], ["3.png", [6000]]]);
    put(registry, ANA, [2, 1]);
    deepStrictEqual(shown(registry), [["1.png", [5000]], ["2.png", [5000, 6000]], ["3.png", [6000]]]);
  });

  check("an update changes the differences, keeps the age, and reports whether there were any", (registry) => {
    const ana = put(registry, ANA, [1, 2]);
    put(registry, BEN, [2]);
    strictEqual(registry.update(ana, 5000, [image(1), image(2)]), false);
    const { version } = registry;
    strictEqual(registry.update(ana, 5000, [image(2), image(3)]), true);
    strictEqual(registry.version > version, true);
    deepStrictEqual(shown(registry), [["2.png", [6000, 5000]], ["3.png", [5000]]]);
    strictEqual(registry.update(ana, 5005, [image(2), image(3)]), true);
    strictEqual(registry.at(ANA), undefined);
    strictEqual(registry.at(at(ANA.host, 5005)), ana);
    deepStrictEqual(shown(registry), [["2.png", [6000, 5005]], ["3.png", [5005]]]);
    strictEqual(registry.update(ana, 5005, []), true);
    strictEqual(registry.update(ana, 5006, []), true);
    strictEqual(registry.update(ana, 5006, []), false);
  });

  check("the oldest holder names an image", (registry) => {
    const ana = put(registry, ANA, [1]);
    const ben = registry.put({
      address: BEN,
      password: "b",
      images: [image(1, "uno.png")],
      listed: true,
      expiresAt: 1,
    });
    deepStrictEqual(shown(registry)[0][0], "1.png");
    registry.update(ana, 5000, [image(1, "one.png")]);
    deepStrictEqual(shown(registry)[0][0], "one.png");
    registry.update(ben, 6000, [image(1, "un.png")]);
    deepStrictEqual(shown(registry)[0][0], "one.png");
    deepStrictEqual(ben.announced(), [image(1, "un.png")]);
    registry.remove(ana);
    deepStrictEqual(shown(registry)[0][0], "un.png");
    const { version } = registry;
    registry.put({ address: ANA, password: "a", images: [image(1, "one.png")], listed: true, expiresAt: 1 });
    registry.put({ address: BEN, password: "b", images: ben.announced(), listed: true, expiresAt: 1 });
    deepStrictEqual(shown(registry)[0], ["one.png", [6000, 5000]], "a peer that registers again is the newest");
    strictEqual(registry.version > version, true);
  });

  check("a removed peer is gone with the images that no other peer has", (registry) => {
    const ana = put(registry, ANA, [1, 2]);
    put(registry, BEN, [2]);
    registry.remove(ana);
    deepStrictEqual(shown(registry), [["2.png", [6000]]]);
    deepStrictEqual([registry.peers, registry.images, registry.at(ANA)], [1, 1, undefined]);
    put(registry, ANA, [1]);
    deepStrictEqual(shown(registry), [["2.png", [6000]], ["1.png", [5000]]]);
  });

  check("a renewed peer comes last and is verified, and an unlisted one is not shown", (registry) => {
    const ana = put(registry, ANA, [1], { expiresAt: 10 });
    const ben = put(registry, BEN, [2], { expiresAt: 20, listed: false });
    deepStrictEqual([...registry.byExpiry()], [ana, ben]);
    strictEqual(registry.oldestUnverified(false, ben), ana);
    registry.renew(ana, 30);
    deepStrictEqual([...registry.byExpiry()], [ben, ana]);
    deepStrictEqual([ana.expiresAt, ana.verified, ben.verified], [30, true, false]);
    strictEqual(registry.oldestUnverified(false, ana), ben);
    strictEqual(registry.oldestUnverified(false, ben), undefined);
    deepStrictEqual(shown(registry), [["1.png", [5000]], ["2.png", []]]);
    const { version } = registry;
    registry.setListed(ben, true);
    strictEqual(registry.version > version, true);
    deepStrictEqual(shown(registry)[1], ["2.png", [6000]]);
  });

  check(
    "what changed since a version is in what has a later one, and all else is as it was, in its place",
    (registry) => {
      const entry = (image: ImageRecord | null): string | null =>
        image &&
        `${image.md5} ${image.name} ${image.holders.map(({ address, listed }) => `${address.port} ${listed}`)}`;
      const slots = (): (string | null)[][] => registry.blocks.map(({ images }) => images.map(entry));
      let [before, version] = [slots(), registry.version];
      const follows = (change: string): void => {
        const after = registry.blocks.map(({ images, version: last }, number) => {
          if (last <= version) return before[number];
          return images.map((image, slot) => image && image.version <= version ? before[number][slot] : entry(image));
        });
        deepStrictEqual(after, slots(), change);
        ok(registry.version > version, change);
        [before, version] = [after, registry.version];
      };
      const many = Array.from({ length: 300 }, (_, i) => i);
      const ana = put(registry, ANA, many);
      follows("many images");
      const ben = put(registry, BEN, [3, 100, 400], { listed: false });
      follows("another holder, and a new image");
      registry.setListed(ben, true);
      follows("a peer that is listed");
      registry.update(ben, 6_001, [image(3), image(100, "hundred.png")]);
      follows("another port, and an image less");
      registry.update(ana, ANA.port, [image(3, "three.png"), image(100)]);
      follows("so few images that their places change");
      put(registry, ANA, [100, 3]);
      follows("another newest holder");
      registry.remove(ana);
      follows("a peer less");
      registry.renew(ben, 1_000);
      deepStrictEqual([slots(), registry.version], [before, version], "a renewal changes no list");
    },
  );

  check("thousands of peers that come and go leave the counts and the estimate unchanged", (registry) => {
    put(registry, BEN, [1]);
    const before = registry.bytes;
    for (let round = 0; round < 3; round++) {
      const many = Array.from(
        { length: 300 },
        (_, i) => put(registry, at(`10.1.0.${i & 255}`, 1_000 + i), [i, i + 1, i + 2]),
      );
      strictEqual(registry.peers, 301);
      for (const peer of many.toSorted(() => round - 1)) registry.remove(peer);
    }
    deepStrictEqual([registry.peers, registry.images, registry.bytes], [1, 1, before]);
    deepStrictEqual(shown(registry), [["1.png", [6000]]]);
  });
}

contract("in memory", () =>
  Promise.resolve({
    registry: new MemoryRegistry(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }));

contract("with a state file", async () => {
  const dir = await tempDir();
  const state = openState(join(dir.path, "state.db"), Infinity);
  return {
    registry: state.registry,
    async [Symbol.asyncDispose](): Promise<void> {
      strictEqual(state.flush(), null);
      state.close();
      await dir[Symbol.asyncDispose]();
    },
  };
});

contract("shared with other trackers", async () => {
  const redis = await Redis.start();
  const shared = await openSharedRegistry(parseEngineAddress(redis.url)!);
  return {
    registry: shared.registry,
    async [Symbol.asyncDispose](): Promise<void> {
      await shared.close();
      deepStrictEqual([shared.flush(), shared.status.lost], [null, 0]);
      await redis[Symbol.asyncDispose]();
    },
  };
}, ["redis-server"]);
