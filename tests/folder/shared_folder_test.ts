import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { md5Of } from "../../lib/hash/md5.ts";
import { HashCache } from "../../lib/folder/hash_cache.ts";
import type { ScanProgress } from "../../lib/folder/folder_options.ts";
import { PlainFile } from "../../lib/files/plain_file.ts";
import { SharedFolder } from "../../lib/folder/shared_folder.ts";
import { Fault, isFault } from "../../lib/fault/fault.ts";
import { needing } from "../needs.ts";
import * as b from "../formats/builders.ts";
import { image, imageBytes, SAMPLES, tempDir, withPlace } from "../support.ts";

Deno.test("images of all eight formats are recognized by their content, and other files are not shared", async () => {
  const folder = new SharedFolder(SAMPLES);
  deepStrictEqual((await folder.scan()).unreadable, []);
  deepStrictEqual(folder.images.map(({ name }) => name), [
    "blink.gif",
    "dots.bmp",
    "dusk.heic",
    "forest.avif",
    "grey.tiff",
    "moon.png",
    "sea.webp",
    "sunset.jpg",
  ]);
});

Deno.test(
  needing(["links"], "the extension does not matter, and hidden files, links and empty files are skipped", async () => {
    const [cat, dog] = [image(1), image(2)];
    await using dir = await tempDir({
      "cat.txt": cat.bytes,
      "same bytes.gif": cat.bytes,
      ".hidden.gif": dog.bytes,
      "text.png": new TextEncoder().encode("not an image"),
      "empty.gif": new Uint8Array(),
      "gifts.txt": new TextEncoder().encode("GIFTS: a secret list"),
      "cars.txt": new TextEncoder().encode("BMW dealers and their passwords, one by one"),
      "drawing.svg": new TextEncoder().encode("<svg xmlns='http://www.w3.org/2000/svg'/>"),
    });
    await Deno.symlink(join(dir.path, ".hidden.gif"), join(dir.path, "link.gif"));
    const folder = new SharedFolder(dir.path);
    await folder.scan();
    deepStrictEqual(folder.images.map(({ md5, name }) => ({ md5, name })), [{ md5: cat.md5, name: "cat.txt" }]);
    strictEqual(folder.byName("same bytes.gif"), undefined);
    strictEqual(folder.byMd5(cat.md5)?.size, cat.bytes.length);
  }),
);

Deno.test("a scan finds new, changed and removed files", async () => {
  const [one, two, three] = [image(1), image(2), image(3)];
  await using dir = await tempDir({ "a.gif": one.bytes, "b.gif": two.bytes });
  const folder = new SharedFolder(dir.path);
  await folder.scan();
  await Deno.remove(join(dir.path, "a.gif"));
  await Deno.writeFile(join(dir.path, "b.gif"), three.bytes.subarray(0, 1_500));
  await Deno.writeFile(join(dir.path, "c.gif"), two.bytes);
  await folder.scan();
  deepStrictEqual(folder.images.map(({ name }) => name), ["b.gif", "c.gif"]);
  strictEqual(folder.byMd5(two.md5)?.name, "c.gif");
});

Deno.test("a file that changed since it was hashed is not opened under its old MD5", async () => {
  const { bytes, md5 } = image(1);
  await using dir = await tempDir({ "a.gif": bytes });
  let stale = 0;
  const folder = new SharedFolder(dir.path, { onStale: () => stale++ });
  await folder.scan();
  (await folder.open(folder.byMd5(md5)!)).close();
  const listed = folder.byMd5(md5)!;
  await Deno.writeFile(join(dir.path, "a.gif"), bytes.subarray(0, 1_999));
  await rejects(folder.open(listed), (error) => isFault(error, "image-changed"));
  strictEqual(folder.byMd5(md5), undefined, "it is not in the list any more");
  await folder.scan();
  strictEqual(folder.byMd5(image(1, 1_999).md5)?.name, "a.gif", "it is hashed again");
  await Deno.remove(join(dir.path, "a.gif"));
  await rejects(folder.open(folder.images[0]), (error) => isFault(error, "image-changed"));
  strictEqual(stale, 2);
});

Deno.test("without a watch, a changed file is hashed again automatically when it was requested", async () => {
  const [one, two] = [image(1), image(2)];
  await using dir = await tempDir({ "a.gif": one.bytes });
  const folder = new SharedFolder(dir.path);
  await folder.scan();
  await Deno.writeFile(join(dir.path, "a.gif"), two.bytes);
  await rejects(folder.open(folder.images[0]), (error) => isFault(error, "image-changed"));
  await folder.scan(); // The one that it began comes before.
  strictEqual(folder.byMd5(two.md5)?.name, "a.gif");
});

