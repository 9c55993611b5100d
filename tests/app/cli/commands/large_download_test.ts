import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { isYes, largeQuestion } from "../../../../lib/app/cli/commands/large_download.ts";
import { ENGLISH } from "../../../../lib/app/words/en/words.ts";
import { PORTUGUESE } from "../../../../lib/app/words/pt/words.ts";
import { say } from "../../../fake/baseline_client.ts";
import { PARTS, RangePeer } from "../../../fake/range_peer.ts";
import { needing } from "../../../needs.ts";
import { image, namesIn, Program, tempDir } from "../../../support.ts";
import { disk } from "../../../support_disk.ts";
import { startTracker } from "../../../../mod.ts";

Deno.test("a person is asked about a download of more than a gigabyte, or of more than is free", () => {
  const ask = (bytes: number, free: number): string | null => largeQuestion({ images: 12, bytes, free }, ENGLISH);
  strictEqual(ask(1e9, Infinity), null);
  strictEqual(ask(0, 0), null);
  strictEqual(ask(3.4e9, 1e12), "12 images, 3.4 GB: download?");
  strictEqual(ask(3.4e9, 2e9), "12 images, 3.4 GB, but the disk has only 2 GB free: download anyway?");
  strictEqual(ask(5e6, 1e6), "12 images, 5 MB, but the disk has only 1 MB free: download anyway?");
  const question = largeQuestion({ images: 1, bytes: 5e6, free: 1e6 }, PORTUGUESE);
  strictEqual(question, "1 imagem, 5 MB, mas o disco só tem 1 MB livres: baixar mesmo assim?");
  deepStrictEqual(["y", " YES\n", "s", "", "yeah", "n"].map((it) => isYes(it, ENGLISH)), [
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
  strictEqual(isYes(null, ENGLISH), false);
});

Deno.test(
  needing(["mounts"], "without a terminal get refuses more bytes than the disk has free, unless --yes", async () => {
    const cat = image(1, 100_000);
    await using stack = new AsyncDisposableStack();
    const tracker = startTracker({ host: "127.0.0.1", port: 0 });
    stack.defer(() => tracker.close());
    const { port } = tracker.address;
    // What it reports of the second is a lie, which --yes shows.
    const dog = image(2);
    await using peer = new RangePeer(
      (conn, asked) => PARTS.gives(asked.md5 === cat.md5 ? cat.bytes : dog.bytes)(conn, asked),
      { [cat.md5]: cat.bytes.length, [dog.md5]: 50_000_000 },
    );
    await say(port, `REG x ${peer.address.port} ${cat.md5},cat.gif;${dog.md5},dog.gif`);
    await using dir = await tempDir();
    await using _small = await disk(dir.path, "2m");
    const get = async (...more: string[]): Promise<{ code: number; stdout: string; stderr: string }> => {
      await using program = Program.start("client", "get", `127.0.0.1:${port}`, "-o", dir.path, ...more);
      return { code: await program.exit(), stdout: program.stdout, stderr: program.stderr };
    };
    const refused = await get("--all");
    strictEqual(refused.code, 1);
    match(refused.stderr, /2 images of 51 MB do not fit on the disk of .*, which has 2 MB free/);
    strictEqual(JSON.parse((await get("--all", "--json")).stdout).code, "no-room-for-all");
    deepStrictEqual(await namesIn(dir.path), []);
    strictEqual((await get("cat.gif")).code, 0);
    strictEqual((await get("--all", "--yes")).code, 0);
    deepStrictEqual(await namesIn(dir.path), ["cat.gif", "dog.gif"]);
  }),
);
