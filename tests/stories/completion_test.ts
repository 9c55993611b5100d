import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { completionScript, type Shell } from "../../lib/app/cli/completion/script.ts";
import { SHELLS } from "../../lib/app/cli/options/definition.ts";
import { PORTUGUESE } from "../../lib/app/words/pt/words.ts";
import { Program, tempDir } from "../support.ts";

/** What the program writes to standard output, and its exit code. */
async function write(name: "client" | "server", ...args: string[]): Promise<[number, string]> {
  await using program = Program.start(name, ...args);
  const code = await program.exit();
  return [code, program.stdout];
}

Deno.test("the programs print their completion scripts and manual pages in the requested language", async () => {
  for (const shell of SHELLS) {
    deepStrictEqual(await write("client", "completion", shell), [0, completionScript(shell, "idp2pi-client", "en")]);
  }
  const bash: Shell = "bash";
  deepStrictEqual(await write("client", "autocompletar", bash, "--lang", "pt"), [
    0,
    completionScript(bash, "idp2pi-client", "pt-BR"),
  ]);
  const { list } = PORTUGUESE.programs.client.commands;
  deepStrictEqual(await write("client", "__complete", "pt-BR", "--lang", "en", ".lis"), [0, `listar\t${list}\n`]);
  deepStrictEqual(await write("server", "__complete", "en", "--state", "."), [0, ":files \n"]);
  deepStrictEqual(await write("server", "__complete"), await write("server", "__complete", "en", "."));
  const [code, page] = await write("server", "man");
  strictEqual(code, 0);
  match(page, /^\.SH "NAME"\nidp2pi\\-server /m);
  await using dir = await tempDir({ "c.toml": new TextEncoder().encode('lang = "pt"\n') });
  match((await write("client", "manual", "--config", `${dir.path}/c.toml`))[1], /^\.SH "NOME"\nidp2pi\\-client /m);
});

Deno.test("an error about an unknown shell lists the known ones", async () => {
  for (const [args, message] of [[["tcsh"], /“tcsh”.*bash, zsh, fish or powershell/], [[], /<shell>/]] as const) {
    await using program = Program.start("client", "completion", ...args);
    strictEqual(await program.exit(), 2);
    ok(message.test(program.output), program.output);
    strictEqual(program.stdout, "");
  }
});