Deno.test("when the file of an image is removed, another with the same bytes replaces it", async () => {
  const { bytes, md5 } = image(1);
  await using dir = await tempDir({ "a.gif": bytes, "b.gif": bytes });
  const folder = new SharedFolder(dir.path, { onStale: () => {} }); // Nothing is to continue when the test ends.
  await folder.scan();
  strictEqual(folder.images.length, 1);
  const [listed] = folder.images;
  strictEqual(listed.name, "a.gif");
  await Deno.remove(join(dir.path, "a.gif"));
  await rejects(folder.open(listed), (error) => isFault(error, "image-changed"));
  (await folder.open(folder.byMd5(md5)!)).close();
  strictEqual(folder.byMd5(md5)?.name, "b.gif");
});

Deno.test(needing(["links"], "subdirectories are shared too, unless they are excluded", async () => {
  const [cat, dog, cow] = [image(1), image(2), image(3)];
  await using dir = await tempDir({ "cat.gif": cat.bytes });
  await Deno.mkdir(join(dir.path, "sub", "deeper"), { recursive: true });
  await Deno.writeFile(join(dir.path, "sub", "dog.gif"), dog.bytes);
  await Deno.writeFile(join(dir.path, "sub", "deeper", "cow.gif"), cow.bytes);
  await Deno.symlink(join(dir.path, "sub"), join(dir.path, "round"));
  const all = new SharedFolder(dir.path);
  await all.scan();
  deepStrictEqual(all.images.map(({ name, path }) => [name, path]), [
    ["cat.gif", "cat.gif"],
    ["sub/deeper/cow.gif", "sub/deeper/cow.gif"],
    ["sub/dog.gif", "sub/dog.gif"],
  ]);
  strictEqual(all.byName("sub/dog.gif")?.md5, dog.md5);
  using file = await all.open(all.byMd5(cow.md5)!);
  strictEqual(file.statSync().size, cow.bytes.length);
  const flat = new SharedFolder(dir.path, { flat: true });
  await flat.scan();
  deepStrictEqual(flat.images.map(({ name }) => name), ["cat.gif", "cow.gif", "dog.gif"]);
  const own = new SharedFolder(dir.path, { recursive: false });
  await own.scan();
  deepStrictEqual(own.images.map(({ name }) => name), ["cat.gif"]);
}));

Deno.test("system files and files that .idp2piignore excludes are not even opened", async () => {
  const names = ["a.gif.part", "Thumbs.db", ".DS_Store", `.idp2pi-${"0".repeat(32)}.part`, "draft 1.gif", "old/b.gif"];
  await using dir = await tempDir({ "shared.gif": image(0).bytes });
  await Deno.mkdir(join(dir.path, "old"));
  await Deno.writeTextFile(join(dir.path, ".idp2piignore"), "# not these\ndraft*\n!draft 2.gif\nold/\n");
  for (const [i, name] of names.entries()) await Deno.writeFile(join(dir.path, name), image(i + 1).bytes);
  await Deno.writeFile(join(dir.path, "draft 2.gif"), image(20).bytes);
  // Reading sets the time of the last access of a file that was not read since it changed, where the system keeps it.
  const longAgo = new Date(1_000_000_000_000);
  const isRead = async (name: string): Promise<boolean> =>
    (await Deno.stat(join(dir.path, name))).atime!.getTime() !== longAgo.getTime();
  for (const name of ["shared.gif", ...names]) await Deno.utime(join(dir.path, name), longAgo, new Date());
  const folder = new SharedFolder(dir.path);
  await folder.scan();
  deepStrictEqual(folder.images.map(({ name }) => name), ["draft 2.gif", "shared.gif"]);
  for (const name of names) strictEqual(await isRead(name), false, name);
  deepStrictEqual(folder.skipped.map(({ path, why }) => `${path} ${why}`), [
    ".DS_Store hidden",
    "Thumbs.db hidden",
    "a.gif.part hidden",
    "draft 1.gif ignored",
    "old/ ignored",
  ]);
});

