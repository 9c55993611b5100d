import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { SharedFolder } from "../../lib/library/shared_folder.ts";
import { Fault, isFault } from "../../lib/wire/fault.ts";
import { image, SAMPLES, tempDir } from "../support.ts";

Deno.test("images of all eight formats are found by their content, other files are not", async () => {
  const folder = new SharedFolder(SAMPLES);
  deepStrictEqual(await folder.scan(), []);
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

Deno.test("the extension says nothing, hidden files, links, directories and empty files do not count", async () => {
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
  await Deno.mkdir(join(dir.path, "sub"));
  await Deno.writeFile(join(dir.path, "sub", "dog.gif"), dog.bytes);
  await Deno.symlink(join(dir.path, ".hidden.gif"), join(dir.path, "link.gif"));
  const folder = new SharedFolder(dir.path);
  await folder.scan();
  deepStrictEqual(folder.images.map(({ md5, name }) => ({ md5, name })), [{ md5: cat.md5, name: "cat.txt" }]);
  strictEqual(folder.byName("same bytes.gif"), undefined);
  strictEqual(folder.byMd5(cat.md5)?.size, cat.bytes.length);
});

Deno.test("a scan finds what came, changed and went", async () => {
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
  const folder = new SharedFolder(dir.path);
  await folder.scan();
  (await folder.open(folder.byMd5(md5)!)).close();
  await Deno.writeFile(join(dir.path, "a.gif"), bytes.subarray(0, 1_999));
  await rejects(folder.open(folder.byMd5(md5)!), (error) => isFault(error, "image-changed"));
  await Deno.remove(join(dir.path, "a.gif"));
  await rejects(folder.open(folder.byMd5(md5)!), (error) => isFault(error, "image-changed"));
});

Deno.test("a file of the same size and time is still seen to have changed", async () => {
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

Deno.test("what is added during a scan stays, and a file that took the place of one that went", async () => {
  const [one, two] = [image(1), image(2)];
  await using dir = await tempDir({ "a.gif": one.bytes });
  const folder = new SharedFolder(dir.path);
  const scan = folder.scan();
  await Deno.writeFile(join(dir.path, "b.gif"), two.bytes);
  await Promise.all([scan, folder.add(join(dir.path, "b.gif"))]);
  deepStrictEqual(folder.images.map(({ name }) => name), ["a.gif", "b.gif"]);
  await Deno.rename(join(dir.path, "b.gif"), join(dir.path, "c.gif"));
  await folder.add(join(dir.path, "c.gif"));
  strictEqual(folder.byMd5(two.md5)?.name, "c.gif");
});

Deno.test("a directory that is missing or none is one clear fault, and keeps what was known", async () => {
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

Deno.test("progress counts files and bytes to their sums", async () => {
  await using dir = await tempDir({ "a.gif": image(1, 3_000).bytes, "b.gif": image(2, 4_000).bytes });
  const seen: [number, number, number][] = [];
  await new SharedFolder(dir.path).scan(({ files, totalFiles, bytes }) => seen.push([files, totalFiles, bytes]));
  deepStrictEqual(seen.at(-1), [2, 2, 7_000]);
});
