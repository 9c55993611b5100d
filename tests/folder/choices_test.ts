/** What the user shares of a directory: single images and albums, kept in a file of the directory. */
import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import fc from "fast-check";
import {
  type Choices,
  choose,
  formatChoices,
  isChosen,
  isSameChoice,
  NO_CHOICES,
  parseChoices,
  withDownloads,
} from "../../lib/folder/choices.ts";
import { changeChoices, CHOICES_FILE, readChoices } from "../../lib/folder/choices_file.ts";
import { PlainFile } from "../../lib/files/plain_file.ts";
import { SharedFolder } from "../../lib/folder/shared_folder.ts";
import { isFault } from "../../lib/fault/fault.ts";
import { needing } from "../needs.ts";
import { image, tempDir } from "../support.ts";

const md5 = (seed: number): string => image(seed).md5;
const FILES = ["a.jpg", "lisboa/a.jpg", "lisboa/b.jpg", "lisboa/alfama/c.jpg", "lisboa2/d.jpg", "cafe\u0301/e.jpg"]
  .map((path, i) => ({ path, image: { md5: md5(i) } }));

/** The paths that are shared. */
const shared = (choices: Choices): string[] =>
  FILES.filter(({ path, image }) => isChosen(choices, path, image.md5)).map(({ path }) => path);

Deno.test("the innermost album decides, an image before any album, and the last choice", () => {
  const all = FILES.map(({ path }) => path);
  const steps: [boolean, Parameters<typeof choose>[1], left: string[]][] = [
    [false, { albums: ["lisboa/"] }, ["lisboa/a.jpg", "lisboa/b.jpg", "lisboa/alfama/c.jpg"]],
    [true, { images: [md5(1)] }, ["lisboa/b.jpg", "lisboa/alfama/c.jpg"]],
    [true, { albums: ["lisboa/alfama/"] }, ["lisboa/b.jpg"]],
    [false, { images: [md5(3)] }, ["lisboa/b.jpg", "lisboa/alfama/c.jpg"]],
    [false, { albums: ["lisboa/"] }, ["lisboa/a.jpg", "lisboa/b.jpg", "lisboa/alfama/c.jpg"]],
    [true, { albums: ["lisboa/"] }, []],
    [false, { albums: ["caf\u00e9/"], images: [md5(0)] }, ["cafe\u0301/e.jpg", "a.jpg"]],
  ];
  let choices = NO_CHOICES;
  for (const [on, chosen, left] of steps) {
    choices = choose(choices, chosen, on, FILES);
    deepStrictEqual(shared(choices), all.filter((path) => !left.includes(path)), JSON.stringify(chosen));
  }
});

Deno.test("downloads are recorded, and not shared if the user does not want to share them", () => {
  const noted = withDownloads(withDownloads(NO_CHOICES, [md5(0)], true), [md5(1)], false);
  deepStrictEqual([...noted.downloaded], [md5(0), md5(1)]);
  deepStrictEqual(shared(noted), FILES.map(({ path }) => path).toSpliced(1, 1));
});

Deno.test("the file returns exactly what this program wrote", () => {
  const album = fc.string({ minLength: 1, unit: "grapheme" }).map((it) => `${it}/`);
  const digest = fc.nat().map(md5);
  fc.assert(fc.property(
    fc.record({
      reshare: fc.boolean(),
      located: fc.boolean(),
      albums: fc.array(fc.tuple(album, fc.boolean())).map((it) => new Map(it)),
      images: fc.array(fc.tuple(digest, fc.boolean())).map((it) => new Map(it)),
      downloaded: fc.array(digest).map((it) => new Set(it)),
    }),
    (choices) => {
      const text = formatChoices({ ...choices, text: "" });
      deepStrictEqual(parseChoices(text), { ...choices, text });
    },
  ));
  const whole = formatChoices({ ...NO_CHOICES, albums: new Map([["a/", false]]), downloaded: new Set([md5(1)]) });
  for (let end = 0; end < whole.trimEnd().length; end++) {
    try {
      parseChoices(whole.slice(0, end));
    } catch (error) {
      ok(error instanceof SyntaxError || error instanceof TypeError);
      continue;
    }
    throw new Error(`cut off at ${end}`);
  }
  for (
    const change of [{ version: 2 }, { reshare: 1 }, { located: null }, { albums: { "a": true } }, { albums: null }, {
      images: { "a": true },
    }, { downloaded: ["a"] }]
  ) {
    try {
      parseChoices(JSON.stringify({ ...JSON.parse(whole), ...change }));
    } catch (error) {
      ok(error instanceof TypeError);
      continue;
    }
    throw new Error(JSON.stringify(change));
  }
});

