/** The first lines of the README, pasted into an empty shell, and what it says that the programs print. */
import { match, ok, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { needing } from "../needs.ts";
import { ROOT, tempDir } from "../support.ts";

for (
  const [readme, locale, ending, picture] of [
    ["README.md", "C", /byte for byte[\s\S]*Everything worked/, "docs/session.svg"],
    ["README.pt-BR.md", "pt_BR.UTF-8", /byte por byte[\s\S]*Tudo certo/, "docs/session.pt-BR.svg"],
  ] as const
) {
  Deno.test(`output in ${readme} is that of the recorded session`, async () => {
    const [shown, text] = await Promise.all([picture, readme].map((it) => Deno.readTextFile(join(ROOT, it))));
    // A line that is too long for the terminal continues in the next row.
    const recorded = [...shown.matchAll(/>([^<]+)<\/text>/g)].map(([, row]) => row.trim()).join(" ");
    const blocks = [...text.matchAll(/^```console\n(.*?)^```/gms)].map(([, block]) => block.trimEnd().split("\n"));
    strictEqual(blocks.length, 2);
    for (const line of blocks.flat()) {
      ok(recorded.includes(line.trim()), `${line} is not in ${picture}`);
    }
  });

  Deno.test(
    needing(["clone", "sh"], `the first commands in ${readme} clone the project and show the demo`, async () => {
      const [, lines] = /^```sh\n([^`]*)```/m.exec(await Deno.readTextFile(join(ROOT, readme)))!;
      const [, address] = /^git clone (\S+)\ncd \w+\nnpx -y deno@\S+ task -q demo\n$/.exec(lines)!;
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
        env: { GIT_CONFIG_GLOBAL: config, LC_ALL: locale },
      }).spawn();
      const typed = new Blob([lines]).stream().pipeTo(shell.stdin);
      const [{ code, stdout, stderr }] = await Promise.all([shell.output(), typed]);
      const text = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
      strictEqual(code, 0, text);
      match(text, ending);
    }),
  );
}
