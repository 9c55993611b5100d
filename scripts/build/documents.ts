/** Manual pages and completion scripts, as the programs write them. */
import { taskFlags } from "../task_flags.ts";
import { runText } from "./run.ts";
import { type Program, PROGRAMS } from "./targets.ts";

/** Where Debian's packages put what the programs write, and the words that make a program write it. */
const DOCUMENTS: readonly { readonly path: (program: string) => string; readonly args: readonly string[] }[] = [
  { path: (program) => `usr/share/man/man1/${program}.1`, args: ["man", "--lang", "en"] },
  { path: (program) => `usr/share/man/pt/man1/${program}.1`, args: ["man", "--lang", "pt"] },
  {
    path: (program) => `usr/share/bash-completion/completions/${program}`,
    args: ["completion", "bash", "--lang", "en"],
  },
  { path: (program) => `usr/share/zsh/vendor-completions/_${program}`, args: ["completion", "zsh", "--lang", "en"] },
  {
    path: (program) => `usr/share/fish/vendor_completions.d/${program}.fish`,
    args: ["completion", "fish", "--lang", "en"],
  },
];

/** The documents of both programs, by their paths below `/`. Made from the sources, for programs of any machine. */
export async function documents(): Promise<Map<string, string>> {
  const write = (program: Program, args: readonly string[]): Promise<string> =>
    runText(Deno.execPath(), ["run", ...taskFlags(program), `${program}.ts`, ...args]);
  const all = PROGRAMS.flatMap((program) =>
    DOCUMENTS.map(async ({ path, args }) => [path(`idp2pi-${program}`), await write(program, args)] as const)
  );
  return new Map(await Promise.all(all));
}
