/** The config file: TOML, with a key for each option, without its dashes. */
import { UsageError } from "../../words/usage.ts";
import { Fault } from "../../../fault/fault.ts";
import { reasonOf } from "../../../fault/reason.ts";

/** The longest config file that is read, in bytes: there are some twenty keys. */
const MAX_BYTES = 65_536;

/**
 * Reads a config file: each key's value as a person would type it. `null` if the file is optional and does not exist.
 *
 * @param required Whether the user named the file, so that it must exist.
 * @throws {Fault} `config-unusable`.
 * @throws {UsageError} `bad-config` for invalid TOML, and values that no option takes.
 */
export async function readConfig(
  path: string,
  required: boolean,
): Promise<{ path: string; values: Record<string, string> } | null> {
  let text: string;
  try {
    // It may be a link, since many keep it elsewhere, but only to a regular file.
    const real = Deno.realPathSync(path);
    const { PlainFile } = await import("../../../files/plain_file.ts");
    using file = PlainFile.openSync(real);
    text = new TextDecoder().decode(file.readAllSync(MAX_BYTES));
  } catch (error) {
    const absent = error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory;
    if (absent && !required) return null;
    throw new Fault("config-unusable", { path, reason: reasonOf(error) }, error);
  }
  const { parse, TomlError } = await import("smol-toml"); // Loaded only if such a file exists.
  try {
    const values: Record<string, string> = {};
    for (const [key, value] of Object.entries(parse(text))) {
      if (typeof value === "object") throw new UsageError("bad-config", path, key);
      values[key] = String(value);
    }
    return { path, values };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    throw new UsageError("bad-config", path, `${error.line}:${error.column}`);
  }
}