Deno.test("if the ignore file cannot be read, nothing is shared, and the fault is reported", async () => {
  await using dir = await tempDir({ "a.gif": image(1).bytes });
  await Deno.mkdir(join(dir.path, ".idp2piignore"));
  const folder = new SharedFolder(dir.path);
  await rejects(folder.scan(), (error) => isFault(error, "ignore-unusable"));
  strictEqual(folder.images.length, 0);
});

Deno.test("ten thousand small files in many directories are found and hashed, each once", async () => {
  await using dir = await tempDir();
  for (let i = 0; i < 50; i++) {
    await Deno.mkdir(join(dir.path, `${i}`));
    for (let j = 0; j < 200; j++) Deno.writeFileSync(join(dir.path, `${i}`, `${j}.gif`), imageBytes(i * 200 + j, 100));
  }
  const folder = new SharedFolder(dir.path);
  const seen: ScanProgress[] = [];
  const { unreadable } = await folder.scan({ onProgress: (at) => seen.push(at) });
  deepStrictEqual([unreadable, folder.takeChange(), folder.takeChange()], [
    [],
    { came: 10_000, went: 0, renamed: 0 },
    null,
  ]);
  strictEqual(folder.images.length, 10_000);
  for (const { md5, path } of folder.images.slice(0, 200)) {
    const [i, j] = path.split(/[/.]/).map(Number);
    strictEqual(md5, image(i * 200 + j, 100).md5, path);
  }
  deepStrictEqual(seen.at(-1), {
    files: 10_000,
    totalFiles: 10_000,
    bytes: 1_000_000,
    totalBytes: 1_000_000,
    found: true,
  });
});

Deno.test("each change is reported once, whoever found it", async () => {
  await using dir = await tempDir({ "a.gif": image(1).bytes, "b.gif": image(2).bytes });
  using folder = new SharedFolder(dir.path, { onStale: () => {} });
  await folder.scan();
  deepStrictEqual(folder.takeChange(), { came: 2, went: 0, renamed: 0 });
  const listed = folder.byMd5(image(1).md5)!;
  await Deno.remove(join(dir.path, "a.gif"));
  await rejects(folder.open(listed), (error) => isFault(error, "image-changed"));
  await folder.scan();
  deepStrictEqual(folder.takeChange(), { came: 0, went: 1, renamed: 0 });
  await Deno.writeFile(join(dir.path, "c.gif"), image(3).bytes);
  await folder.scan();
  await folder.scan();
  deepStrictEqual(folder.takeChange(), { came: 1, went: 0, renamed: 0 });
  await Deno.rename(join(dir.path, "c.gif"), join(dir.path, "d.gif"));
  await folder.scan();
  deepStrictEqual(folder.takeChange(), { came: 0, went: 0, renamed: 1 });
  strictEqual(folder.takeChange(), null);
});

Deno.test("a download under an excluded name is not shared, and the reason is reported", async () => {
  await using dir = await tempDir({
    "draft.gif": image(1).bytes,
    "b.gif.part": image(2).bytes,
    "text": new Uint8Array(9),
  });
  await Deno.writeTextFile(join(dir.path, ".idp2piignore"), "draft*");
  using folder = new SharedFolder(dir.path);
  await folder.scan();
  strictEqual(await folder.add(join(dir.path, "draft.gif"), image(1).md5), "ignored");
  strictEqual(await folder.add(join(dir.path, "b.gif.part"), image(2).md5), "ignored");
  strictEqual(await folder.add(join(dir.path, "text")), "no-image");
  await rejects(folder.add(join(dir.path, "gone.gif")), (error) => isFault(error, "image-changed"));
  strictEqual(folder.images.length, 0);
});

Deno.test("an unreadable file is named, and read again only if it changed or is requested", async () => {
  await using dir = await tempDir({ "a.gif": image(1).bytes });
  // More than any image may have, without a byte of it on the disk.
  const large = await Deno.open(join(dir.path, "large.gif"), { write: true, createNew: true });
  await large.write(image(2).bytes);
  await large.truncate(2 ** 32 + 1);
  large.close();
  const folder = new SharedFolder(dir.path);
  const named = async (onlyStable: boolean): Promise<string[]> =>
    (await folder.scan({ onlyStable })).unreadable.map(({ reason }) => reason);
  deepStrictEqual(await named(false), ["too large"]);
  deepStrictEqual(await named(true), []);
  deepStrictEqual(await named(false), ["too large"]);
  strictEqual(folder.images.length, 1);
  deepStrictEqual(folder.skipped, [{ path: "large.gif", why: "unreadable", kind: "too large" }]);
});

