/** What is known of the files of a directory, and how an unchanged file is recognized. */

/** A file as its directory shows it, not opened. */
export interface FileStat {
  /** Its path within the directory, its parts separated by `/`. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Another one for another file, and after each change ({@link versionOf}). */
  readonly version: string;
  /** When it last changed in any way, in milliseconds since 1970. */
  readonly changed: number;
}

/** What an image is, from its bytes alone. */
export interface ImageMetadata {
  /** The MD5 of its bytes: 32 hexadecimal digits, lower case. */
  readonly md5: string;
  /** Its MIME type. */
  readonly mime: string;
  /** Pixels; 0 when not known. */
  readonly width: number;
  /** Pixels; 0 when not known. */
  readonly height: number;
  /** Whether its metadata say where it was taken, or may do so. */
  readonly located: boolean;
  /** Its metadata could not be read to their end: they may contain GPS coordinates. */
  readonly uncertain?: boolean;
}

/** What is known of a file after it was read. */
export interface FileRecord {
  /** As in {@link FileStat}. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** The version of what was read. */
  readonly version: string;
  /**
   * Whether the version proves that the bytes are the same: not if the file changed so shortly before it was read that a
   * further change could bear the same time.
   */
  readonly reliable: boolean;
  /** What it is; `null` when it is no image. */
  readonly image: ImageMetadata | null;
  /** Another file with the same MD5 ({@link withoutChangeTime} of its version), and whether its bytes are the same. */
  readonly compared?: { readonly version: string; readonly same: boolean };
  /** It could not be read, which is not retried before it changes or is asked for. */
  readonly failed?: boolean;
}

/** What could not be read: it stops nothing else. */
export interface Unreadable {
  /** The file or directory. */
  readonly path: string;
  /** Why, in a few words. */
  readonly reason: string;
  /** Whether that says nothing about the file itself: it may be readable at another time. */
  readonly transient?: true;
}

/** Times of files may be as coarse as two seconds (FAT), in milliseconds. */
const COARSE_MS = 2_000;

/** What distinguishes one state of a file from another. */
export type FileTimes = Pick<Deno.FileInfo, "ino" | "birthtime" | "size" | "mtime" | "ctime">;

/** What a file is known by: its inode and when that was made, size and time, and the inode's time of its last change. */
export function versionOf({ ino, birthtime, size, mtime, ctime }: FileTimes): string {
  return `${ino} ${birthtime?.getTime()} ${size} ${mtime?.getTime()} ${ctime?.getTime()}`;
}

/**
 * A version without the time that a rename changes too: the same for the same file under another name. `null` where the
 * file system does not say when an inode was made: then another file may have it, of the same size and time.
 */
export function withoutChangeTime(version: string): string | null {
  return version.includes("undefined") ? null : version.slice(0, version.lastIndexOf(" "));
}

/** When a file last changed in any way, in milliseconds since 1970. */
export function changedAt({ mtime, ctime }: FileTimes): number {
  return Math.max(mtime?.getTime() ?? 0, ctime?.getTime() ?? 0);
}

/** Whether what changes after `now` is sure to bear another time than `changed`. */
export function isReliable(changed: number, now: number): boolean {
  return Math.abs(now - changed) > COARSE_MS;
}

/** How long a file must have been quiet before it is taken to be whole, in milliseconds. */
export const STABLE_MS = 2_000;

/** Some systems give the time of the last change in whole seconds: up to one more must pass, in milliseconds. */
const WHOLE_SECOND_MS = 1_000;

/** How much longer a file that last changed at `changed` must be quiet, in milliseconds; 0 when it is whole. */
export function stableIn(changed: number, now: number): number {
  const age = now - changed;
  // A time in the future comes from another clock and proves nothing.
  return age < -STABLE_MS ? 0 : Math.max(0, STABLE_MS + WHOLE_SECOND_MS - age);
}
