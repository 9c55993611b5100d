/** A network with two trackers, one of which is killed, as people who use the programs see it. */
import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { startTracker, TrackerClient } from "../../mod.ts";
import { say } from "../fake/baseline_client.ts";
import { ANSWERS, BaselinePeer } from "../fake/baseline_peer.ts";
import { needing } from "../needs.ts";
import { image, namesIn, Program, quietPort, tempDir } from "../support.ts";
import { shown } from "../support_json.ts";

Deno.test("clients go on with the second tracker when the first one is killed, and say so in one line", async () => {
  await using dir = await tempDir({ "cat.gif": image(1).bytes });
  const [a, b] = [quietPort(), quietPort()].map((port) => `127.0.0.1:${port}`);
  const server = (at: string) => Program.start("server", "--host", "127.0.0.1", "--port", at.split(":")[1]);
  await using first = server(a);
  await using second = server(b);
  await Promise.all([first.shows(/UDP/), second.shows(/UDP/)]);
  await using client = Program.start("client", "share", `${a},${b}`, dir.path, "--json");
  await client.shows(/"kind":"registered"/);
  await first.cut();
  await Deno.writeFile(join(dir.path, "dog.gif"), image(2).bytes);
  await client.shows(/"kind":"tracker-moved"/);
  const moved = shown(client.stdout).find(({ kind }) => kind === "tracker-moved")!;
  deepStrictEqual([moved.from, moved.to], [a, b]);
  await using list = Program.start("client", "list", `${a},${b}`, "--lang", "en");
  strictEqual(await list.exit(), 0);
  match(list.stdout, /cat\.gif[^]*dog\.gif/);
  match(list.stderr, new RegExp(`^The tracker ${a} does not answer: continuing with ${b}\\.$`, "m"));
  client.kill("SIGTERM");
  strictEqual(await client.exit(), 0);
  await using none = Program.start("client", "list", b);
  strictEqual(await none.exit(), 4, "the client unregistered at the second tracker");
});

Deno.test("list and get take the images of several networks, and say which network an image is from", async () => {
  const [cat, dog] = [image(1), image(2)];
  await using first = startTracker({ host: "127.0.0.1", port: 0 });
  await using second = startTracker({ host: "127.0.0.1", port: 0 });
  await using ana = new BaselinePeer(ANSWERS.sends(cat.bytes));
  await using ben = new BaselinePeer(ANSWERS.sends(dog.bytes));
  await say(first.address.port, `REG x ${ana.address.port} ${cat.md5},cat.gif`);
  await say(second.address.port, `REG y ${ben.address.port} ${dog.md5},dog.gif`);
  const [a, b] = [first, second].map(({ address }) => `127.0.0.1:${address.port}`);
  const silent = `127.0.0.1:${quietPort()}`;
  await using dir = await tempDir();
  const programs = [
    Program.start("client", "list", a, "--also", b, "--json"),
    Program.start("client", "list", a, "--also", b, "--also", silent, "--lang", "pt"),
    Program.start("client", "get", a, "--also", b, "--all", "-o", dir.path, "--json"),
    Program.start("client", "list", a, "--also", "x:0", "--lang", "en"),
  ];
  await using json = programs[0];
  await using table = programs[1];
  await using _get = programs[2];
  await using wrong = programs[3];
  deepStrictEqual(await Promise.all(programs.map((it) => it.exit())), [0, 0, 0, 2]);
  const [{ networks, images }] = shown(json.stdout) as unknown as { networks: unknown; images: unknown[] }[];
  deepStrictEqual(networks, [{ name: a, tracker: a }, { name: b, tracker: b }]);
  deepStrictEqual((images as { name: string; networks: string[] }[]).map((it) => [it.name, it.networks]), [
    ["cat.gif", [a]],
    ["dog.gif", [b]],
  ]);
  match(table.stdout, new RegExp(`rede.*nome[^]*${a} .*cat\\.gif[^]*${b} .*dog\\.gif`));
  match(table.stderr, new RegExp(`Ainda sem resposta da rede de ${silent}`));
  deepStrictEqual(await namesIn(dir.path), ["cat.gif", "dog.gif"]);
  match(wrong.stderr, /Invalid value “x:0” for --also/);
});

Deno.test("list and get ask for what they select of a long list, and for all of it where they need that", async () => {
  const cat = image(1);
  const kinds: string[] = [];
  await using tracker = startTracker({ host: "127.0.0.1", port: 0, onEvent: ({ kind }) => kinds.push(kind) });
  await using peer = new BaselinePeer(ANSWERS.sends(cat.bytes));
  await using client = await TrackerClient.open(tracker.address);
  const others = Array.from(
    { length: 12_000 },
    (_, i) => ({ md5: i.toString(16).padStart(32, "0"), name: `${i}.gif` }),
  );
  await client.register("pw", peer.address.port, [...others, { md5: cat.md5, name: "Lisboa/Ação.gif" }]);
  kinds.length = 0;
  const at = `127.0.0.1:${tracker.address.port}`;
  await using dir = await tempDir();
  const run = async (...args: string[]): Promise<string> => {
    await using program = Program.start("client", ...args, "--json");
    strictEqual(await program.exit(), 0, program.output);
    return program.stdout;
  };
  const listed = async (...words: string[]): Promise<unknown[]> =>
    (shown(await run("list", at, ...words))[0] as unknown as { images: { index?: number; name: string }[] }).images
      .map(({ index, name }) => [index, name]);
  deepStrictEqual(await listed("Lisboa/*.gif", "11999.gif"), [[undefined, "Lisboa/Ação.gif"], [
    undefined,
    "11999.gif",
  ]]);
  await run("get", at, "Ação.gif", "-o", dir.path);
  deepStrictEqual(await namesIn(join(dir.path, "Lisboa")), ["Ação.gif"]);
  deepStrictEqual(new Set(kinds), new Set(["found"]), "the list was not requested");
  deepStrictEqual(await listed("12001"), [[12_001, "Lisboa/Ação.gif"]]);
  deepStrictEqual(new Set(kinds), new Set(["found", "listed"]));
});

Deno.test(needing(["terminal"], "the menu says of each network whether the client is registered there", async () => {
  const [first, second] = [0, 1].map(() => startTracker({ host: "127.0.0.1", port: 0 }));
  await using stack = new AsyncDisposableStack();
  [first, second].forEach((it) => stack.defer(() => it.close()));
  const [a, b] = [first, second].map(({ address }) => `127.0.0.1:${address.port}`);
  await using ben = new BaselinePeer(ANSWERS.sends(image(2).bytes));
  await say(second.address.port, `REG y ${ben.address.port} ${image(2).md5},dog.gif`);
  await using dir = await tempDir({ "cat.gif": image(1).bytes });
  await using client = Program.startOnScreen("client", a, dir.path, "--also", b);
  await client.shows(new RegExp(`tracker ${a}: registered[^]*tracker ${b}: registered`));
  await client.type("2\r");
  await client.shows(new RegExp(`network[^]*${a}, ${b.slice(0, 2)}.* cat\\.gif[^]* ${b} .* dog\\.gif`));
  await client.type("\x1b");
  await client.shows(/› 2 list/);
  await client.type("5\r");
  await client.shows(new RegExp(`tracker ${a}: not registered[^]*tracker ${b}: not registered`));
  await client.type("\x03");
  strictEqual(await client.exit(), 0, client.output);
}));
