/** Keeps what was read from files between runs, so that unchanged files are not read again. */
import { rmSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { parseMd5 } from "../protocol/image.ts";
import { type FileRecord, SKIP_REASONS, type SkipReason } from "../files/file_record.ts";

/** Incremented when the table or the meaning of its contents changes. */
const VERSION = 4;

/** How long it waits while another client writes, in milliseconds. */
const BUSY_MS = 2_000;

/** Directories that were not shared for this long are forgotten, in milliseconds, since they may no longer exist. */
const FORGOTTEN_MS = 180 * 24 * 3_600_000;

/** Stored as `located` if an image's metadata could not be read to the end; else 0 or 1. */
const UNCERTAIN = 2;

const TABLES = `
  CREATE TABLE directories (root TEXT PRIMARY KEY, used INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE files (
    root TEXT NOT NULL, path TEXT NOT NULL, stamp TEXT NOT NULL, size INTEGER NOT NULL,
    md5 TEXT, mime TEXT, width INTEGER NOT NULL, height INTEGER NOT NULL, taken INTEGER NOT NULL, located INTEGER NOT NULL,
    twin TEXT, PRIMARY KEY (root, path)
  ) STRICT, WITHOUT ROWID;
  PRAGMA user_version = ${VERSION};
`;

const OURS = new Set(["directories", "files"]);

interface Row {
  readonly path: string;
  /** The file's version. */
  readonly stamp: string;
  readonly size: number;
  readonly md5: string | null;
  /** Of a file that is no image: why, and of what kind it is, separated by a space. */
  readonly mime: string;
  readonly width: number;
  readonly height: number;
  readonly taken: number;
  readonly located: number;
  /** The result of a comparison: `=` or `!` for the same or other bytes, and the version of the other file. */
  readonly twin: string | null;
}

/**
 * The cache in an SQLite file. Its failures only cost time: a file that is damaged, or of another version of the
 * program, is rebuilt, and if none can be created, nothing is kept.
 */
export class HashCache implements Disposable {
  readonly #path: string | null;
  #db: DatabaseSync | null = null;

  /** The cache in this file, which is created if missing, with its directory; `null` keeps nothing. */
  constructor(path: string | null) {
    this.#path = path;
    this.#try((db) => db.prepare("DELETE FROM directories WHERE used < ?").run(Date.now() - FORGOTTEN_MS));
    this.#try((db) => db.exec("DELETE FROM files WHERE root NOT IN (SELECT root FROM directories)"));
  }

  /** The records of a directory's files by path. */
  load(root: string): Map<string, FileRecord> {
    const rows = this.#try((db) => {
      db.prepare("INSERT OR REPLACE INTO directories VALUES (?, ?)").run(root, Date.now());
      const columns = "path, stamp, size, md5, mime, width, height, taken, located, twin";
      return db.prepare(`SELECT ${columns} FROM files WHERE root = ?`).all(root) as unknown as Row[];
    });
    const whole = (rows ?? []).filter(({ md5 }) => md5 === null || parseMd5(md5) === md5);
    return new Map(whole.map((row) => [row.path, recordOf(row)]));
  }

  /** Stores the records of some files of a directory whose version is reliable. */
  put(root: string, files: Iterable<FileRecord>): void {
    this.#change((db) => {
      const put = db.prepare("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
      for (const { path, version, size, reliable, image, skipped, compared } of files) {
        if (!reliable) continue;
        const why = skipped ? `${skipped.why} ${skipped.kind ?? ""}` : "";
        const { md5 = null, mime = why, width = 0, height = 0, taken = 0 } = image ?? {};
        const { located = false, uncertain = false } = image ?? {};
        put.run(
          root,
          path,
          version,
          size,
          md5,
          mime,
          width,
          height,
          taken,
          uncertain ? UNCERTAIN : Number(located),
          compared ? `${compared.same ? "=" : "!"}${compared.version}` : null,
        );
      }
    });
  }

  forget(root: string, paths: Iterable<string>): void {
    this.#change((db) => {
      const forget = db.prepare("DELETE FROM files WHERE root = ? AND path = ?");
      for (const path of paths) forget.run(root, path);
    });
  }

  #change(work: (db: DatabaseSync) => void): void {
    this.#try((db) => {
      db.exec("BEGIN IMMEDIATE");
      try {
        work(db);
        db.exec("COMMIT");
      } catch (error) {
        db.exec("ROLLBACK");
        throw error;
      }
    });
  }

  /** Runs `work` with the database; a damaged file is replaced once, and its contents are lost. */
  #try<T>(work: (db: DatabaseSync) => T): T | undefined {
    if (this.#path === null) return undefined;
    for (let fresh = false;; fresh = true) {
      try {
        return work(this.#db ??= open(this.#path, fresh));
      } catch (error) {
        this[Symbol.dispose]();
        if (fresh || !isDamage(error)) return undefined; // Another process is writing, or the disk is full: not now.
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
function isDamage(error: unknown): boolean {
  return error instanceof Error &&
    /malformed|not a database|no such|another version|already exists/.test(error.message);
}

/** Opens the file; a `fresh` one replaces it. */
function open(path: string, fresh: boolean): DatabaseSync {
  // If it cannot be removed, opening fails.
  if (fresh) { for (const end of ["", "-wal", "-shm"]) rmSync(path + end, { force: true }); }
  Deno.mkdirSync(dirname(path), { recursive: true });
  const db = new DatabaseSync(path, { timeout: BUSY_MS });
  try {
    const names = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all().map(({ name }) => `${name}`);
    if (names.some((name) => !OURS.has(name))) throw new Error("of another program"); // The file is not changed.
    db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
    db.exec("BEGIN IMMEDIATE"); // If two clients start together, only one creates the tables.
    const version = db.prepare("PRAGMA user_version").get()?.user_version;
    if (version === 0) db.exec(TABLES);
    else if (version !== VERSION) throw new Error("another version");
    db.exec("COMMIT");
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function recordOf({ path, stamp, size, md5, mime, width, height, taken, located, twin }: Row): FileRecord {
  const image = md5 === null ? null : {
    md5,
    mime,
    width,
    height,
    taken,
    located: located !== 0,
    ...located === UNCERTAIN && { uncertain: true },
  };
  return {
    path,
    version: stamp,
    size,
    reliable: true,
    image,
    ...image === null && { skipped: skipReason(mime) },
    ...twin && { compared: { version: twin.slice(1), same: twin[0] === "=" } },
  };
}

function skipReason(text: string): SkipReason {
  const space = text.indexOf(" ");
  const why = SKIP_REASONS.find((reason) => reason === text.slice(0, space)) ?? "other";
  const kind = text.slice(space + 1);
  return { why, ...kind !== "" && { kind } };
}
