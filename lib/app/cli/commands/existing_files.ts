/** Finds files of a directory that may be images of a list, so that `get` fetches nothing twice. */
import { join } from "node:path";
import { MAX_SAME_NAME } from "../../../download/save/publish.ts";
import { numbered, sanitizePath } from "../../../files/file_name.ts";
import { pathWithin } from "../../../files/inside.ts";
import { Subdirectory } from "../../../files/subdirectory.ts";
import type { Image } from "../../../protocol/image.ts";

/**
 * The files that have the names of these images, with or without a number: under their paths, and in the directory
 * itself, where `--flat` saves them.
 *
 * @param root The real path of the directory.
 * @returns Their paths within the directory, separated by `/`.
 */
export async function existingFiles(root: string, images: readonly Image[]): Promise<string[]> {
  const paths = images.map(({ name }) => sanitizePath(name, root));
  const albums = Map.groupBy(paths, ({ folders }) => folders.join("/"));
  albums.set("", paths);
  const found: string[] = [];
  for (const [album, inAlbum] of albums) {
    const names = new Set(inAlbum.map(({ file }) => file));
    const directory = Subdirectory.find(root, album === "" ? [] : inAlbum[0].folders)?.path;
    if (directory === undefined) continue;
    for (const path of await filesNamed(directory, names)) found.push(pathWithin(root, path));
  }
  return [...new Set(found)];
}

/** The files of a directory that have one of these names, or one of them with a number. */
async function filesNamed(directory: string, names: ReadonlySet<string>): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(directory)).catch(() => []);
  // In composed form, since macOS writes decomposed names.
  const byName = Map.groupBy(entries, ({ name }) => name.normalize("NFC"));
  const paths: string[] = [];
  for (const name of names) {
    for (let number = 1; number <= MAX_SAME_NAME; number++) {
      const found = byName.get(numbered(name, number).normalize("NFC"));
      if (!found) break;
      for (const { name, isFile } of found) if (isFile) paths.push(join(directory, name));
    }
  }
  return paths;
}
