/**
 * The completion script of a program for each shell. It is static: pressing Tab starts no program.
 *
 * @module
 */
import type { Words } from "../../words/en/words.ts";
import type { ProgramSpec, SHELLS } from "../definition.ts";
import { bashScript } from "./bash.ts";
import { fishScript } from "./fish.ts";
import { completionOf } from "./model.ts";
import { powershellScript } from "./powershell.ts";
import { zshScript } from "./zsh.ts";

/** A shell that there is a script for. */
export type Shell = typeof SHELLS[number];

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript, powershell: powershellScript };

/** The script for a shell, its explanations in a language. */
export function completionScript(shell: Shell, spec: ProgramSpec, words: Words): string {
  return SCRIPTS[shell](completionOf(spec, words));
}
