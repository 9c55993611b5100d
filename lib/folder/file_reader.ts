/**
 * Reading single files beside the main thread: what a download turned out to be must not stop it, however it is made.
 *
 * @module
 */
import { join } from "node:path";
import type { FileFacts, Unreadable } from "../files/facts.ts";
import { type FromScanWorker, ScanWorkers } from "./scan_workers.ts";

/** Why a file could not be read. */
export class UnreadError extends Error {
  /** Whether that says nothing of the file itself. */
  readonly passing: boolean;

  /** The error of a worker's report. */
  constructor({ reason, passing }: Unreadable) {
    super(reason);
    this.passing = passing ?? false;
  }
}

/** Reads single files in workers, which start with the first and end with the reader. */
export class FileReader implements Disposable {
  readonly #workers: ScanWorkers = new ScanWorkers((message) => this.#take(message));
  /** Who waits for a file, by its whole path. */
  readonly #waiting = new Map<string, PromiseWithResolvers<FileFacts>>();

  /**
   * What a file of a directory is.
   *
   * @param root The directory's real path.
   * @param path The file's within it.
   * @param md5 Its MD5, if it is known.
   * @throws {UnreadError} Why it cannot be read.
   */
  read(root: string, path: string, md5?: string): Promise<FileFacts> {
    const whole = join(root, path);
    let answer = this.#waiting.get(whole);
    if (answer) return answer.promise;
    this.#waiting.set(whole, answer = Promise.withResolvers<FileFacts>());
    this.#workers.order({ root, paths: [path], md5 });
    return answer.promise.finally(() => this.#waiting.delete(whole));
  }

  #take(message: FromScanWorker): void {
    if (message.kind === "failed") return this.#reject(message.error);
    if (message.kind === "read") return;
    for (const one of message.unreadable) this.#waiting.get(one.path)?.reject(new UnreadError(one));
    for (const facts of message.facts) this.#waiting.get(join(message.root, facts.path))?.resolve(facts);
  }

  #reject(error: Error): void {
    this.#waiting.forEach(({ reject }) => reject(error));
  }

  /** Ends the workers; who still waits hears of it. */
  [Symbol.dispose](): void {
    this.#workers[Symbol.dispose]();
    this.#reject(new Error("the reader has ended"));
  }
}
