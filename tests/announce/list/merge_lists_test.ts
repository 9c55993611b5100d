import { deepStrictEqual, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { mergeLists, type NetworkListing, networksOf } from "../../../lib/announce/list/merge_lists.ts";
import type { Address } from "../../../lib/protocol/address.ts";
import type { ListedImage } from "../../../lib/protocol/image.ts";
import { CAT, DOG } from "../../protocol/arbitraries.ts";

const at = (host: string, port = 5_000): Address => ({ host, port });
const list = (name: string, images: readonly ListedImage[], passed: string[] = []): NetworkListing => ({
  name,
  images,
  mayBeCut: false,
  isPassedOver: (host) => passed.includes(host),
});

Deno.test("an image of two networks is one, with the name of the first and the peers of both", () => {
  const { images, mayBeCut } = mergeLists([
    list("a", [{ md5: CAT, name: "cat.gif", peers: [at("10.0.0.1"), at("10.0.0.2")] }]),
    list("b", [
      { md5: DOG, name: "dog.gif", peers: [at("10.0.0.3")] },
      { md5: CAT, name: "gato.gif", peers: [at("10.0.0.2"), at("10.0.0.2", 6_000)] },
    ]),
  ]);
  strictEqual(mayBeCut, false);
  deepStrictEqual(images, [
    { md5: CAT, name: "cat.gif", peers: [at("10.0.0.1"), at("10.0.0.2"), at("10.0.0.2", 6_000)], networks: ["a", "b"] },
    { md5: DOG, name: "dog.gif", peers: [at("10.0.0.3")], networks: ["b"] },
  ]);
  deepStrictEqual(networksOf(images[0]), ["a", "b"]);
});

Deno.test("an address that one network may not name is left out there, although another may name it", () => {
  const loopback = at("127.0.0.1");
  const { images } = mergeLists([
    list("here", [{ md5: DOG, name: "dog.gif", peers: [loopback] }]),
    list("far", [{ md5: CAT, name: "cat.gif", peers: [loopback, at("10.0.0.1")] }], ["127.0.0.1"]),
  ]);
  deepStrictEqual(images.map(({ peers }) => peers), [[loopback], [at("10.0.0.1")]]);
});

const md5s = fc.constantFrom(..."0123456789abcdef".split("").map((digit) => digit.repeat(32)));
const peers = fc.array(fc.integer({ min: 1, max: 9 }).map((n) => at(`10.0.0.${n}`)), { maxLength: 4 });
const images = fc.uniqueArray(fc.record({ md5: md5s, name: fc.string(), peers }), { selector: ({ md5 }) => md5 });
const lists = fc.array(fc.record({ images, mayBeCut: fc.boolean() }), { minLength: 1, maxLength: 4 });

Deno.test("every image and every peer of each network is in the one list, once", () => {
  fc.assert(fc.property(lists, (all) => {
    const merged = mergeLists(all.map((it, i) => ({ ...list(`${i}`, it.images), mayBeCut: it.mayBeCut })));
    strictEqual(merged.mayBeCut, all.some(({ mayBeCut }) => mayBeCut));
    const expected = new Map<string, Set<string>>();
    for (const { md5, peers } of all.flatMap((it) => it.images)) {
      const hosts = expected.get(md5) ?? new Set();
      peers.forEach(({ host }) => hosts.add(host));
      expected.set(md5, hosts);
    }
    deepStrictEqual(
      merged.images.map(({ md5, peers }) => [md5, peers.map(({ host }) => host)]),
      [...expected].map(([md5, hosts]) => [md5, [...hosts]]),
    );
    for (const image of merged.images) {
      const naming = all.flatMap((it, i) => it.images.some(({ md5 }) => md5 === image.md5) ? [`${i}`] : []);
      deepStrictEqual(networksOf(image), naming);
    }
  }));
});
