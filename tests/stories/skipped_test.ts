/** Which files are not shared, and why, as the client says it: by command, in the menu, in JSON, in both languages. */
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { startTracker } from "../../mod.ts";
import { SharedFolder } from "../../lib/folder/shared_folder.ts";
import { MAX_IMAGE_BYTES } from "../../lib/protocol/limits.ts";
import * as b from "../formats/builders.ts";
import { needing } from "../needs.ts";
import { image, Program, SAMPLES, tempDir } from "../support.ts";
import { shown } from "../support_json.ts";

const read = (name: string): Promise<Uint8Array> => Deno.readFile(join(SAMPLES, name));
const raw = (make: string): Uint8Array => b.tiff({ entries: [[262, 3, [32_803]], [271, 2, b.text(`${make}\0`)]] });

/** A directory with one image, and files that are left out for each reason but that they are still being written. */
async function mixed(): ReturnType<typeof tempDir> {
  const half = async (name: string): Promise<Uint8Array> => (await read(name)).subarray(0, -20);
  const dir = await tempDir({
    "cat.gif": image(1, 50_000).bytes,
    "a.cr2": raw("Canon"),
    "b.nef": raw("NIKON CORPORATION"),
    "c.raw": raw("?"),
    "film.mp4": b.join(b.ftyp("isom", "mp42"), b.box("mdat", [1])),
    "half.jpg": await half("sunset.jpg"),
    "half.png": await half("moon.png"),
    "half.webp": await half("sea.webp"),
    "half.heic": await half("dusk.heic"),
    "empty.jpg": new Uint8Array(0),
    "notes.txt": b.text("A letter."),
    "private.gif": image(2).bytes,
    ".idp2piignore": b.text("private*\n"),
    ".hidden.gif": image(3).bytes,
    "odd\x1b[31m.txt": b.text("red"),
  });
  await Deno.mkdir(join(dir.path, ".directory"));
  await Deno.mkdir(join(dir.path, "privates"));
  await Deno.symlink("cat.gif", join(dir.path, "link.gif"));
  await Deno.writeFile(join(dir.path, "large.png"), new Uint8Array(0));
  await Deno.truncate(join(dir.path, "large.png"), MAX_IMAGE_BYTES + 1);
  return dir;
}

/** All but {@link mixed}'s image, and why. */
const WHY = {
  "a.cr2": "raw",
  "b.nef": "raw",
  "c.raw": "raw",
  "film.mp4": "video",
  "half.jpg": "incomplete",
  "half.png": "incomplete",
  "half.webp": "incomplete",
  "half.heic": "incomplete",
  "empty.jpg": "empty",
  "notes.txt": "other",
  "odd\x1b[31m.txt": "other",
  "private.gif": "ignored",
  "privates/": "ignored",
  ".hidden.gif": "hidden",
  ".directory/": "hidden",
  "link.gif": "link",
  "large.png": "unreadable",
};

const SUMMARY = {
  en:
    "Left out: 3 camera raw files (Canon, Nikon), 1 video, 4 incomplete images (HEIC, JPEG, PNG, WEBP), 1 empty file, " +
    "2 files that are not images, 1 unreadable file, 2 ignored, 2 hidden, 1 link or special file",
  pt: "Deixados de fora: 3 arquivos raw de câmera (Canon, Nikon), 1 vídeo, 4 imagens incompletas (HEIC, JPEG, PNG, " +
    "WEBP), 1 arquivo vazio, 2 arquivos que não são imagens, 1 arquivo ilegível, 2 ignorados, 2 ocultos, 1 link ou " +
    "arquivo especial",
};

/** What a client says of the directory until it is registered, or has no tracker. */
async function said(path: string, ...args: string[]): Promise<Program> {
  const program = Program.start("client", "share", "127.0.0.1:9", path, "--no-cache", ...args);
  await program.shows(args.includes("--json") ? /"kind":"sharing"/ : /(Sharing|Compartilhando) .*TCP/);
  return program;
}

Deno.test(needing(["unix"], "after the scan one line says how many files are left out, by reason", async () => {
  await using dir = await mixed();
  await using en = await said(dir.path);
  ok(en.output.includes(`${SUMMARY.en}. Use --list-skipped to list them.`), en.output);
  ok(!en.output.includes("notes.txt"));
  await using pt = await said(dir.path, "--lang", "pt");
  ok(pt.output.includes(`${SUMMARY.pt}. Use --list-skipped para ver quais.`), pt.output);
}));