for (
  const [what, bytes] of [
    [
      "UTF-16",
      new Uint8Array([
        0xff,
        0xfe,
        ...new Uint8Array(new Uint16Array([...("a.gif")].map((it) => it.charCodeAt(0))).buffer),
      ]),
    ],
    ["something with NULs", new Uint8Array([0x61, 0, 0x62])],
  ] as const
) {
  Deno.test(`rules in ${what} are refused, since they would exclude nothing`, async () => {
    await using dir = await tempDir({ "a.gif": image(1).bytes, ".idp2piignore": bytes });
    const folder = new SharedFolder(dir.path);
    await rejects(folder.scan(), (error) => isFault(error, "ignore-unusable") && error.values.reason === "not UTF-8");
  });
}

Deno.test(needing(["links"], "a link to missing rules is refused too", async () => {
  await using dir = await tempDir({ "a.gif": image(1).bytes });
  await Deno.symlink(join(dir.path, "nowhere"), join(dir.path, ".idp2piignore"));
  await rejects(new SharedFolder(dir.path).scan(), (error) => isFault(error, "ignore-unusable"));
}));

Deno.test("an aborted scan does not change the images", async () => {
  await using dir = await tempDir({ "a.gif": image(1).bytes });
  const folder = new SharedFolder(dir.path);
  await folder.scan();
  for (let i = 0; i < 500; i++) await Deno.writeFile(join(dir.path, `${i}.gif`), imageBytes(i + 10, 20_000));
  const giveUp = new AbortController();
  const onProgress = ({ bytes }: ScanProgress): void => bytes > 0 ? giveUp.abort() : undefined;
  await rejects(folder.scan({ signal: giveUp.signal, onProgress }), { name: "AbortError" });
  deepStrictEqual(folder.images.map(({ name }) => name), ["a.gif"]);
  await folder.scan();
  strictEqual(folder.images.length, 501);
});

Deno.test("images with coordinates are counted, and excluded if wanted", async () => {
  const sunset = await Deno.readFile(join(SAMPLES, "sunset.jpg"));
  await using dir = await tempDir({ "plain.jpg": sunset, "placed.jpg": withPlace(sunset) });
  for (const skipLocated of [false, true]) {
    using folder = new SharedFolder(dir.path, { skipLocated });
    await folder.scan();
    deepStrictEqual(folder.located, ["placed.jpg"]);
    deepStrictEqual(folder.images.map(({ name }) => name), skipLocated ? ["plain.jpg"] : ["placed.jpg", "plain.jpg"]);
    const added = await folder.add(join(dir.path, "placed.jpg"), md5Of(withPlace(sunset)));
    strictEqual(typeof added === "string" ? added : added.name, skipLocated ? "located" : "placed.jpg");
    strictEqual((await folder.find(md5Of(withPlace(sunset))))?.name, "placed.jpg", "it is here, shared or not");
  }
});

Deno.test("an image with metadata that cannot be read to the end counts as located, is named, and is excluded if wanted", async () => {
  const moon = await Deno.readFile(join(SAMPLES, "moon.png"));
  const damaged = b.join(moon.subarray(0, moon.length - 12), b.damagedChunk());
  await using dir = await tempDir({ "whole.png": moon, "damaged.png": damaged });
  await using place = await tempDir();
  for (const skipLocated of [false, true, true]) {
    using cache = new HashCache(join(place.path, "files.sqlite")); // The last time, it is known from there.
    using folder = new SharedFolder(dir.path, { skipLocated, cache });
    await folder.scan();
    deepStrictEqual([folder.located, folder.uncertain], [["damaged.png"], ["damaged.png"]]);
    deepStrictEqual(folder.images.map(({ name }) => name), skipLocated ? ["whole.png"] : ["damaged.png", "whole.png"]);
    const added = await folder.add(join(dir.path, "damaged.png"), md5Of(damaged));
    strictEqual(typeof added === "string" ? added : added.name, skipLocated ? "uncertain" : "damaged.png");
  }
});

