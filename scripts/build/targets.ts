/** What is built: two programs for six kinds of machines. */

/** The targets of `deno compile`. */
export const TARGETS = [
  "x86_64-unknown-linux-gnu",
  "aarch64-unknown-linux-gnu",
  "x86_64-pc-windows-msvc",
  "aarch64-pc-windows-msvc",
  "x86_64-apple-darwin",
  "aarch64-apple-darwin",
] as const;

/** A kind of machine, as its triple. */
export type Target = typeof TARGETS[number];

/** The programs. */
export const PROGRAMS = ["server", "client"] as const;

/** A program. */
export type Program = typeof PROGRAMS[number];

/** Whether this is a target. */
export function isTarget(text: string): text is Target {
  return (TARGETS as readonly string[]).includes(text);
}

/**
 * These targets.
 *
 * @throws When one is not known.
 */
export function targetsOf(names: readonly string[]): Target[] {
  return names.map((name) => {
    if (!isTarget(name)) throw new Error(`Unknown target ${name}: use one of ${TARGETS.join(", ")}.`);
    return name;
  });
}

/** Whether executables for this target are programs of Windows. */
export function isWindows(target: Target): boolean {
  return target.includes("windows");
}

/** The file name of a program. */
export function executableName(program: Program, target: Target): string {
  return `idp2pi-${program}${isWindows(target) ? ".exe" : ""}`;
}
