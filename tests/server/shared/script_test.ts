/** The script of the engine does what the model does with which all properties of shared registries are tested. */
import { deepStrictEqual, ok } from "node:assert/strict";
import fc from "fast-check";
import { Engine } from "../../../lib/server/shared/engine.ts";
import { parseEngineAddress } from "../../../lib/server/shared/engine_address.ts";
import {
  formatBatches,
  formatChanges,
  parseEntry,
  parsePeer,
  type StreamEntry,
} from "../../../lib/server/shared/engine_text.ts";
import { BEAT, IMAGES, MAKE, PAGE, PAGE_BYTES, STREAM, STREAM_BYTES } from "../../../lib/server/shared/script.ts";
import type { Change, Edit, RegistryEntry, SharedPeer } from "../../../lib/tracker/shared/shared_state.ts";
import { editOf } from "../../../lib/tracker/shared/image_edit.ts";
import { needing } from "../../needs.ts";
import { EngineModel } from "../../tracker/shared/engine_model.ts";
import { Redis } from "./redis.ts";

const address = fc.constantFrom("10.0.0.1:5000", "10.0.0.1:5001", "[2001:db8::1]:5000");
const password = fc.constantFrom("a", "b c", "%s\n{1}");
const endsAt = fc.constantFrom(1_000, 2_000, 3_000, Infinity);
const name = fc.constantFrom("cat.png", "gato “é”.png", "\u0000;,");
const images = fc.uniqueArray(fc.integer({ min: 1, max: 4 }), { maxLength: 3 }).chain((numbers) =>
  name.map((name) => numbers.flatMap((i) => [`${i}`.padStart(32, "0"), name]))
);
const peer: fc.Arbitrary<SharedPeer> = fc.record({
  password,
  listed: fc.boolean(),
  verified: fc.boolean(),
  endsAt,
  sequence: fc.constantFrom(1, 2 ** 51),
  images,
  imagesAt: fc.constant(0),
});
const kind = <K extends Change["kind"] | "edit">(kind: K): fc.Arbitrary<K> => fc.constant(kind);
/** An edit is made when it is known what is there. */
interface Edited {
  readonly kind: "edit";
  readonly address: string;
  readonly password: string;
  readonly images: readonly string[];
  /** Whether it is made for the images that are there. */
  readonly fits: boolean;
}
const change: fc.Arbitrary<Change | Edited> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: kind("edit"), address, password, images, fits: fc.boolean() }) },
  fc.record({ kind: kind("put"), address, peer }),
  fc.record({ kind: kind("restore"), address, peer, before: fc.constantFrom(2, 2 ** 51) }),
  fc.record({ kind: kind("update"), address, password, images, base: fc.constantFrom(undefined, 1) }),
  fc.record({ kind: kind("move"), address, from: address, peer }).filter((it) => it.address !== it.from),
  fc.record({ kind: kind("list"), address, password, listed: fc.boolean() }),
  fc.record({ kind: kind("renew"), address, password, endsAt, verified: fc.boolean() }),
  fc.record({
    kind: kind("remove"),
    address,
    password,
    endedBy: fc.option(endsAt, { nil: undefined }),
    before: fc.constantFrom(undefined, 2, 2 ** 52),
  }),
);

/** By number, since only the engine's clock decides about the ids, and an id is the sequence of a registration. */
function plain(entries: readonly Omit<RegistryEntry, "origin">[]): unknown {
  const numbers = new Map(entries.map(({ id, number }) => [id, number]));
  const before = ["0".repeat(32), "a", "1".repeat(32), "b"];
  return entries.map(({ number, results, unfit }) => [
    number,
    unfit && numbers.get(unfit),
    results.map((it) => ({
      address: it.address,
      from: it.from,
      peer: it.peer && { ...it.peer, sequence: numbers.get(it.peer.sequence) },
      images: it.images?.(() => before),
      restored: it.restored ?? false,
    })),
  ]);
}

/** Registrations, with the number of the change that set the images of each. */
function registered(
  peers: ReadonlyMap<string, SharedPeer>,
  entries: readonly Omit<RegistryEntry, "origin">[],
): unknown {
  const numbers = new Map(entries.map(({ id, number }) => [id, number]));
  return [...peers].map(([address, peer]) => [address, { ...peer, sequence: 0, imagesAt: numbers.get(peer.imagesAt) }])
    .sort();
}

