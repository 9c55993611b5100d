/** Keeps the properties of other peers' images between runs, by MD5. */
import type { CacheFile } from "../files/cache_file.ts";
import type { ImageInfo } from "../protocol/peer_reply.ts";

/** The most images kept, some 30 MB: the lists of many days. The oldest entries are forgotten first. */
const MAX_KEPT = 200_000;

/** Properties are requested again after this time, in milliseconds, so that false ones do not stay for ever. */
const OUTDATED_MS = 30 * 24 * 3_600_000;

export class InfoCache {
  readonly #file: CacheFile;
  readonly #most: number;

  constructor(file: CacheFile, most: number = MAX_KEPT) {
    [this.#file, this.#most] = [file, most];
  }

  /** The known properties among those of these images. */
  find(md5s: readonly string[]): Map<string, ImageInfo> {
    const found = new Map<string, ImageInfo>();
    this.#file.try((db) => {
      // A single query takes a third of the time.
      const find = db.prepare("SELECT infos.* FROM json_each(?) JOIN infos ON md5 = value WHERE asked > ?");
      for (const row of find.iterate(JSON.stringify(md5s), Date.now() - OUTDATED_MS)) {
        const { md5, asked: _, ...info } = row as unknown as ImageInfo & { md5: string; asked: number };
        found.set(md5, info);
      }
    });
    return found;
  }

  put(infos: ReadonlyMap<string, ImageInfo>): void {
    this.#file.change((db) => {
      const put = db.prepare("INSERT OR REPLACE INTO infos VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
      for (const [md5, { size, mime, width, height, modified, taken }] of infos) {
        put.run(md5, size, mime, width, height, modified, taken, Date.now());
      }
      // A replaced row counts as a new one.
      db.prepare("DELETE FROM infos WHERE rowid <= (SELECT max(rowid) FROM infos) - ?").run(this.#most);
    });
  }
}
