/** What is known about the files of a directory, and how an unchanged file is recognized. */

/** A file as listed in its directory, without opening it. */
export interface FileStat {
  /** Its path within the directory, its parts separated by `/`. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Differs between files, and after each change of a file ({@link versionOf}). */
  readonly version: string;
  /** When it last changed in any way, in milliseconds since 1970. */
  readonly changed: number;
}

/** The properties of an image that its bytes show. */
export interface ImageMetadata {
  /** The MD5 of its bytes: 32 hexadecimal digits, lower case. */
  readonly md5: string;
  /** Its MIME type. */
  readonly mime: string;
  /** Pixels; 0 if unknown. */
  readonly width: number;
  /** Pixels; 0 if unknown. */
  readonly height: number;
  /** When it was taken according to its metadata, in seconds since 1970; 0 if unknown. */
  readonly taken: number;
  /** Whether its metadata contain coordinates, or may do so. */
  readonly located: boolean;
  /** Its metadata could not be read to the end: they may contain coordinates. */
  readonly uncertain?: boolean;
}

/**
 * Why a file is not shared, other than for GPS coordinates, in the order in which reasons are shown. `other`: it is no
 * image; `growing`: it is still being written; `unshared`: the user chose so; `link`: it is no regular file.
 */
export const SKIP_REASONS = [
  "raw",
  "video",
  "incomplete",
  "empty",
  "other",
  "growing",
  "unreadable",
  "ignored",
  "unshared",
  "hidden",
  "link",
] as const;

/** Why a file is not shared. */
export interface SkipReason {
  /** The reason. */
  readonly why: typeof SKIP_REASONS[number];
  /** The maker of a raw file's camera, the format of an incomplete file, or why the system could not read it. */
  readonly kind?: string;
}

/** A file that is not shared, or a directory that was not walked, whose path ends with `/`. */
export interface SkippedFile extends SkipReason {
  /** The path within the shared directory, its parts separated by `/`. */
  readonly path: string;
}

/** What reading a file showed. */
export interface FileRecord {
  /** As in {@link FileStat}. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** The version of the file that was read. */
  readonly version: string;
  /**
   * Whether the same version proves the same bytes: not if the file changed so shortly before it was read that a
   * further change could have the same time.
   */
  readonly reliable: boolean;
  /** The image; `null` if the file is none, or is incomplete. */
  readonly image: ImageMetadata | null;
  /** Why there is no image. */
  readonly skipped?: SkipReason;
  /** Another file of the same MD5 ({@link withoutChangeTime} of its version), and whether its bytes are the same. */
  readonly compared?: { readonly version: string; readonly same: boolean };
  /** It could not be read, and is not tried again until it changes or is requested. */
  readonly failed?: boolean;
}

/** A file or directory that could not be read, which stops nothing else. */
export interface Unreadable {
  /** The file or directory. */
  readonly path: string;
  /** Why, in a few words. */
  readonly reason: string;
  /** Whether the reason says nothing about the file itself, which may be readable later. */
  readonly transient?: true;
}

/** File times may be rounded to two seconds (FAT), in milliseconds. */
const COARSE_MS = 2_000;

/** The properties that distinguish one state of a file from another. */
export type FileTimes = Pick<Deno.FileInfo, "ino" | "birthtime" | "size" | "mtime" | "ctime">;

/** The version of a file: its inode, the inode's creation and change times, the size, and the modification time. */
export function versionOf({ ino, birthtime, size, mtime, ctime }: FileTimes): string {
  return `${ino} ${birthtime?.getTime()} ${size} ${mtime?.getTime()} ${ctime?.getTime()}`;
}

/**
 * A version without the change time, which a rename updates: the same for the same file under another name. `null` if
 * the file system has no creation times: then another file may have the inode, with the same size and time.
 */
export function withoutChangeTime(version: string): string | null {
  return version.includes("undefined") ? null : version.slice(0, version.lastIndexOf(" "));
}

/** When the bytes of a file of this version last changed, in seconds since 1970; `NaN` if unknown. */
export function modifiedAt(version: string): number {
  return Math.floor(Number(version.split(" ")[3]) / 1_000);
}

/** When a file last changed in any way, in milliseconds since 1970. */
export function changedAt({ mtime, ctime }: FileTimes): number {
  return Math.max(mtime?.getTime() ?? 0, ctime?.getTime() ?? 0);
}

/** Whether any change after `now` is certain to have another time than `changed`. */
export function isReliable(changed: number, now: number): boolean {
  return Math.abs(now - changed) > COARSE_MS;
}

/** How long a file must be unchanged before it counts as complete, in milliseconds. */
export const STABLE_MS = 2_000;

/** Some systems round the change time to whole seconds: up to one more must pass, in milliseconds. */
const WHOLE_SECOND_MS = 1_000;

/** For how much longer a file changed at `changed` must stay unchanged, in milliseconds; 0 if it is complete. */
export function stableIn(changed: number, now: number): number {
  const age = now - changed;
  // A time in the future comes from another clock and proves nothing.
  return age < -STABLE_MS ? 0 : Math.max(0, STABLE_MS + WHOLE_SECOND_MS - age);
}