/** The edit that makes the wanted images of those that are there; `ids` are those of the engine. */
function edit(
  { peers }: EngineModel,
  { kind, address, password, images, fits }: Edited,
  ids?: Map<number, number>,
): Edit {
  const { images: before, imagesAt } = peers.get(address) ?? { images: [], imagesAt: 1 };
  const base = fits ? ids?.get(imagesAt) ?? imagesAt : 1;
  return { kind, address, password, base, edit: editOf(before, images) };
}

Deno.test(needing(["redis-server"], "the script makes of changes what the model makes of them, once", async () => {
  await using redis = await Redis.start();
  const engine = await Engine.connect(parseEngineAddress(redis.url)!);
  try {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(change, { minLength: 1, maxLength: 5 }), { maxLength: 6 }),
        async (batches) => {
          await redis.ask("FLUSHALL");
          const [, epoch] = await engine.run(BEAT, ["t", "epoch", "0", "0-0"]) as string[];
          const model = new EngineModel();
          let number = 0;
          for (const batch of batches) {
            // Renewals go together, all others alone.
            const renewals = batch.filter((it) => it.kind === "renew");
            const numbered = [...batch.filter((it) => it.kind !== "renew").map((it) => [it]), renewals]
              .filter((it) => it.length > 0).map((changes) => ({ number: ++number, changes }));
            for (const { number, changes } of numbered) {
              const ids = new Map(
                (await engine.range(STREAM, "-", 1_000)).map(parseEntry).map((it) => [it.number, it.id]),
              );
              const known = new Map(model.stream.map(({ id, number }) => [id, ids.get(number)!]));
              const [here, there] = [
                changes.map((it) => it.kind === "edit" ? edit(model, it) : it),
                changes.map((it) => it.kind === "edit" ? edit(model, it, known) : it),
              ];
              const texts = formatChanges({ number, changes: there });
              for (let sent = 0; sent < 2; sent++) await engine.run(MAKE, ["t", epoch, ...texts]);
              model.make("t", [{ number, changes: here }], Date.now() * 1_000);
            }
          }
          const entries: StreamEntry[] = (await engine.range(STREAM, "-", 1_000)).map(parseEntry);
          deepStrictEqual(plain(entries), plain(model.stream));
          entries.forEach((it, i) => deepStrictEqual(it.previous, i === 0 ? 0 : entries[i - 1].id));
          const [, ...texts] = await engine.run(PAGE, ["0", "1000"]) as string[];
          const addresses = texts.filter((_, i) => i % 2 === 0);
          const lists = await engine.run(IMAGES, addresses) as string[];
          const read = new Map(
            addresses.map((it, i) => [it, parsePeer(texts[2 * i + 1], lists[2 * i], lists[2 * i + 1])]),
          );
          deepStrictEqual(registered(read, entries), registered(model.peers, model.stream));
        },
      ),
      { numRuns: 150 },
    );
  } finally {
    engine.close();
  }
}));

Deno.test(
  needing(
    ["redis-server"],
    "edits of a list take no more than the list: one too many is refused, and a list ends them",
    async () => {
      await using redis = await Redis.start();
      const engine = await Engine.connect(parseEngineAddress(redis.url)!);
      try {
        const [, epoch] = await engine.run(BEAT, ["t", "epoch", "0", "0-0"]) as string[];
        const [address, password] = ["10.0.0.1:5000", "a"];
        const list = (from: number): string[] =>
          Array.from({ length: 1_000 }, (_, i) => [`${i < 400 ? from + i : i}`.padStart(32, "0"), "cat.png"]).flat();
        let number = 0;
        const make = async (change: Change | Edit): Promise<StreamEntry> => {
          await engine.run(MAKE, ["t", epoch, ...formatChanges({ number: ++number, changes: [change] })]);
          return parseEntry((await engine.range(STREAM, "-", 1_000)).at(-1)!);
        };
        const rest = { password, listed: true, verified: true, endsAt: 1_000, sequence: 1, imagesAt: 0 };
        let { id: base } = await make({ kind: "put", address, peer: { ...rest, images: list(0) } });
        const edit = async (from: number): Promise<number | undefined> => {
          const entry = await make({ kind: "edit", address, password, base, edit: editOf(list(0), list(from)) });
          if (entry.unfit === undefined) base = entry.id;
          return entry.unfit;
        };
        deepStrictEqual([await edit(1_000), await edit(2_000), await edit(3_000)], [undefined, undefined, base]);
        ({ id: base } = await make({ kind: "update", address, password, images: list(3_000), base }));
        deepStrictEqual(await edit(4_000), undefined);
      } finally {
        engine.close();
      }
    },
  ),
);

