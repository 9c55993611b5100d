/** The first lines of the README, pasted into an empty shell. */
import { match, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { needing } from "../needs.ts";
import { ROOT, tempDir } from "../support.ts";

for (const readme of ["README.md", "README.pt-BR.md"]) {
  Deno.test(needing(["clone", "sh"], `the first lines of ${readme} clone the project and show the demo`, async () => {
    const [, lines] = /^```sh\n([^`]*)```/m.exec(await Deno.readTextFile(join(ROOT, readme)))!;
    const [, address] = /^git clone (\S+)\ncd \w+\nnpx -y deno@\S+ task demo\n$/.exec(lines)!;
    await using empty = await tempDir();
    const shell = new Deno.Command("sh", {
      args: ["-e"],
      cwd: empty.path,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
      // git takes the project from here: what is tested is the lines, not the network.
      env: { GIT_CONFIG_COUNT: "1", GIT_CONFIG_KEY_0: `url.${ROOT}.insteadOf`, GIT_CONFIG_VALUE_0: address },
    }).spawn();
    const typed = new Blob([lines]).stream().pipeTo(shell.stdin);
    const [{ code, stdout, stderr }] = await Promise.all([shell.output(), typed]);
    const text = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
    strictEqual(code, 0, text);
    match(text, /byte for byte[\s\S]*All is well/);
  }));
}
