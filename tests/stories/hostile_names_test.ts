/** Names that mean harm, through the real programs: nothing of theirs reaches a terminal, and no file leaves its directory. */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { md5Of } from "../../lib/hash/md5.ts";
import { MAX_NAME_LENGTH } from "../../lib/protocol/limits.ts";
import { encodeName } from "../../lib/protocol/name.ts";
import { visible } from "../../lib/app/words/visible.ts";
import { type RunningTracker, startTracker } from "../../mod.ts";
import { download, readList, say } from "../fake/baseline_client.ts";
import { ANSWERS, BaselinePeer } from "../fake/baseline_peer.ts";
import { type PartAnswer, PARTS, RangePeer } from "../fake/range_peer.ts";
import { assertHarmless, HOSTILE_NAMES, OWN_SEQUENCES, SCREEN_SEQUENCES, UNSEEN } from "../hostile_names.ts";
import { needing } from "../needs.ts";
import { Datagrams, filesWithin, image, namesIn, Program, tempDir } from "../support.ts";

/** An image for each name that a tracker takes. */
const images = HOSTILE_NAMES.filter(({ length }) => length <= MAX_NAME_LENGTH).map((name, i) => ({
  name,
  ...image(i, 300),
}));
type HostileImage = typeof images[number];

/** Sends each image that is requested. */
const gives: PartAnswer = (conn, asked) => PARTS.gives(images.find(({ md5 }) => md5 === asked.md5)!.bytes)(conn, asked);

/** What the client shows until its end, on a pipe and in a terminal; whatever it is, it does no harm. */
async function run(...args: string[]): Promise<{ piped: Program; shown: Program }> {
  await using piped = Program.start("client", ...args);
  await piped.exit();
  assertHarmless(piped.raw);
  await using shown = Program.startOnScreen("client", ...args);
  await shown.exit();
  assertHarmless(shown.raw, OWN_SEQUENCES);
  return { piped, shown };
}

/** A tracker that knows these images of one peer, registered by a datagram as it stands. */
async function trackerWith(port: number, list: readonly HostileImage[], encode: (name: string) => string): Promise<
  RunningTracker
> {
  const tracker = startTracker({ host: "127.0.0.1", port: 0 });
  const entries = list.map(({ md5, name }) => `${md5},${encode(name)}`).join(";");
  strictEqual(await say(tracker.address.port, `REG x ${port} ${entries}`), `OK ${list.length}_REGISTERED_IMAGES`);
  return tracker;
}

/** The names that a tracker takes as they are, without encoding. */
async function takenRaw(): Promise<HostileImage[]> {
  await using tracker = await trackerWith(5_000, images.slice(0, 1), encodeName);
  const taken: HostileImage[] = [];
  for (const it of images) {
    const answer = await say(tracker.address.port, `REG x 5000 ${it.md5},${it.name}`);
    if (answer.startsWith("OK 1_")) taken.push(it);
  }
  return taken;
}

Deno.test("there are two hundred and forty different names", () => {
  strictEqual(HOSTILE_NAMES.length, 240);
  strictEqual(new Set(HOSTILE_NAMES.map((name) => name.toWellFormed())).size, 240);
});

Deno.test("harmful output is recognized", () => {
  for (const bad of ["\x1b[2J", "a\x07", "\x7f", "\x9b2J", "\r", "\r\n", "\t", "\u202e", "\u200b", "\u2028"]) {
    let seen = false;
    try {
      assertHarmless(`a line\n${bad}`);
    } catch {
      seen = true;
    }
    ok(seen, JSON.stringify(bad));
  }
  assertHarmless("café 猫 \\u{1b}[2J\n");
  assertHarmless("Asking…\r\x1b[Kdone\r\n", OWN_SEQUENCES);
});

