/** The history of transfers: what was downloaded from whom and uploaded to whom, kept for the user over runs. */
import { resolve } from "node:path";
import { CacheFile, type Schema } from "../files/cache_file.ts";

/** The most transfers kept, some 30 MB: the oldest are forgotten first. */
const MAX_KEPT = 100_000;

/** How long transfers wait for others before they are written, in milliseconds: each transaction costs as much as many. */
const WRITE_MS = 1_000;

const SCHEMA: Schema = {
  version: 1,
  tables: {
    transfers: `(at INTEGER NOT NULL, kind TEXT NOT NULL, md5 TEXT NOT NULL, name TEXT NOT NULL, bytes INTEGER NOT NULL,
      ms INTEGER NOT NULL, peer TEXT NOT NULL, directory TEXT NOT NULL) STRICT`,
  },
  // Who serves others does not wait long for another client that is writing: the next second will do.
  busyMs: 50,
};

/** An image that went from one peer to another. */
export interface Transfer {
  /** When it was complete, in milliseconds since 1970. */
  readonly at: number;
  readonly kind: "downloaded" | "uploaded";
  readonly md5: string;
  /** As the image is listed. */
  readonly name: string;
  /** The number of bytes that were transferred. */
  readonly bytes: number;
  /** How long that took, in milliseconds, at least 1. */
  readonly ms: number;
  /** The address of the other peer. */
  readonly peer: string;
  /** The directory that was shared or downloaded into. */
  readonly directory: string;
}

/** The history in a file of the user's, which several clients may write at the same time. Its failures stop nothing. */
export class History implements Disposable {
  readonly #file: CacheFile;
  readonly #most: number;
  #waiting: Transfer[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** The history in this file, which is created if missing; `null` keeps nothing. */
  constructor(path: string | null, most: number = MAX_KEPT) {
    [this.#file, this.#most] = [new CacheFile(path, SCHEMA), most];
  }

  /** Adds a transfer that is complete now; `ms` need not be a whole number. */
  add(transfer: Omit<Transfer, "at">): void {
    if (this.#waiting.length >= this.#most) return; // Nothing can be written.
    const ms = Math.max(1, Math.round(transfer.ms));
    const name = transfer.name.replaceAll("\0", "\ufffd"); // SQLite would end there.
    this.#waiting.push({ ...transfer, at: Date.now(), name, ms, directory: resolve(transfer.directory) });
    this.#timer ??= setTimeout(() => this.flush(), WRITE_MS);
  }

  /** Writes what waits. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    const isWritten = this.#file.change((db) => {
      const put = db.prepare("INSERT INTO transfers VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
      for (const { at, kind, md5, name, bytes, ms, peer, directory } of waiting) {
        put.run(at, kind, md5, name, bytes, ms, peer, directory);
      }
      db.prepare("DELETE FROM transfers WHERE rowid <= (SELECT max(rowid) FROM transfers) - ?").run(this.#most);
    });
    if (isWritten) this.#waiting = [];
  }

  /** All transfers, the oldest first. */
  *read(): Generator<Transfer, void> {
    const rows = this.#file.try((db) => db.prepare("SELECT * FROM transfers ORDER BY rowid").all());
    for (const row of rows ?? []) yield row as unknown as Transfer;
  }

  /** Deletes all of them; returns how many there were. */
  clear(): number {
    let count = 0;
    this.#file.change((db) => count = Number(db.prepare("DELETE FROM transfers").run().changes));
    this.#file.try((db) => db.exec("VACUUM")); // Deleted rows would stay readable in the file.
    return count;
  }

  /** Writes what waits and closes the file. */
  [Symbol.dispose](): void {
    this.flush();
    clearTimeout(this.#timer);
    this.#file[Symbol.dispose]();
  }
}
