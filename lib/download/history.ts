/** The history of transfers, kept for the user between runs: downloads and uploads with their peers. */
import { resolve } from "node:path";
import { CacheFile, type Schema } from "../files/cache_file.ts";

/** The most transfers kept, some 30 MB: the oldest are forgotten first. */
const MAX_KEPT = 100_000;

/** How long transfers are collected before they are written, in milliseconds: a transaction costs as much for many. */
const WRITE_MS = 1_000;

const SCHEMA: Schema = {
  version: 1,
  tables: {
    transfers: `(at INTEGER NOT NULL, kind TEXT NOT NULL, md5 TEXT NOT NULL, name TEXT NOT NULL, bytes INTEGER NOT NULL,
      ms INTEGER NOT NULL, peer TEXT NOT NULL, directory TEXT NOT NULL) STRICT`,
  },
  // A peer that serves others must not wait long for another client's write: the next second will do.
  busyMs: 50,
};

/** An image that was transferred from one peer to another. */
export interface Transfer {
  /** When it was complete, in milliseconds since 1970. */
  readonly at: number;
  readonly kind: "downloaded" | "uploaded";
  readonly md5: string;
  /** As the image is listed. */
  readonly name: string;
  /** The number of transferred bytes. */
  readonly bytes: number;
  /** How long the transfer took, in milliseconds, at least 1. */
  readonly ms: number;
  /** The address of the other peer. */
  readonly peer: string;
  /** The directory that was shared or downloaded into. */
  readonly directory: string;
}

/** The history in a file of the user, which several clients may write at once. Its failures stop nothing. */
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
    const name = transfer.name.replaceAll("\0", "\ufffd"); // SQLite would end the text there.
    this.#waiting.push({ ...transfer, at: Date.now(), name, ms, directory: resolve(transfer.directory) });
    this.#timer ??= setTimeout(() => this.flush(), WRITE_MS);
  }

  /** Writes the collected transfers. */
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

  /**
   * Transfers before the one of this number, the newest first.
   *
   * @param count The most transfers.
   */
  page(before: number, count: number): (Transfer & { readonly id: number })[] {
    this.flush();
    const query = "SELECT rowid AS id, * FROM transfers WHERE rowid < ? ORDER BY rowid DESC LIMIT ?";
    const rows = this.#file.try((db) => db.prepare(query).all(before, count));
    return (rows ?? []) as unknown as (Transfer & { readonly id: number })[];
  }

  /** Deletes all transfers; returns how many there were. */
  clear(): number {
    let count = 0;
    this.#file.change((db) => count = Number(db.prepare("DELETE FROM transfers").run().changes));
    this.#file.try((db) => db.exec("VACUUM")); // Deleted rows would stay readable in the file.
    return count;
  }

  /** Writes the collected transfers and closes the file. */
  [Symbol.dispose](): void {
    this.flush();
    clearTimeout(this.#timer);
    this.#file[Symbol.dispose]();
  }
}
