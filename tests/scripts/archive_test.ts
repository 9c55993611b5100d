/** The archives: what a person finds after unpacking one. */
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { archive } from "../../scripts/build/archive.ts";
import { runText } from "../../scripts/build/run.ts";
import type { Target } from "../../scripts/build/targets.ts";
import { needing } from "../needs.ts";
import { namesIn, tempDir } from "../support.ts";

const DOCUMENTS = ["CHANGELOG.md", "LICENSE", "README.md", "README.pt-BR.md", "THIRD-PARTY.txt", "docs"];
/** Those in docs/. */
const MORE = [
  ...["OPERATIONS.md", "OPERATIONS.pt-BR.md", "REFERENCE.md", "REFERENCE.pt-BR.md"],
  ...["session.pt-BR.svg", "session.svg"],
];

/** Makes the archive twice; returns its name and its bytes, which are the same both times. */
async function archiveOf(target: Target, directory: string): Promise<string> {
  const input = { target, executables: directory, version: "1.2.3", time: 1_700_000_000, notices: "Notices.\n" };
  const made: { name: string; bytes: Uint8Array }[] = [];
  for (const work of ["first", "second"]) {
    const out = join(directory, `${work} out`);
    await Deno.mkdir(out);
    await archive(input, join(directory, work), out);
    const [name] = await namesIn(out);
    made.push({ name, bytes: await Deno.readFile(join(out, name)) });
  }
  deepStrictEqual(made[0], made[1]);
  return join(directory, "first out", made[0].name);
}

Deno.test(
  needing(
    ["linux", "tar", "gzip"],
    "a .tar.gz contains both programs, which can be started, and the documents",
    async () => {
      await using dir = await tempDir({ "idp2pi-server": new Uint8Array([1]), "idp2pi-client": new Uint8Array([2]) });
      const file = await archiveOf("aarch64-apple-darwin", dir.path);
      await runText("tar", ["--extract", "--file", file, "--directory", dir.path]);
      const unpacked = join(dir.path, "idp2pi-1.2.3-aarch64-apple-darwin");
      deepStrictEqual(await namesIn(unpacked), [...DOCUMENTS, "idp2pi-client", "idp2pi-server"]);
      deepStrictEqual(await Deno.readFile(join(unpacked, "idp2pi-client")), new Uint8Array([2]));
      deepStrictEqual(await namesIn(join(unpacked, "docs")), MORE);
      const files = [...DOCUMENTS, "idp2pi-client", ...MORE.map((name) => join("docs", name))];
      for (const name of files.filter((it) => it !== "docs")) {
        const { mode, mtime } = await Deno.stat(join(unpacked, name));
        strictEqual(mode! & 0o777, name.startsWith("idp2pi") ? 0o755 : 0o644, name);
        strictEqual(mtime!.getTime(), 1_700_000_000_000, name);
      }
    },
  ),
);

Deno.test(
  needing(["linux", "zip", "python3"], "a .zip contains both programs for Windows and the documents", async () => {
    await using dir = await tempDir({
      "idp2pi-server.exe": new Uint8Array([1]),
      "idp2pi-client.exe": new Uint8Array([2]),
    });
    const file = await archiveOf("x86_64-pc-windows-msvc", dir.path);
    await runText("python3", ["-m", "zipfile", "-e", file, dir.path]);
    const unpacked = join(dir.path, "idp2pi-1.2.3-x86_64-pc-windows-msvc");
    deepStrictEqual(await namesIn(unpacked), [...DOCUMENTS, "idp2pi-client.exe", "idp2pi-server.exe"]);
    deepStrictEqual(await namesIn(join(unpacked, "docs")), MORE);
    deepStrictEqual(await Deno.readFile(join(unpacked, "idp2pi-server.exe")), new Uint8Array([1]));
  }),
);
