/** What the client remembers of downloads: the history, and what a killed run did not finish. */
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { startTracker } from "../../mod.ts";
import { say } from "../fake/baseline_client.ts";
import { PARTS, RangePeer } from "../fake/range_peer.ts";
import { needing } from "../needs.ts";
import { image, namesIn, Program, soon, tempDir } from "../support.ts";
import { shown } from "../support_json.ts";

const cat = image(1, 50_000);

async function run(cache: string, ...args: string[]): Promise<{ code: number; output: string; stdout: string }> {
  await using program = Program.startIn(cache, "client", ...args);
  return { code: await program.exit(), output: program.output, stdout: program.stdout };
}

Deno.test("the history shows downloads as a table and as JSON until it is deleted, unless it is off", async () => {
  const tracker = startTracker({ host: "127.0.0.1", port: 0 });
  await using _closing = { [Symbol.asyncDispose]: () => tracker.close() };
  await using giver = new RangePeer(PARTS.gives(cat.bytes));
  await say(tracker.address.port, `REG x ${giver.address.port} ${cat.md5},lisboa%2Fcat%1B[2J.gif`);
  await using cache = await tempDir();
  await using dir = await tempDir();
  const at = `127.0.0.1:${tracker.address.port}`;
  strictEqual((await run(cache.path, "history")).code, 4);
  for (const args of [["-o", join(dir.path, "off"), "--no-history"], ["-o", join(dir.path, "on")]]) {
    const { code, output } = await run(cache.path, "get", at, "--all", ...args);
    strictEqual(code, 0, output);
  }
  const peer = `127.0.0.1:${giver.address.port}`;
  const text = await run(cache.path, "historico", "--lang", "pt");
  match(text.output, new RegExp(`^\\d\\d/\\d\\d/\\d{4}.* de ${peer} +50 kB +[\\d,]+ [kMG]B/s +lisboa/cat.*gif\n$`));
  ok(!text.output.includes("\x1b[2J"));
  const [transfer, ...more] = shown((await run(cache.path, "history", "--json")).stdout);
  const { time, rate, ...rest } = transfer;
  ok(Date.now() - Date.parse(time as string) < 60_000 && (rate as number) > 0);
  deepStrictEqual(more, []);
  const directory = await Deno.realPath(join(dir.path, "on"));
  const name = "lisboa/cat\x1b[2J.gif";
  deepStrictEqual(rest, {
    version: 1,
    kind: "transfer",
    direction: "downloaded",
    md5: cat.md5,
    name,
    bytes: 50_000,
    peer,
    directory,
  });
  deepStrictEqual(shown((await run(cache.path, "history", "--clear", "--json")).stdout)[0].transfers, 1);
  match((await run(cache.path, "history", "--clear")).output, /History deleted: 0 entries\./);
});

Deno.test(
  needing(
    ["unix"],
    "get --resume continues what a killed run left, says what nobody shares any more, and with nothing left asks nobody",
    async () => {
      const [dog, fox] = [image(2, 60_000), image(3, 70_000)];
      const tracker = startTracker({ host: "127.0.0.1", port: 0 });
      await using _closing = { [Symbol.asyncDispose]: () => tracker.close() };
      const { port } = tracker.address;
      let stalls = true;
      const all = new Map([cat, dog, fox].map(({ md5, bytes }) => [md5, bytes]));
      await using giver = new RangePeer((conn, asked) => {
        const bytes = all.get(asked.md5)!;
        return (stalls && asked.md5 !== cat.md5 ? PARTS.stallsAt(bytes, 40_000) : PARTS.gives(bytes))(conn, asked);
      });
      const { address } = giver;
      await say(port, `REG x ${address.port} ${cat.md5},cat.gif;${dog.md5},dog.gif;${fox.md5},fox.gif`);
      await using cache = await tempDir();
      await using dir = await tempDir();
      const at = `127.0.0.1:${port}`;
      {
        await using killed = Program.startIn(cache.path, "client", "get", at, "--all", "-o", dir.path);
        await killed.shows(/Saved as cat\.gif/);
        await soon(
          (async () => {
            while (!(await namesIn(dir.path)).some((name) => name.endsWith(".queue"))) {
              await new Promise((resolve) => setTimeout(resolve, 20));
            }
          })(),
          "what is remembered",
        );
        killed.kill("SIGKILL");
        await killed.exit();
      }
      stalls = false;
      await say(port, `REG x ${address.port} ${cat.md5},cat.gif;${dog.md5},dog.gif`);
      const resumed = await run(cache.path, "get", at, "--resume", "-o", dir.path);
      strictEqual(resumed.code, 5, resumed.output);
      match(resumed.output, /No peer shares fox\.gif any more: it stays among the unfinished downloads\./);
      match(resumed.output, /Saved as dog\.gif/);
      deepStrictEqual(await Deno.readFile(join(dir.path, "dog.gif")), dog.bytes);

      await say(port, `REG x ${address.port} ${fox.md5},fox.gif`);
      const last = await run(cache.path, "baixar", at, "--resume", "-o", dir.path, "--json");
      strictEqual(last.code, 0, last.output);
      deepStrictEqual(shown(last.stdout).map(({ kind, name }) => name ?? kind), ["fox.gif", "done"]);
      deepStrictEqual(await namesIn(dir.path), ["cat.gif", "dog.gif", "fox.gif"]);

      const nothing = await run(cache.path, "get", "127.0.0.1:1", "--resume", "-o", dir.path);
      strictEqual(nothing.code, 0, nothing.output);
      match(nothing.output, /No unfinished downloads in .*: nothing to resume\./);
    },
  ),
);
