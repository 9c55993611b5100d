/**
 * Where a program keeps what it could do without.
 *
 * @module
 */

/**
 * Our directory in the user's cache directory: that of the XDG specification on Linux, the system's own on macOS and
 * Windows.
 *
 * @param env Reads a variable of the environment.
 * @returns `null` when the environment tells of no such directory.
 */
export function usualCacheDirectory(
  os: typeof Deno.build.os,
  env: (name: string) => string | undefined,
): string | null {
  const home = env("HOME");
  const base = os === "windows"
    ? env("LOCALAPPDATA")
    : os === "darwin"
    ? home && `${home}/Library/Caches`
    : env("XDG_CACHE_HOME") || (home && `${home}/.cache`);
  return base ? `${base}/idp2pi` : null;
}
