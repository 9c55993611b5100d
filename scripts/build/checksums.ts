/** Files of checksums, as `sha256sum --check` and `md5sum --check` read them. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { join } from "node:path";

/** The file of checksums beside what was built. */
export const CHECKSUMS = "SHA256SUMS";

/** A line for each of these files of a directory. */
export async function checksums(
  directory: string,
  names: readonly string[],
  algorithm: "sha256" | "md5" = "sha256",
): Promise<string> {
  const lines: string[] = [];
  for (const name of names) {
    const hash = createHash(algorithm);
    for await (const chunk of createReadStream(join(directory, name), { highWaterMark: 1 << 20 })) hash.update(chunk);
    lines.push(`${hash.digest("hex")}  ${name}\n`);
  }
  return lines.join("");
}