Deno.test("simultaneous changes are all kept, and a killed one blocks none", async () => {
  await using dir = await tempDir({ [`${CHOICES_FILE}.part`]: new TextEncoder().encode('{"ver') });
  const seeds = [...Array(20).keys()];
  const add = (seed: number): Promise<Choices> => changeChoices(dir.path, (it) => withDownloads(it, [md5(seed)], true));
  await Promise.all(seeds.map(add));
  const { downloaded } = await readChoices(dir.path);
  deepStrictEqual([...downloaded].sort(), seeds.map(md5).sort());
  deepStrictEqual(await Array.fromAsync(Deno.readDir(dir.path), ({ name }) => name), [CHOICES_FILE]);
});

Deno.test("with a damaged file nothing is shared, and the file is not changed", async () => {
  await using dir = await tempDir({
    "a.gif": image(1).bytes,
    [CHOICES_FILE]: new TextEncoder().encode('{"version":1,'),
  });
  using folder = new SharedFolder(dir.path);
  const isDamaged = (error: unknown): boolean =>
    isFault(error, "ignore-unusable") && error.values.path.endsWith(CHOICES_FILE) && error.values.reason === "damaged";
  await rejects(folder.scan(), isDamaged);
  await rejects(folder.chosen.change((it) => it), isDamaged);
  strictEqual(folder.images.length, 0);
  strictEqual(await Deno.readTextFile(join(dir.path, CHOICES_FILE)), '{"version":1,');
});

Deno.test(needing(["links"], "no link is followed when the choices are read or written", async () => {
  await using dir = await tempDir();
  await using other = await tempDir({ "private.json": new TextEncoder().encode(formatChoices(NO_CHOICES)) });
  const target = join(other.path, "private.json");
  await Deno.symlink(target, join(dir.path, CHOICES_FILE));
  await rejects(readChoices(dir.path), (error) => isFault(error, "ignore-unusable"));
  await rejects(changeChoices(dir.path, (it) => ({ ...it, reshare: false })));
  strictEqual(parseChoices(await Deno.readTextFile(target)).reshare, true);
}));

Deno.test("a folder shares the chosen images, also after a restart, and copies in a shared album", async () => {
  await using dir = await tempDir({ "a.gif": image(1).bytes, "copy.gif": image(2).bytes });
  await Deno.mkdir(join(dir.path, "album"));
  await Deno.writeFile(join(dir.path, "album", "b.gif"), image(2).bytes);
  await Deno.writeFile(join(dir.path, "album", "c.gif"), image(3).bytes);
  using folder = new SharedFolder(dir.path);
  await folder.scan();
  folder.takeChange();
  const names = ({ images }: SharedFolder): string[] => images.map(({ name }) => name);
  await folder.chosen.change((it) => choose(it, { albums: ["album/"] }, false, folder.files));
  deepStrictEqual(names(folder), ["a.gif", "copy.gif"]);
  deepStrictEqual(folder.takeChange(), { came: 0, went: 1, renamed: 1 });
  deepStrictEqual(folder.skipped.map(({ path, why }) => `${path} ${why}`), [
    "album/b.gif unshared",
    "album/c.gif unshared",
  ]);
  strictEqual((await folder.find(image(3).md5))?.path, "album/c.gif", "it is here all the same");
  await Deno.writeFile(join(dir.path, "album", "d.gif"), image(4).bytes);
  strictEqual(await folder.add(join(dir.path, "album", "d.gif")), "unshared");
  using again = new SharedFolder(dir.path);
  await again.scan();
  deepStrictEqual(names(again), ["a.gif", "copy.gif"]);
  // What another program changes is seen by the next scan.
  await again.chosen.change((it) => choose(it, { albums: ["album/"] }, true, again.files));
  await folder.scan();
  deepStrictEqual(names(folder), ["a.gif", "album/b.gif", "album/c.gif", "album/d.gif"]);
});