Deno.test(needing(["unix"], "--list-skipped lists each file with its reason", async () => {
  await using dir = await mixed();
  await using en = await said(dir.path, "--list-skipped");
  ok(en.output.includes(`${SUMMARY.en}:`), en.output);
  const lines = en.output.split(/\r?\n/).filter((line) => line.startsWith("  "));
  strictEqual(lines.length, Object.keys(WHY).length);
  for (
    const line of [
      "  a.cr2: camera raw file (Canon)",
      "  c.raw: camera raw file",
      "  half.jpg: incomplete: its end is missing; shared when it is complete (JPEG)",
      "  private.gif: ignored (.idp2piignore)",
      "  privates/: ignored (.idp2piignore)",
      "  large.png: cannot be read (too large)",
    ]
  ) ok(lines.includes(line), `${line}\n${en.output}`);
  ok(!en.output.includes("\x1b"), "names control no terminal");
  await using pt = await said(dir.path, "--list-skipped", "--lang", "pt");
  match(pt.output, / {2}half\.png: incompleta: falta o final.*\(PNG\)/);
  match(pt.output, / {2}film\.mp4: vídeo/);
}));

Deno.test(
  needing(
    ["unix"],
    "in JSON the counts are in one object, and --list-skipped adds an object for each file",
    async () => {
      await using dir = await mixed();
      await using counted = await said(dir.path, "--json");
      const counts: Record<string, number> = {};
      for (const why of Object.values(WHY)) counts[why] = (counts[why] ?? 0) + 1;
      const sharing = (program: Program): unknown =>
        shown(program.stdout).find(({ kind }) => kind === "sharing")?.skipped;
      deepStrictEqual(sharing(counted), counts);
      ok(!counted.stdout.includes('"kind":"skipped"'));
      await using listed = await said(dir.path, "--json", "--list-skipped");
      const skipped = shown(listed.stdout).filter(({ kind }) => kind === "skipped");
      deepStrictEqual(Object.fromEntries(skipped.map(({ path, why }) => [path, why])), WHY);
      strictEqual(skipped.find(({ path }) => path === "b.nef")?.detail, "Nikon");
    },
  ),
);

Deno.test(
  needing(["terminal"], "the menu lists them too, and says so if nothing is left out", async () => {
    await using tracker = startTracker({ host: "127.0.0.1", port: 0 });
    const at = `127.0.0.1:${tracker.address.port}`;
    await using dir = await mixed();
    await using client = Program.startInTerminal("client", at, dir.path, "--no-cache");
    await client.shows(/6 quit {3}7 sharing\s/);
    await client.type("7\r");
    await client.shows(/sharing>/);
    await client.type("skipped\r");
    await client.shows(/half\.webp: incomplete/);
    await client.type("\r");
    await client.shows(/6 quit/);
    await client.type("4\r");
    await client.shows(/Left out: .*Use --list-skipped.*Registration updated/s);
    await using only = await tempDir({ "cat.gif": image(1).bytes });
    await using other = Program.startInTerminal("client", at, only.path, "--no-cache", "--lang", "pt");
    await other.shows(/6 sair/);
    await other.type("7\r");
    await other.shows(/compartilhamento>/);
    await other.type("deixados\r");
    await other.shows(/Nenhum arquivo foi deixado de fora\./);
    await other.type("\r");
    await other.shows(/6 sair/);
    await other.type("9\r");
    await other.shows(/“9” não está no menu: digite um número de 1 a 8/);
  }),
);

Deno.test("an image that is half copied is shared once it is complete, and a file that is being written is left out", async () => {
  const jpeg = b.jpeg(b.segment(0xfe, "a comment"));
  await using dir = await tempDir({ "a.jpg": jpeg.subarray(0, 30) });
  using folder = new SharedFolder(dir.path);
  await folder.scan();
  deepStrictEqual(folder.skipped, [{ path: "a.jpg", why: "incomplete", kind: "JPEG" }]);
  strictEqual(folder.images.length, 0);
  strictEqual(await folder.add(join(dir.path, "a.jpg")), "incomplete");
  await Deno.writeFile(join(dir.path, "a.jpg"), jpeg.subarray(30), { append: true });
  const { retryIn } = await folder.scan({ onlyStable: true });
  deepStrictEqual(folder.skipped, [{ path: "a.jpg", why: "growing" }]);
  ok(retryIn !== null);
  await folder.scan();
  deepStrictEqual([folder.skipped, folder.images.map(({ name }) => name)], [[], ["a.jpg"]]);
});
