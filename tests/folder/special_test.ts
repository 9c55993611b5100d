/** Pipes, devices and links where files are expected: nothing waits for them, and nothing reads what they lead to. */
import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { readConfig } from "../../lib/app/cli/options/config_file.ts";
import { SharedFolder } from "../../lib/folder/shared_folder.ts";
import { Peer } from "../../lib/peer/peer.ts";
import { isFault } from "../../lib/fault/fault.ts";
import { needing } from "../needs.ts";
import { image, soon, tempDir } from "../support.ts";

/** What may replace a file, and what is said of it. */
const SPECIAL: Record<string, { make(path: string): Promise<unknown>; reason: string }> = {
  "a pipe": { make: (path) => new Deno.Command("mkfifo", { args: [path] }).output(), reason: "not a regular file" },
  "a link to a device without end": { make: (path) => Deno.symlink("/dev/zero", path), reason: "is a link" },
  "a link to a file": { make: (path) => Deno.symlink(import.meta.filename!, path), reason: "is a link" },
  "a link to a pipe": {
    make: async (path) => {
      await new Deno.Command("mkfifo", { args: [`${path}.pipe`] }).output();
      await Deno.symlink(`${path}.pipe`, path);
    },
    reason: "is a link",
  },
  "a directory": { make: (path) => Deno.mkdir(path), reason: "is a directory" },
};

for (const [what, { make, reason }] of Object.entries(SPECIAL)) {
  Deno.test(needing(["unix", "mkfifo"], `a listed file that becomes ${what} blocks nothing`, async () => {
    const [one, two] = [image(1), image(2)];
    await using dir = await tempDir({ "a.gif": one.bytes, "b.gif": two.bytes });
    const peer = await Peer.start({ tracker: "127.0.0.1", host: "127.0.0.1", directory: dir.path, watch: false });
    const listed = peer.folder.byMd5(one.md5)!;
    await Deno.remove(join(dir.path, "a.gif"));
    await make(join(dir.path, "a.gif"));
    const ask = async (md5: string): Promise<number> => {
      using conn = await Deno.connect({ hostname: "127.0.0.1", port: peer.port });
      await conn.write(new TextEncoder().encode(`GET ${md5}`));
      return (await new Response(conn.readable).bytes()).length;
    };
    const asked = Promise.all([one, two, one, one, one, one].map(({ md5 }) => ask(md5)));
    deepStrictEqual(await soon(asked, "the answers"), [0, two.bytes.length, 0, 0, 0, 0]);
    await rejects(peer.folder.open(listed), (error) => isFault(error, "image-changed"));
    await soon(peer.folder.scan(), "the look");
    deepStrictEqual(peer.folder.images.map(({ name }) => name), ["b.gif"]);
    await soon(peer.close(), "the end");
  }));

  Deno.test(needing(["unix", "mkfifo"], `an ignore file that is ${what} is refused at once`, async () => {
    await using dir = await tempDir({ "a.gif": image(1).bytes });
    await make(join(dir.path, ".idp2piignore"));
    using folder = new SharedFolder(dir.path);
    await soon(
      rejects(folder.scan(), (error) => {
        return isFault(error, "ignore-unusable") && error.values.reason === reason;
      }),
      "the refusal",
    );
    strictEqual(folder.images.length, 0);
  }));
}

Deno.test(
  needing(["unix", "mkfifo"], "a config file may be a link, but only to a regular file of limited size", async () => {
    await using dir = await tempDir({ "real.toml": new TextEncoder().encode("port = 5000") });
    const at = (name: string): string => join(dir.path, name);
    await Deno.symlink(at("real.toml"), at("link.toml"));
    deepStrictEqual((await readConfig(at("link.toml"), true))?.values, { port: "5000" });
    await new Deno.Command("mkfifo", { args: [at("pipe")] }).output();
    await Deno.symlink("/dev/zero", at("zero"));
    await Deno.writeFile(at("large"), new Uint8Array(1 << 20).fill(35));
    for (const name of ["pipe", "zero", "large", "."]) {
      await soon(rejects(readConfig(at(name), true), (error) => isFault(error, "config-unusable")), name);
    }
    strictEqual(await readConfig(at("none"), false), null);
  }),
);

Deno.test(
  needing(
    ["unix"],
    "an ignore file over the size limit is refused, whatever size it states",
    async () => {
      await using dir = await tempDir({ "a.gif": image(1).bytes });
      using large = await Deno.open(join(dir.path, ".idp2piignore"), { write: true, createNew: true });
      await large.truncate(2 ** 40);
      using folder = new SharedFolder(dir.path);
      await rejects(folder.scan(), (error) => isFault(error, "ignore-unusable") && error.values.reason === "too large");
      // Who would read it to its end does so for a quarter of an hour.
    },
  ),
);
