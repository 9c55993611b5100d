/**
 * Reading the files of a directory beside the main thread, in as many workers as there are cores: a file that is
 * crafted to block its reader stops nothing else.
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
  /** The MD5 of the one file, if it is known. */
  readonly md5?: string;
}

export interface FileContents {
  /** Bytes read since the last progress. */
  readonly bytes: number;
  readonly records: readonly FileRecord[];
  readonly unreadable: readonly Unreadable[];
}

/** Most workers: more do not make a disk faster. */
const MAX_WORKERS = 16;

/** Requests that a worker has at a time: one more than it works on. */
const MAX_REQUESTS = 2;

/**
 * A worker that sends nothing for so long waits for a disk that hangs, or reads a file that is crafted to block it. A
 * start takes longer than reading a file on a busy machine.
 */
const TIMEOUTS: PoolTimeouts = { start: 30_000, answer: 30_000 };

const WORKER = new URL("./scan_worker.ts", import.meta.url);

/** Reads files of one directory in workers, which start with the first and may read there and nothing else. */
export class FileReader implements Disposable {
  readonly #root: string;
  readonly #pool: WorkerPool<FilesToRead, FileContents, number>;

  /**
   * A reader that has not started a worker yet.
   *
   * @param root The directory's real path.
   * @param worker The workers' module; tests have one that gets stuck.
   */
  constructor(root: string, timeouts: PoolTimeouts = TIMEOUTS, worker: URL = WORKER) {
    this.#root = root;
    this.#pool = new WorkerPool({
      module: worker,
      permissions: {
        read: [root],
        write: false,
        net: false,
        run: false,
        ffi: false,
        sys: false,
        env: "inherit", // Of what the program itself may see of it: file-type asks for it when it is loaded.
      },
      maxWorkers: Math.min(MAX_WORKERS, navigator.hardwareConcurrency),
      maxRequests: MAX_REQUESTS,
      timeouts,
    });
  }

  /**
   * What these files contain. Of several files of which one makes a worker stuck, each is tried again on its own.
   *
   * @param paths The files' paths within the directory; one file, where its MD5 is known.
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
      // A file that blocked a worker is not tried again before it changes; one that never had a worker is.
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
