/** What a user shares and unshares, by command and in the menu, as it is said in both languages. */
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { startTracker } from "../../mod.ts";
import type { TrackerEvent } from "../../lib/tracker/effects.ts";
import { changeChoices, CHOICES_FILE, readChoices } from "../../lib/folder/choices_file.ts";
import { readList, say } from "../fake/baseline_client.ts";
import * as b from "../formats/builders.ts";
import { needing } from "../needs.ts";
import { image, Inbox, Program, tempDir } from "../support.ts";
import { shown } from "../support_json.ts";

/** What is typed and shown in the menu as lines. */
const MENU: Readonly<Record<string, { hint: RegExp; menu: RegExp; prompt: RegExp; steps: [string, RegExp][] }>> = {
  en: {
    hint: /To leave out images with GPS coordinates, choose 7 in the menu\./,
    menu: /7 sharing/,
    prompt: /sharing> /,
    steps: [
      ["unshare lisboa/", /2 of 4 images unshared\./],
      ["share lisboa/alfama/c d.gif", /1 of 4 images unshared\./],
      ["unshare lisboa", /2 of 4 images unshared\./],
      ["gps", /1 image with GPS coordinates not shared\./],
      ["downloads", /Downloads are not shared again\./],
      ["unshare nothing", /No image or album of the directory matches “nothing”\./],
      ["share", /“share” is none of these commands/],
    ],
  },
  pt: {
    hint: /Para deixar de fora as imagens com coordenadas de GPS, escolha 7 no menu\./,
    menu: /7 opções de compartilhamento/,
    prompt: /compartilhamento> /,
    steps: [
      ["descompartilhar lisboa/", /2 de 4 imagens fora do compartilhamento, por escolha sua\./],
      ["compartilhar c d.gif", /1 de 4 imagens fora do compartilhamento/],
      ["descompartilhar lisboa", /2 de 4 imagens fora do compartilhamento/],
      ["gps", /1 imagem com coordenadas de GPS não é compartilhada\./],
      ["downloads", /Os downloads não são compartilhados\./],
      ["constructor", /“constructor” não é um destes comandos/],
    ],
  },
};

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
    [["lisboa/**", "--undo"], 0, /2 images are shared again\.\r?\nNo image is unshared\./],
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

/** An image with GPS coordinates. */
const located = b.jpeg(b.segment(0xe1, b.join("Exif\0\0", b.exif())));

for (const [language, seen] of Object.entries(MENU)) {
  Deno.test(needing(["terminal"], `the menu as lines shares and unshares (${language})`, async () => {
    const events = new Inbox<TrackerEvent>();
    await using tracker = startTracker({ host: "127.0.0.1", port: 0, onEvent: events.put });
    await using dir = await albums();
    await Deno.writeFile(join(dir.path, "gps.jpg"), located);
    const args = [`127.0.0.1:${tracker.address.port}`, dir.path, "--lang", language];
    await using client = Program.startInTerminal("client", ...args);
    await client.shows(seen.hint);
    await client.shows(seen.menu);
    await client.type("7\r");
    for (const [typed, says] of seen.steps) {
      await client.shows(seen.prompt);
      await client.type(`${typed}\r`);
      await client.shows(says);
    }
    await client.shows(seen.prompt);
    await client.type("\r");
    await client.shows(seen.menu);
    await events.find((event) => "images" in event && event.kind !== "listed" && event.images === 1, "the announce");
    deepStrictEqual(readList(await say(tracker.address.port, "LST")).map(({ name }) => name), ["a.gif"]);
    await client.type("6\r");
    strictEqual(await client.exit(), 0);
  }));
}

Deno.test(needing(["terminal"], "on the screen Space shares a row or not: a switch, an album, an image", async () => {
  await using tracker = startTracker({ host: "127.0.0.1", port: 0 });
  await using dir = await albums();
  await Deno.writeFile(join(dir.path, "gps.jpg"), located);
  await Deno.writeTextFile(join(dir.path, "notes.txt"), "A letter.");
  const at = `127.0.0.1:${tracker.address.port}`;
  await using client = Program.startOnScreen("client", at, dir.path);
  await client.shows(/7 sharing/);
  await client.type("7\r");
  await client.shows(/\[x\] share downloads again/);
  await client.shows(/\[x\] images with GPS coordinates \(1\)/);
  await client.shows(/list the files that are left out \(1\)/);
  await client.type(" ");
  await client.shows(/› \[ \] share downloads again/);
  await client.type("\x1b[B ");
  await client.shows(/3 images shared.*› \[ \] images with GPS coordinates/s);
  await client.type("alfama ");
  await client.shows(/Filter: alfama▏/);
  await client.shows(/› \[ \] lisboa\/alfama\//);
  await client.type("\x1b");
  await client.shows(/\[-\] lisboa\/ \(2 images\)/);
  await client.type("\x1b");
  await client.shows(/6 quit/);
  await client.type("6\r");
  strictEqual(await client.exit(), 0);
  // The next run remembers.
  await using again = Program.start("client", "share", at, dir.path, "--list-skipped");
  await again.shows(/lisboa\/alfama\/c d\.gif: unshared by you/);
  await again.shows(/1 image contains GPS coordinates and is not shared/);
  await again.shows(/Sharing 2 images/);
}));

Deno.test(needing(["terminal"], "before the first download it is said that it is shared again, once", async () => {
  await using tracker = startTracker({ host: "127.0.0.1", port: 0 });
  await using giver = await albums();
  await using dir = await tempDir();
  const at = `127.0.0.1:${tracker.address.port}`;
  await using ana = Program.start("client", "share", at, giver.path);
  await ana.shows(/Registered with the tracker/);
  await using ben = Program.startInTerminal("client", at, dir.path);
  await ben.shows(/6 quit/);
  await ben.type("3\r");
  await ben.shows(/Which/);
  await ben.type("1\r");
  await ben.shows(/Downloads are shared with other peers again\..*--no-reshare.*Saved as/s);
  await ben.shows(/1 image downloaded/);
  await ben.type("3\r");
  await ben.shows(/Which/);
  await ben.type("2\r");
  await ben.shows(/Saved as/);
  strictEqual(ben.output.split("Downloads are shared with other peers again").length, 2);
  await using cid = Program.startInTerminal("client", at, dir.path, "--no-reshare");
  await cid.shows(/Downloads are not shared again\./);
  await cid.shows(/6 quit/);
  await cid.type("3\r");
  await cid.shows(/Which/);
  await cid.type("3\r");
  await cid.shows(/1 image downloaded.*1 image is not shared, as you chose\./s);
}));

Deno.test("what get saves into a directory whose downloads are not shared is not shared either", async () => {
  await using tracker = startTracker({ host: "127.0.0.1", port: 0 });
  const at = `127.0.0.1:${tracker.address.port}`;
  await using giver = await albums();
  await using dir = await tempDir();
  await using ana = Program.start("client", "share", at, giver.path);
  await ana.shows(/Registered with the tracker/);
  strictEqual((await run("get", at, "a.gif", "-o", dir.path)).code, 0);
  deepStrictEqual((await readChoices(dir.path)).downloaded.size, 0, "nothing is noted where nothing was chosen");
  await changeChoices(dir.path, (choices) => ({ ...choices, reshare: false }));
  strictEqual((await run("get", at, "--all", "-o", dir.path)).code, 0);
  await using ben = Program.start("client", "share", at, dir.path);
  await ben.shows(/Left out: 2 unshared.*Sharing 1 image/s);
});
