/** Single files that are shared instead of a whole directory: their paths within one, and their current state. */
import { basename, dirname, join, parse, resolve, sep } from "node:path";
import { REASONS } from "../fault/reason.ts";
import { changedAt, type FileStat, type SkippedFile, type Unreadable, versionOf } from "../files/file_record.ts";
import { pathWithin } from "../files/inside.ts";
import { unreadable } from "../files/transient.ts";

/** Files by their paths within a directory that holds all of them. */
export interface SingleFiles {
  /** The real path of the directory. */
  readonly directory: string;
  /** The paths within it, each once, separated by `/`. */
  readonly only: readonly string[];
  /** Files on other drives than the first one, as Windows has them. */
  readonly elsewhere: readonly string[];
}

/** Finds the directory that holds all of these files, which need not exist; links to their directories are followed. */
export async function locateFiles(paths: readonly string[]): Promise<SingleFiles> {
  const all = await Promise.all(paths.map(async (path) => {
    const parent = dirname(resolve(path));
    return join(await Deno.realPath(parent).catch(() => parent), basename(resolve(path)));
  }));
  const { root } = parse(all[0]);
  const here = all.filter((path) => parse(path).root === root);
  const [first, ...others] = here.map((path) =>
    dirname(path).slice(root.length).split(sep).filter((part) => part !== "")
  );
  const differs = first.findIndex((part, i) => others.some((parts) => parts[i] !== part));
  const directory = join(root, (differs < 0 ? first : first.slice(0, differs)).join(sep));
  const only = new Set(here.map((path) => pathWithin(directory, path)));
  return { directory, only: [...only], elsewhere: all.filter((path) => !here.includes(path)) };
}

/** Looks at each of the files, none of them opened. */
export function* lookAtFiles(
  directory: string,
  only: readonly string[],
  onSkipped: (skipped: SkippedFile) => void,
): Generator<FileStat | Unreadable> {
  for (const path of only) {
    const whole = join(directory, path);
    try {
      const info = Deno.lstatSync(whole);
      if (info.isFile) yield { path, size: info.size, version: versionOf(info), changed: changedAt(info) };
      else if (info.isDirectory) yield { path: whole, reason: REASONS.EISDIR };
      else onSkipped({ path, why: "link" });
    } catch (error) {
      yield unreadable(whole, error);
    }
  }
}