Deno.test(
  needing(
    ["redis-server"],
    "the stream keeps so many bytes of the last changes, and at least the last one",
    async () => {
      await using redis = await Redis.start();
      const engine = await Engine.connect(parseEngineAddress(redis.url)!);
      try {
        const [, epoch] = await engine.run(BEAT, ["t", "epoch", "0", "0-0"]) as string[];
        const script = MAKE.replace(`${STREAM_BYTES}`, "10000");
        let number = 0;
        const make = async (images: number): Promise<StreamEntry[]> => {
          const list = Array.from({ length: images }, (_, i) => [`${i}`.padStart(32, "0"), "cat.png"]).flat();
          const peer = {
            password: "a",
            listed: true,
            verified: true,
            endsAt: 1_000,
            sequence: 1,
            images: list,
            imagesAt: 0,
          };
          const change = { kind: "put", address: "10.0.0.1:5000", peer } as const;
          await engine.run(script, ["t", epoch, ...formatChanges({ number: ++number, changes: [change] })]);
          return (await engine.range(STREAM, "-", 1_000)).map(parseEntry);
        };
        for (let i = 0; i < 50; i++) await make(1);
        const numbers = (await make(1)).map((entry) => entry.number);
        deepStrictEqual(numbers, Array.from(numbers, (_, i) => 51 - numbers.length + 1 + i), "the last ones");
        ok(numbers.length > 20 && numbers.length < 45, `${numbers.length}`);
        deepStrictEqual((await make(1_000)).map((entry) => entry.number), [52]);
        deepStrictEqual((await make(1)).map((entry) => entry.number), [53]);
        deepStrictEqual((await make(1)).map((entry) => entry.number), [53, 54]);
      } finally {
        engine.close();
      }
    },
  ),
);

Deno.test(needing(["redis-server"], "images are read in replies of so many bytes, of one peer at least", async () => {
  await using redis = await Redis.start();
  const engine = await Engine.connect(parseEngineAddress(redis.url)!);
  try {
    const key = "{idp2pi}:images";
    await redis.ask("HSET", key, "a", "x".repeat(60), "b", "y".repeat(60), "c", "z".repeat(200));
    const read = async (...addresses: string[]): Promise<string> => {
      const lists = await engine.run(IMAGES.replace(`${PAGE_BYTES}`, "100"), addresses) as string[];
      return lists.map((it) => `${it.trim()[0]}${it.length}`).filter((_, i) => i % 2 === 0).join();
    };
    deepStrictEqual([await read("a", "b", "c"), await read("c", "a"), await read("none")], [
      "x60,y60",
      "z200",
      "undefined0",
    ]);
  } finally {
    engine.close();
  }
}));

Deno.test("changes of long lists go to the engine in several commands, and none is lost", () => {
  const images = Array.from({ length: 50_000 }, (_, i) => [`${i}`.padStart(32, "0"), "x".repeat(60)]).flat();
  const numbered = Array.from({ length: 5 }, (_, i) => {
    const change = { kind: "update", address: `10.0.0.1:${5_000 + i}`, password: "a", images } as const;
    return { number: i + 1, changes: [change] };
  });
  const batches = [...formatBatches(numbered)];
  deepStrictEqual(batches.map((batch) => batch.length / 7), [2, 2, 1]);
  deepStrictEqual(batches.flat().filter((_, i) => i % 7 === 0), ["1", "2", "3", "4", "5"]);
  deepStrictEqual([...formatBatches([])], []);
});
