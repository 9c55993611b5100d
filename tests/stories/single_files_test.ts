/** Single images that are shared by command, as it is said in both languages. */
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { startTracker } from "../../mod.ts";
import { download, readList, say } from "../fake/baseline_client.ts";
import { image, Program, tempDir } from "../support.ts";
import { shown } from "../support_json.ts";

/** Images in two directories, two of one name, beside files that nobody names. */
async function scattered(): ReturnType<typeof tempDir> {
  const dir = await tempDir({ "private.gif": image(9).bytes, "notes.txt": new TextEncoder().encode("A letter.") });
  for (const [i, path] of ["x/a.gif", "x/private.gif", "y/a.gif", "y/b c.gif"].entries()) {
    await Deno.mkdir(join(dir.path, path, ".."), { recursive: true });
    await Deno.writeFile(join(dir.path, path), image(i).bytes);
  }
  return dir;
}

Deno.test("images of several directories are shared alone, under their last names, and can be downloaded", async () => {
  await using tracker = startTracker({ host: "127.0.0.1", port: 0 });
  const { port } = tracker.address;
  await using dir = await scattered();
  const at = (...paths: string[]): string[] => paths.map((path) => join(dir.path, path));
  await using ana = Program.start("client", "share", `127.0.0.1:${port}`, ...at("x/a.gif", "y/a.gif", "y/b c.gif"));
  await ana.shows(/Sharing 3 images \(6 kB\) on TCP port.*Registered with the tracker .*: 3 images\./s);
  ok(!ana.output.includes("Left out"), ana.output);
  const listed = readList(await say(port, "LST"));
  deepStrictEqual(
    listed.map(({ name, md5 }) => `${name} ${md5}`).sort(),
    [
      `a.gif ${image(0).md5}`,
      `a.gif ${image(2).md5}`,
      `b%20c.gif ${image(3).md5}`,
    ].sort(),
  );
  for (const it of listed) strictEqual((await download(it)).length, image(0).bytes.length);
  deepStrictEqual((await Array.fromAsync(Deno.readDir(dir.path))).length, 4, "nothing is written beside them");
  ana.kill("SIGINT");
  strictEqual(await ana.exit(), 0, ana.output);
});

Deno.test("what is no image, or not there, is an error of its own, and the rest is shared", async () => {
  await using tracker = startTracker({ host: "127.0.0.1", port: 0 });
  const place = `127.0.0.1:${tracker.address.port}`;
  await using dir = await scattered();
  const at = (...paths: string[]): string[] => paths.map((path) => join(dir.path, path));
  const named = at("x/a.gif", "notes.txt", "none.gif", "y");
  await using ana = Program.start("client", "compartilhar", place, ...named, "--lang", "pt");
  await ana.shows(/Registrado no tracker .*: 1 imagem\./);
  match(ana.stderr, /notes\.txt \(não é imagem\)/);
  match(ana.stderr, /none\.gif .*\(não existe\)/);
  match(ana.stderr, /[\\/]y .*\(é um diretório\)/);
  ana.kill("SIGINT");
  strictEqual(await ana.exit(), 5, ana.output);
  await using json = Program.start("client", "share", place, ...named, "--json");
  await json.shows(/"kind":"registered"/);
  const kinds = shown(json.stdout).map(({ kind, path = "" }) => `${kind} ${path}`.replaceAll(dir.path, ""));
  ok(kinds.includes("skipped notes.txt"), kinds.join());
  await using none = Program.start("client", "share", place, ...at("notes.txt"));
  strictEqual(await none.exit(), 1);
  match(none.stderr, /Not shared: .*notes\.txt \(not an image\)\./);
});
