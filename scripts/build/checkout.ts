/** What a release is made from: a commit of a clean checkout, whose tag is the version. */
import { join } from "node:path";
import { runText } from "./run.ts";

/** A commit. */
export interface Commit {
  readonly id: string;
  /** When it was made, in seconds since 1970. All files of a release have this time. */
  readonly time: number;
  /** Who made it, as `Name <address>`: the maintainer of the Debian package. */
  readonly author: string;
  /** Whether it has the tag of the version. Without one it is a rehearsal. */
  readonly isTagged: boolean;
}

/**
 * The commit that is checked out.
 *
 * @param tag The tag that is being released; when left out, the tags `v…` of the commit.
 * @throws When files differ from the commit, or when the tag is not `v<version>`.
 */
export async function checkedOut(directory: string, version: string, tag?: string): Promise<Commit> {
  const git = async (...args: string[]): Promise<string> => (await runText("git", args, { cwd: directory })).trimEnd();
  const changed = await git("status", "--porcelain");
  if (changed !== "") {
    throw new Error(
      `A release is made from a commit, and these files differ from it:\n${changed}\nCommit or remove them.`,
    );
  }
  const expected = `v${version}`;
  const tags = tag === undefined ? (await git("tag", "--points-at", "HEAD", "v*")).split("\n").filter(Boolean) : [tag];
  if (tags.length > 0 && !tags.includes(expected)) {
    throw new Error(`The tag is ${tags.join(", ")}, but deno.json has the version ${version}: change one of them.`);
  }
  const [id, time, author] = (await git("log", "-1", "--format=%H%n%ct%n%cn <%ce>")).split("\n");
  return { id, time: Number(time), author, isTagged: tags.length > 0 };
}

/**
 * Copies a commit of the checkout in which the process works: all files bear the commit's time, for the times of what is
 * embedded are in an executable.
 *
 * @param directory Where the copy goes.
 * @returns Its directory.
 */
export async function copyOf({ id }: Commit, directory: string): Promise<string> {
  const copy = join(directory, "source");
  await Deno.mkdir(copy);
  await runText("git", ["archive", "--format=tar", "--output", `${copy}.tar`, id]);
  await runText("tar", ["--extract", "--file", `${copy}.tar`, "--directory", copy]);
  return copy;
}

/**
 * What changed in a version: the text under its heading in CHANGELOG.md.
 *
 * @param mayBeUnreleased Whether the text under “Unreleased” does, as for a rehearsal.
 * @throws When there is no such heading.
 */
export function changesOf(changelog: string, version: string, mayBeUnreleased: boolean): string {
  const sections = changelog.split(/^## /m).slice(1);
  const titled = (title: string): string | undefined => sections.find((it) => it.split(/[\s:]/, 1)[0] === title);
  const section = titled(version) ?? (mayBeUnreleased ? titled("Unreleased") : undefined);
  if (section === undefined) {
    throw new Error(`CHANGELOG.md has no heading “## ${version}”: rename “Unreleased” and date it.`);
  }
  return section.slice(section.indexOf("\n")).trim() + "\n";
}
