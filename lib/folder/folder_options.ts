/** How a directory is shared and scanned, and what a scan finds. */
import type { Unreadable } from "../files/file_record.ts";
import type { HashCache } from "./hash_cache.ts";

/** Which files of a directory are shared. */
export interface FolderOptions {
  /** Whether the directories in it are shared too; default: true. */
  readonly recursive?: boolean;
  /** Whether images are announced by their file names alone, not by their paths within the directory. */
  readonly flat?: boolean;
  /** Whether images that say where they were taken are left out. */
  readonly skipLocated?: boolean;
  /** What was read before; without it everything is read at the first scan. */
  readonly cache?: HashCache;
  /** Called when a file that is asked for has changed since it was read; without it the directory is scanned again. */
  readonly onStale?: () => void;
}

/** How far a scan has come. */
export interface ScanProgress {
  /** Files that are done. */
  readonly files: number;
  /** Files found so far; all of them once `found` is true. */
  readonly totalFiles: number;
  /** Bytes read. */
  readonly bytes: number;
  /** Bytes of the files that are to be read. */
  readonly totalBytes: number;
  /** Whether all files are found. */
  readonly found: boolean;
}

/** How a scan is done. What its callbacks throw goes to standard error, and stops nothing. */
export interface FolderScanOptions {
  /** Leaves out files that may still be being written: those that changed a moment ago. */
  readonly onlyStable?: boolean;
  /** Aborts it; the images are then as before. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (at: ScanProgress) => void;
}

/** What a scan found. */
export interface FolderScan {
  /** What could not be read. */
  readonly unreadable: readonly Unreadable[];
  /** When a further scan may find more, in milliseconds from now; `null` when nothing was left out for now. */
  readonly retryIn: number | null;
}

/** Why a file of the directory is not shared. */
export type LeftOut = "no-image" | "incomplete" | "located" | "uncertain" | "ignored" | "unreadable";
