/** The options of sharing and scanning a directory, and the results of a scan. */
import type { Unreadable } from "../files/file_record.ts";
import type { HashCache } from "./hash_cache.ts";

/** Which files of a directory are shared. */
export interface FolderOptions {
  /** Whether subdirectories are shared too; default: true. */
  readonly recursive?: boolean;
  /** Whether images are announced by their file names only, without their paths in the directory. */
  readonly flat?: boolean;
  /** The only files that are shared, by their paths within the directory; all by default. */
  readonly only?: readonly string[];
  /** Whether images that contain coordinates are not shared; default: false. */
  readonly skipLocated?: boolean;
  /** What earlier runs read; without it, the first scan reads everything. */
  readonly cache?: HashCache;
  /** Called when a requested file has changed since it was read; by default the directory is scanned again. */
  readonly onStale?: () => void;
}

/** How far a scan has come. */
export interface ScanProgress {
  /** Files that are finished. */
  readonly files: number;
  /** Files found so far; all of them once `found` is true. */
  readonly totalFiles: number;
  /** Bytes read. */
  readonly bytes: number;
  /** Bytes of all files that have to be read. */
  readonly totalBytes: number;
  /** Whether all files have been found. */
  readonly found: boolean;
}

/** The options of a scan. Exceptions in its callbacks go to standard error, and stop nothing. */
export interface FolderScanOptions {
  /** Leaves out files that changed recently, which may be incomplete. */
  readonly onlyStable?: boolean;
  /** Aborts the scan; the images then stay as before. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (at: ScanProgress) => void;
}

/** What a scan found. */
export interface FolderScan {
  /** The files and directories that could not be read. */
  readonly unreadable: readonly Unreadable[];
  /** In how many milliseconds another scan may find more; `null` if nothing was left out for now. */
  readonly retryIn: number | null;
}

/** Why a file of the directory is not shared. */
export type LeftOut = "no-image" | "incomplete" | "located" | "uncertain" | "ignored" | "unshared" | "unreadable";
