/**
 * Reads the files of a directory in workers beside the main thread, one for each core: a file made to block its reader
 * stops nothing else.
 */
import { join } from "node:path";
import { REASONS } from "../fault/reason.ts";
import type { FileRecord, Unreadable } from "../files/file_record.ts";
import type { InspectOptions } from "./inspect.ts";
import { WorkerPool } from "../worker/pool.ts";
import { type PoolTimeouts, WorkerError } from "../worker/pool_worker.ts";

/** A request to a worker. */
export interface FilesToRead {
  /** The directory's real path. */
  readonly root: string;
  /** The files' paths within it. */
  readonly paths: readonly string[];
  /** The MD5, if the request is for one file and it is known. */
  readonly md5?: string;
}

export interface FileContents {
  /** Bytes read since the last progress. */
  readonly bytes: number;
  readonly records: readonly FileRecord[];
  readonly unreadable: readonly Unreadable[];
}

/** The most workers: more do not make a disk faster. */
const MAX_WORKERS = 16;

/** The most requests of a worker at a time: one more than it works on. */
const MAX_REQUESTS = 2;

/**
 * A worker that sends nothing for this long waits for a disk that hangs, or reads a file made to block it, in
 * milliseconds. On a busy machine a start takes longer than reading a file.
 */
const TIMEOUTS: PoolTimeouts = { start: 30_000, answer: 30_000 };

const WORKER = new URL("./scan_worker.ts", import.meta.url);

/** Reads files of one directory in workers, which start with the first request and may read only that directory. */
export class FileReader implements Disposable {
  readonly #root: string;
  readonly #pool: WorkerPool<FilesToRead, FileContents, number>;

  /**
   * A reader without workers yet.
   *
   * @param root The directory's real path.
   * @param readable The files that the workers may read; all in the directory by default.
   * @param worker The workers' module; tests use one that gets stuck.
   */
  constructor(
    root: string,
    timeouts: PoolTimeouts = TIMEOUTS,
    worker: URL = WORKER,
    readable: readonly string[] = [root],
  ) {
    this.#root = root;
    this.#pool = new WorkerPool({
      module: worker,
      permissions: {
        read: [...readable],
        write: false,
        net: false,
        run: false,
        ffi: false,
        sys: false,
        env: "inherit", // Of the variables that the program may read: file-type reads some when it is loaded.
      },
      maxWorkers: Math.min(MAX_WORKERS, navigator.hardwareConcurrency),
      maxRequests: MAX_REQUESTS,
      timeouts,
    });
  }

  /**
   * Reads what these files contain. If one of several files makes a worker stuck, each is tried again alone.
   *
   * @param paths The files' paths within the directory; only one with `md5`.
   * @throws {WorkerError} `crashed`, `closed`.
   */
  async read(paths: readonly string[], { md5, onRead }: InspectOptions = {}): Promise<FileContents> {
    try {
      return await this.#pool.request({ root: this.#root, paths, md5 }, { onProgress: onRead });
    } catch (error) {
      const kind = error instanceof WorkerError ? error.kind : null;
      if (kind !== "stuck" && kind !== "blocked") throw error;
      if (kind === "stuck" && paths.length > 1) return await this.#readEach(paths, onRead);
      const timedOut = paths.map((path) => ({ path: join(this.#root, path), reason: REASONS.ETIMEDOUT }));
      // A file that blocked a worker is not tried again before it changes; a file that no worker read is.
      const unreadable = kind === "stuck" ? timedOut : timedOut.map((it) => ({ ...it, transient: true as const }));
      return { bytes: 0, records: [], unreadable };
    }
  }

  async #readEach(paths: readonly string[], onRead?: (bytes: number) => void): Promise<FileContents> {
    const each = await Promise.all(paths.map((path) => this.read([path], { onRead })));
    return {
      bytes: each.reduce((sum, { bytes }) => sum + bytes, 0),
      records: each.flatMap(({ records }) => records),
      unreadable: each.flatMap(({ unreadable }) => unreadable),
    };
  }

  [Symbol.dispose](): void {
    this.#pool[Symbol.dispose]();
  }
}