for (const how of ["encoded", "raw"] as const) {
  const encode = how === "encoded" ? encodeName : (name: string): string => name;

  Deno.test(
    needing(["terminal"], `a list with ${how} names is harmless, and programs get the names unchanged`, async () => {
      const list = how === "encoded" ? images : await takenRaw();
      ok(list.length > 100, `${list.length}`);
      await using tracker = await trackerWith(5_000, list, encode);
      const at = `127.0.0.1:${tracker.address.port}`;
      const { piped } = await run("list", at);
      const json = (await run("list", at, "--json")).piped;
      const names: string[] = JSON.parse(json.stdout).images.map(({ name }: { name: string }) => name);
      if (how === "encoded") deepStrictEqual(names.sort(), images.map(({ name }) => name.toWellFormed()).sort());
      else strictEqual(names.length, list.length);
      for (const name of names) ok(piped.stdout.includes(visible(name)), visible(name));
    }),
  );

  Deno.test(
    needing(["terminal"], `fetching ${how} names is harmless, and saves them within the directory`, async () => {
      const list = how === "encoded" ? images : await takenRaw();
      await using peer = new RangePeer(gives);
      await using tracker = await trackerWith(peer.address.port, list, encode);
      await using dir = await tempDir();
      const args = ["get", `127.0.0.1:${tracker.address.port}`, "--all", "-o"];
      const { piped, shown } = await run(...args, join(dir.path, "out"));
      ok(piped.stdout.includes(`${list.length} images downloaded`), piped.output);
      ok(shown.output.includes(`All ${list.length} images are already here`), shown.output);
      deepStrictEqual(await namesIn(dir.path), ["out"], "nothing beside it");
      const saved: string[] = [];
      const paths = await filesWithin(join(dir.path, "out"));
      for (const path of paths) {
        ok(!new RegExp(`(?:^|/)\\.|\\p{Cc}|${UNSEEN}`, "u").test(path), JSON.stringify(path));
        saved.push(md5Of(await Deno.readFile(join(dir.path, "out", path))));
      }
      ok(paths.includes("_ssh/authorized_keys"), paths.join("\n"));
      deepStrictEqual(saved.sort(), list.map(({ md5 }) => md5).sort());

      const inTerminal = Program.startOnScreen("client", ...args, join(dir.path, "terminal"));
      await using _ending = inTerminal;
      strictEqual(await inTerminal.exit(), 0);
      assertHarmless(inTerminal.raw, OWN_SEQUENCES);
      const json = (await run(...args, join(dir.path, "json"), "--json")).piped;
      const outcomes = json.stdout.trim().split("\n").map((line) => JSON.parse(line));
      strictEqual(outcomes.filter(({ kind }) => kind === "fetched").length, list.length);
      // Numbers depend on which one comes first.
      for (const how of ["json", "terminal"]) strictEqual((await filesWithin(join(dir.path, how))).length, list.length);
    }),
  );
}

Deno.test(needing(["terminal"], "unexpected answers of peers and trackers are shown harmlessly", async () => {
  await using peer = new BaselinePeer(
    ANSWERS.sends(new TextEncoder().encode("ERR \x1b]0;owned\x07\x9b2J\u202e")),
    "anything",
  );
  await using tracker = await trackerWith(peer.address.port, images, encodeName);
  await using dir = await tempDir({ "cat.gif": images[0].bytes });
  const failed = await run("get", `127.0.0.1:${tracker.address.port}`, "1-30", "-o", dir.path);
  ok(failed.piped.output.includes("could not be downloaded"), failed.piped.output);

  const rude = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  await using _answering = {
    async [Symbol.asyncDispose](): Promise<void> {
      rude.close();
      await answering;
    },
  };
  const answering = (async () => {
    const list = images.map(({ md5, name }) => `${md5},${name},127.0.0.1:5000`).join(";");
    let i = 0;
    for await (const [bytes, from] of rude) {
      const isList = new TextDecoder().decode(bytes) === "LST";
      await rude.send(new TextEncoder().encode(isList ? list : `ERR ${images[i++ % images.length].name}`), from);
    }
  })();
  const at = `127.0.0.1:${(rude.addr as Deno.NetAddr).port}`;
  const { piped } = await run("list", at);
  ok(piped.stdout.includes("\\u{8}\\u{8}\\u{8}"), "controls came through the list");
  await run("list", at, "--json");
  await run("doctor", at);
  await using sharing = Program.startOnScreen("client", "share", at, dir.path);
  await sharing.shows(/refused|did not answer/);
  sharing.kill("SIGTERM");
  await sharing.exit();
  assertHarmless(sharing.raw, OWN_SEQUENCES);
}));

