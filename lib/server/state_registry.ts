/**
 * Registrations that survive a restart of the tracker: kept in memory, and written to an SQLite file within a second.
 */
import { rmSync } from "node:fs";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { MemoryRegistry } from "../tracker/registry/memory_registry.ts";
import type { NewPeerRecord, PeerRecord } from "../tracker/registry/records.ts";
import { formatAddress, parseAddress } from "../protocol/address.ts";
import { Fault } from "../fault/fault.ts";
import type { Image } from "../protocol/image.ts";
import { codeOf, reasonOf } from "../fault/reason.ts";
import { APPLICATION_ID, checkStateFile, hasTables, makePrivate, SIDE_FILES, STATE_VERSION } from "./state_file.ts";

/** The most changes that are remembered while the file cannot be written; after more, all are written again. */
const MAX_CHANGES = 200_000;

/**
 * One row for each registration; `images` is JSON, `[[md5, name], …]`. The columns keep their names of version 1:
 * `proven` is {@link PeerRecord.verified}, `until` `expiresAt`, `since` `sequence`.
 */
const TABLES = `
  CREATE TABLE registration (
    address TEXT PRIMARY KEY,
    password TEXT NOT NULL,
    listed INTEGER NOT NULL,
    proven INTEGER NOT NULL,
    until REAL NOT NULL,
    since INTEGER NOT NULL,
    images TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  PRAGMA user_version = ${STATE_VERSION};
`;

/**
 * Opens a state file and restores its registrations. A damaged file is renamed and replaced by a new one. Anything but
 * a regular file, and a database of another program or a newer version, is not changed.
 *
 * @param latest When a lease that begins now would end; later ends are reduced to it.
 * @throws {Fault} `state-unusable` when no file can be read or written there.
 */
export function openState(path: string, latest: number): State {
  const open = (brokenPath?: string): State => {
    checkStateFile(path);
    return new State(path, latest, brokenPath);
  };
  try {
    try {
      return open();
    } catch (error) {
      if (!isBroken(error)) throw error;
      const brokenPath = `${path}.broken-${new Date().toISOString().replace(/[:.]/g, "-")}`;
      Deno.renameSync(path, brokenPath);
      for (const suffix of SIDE_FILES) rmSync(path + suffix, { force: true });
      return open(brokenPath);
    }
  } catch (error) {
    throw new Fault("state-unusable", { path, reason: reasonOf(error) }, error);
  }
}

/** Whether the file exists and is no state of ours, rather than unreachable. Only SQLite's message shows which. */
function isBroken(error: unknown): boolean {
  if (error instanceof BrokenState) return true;
  return codeOf(error) === "ERR_SQLITE_ERROR" && error instanceof Error &&
    !/unable to open|readonly|read-only|locked|busy|full|I\/O|authoriz|permission/i.test(error.message);
}

class BrokenState extends Error {}

/** A registry that also writes its registrations to a file. */
export class State {
  readonly registry: MemoryRegistry;
  /** The new path of a damaged file. */
  readonly brokenPath?: string;
  readonly #path: string;
  readonly #database: DatabaseSync;
  readonly #write: StatementSync;
  readonly #renew: StatementSync;
  readonly #delete: StatementSync;
  /** Whether all registrations must be written, since too many changed to remember which. */
  #rewrite = false;
  /** By address: a changed peer, and whether its images changed too; `null` for one that is gone. */
  readonly #changes = new Map<string, { peer: PeerRecord; images: boolean } | null>();

