/** What a user shares and unshares, by command and in the menu, as it is said in both languages. */
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { startTracker } from "../../mod.ts";
import type { TrackerEvent } from "../../lib/tracker/effects.ts";
import { CHOICES_FILE } from "../../lib/folder/choices_file.ts";
import { readList, say } from "../fake/baseline_client.ts";
import { image, Inbox, Program, tempDir } from "../support.ts";
import { shown } from "../support_json.ts";

/** Two albums, one of them within the other, and an image beside them. */
async function albums(): ReturnType<typeof tempDir> {
  const dir = await tempDir({ "a.gif": image(1).bytes });
  await Deno.mkdir(join(dir.path, "lisboa", "alfama"), { recursive: true });
  await Deno.writeFile(join(dir.path, "lisboa", "b.gif"), image(2).bytes);
  await Deno.writeFile(join(dir.path, "lisboa", "alfama", "c d.gif"), image(3).bytes);
  return dir;
}

async function run(...args: string[]): Promise<{ code: number; output: string; stdout: string }> {
  await using program = Program.start("client", ...args);
  const code = await program.exit();
  return { code, output: program.output, stdout: program.stdout };
}

Deno.test("the command unshares images, albums and patterns, and shares them again", async () => {
  await using dir = await albums();
  const steps: [args: string[], code: number, says: RegExp][] = [
    [[], 0, /No image is unshared\./],
    [["lisboa/"], 0, /2 of 3 images unshared\./],
    [[], 0, / {2}lisboa\/ \(2 images\)\r?\n2 of 3 images unshared\./],
    [["lisboa/alfama", "--undo"], 0, /1 of 3 images unshared\./],
    [["--lang", "pt"], 0, / {2}lisboa\/ \(1 imagem\)\r?\n1 de 3 imagens fora do compartilhamento, por escolha sua\./],
    [["c d.gif"], 0, /2 of 3 images unshared\./],
    [["lisboa/**", "--undo"], 0, /No image is unshared\./],
    [["*.gif"], 0, /3 of 3 images unshared\./],
    [[image(1).md5, "--undo"], 0, /2 of 3 images unshared\./],
    [["nothing.gif", "3"], 4, /No image or album of the directory matches “3”\./],
    [
      ["nothing.gif", "a.gif"],
      5,
      /No image or album of the directory matches “nothing\.gif”\.\r?\n3 of 3 images unshared\./,
    ],
    [["--undo"], 2, /--downloaded/],
  ];
  for (const [args, code, says] of steps) {
    const { code: exit, output } = await run("unshare", dir.path, ...args);
    match(output, says, args.join(" "));
    strictEqual(exit, code, args.join(" "));
  }
  const { stdout } = await run("descompartilhar", dir.path, "--json");
  const [choices] = shown(stdout);
  strictEqual(choices.unshared, 3);
  deepStrictEqual(choices.albums, [{ path: "lisboa/", shared: false }, { path: "lisboa/alfama/", shared: true }]);
  ok((choices.images as { paths: string[] }[]).some(({ paths }) => paths[0] === "lisboa/alfama/c d.gif"));
});

Deno.test("a running client notices unshared images, and a damaged file is an error that loses nothing", async () => {
  const events = new Inbox<TrackerEvent>();
  await using tracker = startTracker({ host: "127.0.0.1", port: 0, onEvent: events.put });
  const { port } = tracker.address;
  await using dir = await albums();
  await using client = Program.start("client", "share", `127.0.0.1:${port}`, dir.path);
  await client.shows(/Registered with the tracker/);
  strictEqual((await run("unshare", dir.path, "lisboa/")).code, 0);
  await client.shows(/2 removed.*Sharing 1 image\./);
  // A tracker of ours may get the new registration in either way.
  await events.find((event) => "images" in event && event.kind !== "listed" && event.images === 1, "the announce");
  deepStrictEqual(readList(await say(port, "LST")).map(({ name }) => name), ["a.gif"]);
  await Deno.writeTextFile(join(dir.path, CHOICES_FILE), "{");
  const damaged = await run("unshare", dir.path, "a.gif");
  strictEqual(damaged.code, 1);
  match(damaged.output, /Cannot read .*\.idp2pishare \(damaged\), and the files that it excludes must not be shared/);
  strictEqual(await Deno.readTextFile(join(dir.path, CHOICES_FILE)), "{");
});
