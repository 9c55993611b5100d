/** The whole release, with executables that were built before. */
import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { checksums } from "../../scripts/build/checksums.ts";
import { run, runText } from "../../scripts/build/run.ts";
import { executableName, PROGRAMS, type Target } from "../../scripts/build/targets.ts";
import { needing } from "../needs.ts";
import { namesIn, ROOT, tempDir } from "../support.ts";

const TARGETS: readonly Target[] = ["x86_64-unknown-linux-gnu", "x86_64-pc-windows-msvc"];

/** Runs `deno task release` in a directory. */
async function release(cwd: string, ...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const command = new Deno.Command(Deno.execPath(), { args: ["task", "--quiet", "release", ...args], cwd });
  const { code, stdout, stderr } = await command.output();
  return { code, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
}

Deno.test(needing(["linux", "clone", "tar", "gzip", "zip", "dpkg-deb"], "a release is one command", async (t) => {
  await using dir = await tempDir();
  const [clone, executables, out] = ["clone", "executables", "out"].map((name) => join(dir.path, name));
  await run("git", ["clone", "--quiet", ROOT, clone]);
  const { version } = JSON.parse(await Deno.readTextFile(join(clone, "deno.json")));
  for (const target of TARGETS) {
    await Deno.mkdir(join(executables, target), { recursive: true });
    for (const program of PROGRAMS) {
      await Deno.writeTextFile(join(executables, target, executableName(program, target)), `${program} of ${target}`);
    }
  }
  const packed = ["--executables", executables, "--out", out];

  await t.step("a rehearsal makes all files, with their checksums, and says that it was one", async () => {
    const { code, stdout, stderr } = await release(clone, ...packed);
    strictEqual(code, 0, stderr);
    match(stdout, /This is a rehearsal, not a release: the commit has no tag v.*; made from executables/);
    const names = [
      "CHANGES.md",
      `idp2pi-${version}-x86_64-pc-windows-msvc.zip`,
      `idp2pi-${version}-x86_64-unknown-linux-gnu.tar.gz`,
      "idp2pi.cdx.json",
      `idp2pi_${version}_amd64.deb`,
    ];
    deepStrictEqual(await namesIn(out), ["SHA256SUMS", ...names].sort());
    strictEqual(await Deno.readTextFile(join(out, "SHA256SUMS")), await checksums(out, names));
    deepStrictEqual(await namesIn(dir.path), ["clone", "executables", "out"]);
    strictEqual(await runText("git", ["status", "--porcelain"], { cwd: clone }), "");
  });

  await t.step("existing files are not replaced", async () => {
    const { code, stderr } = await release(clone, ...packed);
    deepStrictEqual([code, stderr], [1, `${out} exists already: delete it, or use --out <directory>.\n`]);
  });

  await t.step("a release needs the tag of its version, and all files", async () => {
    const wrong = await release(clone, ...packed, "--tag", "v0.0.0");
    deepStrictEqual([wrong.code, /^The tag is v0\.0\.0/.test(wrong.stderr)], [1, true], wrong.stderr);
    await Deno.writeTextFile(join(clone, "CHANGELOG.md"), `# Changelog\n\n## ${version}\n\n- All.\n`);
    await run("git", ["-c", "user.name=Ana", "-c", "user.email=a@b.example", "commit", "-qam", "Release"], {
      cwd: clone,
    });
    const partial = await release(clone, ...packed, "--tag", `v${version}`);
    deepStrictEqual(
      [partial.code, /^No release of v.*: only .*windows.*; made from/.test(partial.stderr)],
      [1, true],
      partial.stderr,
    );
  });

  await t.step("wrong usage has exit code 2", async () => {
    for (const args of [["--target", "pdp-11"], ["--executables", clone], ["--bogus"]]) {
      strictEqual((await release(clone, ...args)).code, 2, args.join(" "));
    }
  });
}));