  constructor(path: string, latest: number, brokenPath?: string) {
    this.#path = path;
    this.brokenPath = brokenPath;
    this.#database = new DatabaseSync(path);
    try {
      this.#prepare();
      this.registry = new MemoryRegistry({
        changed: (peer, images) => this.#changed(peer, images),
        gone: (address) => void (this.#rewrite || this.#changes.set(formatAddress(address), null)),
      });
      this.#write = this.#database.prepare("INSERT OR REPLACE INTO registration VALUES (?, ?, ?, ?, ?, ?, ?)");
      this.#renew = this.#database.prepare(
        "UPDATE registration SET listed = ?, proven = ?, until = ? WHERE address = ?",
      );
      this.#delete = this.#database.prepare("DELETE FROM registration WHERE address = ?");
      this.registry.restore(this.#rows(latest));
      this.#changes.clear();
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  #prepare(): void {
    const exists = hasTables(this.#database); // Before anything is changed.
    makePrivate(this.#path);
    const { application_id: application } = this.#database.prepare("PRAGMA application_id").get()!;
    // Before write-ahead logging begins, so that the id is in the file itself, where it is checked before the file is
    // opened.
    if (application !== APPLICATION_ID) this.#database.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
    this.#database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
    const { integrity_check: verdict } = this.#database.prepare("PRAGMA integrity_check").get()!;
    if (verdict !== "ok") throw new BrokenState(String(verdict));
    if (!exists) this.#database.exec(`BEGIN; ${TABLES} COMMIT;`);
  }

  *#rows(latest: number): Generator<NewPeerRecord> {
    for (const row of this.#database.prepare("SELECT * FROM registration ORDER BY since").iterate()) {
      const address = parseAddress(String(row.address));
      const images = readImages(String(row.images));
      if (!address || !images) throw new BrokenState("a row that is no registration");
      const expiresAt = Math.min(Number(row.until), latest);
      const [listed, verified] = [row.listed === 1, row.proven === 1];
      yield { address, password: String(row.password), images, listed, verified, expiresAt };
    }
  }

  #changed(peer: PeerRecord, images: boolean): void {
    if (this.#rewrite) return;
    const key = formatAddress(peer.address);
    this.#changes.set(key, { peer, images: images || (this.#changes.get(key)?.images ?? false) });
  }

  /** Writes the changes since the last time; returns why that failed, if so. The next call tries again. */
  flush(): Fault | null {
    if (this.#changes.size === 0 && !this.#rewrite) return null;
    try {
      this.#database.exec("BEGIN");
      if (this.#rewrite) {
        this.#database.exec("DELETE FROM registration");
        for (const peer of this.registry.byExpiry()) {
          this.#writeChange(formatAddress(peer.address), { peer, images: true });
        }
      }
      for (const [address, change] of this.#changes) this.#writeChange(address, change);
      this.#database.exec("COMMIT");
      this.#changes.clear();
      this.#rewrite = false;
      return null;
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      if (this.#changes.size > MAX_CHANGES) {
        this.#changes.clear();
        this.#rewrite = true;
      }
      return new Fault("state-unwritten", { path: this.#path, reason: reasonOf(error) }, error);
    }
  }

  #writeChange(address: string, change: { peer: PeerRecord; images: boolean } | null): void {
    if (!change) return void this.#delete.run(address);
    const { expiresAt, sequence, password } = change.peer;
    const [listed, verified] = [change.peer.listed ? 1 : 0, change.peer.verified ? 1 : 0];
    if (!change.images) return void this.#renew.run(listed, verified, expiresAt, address);
    const images = JSON.stringify(change.peer.announced().map(({ md5, name }) => [md5, name]));
    this.#write.run(address, password, listed, verified, expiresAt, sequence, images);
  }

  /** Writes the changes and closes the file. */
  close(): void {
    this.flush();
    this.#database.close();
  }
}

/** The images of a row, or `null` if the text is not a list of images. */
function readImages(json: string): Image[] | null {
  try {
    const rows: unknown = JSON.parse(json);
    if (!Array.isArray(rows)) return null;
    const images = rows.map(([md5, name]: [unknown, unknown]) => ({ md5: String(md5), name: String(name) }));
    return images.every(({ md5 }) => /^[0-9a-f]{32}$/.test(md5)) ? images : null;
  } catch {
    return null;
  }
}
