/** Reads a systemd unit, and the filter of system calls that systemd makes of it. */

/** The assignments of a section, in their order; lines that go on are put together (systemd.syntax(7)). */
export function assignments(unit: string, section: string): [key: string, value: string][] {
  const lines = unit.replace(/\\\n/g, " ").split("\n").map((it) => it.trim());
  let current = "";
  return lines.flatMap((line): [string, string][] => {
    const [, header] = /^\[(.+)\]$/.exec(line) ?? [];
    if (header !== undefined) current = header;
    const [, key, value] = /^([A-Za-z]+)\s*=\s*(.*)$/.exec(line) ?? [];
    return current === section && key !== undefined ? [[key, value]] : [];
  });
}

/** The values of one key of the section `Service`. */
export function valuesOf(unit: string, key: string): string[] {
  return assignments(unit, "Service").filter(([it]) => it === key).map(([, value]) => value);
}

/** The groups of system calls that systemd knows, by their names (`@…`), each with its members, groups among them. */
export async function readGroups(): Promise<ReadonlyMap<string, readonly string[]>> {
  const { stdout } = await new Deno.Command("systemd-analyze", { args: ["--no-pager", "syscall-filter"] }).output();
  const groups = new Map<string, string[]>();
  let members: string[] = [];
  for (const line of new TextDecoder().decode(stdout).split("\n")) {
    const word = line.trim();
    if (line.startsWith("@")) groups.set(word, members = []);
    else if (line.startsWith(" ") && /^@?\w[\w-]*$/.test(word)) members.push(word);
  }
  return groups;
}

/** The system calls that a name stands for: itself, or the members of a group and of those in it. */
export function expand(name: string, groups: ReadonlyMap<string, readonly string[]>): string[] {
  if (!name.startsWith("@")) return [name];
  const members = groups.get(name);
  if (!members) throw new Error(`systemd knows no group ${name}`);
  return members.flatMap((it) => expand(it, groups));
}

/**
 * The system calls that the lines of `SystemCallFilter=` allow (systemd.exec(5)): the first line decides whether what is
 * named is allowed or forbidden, and each further one adds to that or, inverted, takes from it. A list of what is allowed
 * begins with `@default`; an empty line begins again.
 */
export function allowedCalls(lines: readonly string[], groups: ReadonlyMap<string, readonly string[]>): Set<string> {
  let [allows, named]: [boolean | null, Set<string>] = [null, new Set()];
  for (const line of lines) {
    if (line === "") [allows, named] = [null, new Set()];
    const inverted = line.startsWith("~");
    const words = line.replace(/^~/, "").split(/\s+/).filter((it) => it !== "");
    if (words.length === 0) continue;
    if (allows === null) [allows, named] = [!inverted, new Set(inverted ? [] : expand("@default", groups))];
    const calls = words.flatMap((word) => expand(word.replace(/:\w+$/, ""), groups));
    for (const call of calls) inverted === allows ? named.delete(call) : named.add(call);
  }
  if (allows === true) return named;
  return new Set(expand("@known", groups)).difference(named);
}
