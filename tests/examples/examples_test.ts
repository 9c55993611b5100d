/** The programs of examples/ do what they say; those that are tests run as such. */
import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { Peer, startTracker } from "../../mod.ts";
import { ANSWERS, BaselinePeer } from "../fake/baseline_peer.ts";
import { formatAddress } from "../../lib/protocol/address.ts";
import { needing } from "../needs.ts";
import { image, namesIn, soon, tempDir } from "../support.ts";

const { bytes, md5 } = image(1);

/** Runs an example with these permissions. */
function example(name: string, permissions: string[], ...args: string[]): Deno.ChildProcess {
  const script = join(import.meta.dirname!, "../../examples", name);
  const command = ["run", "--quiet", "--no-prompt", ...permissions, script, ...args];
  return new Deno.Command(Deno.execPath(), { args: command, stdout: "piped", stderr: "piped" }).spawn();
}

Deno.test(
  needing(["unix"], "the mirror fetches everything that is shared, shares it, and unregisters at Ctrl-C", async () => {
    await using tracker = startTracker({ host: "127.0.0.1", port: 0 });
    await using anaDir = await tempDir({ "cat.gif": bytes });
    await using mirror = await tempDir();
    await using ana = await Peer.start({ tracker: tracker.address, directory: anaDir.path });
    await ana.tracker.register();
    const permissions = ["--allow-net", "--allow-read", "--allow-write", "--allow-sys", "--ignore-env"];
    await using bot = example("mirror.ts", permissions, formatAddress(tracker.address), mirror.path);
    const lines = bot.stdout.pipeThrough(new TextDecoderStream()).getReader();
    const { value } = await soon(lines.read(), "a line of the mirror");
    strictEqual(value, "1 of 1 new images fetched; 1 shared\n");
    deepStrictEqual(await namesIn(mirror.path), ["cat.gif"]);
    deepStrictEqual((await ana.tracker.list()).images[0].peers.length, 2);
    bot.kill("SIGINT");
    const { success } = await soon(bot.status, "the end of the mirror");
    strictEqual(success, true, await new Response(bot.stderr).text());
    await lines.cancel();
    deepStrictEqual((await ana.tracker.list()).images[0].peers.length, 1);
  }),
);

Deno.test("the checker of a peer distinguishes right bytes from wrong ones", async () => {
  await using right = new BaselinePeer(ANSWERS.sends(bytes));
  await using wrong = new BaselinePeer(ANSWERS.sends(bytes.subarray(1)));
  const check = async (...args: string[]): Promise<[number, string]> => {
    const { code, stdout } = await example("check_peer.ts", ["--allow-net"], ...args).output();
    return [code, new TextDecoder().decode(stdout)];
  };
  deepStrictEqual(await check(formatAddress(right.address), md5), [0, `Right: ${bytes.length} bytes, MD5 verified\n`]);
  const [code, message] = await check(formatAddress(wrong.address), md5);
  strictEqual(code, 1);
  match(message, /^Wrong: \d+ bytes with MD5 [0-9a-f]{32}/);
  strictEqual((await check("nobody"))[0], 2);
});
