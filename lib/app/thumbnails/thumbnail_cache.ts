/** Keeps thumbnails between runs, by MD5 and size, in a file of the user's cache. */
import { CacheFile, type CacheProblem, IN_MEMORY, type Schema } from "../../files/cache_file.ts";
import type { Thumbnail } from "./encode_thumbnail.ts";

/** The most bytes kept: some 25,000 thumbnails of 256 pixels. Those unused for longest go first. */
const MAX_BYTES = 256 << 20;

/** The same without a file, in memory: a crowd that asks for the same ones must not cost the processor much. */
const MAX_BYTES_IN_MEMORY = 16 << 20;

/**
 * How much is added before it is checked whether some must go, in bytes: removing a few at a time would be slow, and other
 * processes add some too.
 */
const SPARE_BYTES = 2 << 20;

/** What is noted for each thumbnail besides its bytes, about. */
const ROW_BYTES = 200;

/** When a thumbnail was last used is noted to the hour, in milliseconds: a look at it need not write. */
const USED_MS = 3_600_000;

/** A thumbnail that a peer made is asked for again after this time, in milliseconds, so that a false one goes. */
const OUTDATED_MS = 7 * 24 * 3_600_000;

const SCHEMA: Schema = {
  version: 1,
  tables: {
    // The second index has all that decides what goes: thumbnails need not be read for it.
    thumbnails: `(md5 TEXT NOT NULL, pixels INTEGER NOT NULL, own INTEGER NOT NULL, made INTEGER NOT NULL,
      used INTEGER NOT NULL, size INTEGER NOT NULL, hash BLOB NOT NULL, bytes BLOB NOT NULL,
      PRIMARY KEY (md5, pixels), UNIQUE (used, md5, pixels, size)) STRICT`,
  },
  busyMs: 50,
};

/** A thumbnail that is kept. */
export interface CachedThumbnail extends Thumbnail {
  /** Whether it was made from the image itself, and not by a peer that may lie. */
  readonly isOwn: boolean;
}

export interface ThumbnailCacheOptions {
  readonly most?: number;
  readonly spare?: number;
  readonly now?: () => number;
  readonly onProblem?: (problem: CacheProblem) => void;
}

/** Its failures only cost time. */
export class ThumbnailCache implements Disposable {
  #file: CacheFile;
  #most: number;
  readonly #spare: number;
  readonly #now: () => number;
  /** The bytes added since it was last checked whether some must go; first of all it is. */
  #added = Infinity;

  /**
   * The cache in this file, which is created if missing; `null` keeps few thumbnails, until the program ends, and so does
   * the file of another program.
   */
  constructor(path: string | null, options: ThumbnailCacheOptions = {}) {
    const { most = path === null ? MAX_BYTES_IN_MEMORY : MAX_BYTES, spare = SPARE_BYTES } = options;
    [this.#most, this.#spare, this.#now] = [most, spare, options.now ?? Date.now];
    this.#file = new CacheFile(path ?? IN_MEMORY, SCHEMA, (problem) => {
      options.onProblem?.(problem);
      if (problem === "damaged") return;
      this.#file = new CacheFile(IN_MEMORY, SCHEMA);
      this.#most = Math.min(most, MAX_BYTES_IN_MEMORY);
    });
  }

  /** The thumbnail of an image in this size. */
  get(md5: string, pixels: number): CachedThumbnail | null {
    const now = this.#now();
    const row = this.#file.try((db) =>
      db.prepare(
        "SELECT own, used, hash, bytes FROM thumbnails WHERE md5 = ? AND pixels = ? AND (own OR made > ?)",
      ).get(md5, pixels, now - OUTDATED_MS)
    ) as { own: number; used: number } & Pick<Thumbnail, "hash" | "bytes"> | undefined;
    if (!row) return null;
    if (now - row.used > USED_MS) {
      this.#file.try((db) =>
        db.prepare("UPDATE thumbnails SET used = ? WHERE md5 = ? AND pixels = ?").run(now, md5, pixels)
      );
    }
    return { type: "image/webp", bytes: row.bytes, hash: row.hash, isOwn: row.own === 1 };
  }

  /** Keeps a thumbnail, in place of an earlier one. */
  put(md5: string, pixels: number, { bytes, hash, isOwn }: Omit<CachedThumbnail, "type">): void {
    const now = this.#now();
    const size = bytes.length + ROW_BYTES;
    const isKept = this.#file.change((db) => {
      db.prepare("INSERT OR REPLACE INTO thumbnails VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
        .run(md5, pixels, isOwn ? 1 : 0, now, now, size, hash, bytes);
    });
    if (isKept) this.#added += size;
    if (this.#added > this.#spare) this.#shrink();
  }

  /** Whether there is room for many more, so that those in use stay. */
  get isRoomy(): boolean {
    return this.#count() < this.#most / 2;
  }

  /** Those of these images that have no thumbnail of their own bytes in this size. */
  missing(md5s: readonly string[], pixels: number): string[] {
    const own = new Set<unknown>();
    this.#file.try((db) => {
      const find = db.prepare(
        "SELECT md5 FROM json_each(?) JOIN thumbnails ON md5 = value WHERE pixels = ? AND own",
      );
      for (const { md5 } of find.iterate(JSON.stringify(md5s), pixels)) own.add(md5);
    });
    return md5s.filter((md5) => !own.has(md5));
  }

  /** The known placeholders of these images. */
  hashes(md5s: readonly string[]): Map<string, Uint8Array> {
    const hashes = new Map<string, Uint8Array>();
    this.#file.try((db) => {
      // Of several sizes, the last one: they hardly differ.
      const find = db.prepare("SELECT md5, hash FROM json_each(?) JOIN thumbnails ON md5 = value ORDER BY own, pixels");
      for (const row of find.iterate(JSON.stringify(md5s))) hashes.set(String(row.md5), row.hash as Uint8Array);
    });
    return hashes;
  }

  #count(): number {
    const sum = "SELECT coalesce(sum(size), 0) AS bytes FROM thumbnails";
    return this.#file.try((db) => Number(db.prepare(sum).get()?.bytes)) ?? 0;
  }

  /** If there are too many, removes those that were unused for longest. */
  #shrink(): void {
    this.#added = 0;
    let over = this.#count() - this.#most;
    if (over <= 0) return;
    this.#file.change((db) => {
      const remove = db.prepare("DELETE FROM thumbnails WHERE md5 = ? AND pixels = ?");
      const oldest = db.prepare("SELECT md5, pixels, size FROM thumbnails ORDER BY used LIMIT 10000").all();
      for (const { md5, pixels, size } of oldest) {
        if (over <= 0) break;
        remove.run(md5, pixels);
        over -= Number(size);
      }
    });
  }

  /** Closes the file. */
  [Symbol.dispose](): void {
    this.#file[Symbol.dispose]();
  }
}
