/**
 * Directories of files that are to be packed: each file with a mode and a time that do not depend on who packs them.
 */
import { dirname, join } from "node:path";

/** A file. */
export interface TreeFile {
  /** Its path in the tree, with `/`. */
  readonly path: string;
  /** What is in it, or the path of a file to copy. */
  readonly content: string | Uint8Array | { readonly copy: string };
  readonly isExecutable?: boolean;
}

/** Writes the files below a new directory; all of them, and the directories, bear this time (in seconds since 1970). */
export async function writeTree(root: string, files: readonly TreeFile[], time: number): Promise<void> {
  const directories = new Set<string>([root]);
  for (const { path, content, isExecutable } of files) {
    const target = join(root, path);
    for (let directory = dirname(target); directory !== root; directory = dirname(directory)) {
      directories.add(directory);
    }
    await Deno.mkdir(dirname(target), { recursive: true });
    if (typeof content === "string") await Deno.writeTextFile(target, content);
    else if (content instanceof Uint8Array) await Deno.writeFile(target, content);
    else await Deno.copyFile(content.copy, target);
    if (Deno.build.os !== "windows") await Deno.chmod(target, isExecutable ? 0o755 : 0o644);
    await Deno.utime(target, time, time);
  }
  for (const directory of directories) {
    if (Deno.build.os !== "windows") await Deno.chmod(directory, 0o755);
    await Deno.utime(directory, time, time);
  }
}
