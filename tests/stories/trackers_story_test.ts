/** A network with two trackers, one of which is killed, as people who use the programs see it. */
import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { image, Program, quietPort, tempDir } from "../support.ts";
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
