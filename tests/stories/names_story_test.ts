/** Names that are one to people and not to a file system, through the real client. */
import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { join, relative } from "node:path";
import { startTracker } from "../../mod.ts";
import { SharedFolder } from "../../lib/folder/shared_folder.ts";
import { isFault } from "../../lib/fault/fault.ts";
import { say } from "../fake/baseline_client.ts";
import { PARTS, RangePeer } from "../fake/range_peer.ts";
import { needing } from "../needs.ts";
import { image, namesIn, Program, tempDir } from "../support.ts";

const [COMPOSED, SPLIT] = ["NFC", "NFD"].map((form) => "férias.gif".normalize(form));

Deno.test("an image is selected by its name and found here however its accents are encoded", async () => {
  const { md5, bytes } = image(1, 300);
  await using peer = new RangePeer(PARTS.gives(bytes));
  const tracker = startTracker({ host: "127.0.0.1", port: 0 });
  try {
    await say(tracker.address.port, `REG x ${peer.address.port} ${md5},${COMPOSED}`);
    await using dir = await tempDir({ [SPLIT]: bytes });
    const get = async (out: string): Promise<string> => {
      await using client = Program.start("client", "get", `127.0.0.1:${tracker.address.port}`, SPLIT, "-o", out);
      strictEqual(await client.exit(), 0, client.output);
      return client.output;
    };
    ok(/already here/i.test(await get(dir.path)), "what a Mac wrote is taken for what it is");
    deepStrictEqual(await namesIn(dir.path), [SPLIT]);
    await get(join(dir.path, "new"));
    deepStrictEqual(await namesIn(join(dir.path, "new")), [COMPOSED]);
  } finally {
    await tracker.close();
  }
});

Deno.test("a peer that requests a name gets the image however its accents are written", async () => {
  await using dir = await tempDir({ [SPLIT]: image(1).bytes, "other.gif": image(2).bytes });
  using folder = new SharedFolder(dir.path);
  await folder.scan();
  for (const name of [SPLIT, COMPOSED]) strictEqual(folder.byName(name)?.md5, image(1).md5);
});

Deno.test(needing(["linux", "sh"], "a file or directory whose name is not UTF-8 is reported as such", async () => {
  await using dir = await tempDir({ "a.gif": image(1).bytes });
  const script = `cp a.gif "$(printf 'b\\377.gif')"; mkdir "$(printf 'c\\377')"; cp a.gif "$(printf 'c\\377')/d.gif"`;
  await new Deno.Command("sh", { args: ["-c", script], cwd: dir.path }).output();
  using folder = new SharedFolder(dir.path);
  const { unreadable } = await folder.scan();
  const found = unreadable.map(({ path, reason }) => `${relative(folder.path, path)}: ${reason}`).sort();
  deepStrictEqual(found, ["b\ufffd.gif: file name is not UTF-8", "c\ufffd: file name is not UTF-8"]);
  deepStrictEqual(folder.images.map(({ name }) => name), ["a.gif"]);
}));

Deno.test("a directory whose own name is not UTF-8 is reported as such, not as missing", async () => {
  await using dir = await tempDir();
  using folder = new SharedFolder(join(dir.path, "c\ufffd")); // What a program is given for such a name.
  await rejects(folder.scan(), (error) => {
    return isFault(error, "directory-unusable") && error.values.reason === "file name is not UTF-8";
  });
});