Deno.test("a changed file of the same size and time is still noticed", async () => {
  const { bytes, md5 } = image(1);
  await using dir = await tempDir({ "a.gif": bytes });
  const path = join(dir.path, "a.gif");
  const time = new Date(1_600_000_000_000);
  await Deno.utime(path, time, time);
  // The time of a change counts in whole seconds: what is shared was there before this second.
  const changed = (await Deno.stat(path)).ctime!.getTime();
  const folder = new SharedFolder(dir.path);
  await folder.scan();
  do await Deno.writeFile(path, image(2).bytes); while ((await Deno.stat(path)).ctime!.getTime() === changed);
  await Deno.utime(path, time, time);
  await rejects(folder.open(folder.byMd5(md5)!), (error) => isFault(error, "image-changed"));
  await folder.scan();
  strictEqual(folder.byMd5(image(2).md5)?.name, "a.gif");
});

Deno.test("a file added during a scan stays, and so does a file that replaced another", async () => {
  const [one, two] = [image(1), image(2)];
  await using dir = await tempDir({ "a.gif": one.bytes });
  using folder = new SharedFolder(dir.path);
  const scan = folder.scan();
  await Deno.writeFile(join(dir.path, "b.gif"), two.bytes);
  await Promise.all([scan, folder.add(join(dir.path, "b.gif"))]);
  deepStrictEqual(folder.images.map(({ name }) => name), ["a.gif", "b.gif"]);
  await Deno.rename(join(dir.path, "b.gif"), join(dir.path, "c.gif"));
  await folder.add(join(dir.path, "c.gif"));
  strictEqual(folder.byMd5(two.md5)?.name, "c.gif");
});

Deno.test("a missing directory is one clear fault, and keeps the records", async () => {
  await using dir = await tempDir({ "a.gif": image(1).bytes });
  await rejects(new SharedFolder(join(dir.path, "no")).scan(), (error) => isFault(error, "directory-missing"));
  await rejects(new SharedFolder(join(dir.path, "a.gif")).scan(), (error) => {
    return error instanceof Fault && ["directory-unusable", "directory-missing"].includes(error.code);
  });
  const gone = join(dir.path, "gone");
  await Deno.mkdir(gone);
  await Deno.writeFile(join(gone, "b.gif"), image(2).bytes);
  const folder = new SharedFolder(gone);
  await folder.scan();
  await Deno.remove(gone, { recursive: true });
  await rejects(folder.scan());
  strictEqual(folder.images.length, 1);
});

Deno.test("progress adds up to the totals of files and bytes", async () => {
  await using dir = await tempDir({ "a.gif": image(1, 3_000).bytes, "b.gif": image(2, 4_000).bytes });
  const seen: [number, number, number][] = [];
  await new SharedFolder(dir.path).scan({
    onProgress: ({ files, totalFiles, bytes }) => seen.push([files, totalFiles, bytes]),
  });
  deepStrictEqual(seen.at(-1), [2, 2, 7_000]);
});

/** Has a call fail as it does when no descriptor is left, where `where` says so. */
function withoutDescriptors<K extends "open" | "openSync" | "readDirSync">(name: K, where = ""): Disposable {
  const original = Deno[name] as (path: string, ...rest: unknown[]) => unknown;
  Deno[name] = ((path: string, ...rest: unknown[]) => {
    if (String(path).includes(where)) throw Object.assign(new Error("Too many open files"), { code: "EMFILE" });
    return original(path, ...rest);
  }) as typeof Deno[K];
  return { [Symbol.dispose]: () => void (Deno[name] = original as typeof Deno[K]) };
}

Deno.test("for lack of descriptors no image is dropped, neither by a request nor by a scan", async () => {
  await using dir = await tempDir({ "cat.gif": image(1).bytes });
  await Deno.mkdir(join(dir.path, "sub"));
  await Deno.writeFile(join(dir.path, "sub", "dog.gif"), image(2).bytes);
  using folder = new SharedFolder(dir.path);
  await folder.scan();
  const names = (): string[] => folder.images.map(({ name }) => name);
  const [cat] = folder.images;
  {
    const { open } = PlainFile;
    using _usual = { [Symbol.dispose]: () => void (PlainFile.open = open) };
    PlainFile.open = () => Promise.reject(Object.assign(new Error("Too many open files"), { code: "EMFILE" }));
    await rejects(folder.open(cat), (error) => isFault(error, "image-unreadable"));
  }
  {
    using _failing = withoutDescriptors("readDirSync", "sub");
    await rejects(folder.scan(), (error) => isFault(error, "directory-unusable"));
  }
  deepStrictEqual(names(), ["cat.gif", "sub/dog.gif"]);
  (await folder.open(cat)).close();
  await folder.scan();
  deepStrictEqual(names(), ["cat.gif", "sub/dog.gif"]);
});
