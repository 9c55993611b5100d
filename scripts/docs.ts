/**
 * Writes again what the documents take from the programs: commands and options in docs/REFERENCE.md and its Portuguese
 * counterpart, and the pictures of a session. Tests fail when they are not as this writes them.
 */
import { wordsFor } from "../lib/app/words/language.ts";
import { hasProgram } from "../tests/needs.ts";
import { COLUMNS, recordSession } from "./docs/record_session.ts";
import { renewReference } from "./docs/reference.ts";
import { terminalSvg } from "./docs/terminal_svg.ts";

/** The documents of each language. */
export const GENERATED = {
  en: { reference: "docs/REFERENCE.md", picture: "docs/session.svg" },
  pt: { reference: "docs/REFERENCE.pt-BR.md", picture: "docs/session.pt-BR.svg" },
} as const;

/** The reference of a language as the programs are now, formatted. */
export async function reference(language: keyof typeof GENERATED): Promise<string> {
  const text = await Deno.readTextFile(new URL(`../${GENERATED[language].reference}`, import.meta.url));
  const formatter = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--ext", "md", "-"],
    cwd: new URL("..", import.meta.url),
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const renewed = renewReference(text, await wordsFor(language));
  const [{ success, stdout }] = await Promise.all([
    formatter.output(),
    new Blob([renewed]).stream().pipeTo(formatter.stdin),
  ]);
  if (!success) throw new Error("deno fmt failed");
  return new TextDecoder().decode(stdout);
}

/** The picture of a session in a language, recorded now. */
export async function picture(language: keyof typeof GENERATED): Promise<string> {
  const { windows, label } = await recordSession(language);
  return terminalSvg(windows, COLUMNS, label);
}

if (import.meta.main) {
  const records = Deno.build.os === "linux" && Deno.uid() === 0 && hasProgram("tmux");
  for (const language of ["en", "pt"] as const) {
    const paths = GENERATED[language];
    await Deno.writeTextFile(paths.reference, await reference(language));
    console.log(`${paths.reference}: written`);
    if (records) await Deno.writeTextFile(paths.picture, await picture(language));
    console.log(`${paths.picture}: ${records ? "written" : "left as it is: it needs Linux, root and tmux"}`);
  }
}
