/**
 * SHA256SUMS, as `sha256sum --check` reads it.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { join } from "node:path";

/** The file of checksums. */
export const CHECKSUMS = "SHA256SUMS";

/** A line for each of these files of a directory. */
export async function checksums(directory: string, names: readonly string[]): Promise<string> {
  const lines: string[] = [];
  for (const name of names) lines.push(`${await sha256Of(join(directory, name))}  ${name}\n`);
  return lines.join("");
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk);
  return hash.digest("hex");
}
