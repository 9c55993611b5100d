/**
 * The location of a shared directory, and whether it still exists: if it is gone, as on a removed drive, its files do
 * not count as removed.
 */
import { dirname, join } from "node:path";
import { Fault } from "../fault/fault.ts";
import { codeOf, reasonOfPath, REASONS } from "../fault/reason.ts";
import { versionOf } from "../files/file_record.ts";
import { directoryId } from "../files/inside.ts";
import { isTransient } from "../files/transient.ts";
import type { SharedImage } from "./image_index.ts";

/** A directory as it was found at one time. */
export class FolderRoot {
  /** Its real path. */
  readonly path: string;
  /** Identifies the directory; `null` if unknown. */
  readonly id: string | null;

  constructor(path: string, id: string | null = directoryId(path)) {
    [this.path, this.id] = [path, id];
  }

  /**
   * The directory at `path`, or at the target of a link.
   *
   * @throws {Fault} `directory-missing`, `directory-unusable`.
   */
  static async find(path: string): Promise<FolderRoot> {
    try {
      const root = await Deno.realPath(path);
      if ((await Deno.stat(root)).isDirectory) return new FolderRoot(root);
    } catch (error) {
      const reason = reasonOfPath(path, error);
      if (reason === REASONS.ENOENT) throw new Fault("directory-missing", { path }, error);
      throw new Fault("directory-unusable", { path, reason }, error);
    }
    throw new Fault("directory-unusable", { path, reason: REASONS.ENOTDIR });
  }

  /** Whether `other` is the same directory at the same path. */
  equals(other: FolderRoot): boolean {
    return this.path === other.path && this.id === other.id;
  }

  /** Whether an error proves that the file at this absolute path is gone or was replaced. */
  isProof(error: unknown, path: string): boolean {
    if (isTransient(error)) return false;
    if (codeOf(error) !== "ENOENT") return true;
    const id = directoryId(this.path);
    return id !== null && (this.id === null || id === this.id) && directoryId(dirname(path)) !== null;
  }

  /** Whether an image's file is unchanged since it was read; a file that cannot be read now counts as unchanged. */
  async isUnchanged({ path, version }: SharedImage): Promise<boolean> {
    const whole = join(this.path, path);
    return await Deno.lstat(whole).then((info) => versionOf(info) === version, (error) => !this.isProof(error, whole));
  }
}
