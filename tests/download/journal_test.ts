/** What is remembered of downloads when a program ends, in whatever way. */
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import fc from "fast-check";
import { DownloadJournal, leftDownloads } from "../../lib/download/journal.ts";
import type { Fault } from "../../lib/fault/fault.ts";
import { namesIn, tempDir, threadTime } from "../support.ts";

const image = (n: number): { md5: string; name: string } => ({
  md5: n.toString(16).padStart(32, "0"),
  name: `lisboa/${n}\n"\u2028é.jpg`,
});

/** Of a file without a program, its whole content. */
async function leave(directory: string, text: string): Promise<string> {
  const path = join(directory, `.idp2pi-${crypto.randomUUID()}.queue`);
  await Deno.writeTextFile(path, text);
  return path;
}

const want = ({ md5, name }: ReturnType<typeof image>): string => `${JSON.stringify({ want: md5, name })}\n`;

Deno.test("unfinished downloads are taken over by the next run", async () => {
  await using dir = await tempDir();
  {
    using journal = new DownloadJournal(dir.path);
    journal.add([image(1), image(2), image(3)]);
    journal.flush();
    journal.remove([image(2).md5]);
  }
  deepStrictEqual(leftDownloads(dir.path), [image(1), image(3)]);
  using next = new DownloadJournal(dir.path);
  deepStrictEqual(next.takeLeft(), [image(1), image(3)]);
  deepStrictEqual(leftDownloads(dir.path), [], "they are those of a run");
  strictEqual((await namesIn(dir.path)).length, 1);
  next.remove([image(1).md5, image(3).md5, image(4).md5]);
  next.flush();
  deepStrictEqual(await namesIn(dir.path), [], "nothing is left");
});

Deno.test("a directory without unfinished downloads has no journal", async () => {
  await using dir = await tempDir();
  {
    using journal = new DownloadJournal(dir.path);
    journal.flush();
    journal.add([image(1)]);
    journal.remove([image(1).md5]);
  }
  deepStrictEqual(await namesIn(dir.path), []);
});

Deno.test("two clients of one directory do not see each other's downloads, and each leaves its own", async () => {
  await using dir = await tempDir();
  {
    using ana = new DownloadJournal(dir.path);
    using ben = new DownloadJournal(dir.path);
    for (const [i, journal] of [ana, ben].entries()) {
      journal.add([image(i), image(9)]);
      journal.flush();
    }
    deepStrictEqual(ana.takeLeft(), []);
  }
  deepStrictEqual(leftDownloads(dir.path).map(({ md5 }) => md5).sort(), [0, 1, 9].map((n) => image(n).md5));
});

Deno.test("a program killed at any byte of a write loses only that write", async () => {
  await using dir = await tempDir();
  const changes = fc.array(fc.record({ n: fc.nat(5), adds: fc.boolean() }), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(changes, fc.double({ min: 0, max: 1, noNaN: true }), async (changes, share) => {
      const lines = changes.map(({ n, adds }) => adds ? want(image(n)) : `${JSON.stringify({ done: image(n).md5 })}\n`);
      const bytes = new TextEncoder().encode(lines.join(""));
      const part = new TextDecoder().decode(bytes.subarray(0, Math.floor(bytes.length * share)));
      const whole = part.split("\n").length - 1;
      const wanted = new Set<number>();
      for (const { n, adds } of changes.slice(0, whole)) adds ? wanted.add(n) : wanted.delete(n);
      const path = await leave(dir.path, part);
      deepStrictEqual(leftDownloads(dir.path).map(({ md5 }) => parseInt(md5, 16)).sort(), [...wanted].sort());
      await Deno.remove(path);
    }),
    { numRuns: 50 },
  );
});

Deno.test("a damaged file is renamed and reported, and its readable lines count", async () => {
  await using dir = await tempDir();
  const path = await leave(dir.path, `${want(image(1))}{"want": 7}\n\0\0\n[]\n${want(image(2))}`);
  const faults: Fault[] = [];
  using journal = new DownloadJournal(dir.path, (fault) => faults.push(fault));
  deepStrictEqual(journal.takeLeft(), [image(1), image(2)]);
  deepStrictEqual(faults.map(({ code, values }) => ({ code, values })), [
    { code: "queue-damaged", values: { path, backup: `${path}.damaged` } },
  ]);
  ok((await Deno.readTextFile(`${path}.damaged`)).includes("want"));
});

Deno.test("links, directories and other programs' files of such a name are not changed", async () => {
  await using dir = await tempDir({ "private.txt": new TextEncoder().encode(want(image(1))) });
  const name = (): string => join(dir.path, `.idp2pi-${crypto.randomUUID()}.queue`);
  if (Deno.build.os !== "windows") await Deno.symlink(join(dir.path, "private.txt"), name());
  await Deno.mkdir(name());
  const before = await namesIn(dir.path);
  using journal = new DownloadJournal(dir.path);
  deepStrictEqual(journal.takeLeft(), []);
  deepStrictEqual(await namesIn(dir.path), before);
});

Deno.test("a read-only directory is reported once, and its unfinished downloads are kept", async () => {
  await using dir = await tempDir();
  const gone = join(dir.path, "gone");
  const faults: Fault[] = [];
  using journal = new DownloadJournal(gone, (fault) => faults.push(fault));
  journal.add([image(1)]);
  journal.flush();
  journal.add([image(2)]);
  journal.flush();
  strictEqual(faults.length, 1);
  match(faults[0].message, /they are not offered again/);
  await Deno.mkdir(gone);
  journal.add([image(3)]);
  journal.flush();
  strictEqual(
    (await Deno.readTextFile(join(gone, (await namesIn(gone))[0]))).split("\n").length,
    4,
    "all three, whole",
  );
});

Deno.test("recording ten thousand images takes little time, and changes soon reach the disk", async () => {
  await using dir = await tempDir();
  using journal = new DownloadJournal(dir.path);
  const began = threadTime();
  journal.add(Array.from({ length: 10_000 }, (_, n) => image(n)));
  journal.flush();
  for (let n = 0; n < 9_999; n++) journal.remove([image(n).md5]);
  journal.flush();
  const took = threadTime() - began;
  ok(took < 2_000, `it took ${took} ms`);
});
