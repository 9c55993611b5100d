/** The paths of a user's files on each system, and the meaning of `~` in a path. No other code decides them. */

export type System = typeof Deno.build.os;

/** The paths of a user's files; each `null` if the environment does not show it. */
export interface UserPaths {
  readonly home: string | null;
  readonly config: string | null;
  readonly hashCache: string | null;
  readonly history: string | null;
  readonly thumbnails: string | null;
  /** The directory of the files by which running clients are found. */
  readonly running: string | null;
}

/**
 * The paths of this user: by the XDG Base Directory Specification on Linux and similar systems, in `Library/Caches` and
 * `.config` on macOS, in the known folders on Windows. `env` is from {@link environmentOf}.
 */
export function userPaths(
  program: "client" | "server",
  os: System,
  env: Readonly<Record<string, string | undefined>>,
): UserPaths {
  const within = (base: string | null, ...names: string[]): string | null => base && joined(os, base, ...names);
  const home = (os === "windows" ? env.USERPROFILE : env.HOME) || null;
  const config = os === "windows" ? env.APPDATA || null : env.XDG_CONFIG_HOME || within(home, ".config");
  const cache = os === "windows"
    ? env.LOCALAPPDATA || null
    : os === "darwin"
    ? within(home, "Library", "Caches")
    : env.XDG_CACHE_HOME || within(home, ".cache");
  return {
    home,
    config: within(config, "idp2pi", `${program}.toml`),
    hashCache: within(cache, "idp2pi", "files.sqlite"),
    history: within(cache, "idp2pi", "history.sqlite"),
    thumbnails: within(cache, "idp2pi", "thumbnails.sqlite"),
    running: within(cache, "idp2pi", "running"),
  };
}

/**
 * Replaces `~` by the home directory, if known: alone, or before a separator. Shells do not do so in a config file, a
 * variable or the answer to a question, and never on Windows. `~ana`, another user's home, is not changed.
 */
export function expandHome(path: string, os: System, home: string | null): string {
  const tilde = os === "windows" ? /^~(?:[\\/]+|$)/ : /^~(?:\/+|$)/;
  if (home === null || !tilde.test(path)) return path;
  const rest = path.replace(tilde, "");
  return rest === "" ? home : joined(os, home, os === "windows" ? rest.replaceAll("/", "\\") : rest);
}

/** The environment. On Windows, where the names of variables have no case, all are upper-case. */
export function environmentOf(
  os: System,
  env: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  if (os !== "windows") return env;
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name.toUpperCase(), value]));
}

/** Like `join` of node:path, which takes too long to load before the first line. */
function joined(os: System, base: string, ...names: string[]): string {
  const separator = os === "windows" ? "\\" : "/";
  return base.replace(os === "windows" ? /[\\/]+$/ : /\/+$/, "") + names.map((name) => separator + name).join("");
}