Deno.test("an image added at the end of a scan is shared after it", async () => {
  await using dir = await tempDir({ "a.gif": image(1).bytes });
  using folder = new SharedFolder(dir.path);
  await folder.scan();
  const { open } = PlainFile;
  using _usual = { [Symbol.dispose]: () => void (PlainFile.open = open) };
  let reads = 0;
  PlainFile.open = async (path) => {
    // The choices are read first, and last.
    if (path.endsWith(CHOICES_FILE) && ++reads === 2) {
      await Deno.writeFile(join(dir.path, "b.gif"), image(2).bytes);
      await folder.add(join(dir.path, "b.gif"));
    }
    return await open.call(PlainFile, path);
  };
  await folder.scan();
  strictEqual(reads, 2);
  deepStrictEqual(folder.images.map(({ name }) => name), ["a.gif", "b.gif"]);
});

Deno.test("so many downloads are remembered that the file can be read again", async () => {
  await using dir = await tempDir();
  const md5s = (from: number, count: number): string[] =>
    Array.from({ length: count }, (_, i) => (from + i).toString(16).padStart(32, "0"));
  const many = withDownloads(withDownloads(NO_CHOICES, md5s(0, 100_000), true), md5s(100_000, 50_000), true);
  deepStrictEqual([many.downloaded.size, many.downloaded.has(md5s(50_000, 1)[0])], [100_000, true]);
  await changeChoices(dir.path, () => many);
  strictEqual((await readChoices(dir.path)).downloaded.size, 100_000);
  const tooMany = new Map(md5s(0, 400_000).map((it) => [it, false]));
  await rejects(
    changeChoices(dir.path, (it) => ({ ...it, images: tooMany })),
    (error) => isFault(error, "not-written"),
  );
  strictEqual((await readChoices(dir.path)).downloaded.size, 100_000, "what was there is still there");
});

Deno.test("changes that come at once are written together, in their order", async () => {
  await using dir = await tempDir();
  using folder = new SharedFolder(dir.path);
  const { open } = PlainFile;
  using _usual = { [Symbol.dispose]: () => void (PlainFile.open = open) };
  let writes = 0;
  PlainFile.open = (path) => {
    if (path.endsWith(CHOICES_FILE)) writes++; // It is read before it is written.
    return open.call(PlainFile, path);
  };
  const seeds = [...Array(200).keys()];
  await Promise.all(seeds.map((seed) => folder.chosen.change((it) => withDownloads(it, [md5(seed)], true))));
  deepStrictEqual([...folder.chosen.current.downloaded], seeds.map(md5));
  ok(writes <= 2, `${writes} writes`);
});

Deno.test("what is downloaded changes nothing of what is shared", () => {
  const some = choose(NO_CHOICES, { albums: ["a/"], images: [md5(1)] }, false, []);
  const noted = { ...withDownloads(some, [md5(2)], true), reshare: false, text: "other" };
  strictEqual(isSameChoice(some, noted), true);
  for (
    const other of [
      withDownloads(some, [md5(2)], false),
      { ...some, located: false },
      choose(some, { images: [md5(1)] }, true, []),
      choose(some, { albums: ["b/"] }, false, []),
    ]
  ) strictEqual(isSameChoice(some, { ...other, text: "other" }), false);
});
