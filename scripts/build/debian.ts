/** The Debian package: both programs, the systemd unit, manual pages and completions. */
import { join } from "node:path";
import { checksums } from "./checksums.ts";
import { debianFiles, type DebianInput, debianVersion, filled, template } from "./debian_files.ts";
import { run } from "./run.ts";
import type { Target } from "./targets.ts";
import { writeTree } from "./tree.ts";

/** What Debian calls the machines for which there are packages. */
const ARCHITECTURES: Partial<Record<Target, string>> = {
  "x86_64-unknown-linux-gnu": "amd64",
  "aarch64-unknown-linux-gnu": "arm64",
};

/** The file name of the package for a target; `null` where there is none. */
export function debianName(version: string, target: Target): string | null {
  const architecture = ARCHITECTURES[target];
  return architecture === undefined ? null : `idp2pi_${debianVersion(version)}_${architecture}.deb`;
}

/**
 * Makes the package in the directory `out`. The same input gives the same bytes.
 *
 * @param work A directory that does not exist yet, for what goes into it.
 * @param compression How `dpkg-deb` compresses: `xz`, which every version of Debian reads, or not at all.
 */
export async function debianPackage(
  input: DebianInput,
  work: string,
  out: string,
  compression: "xz" | "none" = "xz",
): Promise<void> {
  const { target, version, maintainer, time } = input;
  const files = await debianFiles(input);
  await writeTree(work, files, time);
  const paths = files.map(({ path }) => path);
  const sizes = await Promise.all(paths.map(async (path) => (await Deno.stat(join(work, path))).size));
  const control = filled(await template("control"), {
    version: debianVersion(version),
    architecture: ARCHITECTURES[target]!,
    maintainer,
    size: `${sizes.reduce((sum, size) => sum + Math.ceil(size / 1024), 0)}`, // In KiB.
  });
  const scripts = ["postinst", "prerm", "postrm"].map(async (name) => ({
    path: name,
    content: await template(name),
    isExecutable: true,
  }));
  await writeTree(join(work, "DEBIAN"), [
    { path: "control", content: control },
    { path: "md5sums", content: await checksums(work, paths, "md5") },
    ...await Promise.all(scripts),
  ], time);
  const output = join(out, debianName(version, target)!);
  // The time is given again, for it is in the archive that dpkg-deb makes of the tree.
  await run("dpkg-deb", ["--root-owner-group", `-Z${compression}`, "--build", work, output], {
    env: { SOURCE_DATE_EPOCH: `${time}` },
  });
}
