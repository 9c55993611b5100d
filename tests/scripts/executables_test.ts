/** What executables read beside themselves; `deno task test:compiled` tests them, other runs the programs of the sources. */
import { match, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { run } from "../../scripts/build/run.ts";
import { needing } from "../needs.ts";
import { programCommand, ROOT, soon, tempDir } from "../support.ts";

for (const name of ["server", "client"] as const) {
  Deno.test(needing(["unix", "mkfifo"], `the ${name} reads no code from the temporary directory`, async () => {
    await using dir = await tempDir();
    // V8's code cache of an executable would be this file. Whoever opens a pipe that nobody writes to waits.
    await run("mkfifo", [join(dir.path, `deno-compile-idp2pi-${name}.cache`)]);
    const [command, ...args] = programCommand(name);
    const env = { TMPDIR: dir.path };
    const child = new Deno.Command(command, { args: [...args, "--version"], cwd: ROOT, env, stdout: "piped" }).spawn();
    try {
      const { code, stdout } = await soon(child.output(), "the end");
      strictEqual(code, 0);
      match(new TextDecoder().decode(stdout), new RegExp(`^idp2pi-${name} \\d`));
    } catch (error) {
      child.kill("SIGKILL");
      throw error;
    }
  }));
}
