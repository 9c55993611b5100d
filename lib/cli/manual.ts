import type { ProgramSpec } from "./definition.ts";
import type { Words } from "../words/en/words.ts";
/** stub */
export function manualPage(_s: ProgramSpec, _w: Words, _v: string): string {
  return "";
}
