/**
 * The archives that are downloaded: both programs with their licence and the documents of users, as .tar.gz, for Windows as .zip.
 */
import { join } from "node:path";
import { run } from "./run.ts";
import { executableName, isWindows, PROGRAMS, type Target } from "./targets.ts";
import { type TreeFile, writeTree } from "./tree.ts";

/** What is in an archive beside the programs and the notices. */
const DOCUMENTS = [
  ...["LICENSE", "README.md", "README.pt-BR.md", "CHANGELOG.md"],
  ...["REFERENCE.md", "REFERENCE.pt-BR.md", "OPERATIONS.md", "OPERATIONS.pt-BR.md"].map((name) => `docs/${name}`),
  ...["session.svg", "session.pt-BR.svg"].map((name) => `docs/${name}`),
];

/** What an archive is made from. */
export interface ArchiveInput {
  readonly target: Target;
  /** The directory of the executables. */
  readonly executables: string;
  readonly version: string;
  /** The time of all files, in seconds since 1970. */
  readonly time: number;
  /** The notices of what is in the executables. */
  readonly notices: string;
}

/**
 * Makes the archive in the directory `out`. The same input gives the same bytes.
 *
 * @param work A directory in which what goes into it is gathered.
 */
export async function archive(input: ArchiveInput, work: string, out: string): Promise<void> {
  const { target, executables, version, time, notices } = input;
  const name = `idp2pi-${version}-${target}`;
  const programs = PROGRAMS.map((program) => executableName(program, target));
  const files: TreeFile[] = [
    ...programs.map((path) => ({ path, content: { copy: join(executables, path) }, isExecutable: true })),
    ...DOCUMENTS.map((path) => ({ path, content: { copy: path } })),
    { path: "THIRD-PARTY.txt", content: notices },
  ];
  await writeTree(join(work, name), files, time);
  if (isWindows(target)) {
    // Without the owner's numbers (-X) and with no time zone, in which times of files in a .zip are.
    const paths = files.map(({ path }) => `${name}/${path}`);
    await run("zip", ["-q", "-9", "-X", join(out, `${name}.zip`), ...paths], { cwd: work, env: { TZ: "UTC" } });
  } else {
    const owner = ["--owner=0", "--group=0", "--numeric-owner", "--sort=name", "--format=ustar"];
    const compress = ["--use-compress-program=gzip -9n", "--file", join(out, `${name}.tar.gz`)];
    await run("tar", ["--create", ...owner, ...compress, "--directory", work, name]);
  }
}
