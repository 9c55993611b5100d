/** The first lines of the README, pasted into an empty shell. */
import { match, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { needing } from "../needs.ts";
import { ROOT, tempDir } from "../support.ts";

for (const readme of ["README.md", "README.pt-BR.md"]) {
  Deno.test(needing(["clone", "sh"], `the first lines of ${readme} clone the project and show the demo`, async () => {
    const [, lines] = /^```sh\n([^`]*)```/m.exec(await Deno.readTextFile(join(ROOT, readme)))!;
    const [, address] = /^git clone (\S+)\ncd \w+\nnpx -y deno@\S+ task demo\n$/.exec(lines)!;
    await using dir = await tempDir();
    const empty = join(dir.path, "empty");
    await Deno.mkdir(empty);
    // git takes the project from here, whoever owns it: what is tested is the lines, not the network.
    const config = join(dir.path, "gitconfig");
    await Deno.writeTextFile(config, `[url "${ROOT}"]\n  insteadOf = ${address}\n[safe]\n  directory = *\n`);
    const shell = new Deno.Command("sh", {
      args: ["-e"],
      cwd: empty,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
      env: { GIT_CONFIG_GLOBAL: config },
    }).spawn();
    const typed = new Blob([lines]).stream().pipeTo(shell.stdin);
    const [{ code, stdout, stderr }] = await Promise.all([shell.output(), typed]);
    const text = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
    strictEqual(code, 0, text);
    match(text, /byte for byte[\s\S]*All is well/);
  }));
}
