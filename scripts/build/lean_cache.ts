/**
 * A cache directory for Deno in which packages have nothing that a program cannot load: no types, documents or source
 * maps, and of packages that are not needed nothing at all. What is compiled from it is smaller. It is also the same on
 * every machine: all files bear one time, and Deno finds no document there that it would try to read as a script, with a
 * message in the executable that says where it was.
 */
import { dirname, join, relative } from "node:path";
import { filesOf, type Packages, RUNNABLE } from "./npm_packages.ts";

/** The time of all files of packages, in seconds since 1970: that of npm's own archives, October 26, 1985. */
const TIME = 499_162_500;

/**
 * Makes the cache.
 *
 * @param unused Paths of files of packages that are left out, too.
 * @param directory A directory that does not exist yet: `DENO_DIR` for Deno.
 */
export async function leanCache(
  { needed, unneeded, cache }: Packages,
  unused: string[],
  directory: string,
): Promise<void> {
  const placeOf = (path: string): string => join(directory, relative(cache, path));
  // Deno takes a package whose directory exists as downloaded.
  for (const one of unneeded) await Deno.mkdir(placeOf(one.directory), { recursive: true });
  for (const one of needed) {
    for (const path of await filesOf(one)) {
      if (!/\.json$/.test(path) && !RUNNABLE.test(path) || unused.includes(path)) continue;
      await Deno.mkdir(dirname(placeOf(path)), { recursive: true });
      await Deno.copyFile(path, placeOf(path));
      await Deno.utime(placeOf(path), TIME, TIME);
    }
  }
  // Runtimes that were downloaded for other targets, or will be.
  await Deno.mkdir(join(cache, "dl"), { recursive: true });
  await Deno.symlink(join(cache, "dl"), join(directory, "dl"), { type: "junction" });
}
