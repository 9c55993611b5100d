/** A folder whose process has no descriptor left for a while; prints what became of its images. Run by away_test.ts. */
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { SharedFolder } from "../../lib/folder/shared_folder.ts";
import { image } from "../support.ts";

const [path] = Deno.args;
const code = (error: unknown): string => (error as { code: string }).code;
using folder = new SharedFolder(path, { onStale: () => {} });
await folder.scan();
const { images } = folder;
await Deno.writeFile(join(path, "c.gif"), image(3).bytes);
await folder.add(join(path, "a.gif")); // Its reader has started.

const taken: number[] = [];
try {
  for (;;) taken.push(openSync(import.meta.filename!, "r"));
} catch {
  // There are no more.
}
const opened: string[] = [];
for (const it of images) opened.push(await folder.open(it).then((file) => (file.close(), "open"), code));
await folder.scan().catch(() => {});
const kept = folder.images.map(({ name }) => name);
const located = await Promise.all(images.map(async ({ md5 }) => (await folder.find(md5))?.name));
const added = await folder.add(join(path, "c.gif")).catch(code);
taken.forEach((fd) => closeSync(fd));

await folder.scan();
console.log(JSON.stringify({ opened, kept, located, added, after: folder.images.map(({ name }) => name) }));
