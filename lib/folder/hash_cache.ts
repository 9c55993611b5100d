/** Keeps what was read from files between runs, so that unchanged files are not read again. */
import { CacheFile } from "../files/cache_file.ts";
import { parseMd5 } from "../protocol/image.ts";
import { type FileRecord, SKIP_REASONS, type SkipReason } from "../files/file_record.ts";

/** Directories that were not shared for this long are forgotten, in milliseconds, since they may no longer exist. */
const FORGOTTEN_MS = 180 * 24 * 3_600_000;

/** Stored as `located` if an image's metadata could not be read to the end; else 0 or 1. */
const UNCERTAIN = 2;

interface Row {
  readonly path: string;
  /** The file's version. */
  readonly stamp: string;
  readonly size: number;
  readonly md5: string | null;
  /** For a file that is no image: why, and its kind, separated by a space. */
  readonly mime: string;
  readonly width: number;
  readonly height: number;
  readonly taken: number;
  readonly located: number;
  /** The result of a comparison: `=` or `!` for the same or other bytes, and the version of the other file. */
  readonly twin: string | null;
}

/** The cache of files' records. */
export class HashCache implements Disposable {
  readonly file: CacheFile;

  /** The cache in this file, which is created if missing, with its directory; `null` keeps nothing. */
  constructor(path: string | null) {
    this.file = new CacheFile(path);
    this.file.try((db) => db.prepare("DELETE FROM directories WHERE used < ?").run(Date.now() - FORGOTTEN_MS));
    this.file.try((db) => db.exec("DELETE FROM files WHERE root NOT IN (SELECT root FROM directories)"));
  }

  /** The records of a directory's files by path. */
  load(root: string): Map<string, FileRecord> {
    const rows = this.file.try((db) => {
      db.prepare("INSERT OR REPLACE INTO directories VALUES (?, ?)").run(root, Date.now());
      const columns = "path, stamp, size, md5, mime, width, height, taken, located, twin";
      return db.prepare(`SELECT ${columns} FROM files WHERE root = ?`).all(root) as unknown as Row[];
    });
    const whole = (rows ?? []).filter(({ md5 }) => md5 === null || parseMd5(md5) === md5);
    return new Map(whole.map((row) => [row.path, recordOf(row)]));
  }

  /** Stores the records of some files of a directory whose version is reliable. */
  put(root: string, files: Iterable<FileRecord>): void {
    this.file.change((db) => {
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
    this.file.change((db) => {
      const forget = db.prepare("DELETE FROM files WHERE root = ? AND path = ?");
      for (const path of paths) forget.run(root, path);
    });
  }

  [Symbol.dispose](): void {
    this.file[Symbol.dispose]();
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
