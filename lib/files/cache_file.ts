/** A file that keeps what the client learned between runs. */
import { rmSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** The tables of a file. */
export interface Schema {
  /** Incremented when a table or the meaning of its contents changes. */
  readonly version: number;
  /** The columns of each table and what follows them, in SQL. */
  readonly tables: Readonly<Record<string, string>>;
  /** How long to wait while another client writes, in milliseconds. */
  readonly busyMs: number;
}

/** The contents of a damaged file were lost; a file of another program is not changed, and nothing is kept in it. */
export type CacheProblem = "damaged" | "foreign";

const [FOREIGN, OUTDATED] = ["of another program", "another version"];

/** The path of a cache that ends with the program. */
export const IN_MEMORY = ":memory:";

/** What was learned about files, and about images of others. */
const CACHE: Schema = {
  version: 5,
  tables: {
    directories: "(root TEXT PRIMARY KEY, used INTEGER NOT NULL) STRICT, WITHOUT ROWID",
    files: `(root TEXT NOT NULL, path TEXT NOT NULL, stamp TEXT NOT NULL, size INTEGER NOT NULL, md5 TEXT,
      mime TEXT, width INTEGER NOT NULL, height INTEGER NOT NULL, taken INTEGER NOT NULL, located INTEGER NOT NULL,
      twin TEXT, PRIMARY KEY (root, path)) STRICT, WITHOUT ROWID`,
    infos: `(md5 TEXT PRIMARY KEY, size INTEGER NOT NULL, mime TEXT NOT NULL, width INTEGER NOT NULL,
      height INTEGER NOT NULL, modified INTEGER NOT NULL, taken INTEGER NOT NULL, asked INTEGER NOT NULL) STRICT`,
  },
  busyMs: 2_000,
};

/**
 * The cache in an SQLite file. Its failures only cost time: a file that is damaged, or of another version of the
 * program, is rebuilt, and if none can be created, nothing is kept.
 */
export class CacheFile implements Disposable {
  readonly #path: string | null;
  readonly #schema: Schema;
  readonly #onProblem: (problem: CacheProblem) => void;
  #db: DatabaseSync | null = null;

  /** The cache in this file, which is created if missing, with its directory; `null` keeps nothing. */
  constructor(path: string | null, schema: Schema = CACHE, onProblem: (problem: CacheProblem) => void = () => {}) {
    [this.#path, this.#schema, this.#onProblem] = [path, schema, onProblem];
  }

  /** Runs `work` in a transaction; returns whether it was written. */
  change(work: (db: DatabaseSync) => void): boolean {
    const done = this.try((db) => {
      db.exec("BEGIN IMMEDIATE");
      try {
        work(db);
        db.exec("COMMIT");
      } catch (error) {
        db.exec("ROLLBACK");
        throw error;
      }
      return true;
    });
    return done ?? false;
  }

  /** Runs `work` with the database; a damaged file is replaced once, and its contents are lost. */
  try<T>(work: (db: DatabaseSync) => T): T | undefined {
    if (this.#path === null) return undefined;
    for (let fresh = false;; fresh = true) {
      try {
        return work(this.#db ??= open(this.#path, this.#schema, fresh));
      } catch (error) {
        this[Symbol.dispose]();
        const message = error instanceof Error ? error.message : "";
        if (message === FOREIGN) this.#onProblem("foreign");
        if (fresh || !isDamage(message)) return undefined; // Another process is writing, or the disk is full: not now.
        if (message !== OUTDATED) this.#onProblem("damaged");
      }
    }
  }

  [Symbol.dispose](): void {
    try {
      this.#db?.close();
    } catch {
      // It was not open.
    }
    this.#db = null;
  }
}

/** Whether the file is damaged, which only SQLite's message shows. */
function isDamage(message: string): boolean {
  return message === OUTDATED || /malformed|not a database|no such|already exists/.test(message);
}

/** Opens the file; a `fresh` one replaces it. */
function open(path: string, { version, tables, busyMs }: Schema, fresh: boolean): DatabaseSync {
  // If it cannot be removed, opening fails.
  if (fresh) { for (const end of ["", "-wal", "-shm"]) rmSync(path + end, { force: true }); }
  if (path !== IN_MEMORY) {
    Deno.mkdirSync(dirname(path), { recursive: true });
    // It shows what its user has and does, so others must not read it.
    Deno.openSync(path, { write: true, create: true, mode: 0o600 }).close();
  }
  const db = new DatabaseSync(path, { timeout: busyMs });
  try {
    const names = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all().map(({ name }) => `${name}`);
    if (names.some((name) => !(name in tables))) throw new Error(FOREIGN); // The file is not changed.
    db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
    db.exec("BEGIN IMMEDIATE"); // If two clients start together, only one creates the tables.
    const found = db.prepare("PRAGMA user_version").get()?.user_version;
    if (found === 0) {
      for (const [name, columns] of Object.entries(tables)) db.exec(`CREATE TABLE ${name} ${columns}`);
      db.exec(`PRAGMA user_version = ${version}`);
    } else if (found !== version) throw new Error(OUTDATED);
    db.exec("COMMIT");
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}
