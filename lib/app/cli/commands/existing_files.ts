/** Finds files of a directory that may be images of a list, so that `get` fetches nothing twice. */
import { join } from "node:path";
import { MAX_SAME_NAME } from "../../../download/save/publish.ts";
import { numbered, sanitizePath } from "../../../files/file_name.ts";
import { Subdirectory } from "../../../files/subdirectory.ts";
import type { SharedFolder } from "../../../folder/shared_folder.ts";
import type { Image } from "../../../protocol/image.ts";

/** How many files are read at the same time: each processor has some. */
const READS_AT_ONCE = 16;

/**
 * Adds the files that have the names of these images, with or without a number, to the folder: under their paths, and
 * in the directory itself, where `--flat` saves them. Unreadable files do not matter.
 *
 * @param onRead Called before each file with how many were begun, and how many there are.
 */
export async function addExisting(
  folder: SharedFolder,
  images: readonly Image[],
  onRead: (files: number, total: number) => void = () => {},
): Promise<void> {
  const paths = images.map(({ name }) => sanitizePath(name, folder.path));
  const albums = Map.groupBy(paths, ({ folders }) => folders.join("/"));
  albums.set("", paths);
  const found: string[] = [];
  for (const [album, inAlbum] of albums) {
    const names = new Set(inAlbum.map(({ file }) => file));
    const directory = Subdirectory.find(folder.path, album === "" ? [] : inAlbum[0].folders)?.path;
    if (directory === undefined) continue;
    for (const path of await filesNamed(directory, names)) found.push(path);
  }
  const rest = found.entries();
  const readSome = async (): Promise<void> => {
    for (const [i, path] of rest) {
      onRead(i, found.length);
      await folder.add(path).catch(() => {});
    }
  };
  await Promise.all(Array.from({ length: READS_AT_ONCE }, readSome));
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
