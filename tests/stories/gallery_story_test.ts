/** The gallery by the real client, a tracker and three peers, one of them as they are in the wild. */
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import type { GalleryImages, GalleryRefusal, GalleryState, StoredFile } from "../../lib/app/gallery/api.ts";
import { ENGLISH } from "../../lib/app/words/en/words.ts";
import { Peer, startTracker } from "../../mod.ts";
import { ANSWERS, BaselinePeer, deadPort } from "../fake/baseline_peer.ts";
import { taskFlags } from "../../scripts/task_flags.ts";
import { readList, say } from "../fake/baseline_client.ts";
import { cookieOf, eventsIn, visit } from "../app/gallery/server/visit.ts";
import { needing } from "../needs.ts";
import { image, namesIn, Program, programCommand, soon, tempDir, unlessBusy } from "../support.ts";
import { shown } from "../support_json.ts";
import { Network } from "../support_network.ts";

Deno.test("a program opens the gallery, downloads from all peers, and its dropped file is listed", async () => {
  const tracker = startTracker({ host: "127.0.0.1", port: 0 });
  await using _tracker = { [Symbol.asyncDispose]: () => tracker.close() };
  const [one, two, three] = [image(1), image(2), image(3)];
  await using baseline = new BaselinePeer(ANSWERS.sends(one.bytes));
  await say(tracker.address.port, `REG p1 ${baseline.address.port} ${one.md5},old.gif`);
  await say(tracker.address.port, `REG p2 ${deadPort()} ${three.md5},dead.gif`);
  await using theirs = await tempDir({ "new.gif": two.bytes });
  const at = { tracker: tracker.address, host: "127.0.0.1", watch: false };
  await using ben = await Peer.start({ ...at, directory: theirs.path });
  await ben.tracker.register();
  await using own = await tempDir();
  const { port } = tracker.address;
  await using client = Program.start("client", "galeria", `127.0.0.1:${port}`, own.path, "--json", "--no-cache");
  await client.shows(/"kind":"registered"|"kind":"tracker-lost"/);
  const [first] = shown(client.stdout);
  deepStrictEqual([first.kind, first.others], ["gallery", []]);
  const request = await visit(first.address as string);
  match(await (await request("/")).text(), /<script type="module" src="\/app\.js">/);
  for (const path of ["/app.js", "/app.css"]) ok((await (await request(path)).text()).length > 1_000, path);

  const events = eventsIn(await request("/api/events"));
  const { images, peers } = await (await request("/api/images")).json() as GalleryImages;
  deepStrictEqual(images.map(([, name]) => name).sort(), ["dead.gif", "new.gif", "old.gif"]);
  strictEqual(peers.length, 3);
  const md5s = [one.md5, two.md5, three.md5];
  const json = { "content-type": "application/json" };
  const asked = await request("/api/download", { method: "POST", headers: json, body: JSON.stringify({ md5s }) });
  strictEqual(asked.status, 204);
  const saved: string[] = [];
  for await (const { event, data } of events) {
    if (event !== "outcome") continue;
    saved.push(JSON.parse(data).name);
    if (saved.length === 2) break; // That of the dead peer is tried again for a while.
  }
  deepStrictEqual(saved.sort(), ["new.gif", "old.gif"]);
  const { queue } = await (await request("/api/state")).json() as GalleryState;
  deepStrictEqual(queue.map(({ name }) => name), ["dead.gif"]);
  match(queue[0].status, /^(?:asking|waiting)$/);
  const cancelled = await request("/api/cancel", { method: "POST", headers: json, body: JSON.stringify({ md5s }) });
  strictEqual(cancelled.status, 204);

  const dropped = await request("/api/files/lisboa%2Fmy%20picture.gif", {
    method: "PUT",
    body: new Blob([image(4).bytes.slice()]),
  });
  deepStrictEqual((await dropped.json() as StoredFile).name, "lisboa/my picture.gif");
  const isListed = async (): Promise<void> => {
    while (!readList(await say(port, "LST")).some(({ md5 }) => md5 === image(4).md5)) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  await soon(isListed(), "the dropped file in a plain list");
  ok((await namesIn(own.path)).includes("lisboa"));

  const last = eventsIn(await request("/api/events"));
  await last.next();
  if (Deno.build.os !== "windows") {
    client.kill("SIGTERM");
    const kinds = await Array.fromAsync(last, ({ event }) => event);
    strictEqual(kinds.at(-1), "bye");
    strictEqual(await client.exit(), 0);
    ok(shown(client.stdout).filter(({ kind }) => kind === "fetched").length === 2);
  }
});

Deno.test(
  needing(["terminal"], "the client shows the address of the gallery at its start and in the menu", async () => {
    const tracker = startTracker({ host: "127.0.0.1", port: 0 });
    await using _tracker = { [Symbol.asyncDispose]: () => tracker.close() };
    await using own = await tempDir({ "a.gif": image(1).bytes });
    const address = `127.0.0.1:${tracker.address.port}`;
    for (const [lang, says, key] of [["en", "in a browser", "g"], ["pt", "no navegador", "gal"]]) {
      await using client = Program.startInTerminal("client", address, own.path, "--lang", lang, "--no-cache");
      const line = new RegExp(`${says}:\\s+(http://127\\.0\\.0\\.1:\\d+/\\?token=[\\w-]{22})`);
      const [, url] = await client.shows(line);
      await client.shows(/8 gal/);
      match(await (await (await visit(url))("/")).text(), /<!doctype html>/);
      await client.type(`${key}\n`);
      deepStrictEqual((await client.shows(line))[1], url);
      await client.type("6\n");
      strictEqual(await client.exit(), 0);
    }
  }),
);

Deno.test(
  needing(
    ["hosts"],
    "others may look at a gallery that is opened to them, and control it only if that is said",
    async () => {
      await using network = await Network.start(28, { laptop: "10.77.0.1/24", phone: "10.77.0.2/24" });
      await using own = await tempDir({ "a.gif": image(1).bytes });
      const visitor = ["run", "--allow-net", join("tests", "stories", "gallery_visit.ts")];
      for (const control of [false, true]) {
        const options = ["--gallery-host", "0.0.0.0", "--json", "--no-cache", ...control ? ["--gallery-control"] : []];
        const gallery = [...programCommand("client"), "gallery", "127.0.0.1:9", own.path, ...options];
        await using client = Program.startCommand(...network.on("laptop", ...gallery));
        await client.shows(/"kind":"sharing"/);
        const [{ address, others }] = shown(client.stdout) as unknown as [{ address: string; others: string[] }];
        deepStrictEqual(others.map((it) => new URL(it).hostname), ["10.77.0.1"]);
        const visits = ([["laptop", address], ["phone", others[0]]] as const).map(async ([host, at]) => {
          return JSON.parse(await network.run(host, Deno.execPath(), ...visitor, at));
        });
        deepStrictEqual(await Promise.all(visits), [
          { canControl: true, status: 204 },
          { canControl: control, status: control ? 204 : 403 },
        ]);
      }
    },
  ),
);

Deno.test("connections that say nothing and pages that read nothing keep nobody away", async () => {
  await using own = await tempDir({ "a.gif": image(1).bytes });
  await using client = Program.start("client", "gallery", "127.0.0.1:9", own.path, "--json", "--no-cache");
  await client.shows(/"kind":"sharing"/);
  const address = shown(client.stdout)[0].address as string;
  const { hostname, port, host } = new URL(address);
  using open = new DisposableStack();
  const connect = async (): Promise<Deno.TcpConn> => open.use(await Deno.connect({ hostname, port: Number(port) }));
  const cookie = await cookieOf(address);
  for (let i = 0; i < 30; i++) {
    const request = `GET /api/events HTTP/1.1\r\nHost: ${host}\r\nCookie: ${cookie}\r\n\r\n`;
    await (await connect()).write(new TextEncoder().encode(request));
  }
  for (let i = 0; i < 300; i++) await connect();
  const state = await (await (await visit(address))("/api/state")).json() as GalleryState;
  strictEqual(state.own.images, 1);
});

Deno.test("the demo keeps the page of a hundred pictures open", async () => {
  const script = ["run", ...taskFlags("demo"), "scripts/demo.ts", "--gallery", "--lang", "en"];
  await using demo = Program.startCommand(Deno.execPath(), ...script);
  const [, address] = await demo.shows(/in a browser: (http:\S+)/);
  const request = await visit(address);
  const { images } = await (await request("/api/images")).json() as GalleryImages;
  strictEqual(images.length, 100);
  const thumbnail = await unlessBusy(async () => {
    const answer = await request(`/thumb/${images[0][0]}?size=256`);
    return answer.status === 404 ? await answer.json() as GalleryRefusal : answer;
  }, (it) => "reason" in it && it.reason === ENGLISH.gallery.noPicture.busy);
  if ("reason" in thumbnail) throw new Error(thumbnail.reason);
  deepStrictEqual([thumbnail.status, thumbnail.headers.get("content-type")], [200, "image/webp"]);
  await thumbnail.body?.cancel();
  if (Deno.build.os === "windows") return;
  demo.kill("SIGINT");
  strictEqual(await demo.exit(), 0);
});

Deno.test("a port of the gallery that is taken is an error that names its option", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  await using own = await tempDir();
  const { port } = listener.addr;
  await using client = Program.start("client", "gallery", "127.0.0.1:9", own.path, "--gallery-port", `${port}`);
  strictEqual(await client.exit(), 1);
  match(client.output, new RegExp(`TCP port ${port} is already in use .* --gallery-port\\.`));
});