Deno.test(
  needing(
    ["terminal"],
    "sharing files with such names is harmless, on a pipe, in a terminal and to programs",
    async () => {
      await using dir = await tempDir();
      const shared = new Map<string, string>();
      for (const { name, bytes, md5 } of images) {
        // What no file can be called: paths, and names of more than 255 bytes; and the file with rules of what is shared.
        if (/[/\0]|^\.{0,2}$|^\.idp2piignore$/.test(name) || new TextEncoder().encode(name).length > 255) continue;
        await Deno.writeFile(join(dir.path, name), bytes);
        if (!name.startsWith(".")) shared.set(md5, name.toWellFormed());
      }
      ok(shared.size > 150, `${shared.size}`);
      const tracker = startTracker({ host: "127.0.0.1", port: 0 });
      await using _closing = { [Symbol.asyncDispose]: () => tracker.close() };
      const { port } = tracker.address;
      const args = ["share", `127.0.0.1:${port}`, dir.path];
      for (const [how, more] of [["start", []], ["startOnScreen", []], ["start", ["--json"]]] as const) {
        await using sharing = Program[how]("client", ...args, ...more);
        await sharing.shows(/Registered|"kind":"registered"/);
        const listed = readList(await say(port, "LST"));
        deepStrictEqual(listed.map(({ md5 }) => md5).sort(), [...shared.keys()].sort());
        for (const it of listed) strictEqual(md5Of(await download(it)), it.md5);
        for (let i = 0; i < listed.length; i++) await sharing.shows(/ downloaded\s|"kind":"served"/);
        sharing.kill("SIGTERM");
        await sharing.exit();
        assertHarmless(sharing.raw, how === "startOnScreen" ? OWN_SEQUENCES : undefined);
        if (more.length === 0) continue;
        const served = sharing.stdout.trim().split("\n").map((line) => JSON.parse(line)).filter((it) =>
          it.kind === "served"
        );
        deepStrictEqual(served.map(({ name }) => name).sort(), [...shared.values()].sort());
      }
    },
  ),
);

Deno.test(needing(["unix"], "the log of a tracker is harmless, whatever is sent to it", async () => {
  for (const options of [[], ["--json"]]) {
    await using tracker = Program.start("server", ...["--host", "127.0.0.1", "--port", "0"], ...options);
    const [, port] = await tracker.shows(/(?:127\.0\.0\.1:|"port":)(\d+)/);
    using socket = new Datagrams(Number(port));
    for (const { name, md5 } of images) {
      for (const request of [name, `REG ${name} 5000 ${md5},a.gif`, `REG x ${name} ${md5},a.gif`, `LST ${name}`]) {
        await socket.ask(request);
      }
      await socket.ask(`REG x 5000 ${md5},${encodeName(name)}`);
    }
    await say(Number(port), "LST");
    tracker.kill("SIGTERM");
    strictEqual(await tracker.exit(), 0);
    ok(/REG|"registered"/.test(tracker.output), tracker.output);
    assertHarmless(tracker.raw);
  }
}));

Deno.test(
  needing(
    ["terminal"],
    "the interactive client shows all of them harmlessly, whatever is typed into its filter",
    async () => {
      await using peer = new RangePeer(gives, Object.fromEntries(images.map(({ md5, bytes }) => [md5, bytes.length])));
      await using tracker = await trackerWith(peer.address.port, images, encodeName);
      await using dir = await tempDir();
      await using client = Program.startOnScreen("client", `127.0.0.1:${tracker.address.port}`, dir.path);
      await client.shows(/6 quit/);
      await client.type("2\r");
      const { length } = images;
      await client.shows(new RegExp(`${length} of ${length} images`));
      for (let page = await client.shows(/page 1 of (\d+)/), n = 2; n <= Number(page[1]); n++) {
        await client.type("\x1b[6~"); // Page down.
        await client.shows(new RegExp(`page ${n} of`));
      }
      // Controls are keys, and a name of blanks alone chooses; whatever else is typed is a filter.
      const typed = images.filter(({ name }) => !/\p{Cc}/u.test(name) && name.trim() !== "");
      for (const { name } of typed.filter((_, i) => i % 5 === 0)) {
        await client.type(name);
        await client.shows(/Filter: (?!▏)/);
        await client.type("\x1b");
        await client.shows(/Filter: ▏/);
      }
      await client.type("\x01"); // All.
      await client.shows(new RegExp(`${length} selected`));
      await client.type("\x04"); // Download.
      await client.shows(new RegExp(`${length} images downloaded`));
      await client.type("\x03");
      strictEqual(await client.exit(), 0);
      assertHarmless(client.raw, SCREEN_SEQUENCES);
    },
  ),
);
