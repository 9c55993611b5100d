/** What `--json` shows, held to schema/v1.json. */
import { ok } from "node:assert/strict";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { ROOT } from "./support.ts";

const schema = JSON.parse(await Deno.readTextFile(join(ROOT, "schema", "v1.json")));
const validate = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true }).compile(schema);

/** One object. */
export interface Shown {
  readonly kind: string;
  readonly [key: string]: unknown;
}

/** The objects of an output, each of a documented shape. */
export function shown(output: string): Shown[] {
  return output.trim().split("\n").map((line): Shown => {
    const value: unknown = JSON.parse(line);
    ok(validate(value), `${line}\n${JSON.stringify(validate.errors)}`);
    return value as Shown;
  });
}
