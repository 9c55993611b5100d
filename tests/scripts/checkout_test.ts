/** What may be released. */
import { match, rejects, strictEqual, throws } from "node:assert/strict";
import { join } from "node:path";
import { changesOf, checkedOut } from "../../scripts/build/checkout.ts";
import { runText } from "../../scripts/build/run.ts";
import { needing } from "../needs.ts";
import { tempDir } from "../support.ts";

/** A repository with one commit. */
async function repository(): Promise<AsyncDisposable & { path: string; git: (...args: string[]) => Promise<string> }> {
  const dir = await tempDir({ "a.txt": new Uint8Array([65]) });
  const nobody = { GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" };
  const git = (...args: string[]): Promise<string> =>
    runText("git", ["-c", "user.name=Ana", "-c", "user.email=ana@example.org", ...args], {
      cwd: dir.path,
      env: nobody,
    });
  await git("init", "--quiet");
  await git("add", ".");
  await git("commit", "--quiet", "--message=First", "--date=2023-11-14T22:13:20Z");
  return Object.assign(dir, { git });
}

Deno.test(needing(["git"], "a clean checkout is released, with the tag of its version or as a rehearsal", async () => {
  await using dir = await repository();
  const untagged = await checkedOut(dir.path, "1.2.3");
  strictEqual(untagged.isTagged, false);
  strictEqual(untagged.author, "Ana <ana@example.org>");
  match(untagged.id, /^[0-9a-f]{40}$/);
  strictEqual(`${untagged.time}\n`, await dir.git("log", "-1", "--format=%ct"));
  strictEqual((await checkedOut(dir.path, "1.2.3", "v1.2.3")).isTagged, true);
  await dir.git("tag", "v1.2.3");
  await dir.git("tag", "latest");
  strictEqual((await checkedOut(dir.path, "1.2.3")).isTagged, true);
}));

Deno.test(needing(["git"], "a tag of another version is refused", async () => {
  await using dir = await repository();
  await rejects(checkedOut(dir.path, "1.2.3", "v1.2.4"), /The tag is v1\.2\.4, but deno\.json has the version 1\.2\.3/);
  await dir.git("tag", "v2.0.0");
  await rejects(checkedOut(dir.path, "1.2.3"), /The tag is v2\.0\.0/);
}));

Deno.test(needing(["git"], "a checkout with changed, added or new files is refused, and they are named", async () => {
  await using dir = await repository();
  await Deno.writeTextFile(join(dir.path, "b.txt"), "B");
  await rejects(checkedOut(dir.path, "1.2.3"), /differ from it:\n\?\? b\.txt\nCommit or remove them/);
  await dir.git("add", ".");
  await rejects(checkedOut(dir.path, "1.2.3"), /A {2}b\.txt/);
  await dir.git("reset", "--quiet", "--hard");
  await Deno.writeTextFile(join(dir.path, "a.txt"), "changed");
  await rejects(checkedOut(dir.path, "1.2.3"), /M a\.txt/);
}));

Deno.test(needing(["git"], "a directory that is no checkout is refused", async () => {
  await using dir = await tempDir();
  await rejects(checkedOut(dir.path, "1.2.3"), /git status failed: /);
}));

Deno.test("a missing program is named, with what to do", async () => {
  await rejects(runText("idp2pi-no-such-program", []), /A release needs idp2pi-no-such-program: install it/);
});

Deno.test("the changes of a version are those under its heading", () => {
  const changelog =
    "# Changelog\n\n## Unreleased\n\n- Next.\n\n## 1.2.3 (2026-01-02)\n\n- This.\n- That.\n\n## 1.2.30\n\n- Other.\n";
  strictEqual(changesOf(changelog, "1.2.3", false), "- This.\n- That.\n");
  strictEqual(changesOf(changelog, "1.2.30", false), "- Other.\n");
  strictEqual(changesOf(changelog, "1.3.0", true), "- Next.\n");
  throws(() => changesOf(changelog, "1.3.0", false), /CHANGELOG\.md has no heading “## 1\.3\.0”/);
});
