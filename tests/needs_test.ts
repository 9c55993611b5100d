import { match, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { needing } from "./needs.ts";
import { DENO_DIR, ROOT, tempDir } from "./support.ts";

/** A test file of one test that needs these, and runs a program. */
const fileOf = (needs: string[], program = ""): Uint8Array =>
  new TextEncoder().encode(`
import { needing } from ${JSON.stringify(pathToFileURL(join(ROOT, "tests", "needs.ts")).href)};
Deno.test(needing(${JSON.stringify(needs)}, "it runs", () => {
  if (${JSON.stringify(program)}) new Deno.Command(${JSON.stringify(program)}).outputSync();
}));
`);

/** Runs it where there is no program at all, with these variables. */
async function run(file: Uint8Array, env: Record<string, string>): Promise<{ code: number; text: string }> {
  await using dir = await tempDir({ "one_test.ts": file });
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["test", "--no-config", "--no-check", "--allow-all", join(dir.path, "one_test.ts")],
    clearEnv: true,
    env: { PATH: dir.path, HOME: dir.path, DENO_DIR, NO_COLOR: "1", ...env },
  }).output();
  return { code, text: new TextDecoder().decode(stdout) };
}

Deno.test("a test whose needs are not met is ignored with a note of its needs, or fails if all tests must run", async () => {
  const ignored = await run(fileOf(["tmux", "terminal"]), {});
  strictEqual(ignored.code, 0, ignored.text);
  match(ignored.text, /^it runs \[needs tmux, script\] \.\.\. ignored/m);
  match(ignored.text, /0 passed \| 0 failed \| 1 ignored/);
  const failed = await run(fileOf(["tmux"]), { IDP2PI_TEST_ALL: "1" });
  strictEqual(failed.code, 1, failed.text);
  match(failed.text, /This test needs tmux, and IDP2PI_TEST_ALL allows no ignored test/);
});

Deno.test("a test whose needs are met runs under its own name", async () => {
  const { code, text } = await run(fileOf([]), { IDP2PI_TEST_ALL: "1" });
  strictEqual(code, 0, text);
  match(text, /^it runs \.\.\. ok[\s\S]*1 passed \| 0 failed/m);
});

Deno.test(
  needing(
    ["linux", "mkfs.ext4"],
    "programs are found in directories that the PATH of Debian's users lacks",
    async () => {
      const { code, text } = await run(fileOf(["mkfs.ext4"], "mkfs.ext4"), { IDP2PI_TEST_ALL: "1" });
      strictEqual(code, 0, text);
    },
  ),
);
