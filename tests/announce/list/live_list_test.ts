import { deepStrictEqual, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { LiveList } from "../../../lib/announce/list/live_list.ts";
import { formatChangesHead, MAX_SLOTS, parseChanges } from "../../../lib/protocol/changes.ts";
import type { ListedImage } from "../../../lib/protocol/image.ts";
import { MAX_LISTED_ADDRESSES, MAX_PEERS_PER_IMAGE } from "../../../lib/protocol/limits.ts";
import { formatListed } from "../../../lib/protocol/list.ts";
import { CAT, DOG, listedArbitrary } from "../../protocol/arbitraries.ts";

const peer = { host: "10.0.0.1", port: 5_000 };
const cat: ListedImage = { md5: CAT, name: "cat.png", peers: [peer] };
const dog: ListedImage = { md5: DOG, name: "a dog.png", peers: [peer, { host: "fd00::1", port: 6_000 }] };
const [CAT_ENTRY, DOG_ENTRY] = [formatListed(cat), formatListed(dog)];

/** A list with a cat, a gap and a dog in two blocks. */
async function catAndDog(): Promise<LiveList> {
  const list = new LiveList();
  deepStrictEqual(await list.change(parseChanges(`CHG a-1 2 0:${CAT_ENTRY};; 1:${DOG_ENTRY}`)!), {
    changed: [cat, dog],
    removed: [],
  });
  return list;
}

Deno.test("changes are applied, and say what is new, changed and gone", async () => {
  const list = await catAndDog();
  deepStrictEqual(list.listing, { images: [cat, dog], mayBeCut: false });
  const take = (text: string): unknown => list.change(parseChanges(text)!);
  deepStrictEqual(await take("CHG a-1 2"), { changed: [], removed: [] });
  const moved = { ...cat, peers: [{ ...peer, port: 5_001 }] };
  deepStrictEqual(await take(`CHG a-2 2 0:${formatListed(moved)};2`), { changed: [moved], removed: [] });
  deepStrictEqual(await take("CHG a-3 1 0:;2"), { changed: [], removed: [CAT, DOG] });
  deepStrictEqual(await take(`CHG b-3 3 0:; 1:${CAT_ENTRY} 2:${DOG_ENTRY}`), { changed: [cat, dog], removed: [] });
  deepStrictEqual(await take(`CHG b-4 2 0:${DOG_ENTRY} 1:`), { changed: [], removed: [CAT] }, "the dog has only moved");
  deepStrictEqual(list.listing.images, [dog]);
});

Deno.test("a whole list is compared with the one before", async () => {
  const list = await catAndDog();
  const renamed = { ...dog, name: "hund.png" };
  deepStrictEqual(list.replace({ images: [renamed], mayBeCut: true }), { changed: [renamed], removed: [CAT] });
  strictEqual(list.version, "");
  deepStrictEqual(list.listing, { images: [renamed], mayBeCut: true });
  deepStrictEqual(await list.change(parseChanges(`CHG c-1 1 0:${CAT_ENTRY};${DOG_ENTRY}`)!), {
    changed: [cat, dog],
    removed: [],
  });
});

const wrong = [
  ["no header", "CHG"],
  ["another text", "ERR INVALID_MESSAGE_FORMAT"],
  ["a list", CAT_ENTRY],
  ["no version", "CHG  0"],
  ["a version with a capital letter", "CHG A-1 0"],
  ["a version that is too long", `CHG ${"a".repeat(41)} 0`],
  ["no number of blocks", "CHG a-2 x"],
  ["a block without a number", "CHG a-2 2 :"],
  ["a block twice", "CHG a-2 2 0:3 0:3"],
  ["a block behind the last", "CHG a-2 2 2:"],
  ["a block that is missing", `CHG a-2 4 3:${"f".repeat(32)},x.png,10.0.0.1:1`],
  ["more slots kept than there were", "CHG a-2 2 0:4"],
  ["slots kept of a new block", "CHG a-2 3 2:1"],
  ["an image twice in the answer", `CHG a-2 2 0:${CAT_ENTRY};${CAT_ENTRY}`],
  ["an image that another block has", `CHG a-2 2 0:${DOG_ENTRY}`],
  ["two spaces", "CHG a-2 2  0:3"],
  ["too many blocks", formatChangesHead("a-2", MAX_SLOTS + 1)],
  ["too many slots", `CHG a-2 2 0:${";".repeat(MAX_SLOTS)}`],
  ["too many slots with those that are held", `CHG a-2 3 2:${";".repeat(MAX_SLOTS - 3)}`],
] as const;

for (const [what, text] of wrong) {
  Deno.test(`an answer that does not fit changes nothing: ${what}`, async () => {
    const list = await catAndDog();
    const changes = parseChanges(text);
    strictEqual(changes && await list.change(changes), null);
    deepStrictEqual([list.version, list.listing.images], ["a-1", [cat, dog]]);
    deepStrictEqual(await list.change(parseChanges("CHG a-2 1 0:3")!), { changed: [], removed: [DOG] });
  });
}

Deno.test("an entry that is none is a gap, as it is no image in a list", async () => {
  const list = new LiveList();
  const slots = ["x", "123456789", `${CAT}`, `${CAT},cat.png`, `${CAT},cat.png,nowhere`, DOG_ENTRY];
  strictEqual((await list.change(parseChanges(`CHG a-1 1 0:${slots.slice(2).join(";")}`)!))?.changed.length, 1);
  strictEqual((await list.change(parseChanges(`CHG a-1 1 0:${slots[0]}`)!))?.removed.length, 1);
  strictEqual(
    parseChanges(`CHG a-1 1 0:${slots[1]}`) &&
      (await list.change(parseChanges(`CHG a-1 1 0:${slots[1]}`)!))?.changed.length,
    0,
  );
});

Deno.test("many answers cannot make a list hold more addresses than one list may", async () => {
  const list = new LiveList();
  const peers = Array.from({ length: MAX_PEERS_PER_IMAGE }, (_, i) => ({ host: "10.0.0.1", port: i + 1 }));
  const count = MAX_LISTED_ADDRESSES / MAX_PEERS_PER_IMAGE / 2 + 1;
  const holders = formatListed({ ...cat, peers }).slice(CAT.length);
  const block = (from: number): string =>
    Array.from({ length: count }, (_, i) => (from + i).toString(16).padStart(32, "0") + holders).join(";");
  strictEqual((await list.change(parseChanges(`CHG a-1 1 0:${block(0)}`)!))?.changed.length, count);
  strictEqual(await list.change(parseChanges(`CHG a-2 2 1:${block(count)}`)!), null);
  strictEqual(list.size, count);
});

Deno.test("any two lists, in any blocks: what changed leads from one to the other", async () => {
  const lists = fc.uniqueArray(listedArbitrary, { selector: ({ md5 }) => md5, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(
      lists,
      lists,
      fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 12, maxLength: 12 }),
      async (before, after, sizes) => {
        const shared = [...before.slice(0, before.length >> 1), ...after];
        const unique = [...new Map(shared.map((image) => [image.md5, image])).values()];
        const list = new LiveList();
        for (const [version, images] of [["a-1", before], ["b-1", unique]] as const) {
          const rest = images.map(formatListed);
          const blocks: string[] = [];
          for (const size of sizes) {
            if (rest.length > 0) {
              blocks.push(
                `${blocks.length}:${rest.splice(0, size).join(";")}`,
              );
            }
          }
          const known = new Map(list.listing.images.map((image) => [image.md5, image]));
          const text = [formatChangesHead(version, blocks.length), ...blocks].join(" ");
          const difference = (await list.change(parseChanges(text)!))!;
          for (const md5 of difference.removed) known.delete(md5);
          for (const image of difference.changed) known.set(image.md5, image);
          strictEqual(known.size, list.size);
          deepStrictEqual(list.listing.images.map(({ md5 }) => known.get(md5)), list.listing.images);
          deepStrictEqual(list.listing.images.map(({ md5 }) => md5), images.map(({ md5 }) => md5));
        }
      },
    ),
  );
});
