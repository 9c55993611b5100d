/** The language where no variable names one, as on Windows: that of the system, which the runtime asks. */
import { match } from "node:assert/strict";
import { taskFlags } from "../../scripts/task_flags.ts";
import { needing } from "../needs.ts";
import { DENO_DIR, ROOT } from "../support.ts";

/** The help of the server; the system's language is one that the program cannot read from the environment. */
async function help(system: string, seen: Record<string, string> = {}): Promise<string> {
  const hidden = /\b(LANG|LC_ALL|LC_MESSAGES),/g;
  const flags = taskFlags("server").map((it) => "LANG" in seen ? it : it.replaceAll(hidden, ""));
  const env = { DENO_DIR, HOME: "/nonexistent", LANG: system, ...seen };
  const args = ["run", ...flags, "server.ts", "--help"];
  const command = new Deno.Command(Deno.execPath(), { args, cwd: ROOT, env, clearEnv: true });
  return new TextDecoder().decode((await command.output()).stdout);
}

Deno.test(
  needing(
    ["linux"],
    "the language is the system's if the environment names none; C and POSIX mean English",
    async () => {
      const [portuguese, english] = [/^Uso:/m, /^Usage:/m];
      const table: [system: string, seen: Record<string, string>, shown: RegExp][] = [
        ["pt_BR.UTF-8", {}, portuguese],
        ["de_DE.UTF-8", {}, english],
        ["C", {}, english],
        ["", { LANG: "POSIX" }, english],
        ["", { LANG: "pt_PT" }, portuguese],
      ];
      await Promise.all(table.map(async ([system, seen, shown]) => match(await help(system, seen), shown)));
    },
  ),
);
