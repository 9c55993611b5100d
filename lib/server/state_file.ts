/** The tracker's state file: checks that it is one before changing anything in it, and copies it. */
import { closeSync, constants, fchmodSync, openSync } from "node:fs";
import { backup, DatabaseSync } from "node:sqlite";
import { basename, dirname, join } from "node:path";
import { syncDirectory, syncFile } from "../files/durable.ts";
import { PlainFile } from "../files/plain_file.ts";
import { TEMPORARY_PREFIX } from "../files/temporary.ts";
import { Fault } from "../fault/fault.ts";
import { reasonOf, REASONS } from "../fault/reason.ts";

export const STATE_VERSION = 1;

/** "IDP2" in the header of the file, so that another program's database is not taken for ours. */
export const APPLICATION_ID = 0x49445032;

/** The suffixes of the files that SQLite keeps next to an open database. */
export const SIDE_FILES = ["-wal", "-shm", "-journal"];

const COLUMNS = "address,password,listed,proven,until,since,images";

/** The first bytes of each SQLite file (https://www.sqlite.org/fileformat.html, 1.3), and offsets of two numbers. */
const MAGIC = "SQLite format 3\0";
const HEADER_BYTES = 100;
const VERSION_AT = 60;
const APPLICATION_ID_AT = 68;

/** A database of another program (`ENOTOURS`) or of a newer version of ours (`ENEWER`), which is not changed. */
export class ForeignStateError extends Error {
  constructor(readonly code: "ENOTOURS" | "ENEWER") {
    super(REASONS[code]);
  }
}

/**
 * Makes sure that the path is a regular file that is ours by its header, or creates an empty file that only this user
 * can read. Does not change an existing file.
 *
 * @throws {ForeignStateError}; `ELOOP`, `EISDIR`, `ENOTPLAIN`, and the system's other errors.
 */
export function checkStateFile(path: string): void {
  for (const suffix of SIDE_FILES) checkPlain(path + suffix);
  const header = checkPlain(path);
  if (header === null) return Deno.openSync(path, { write: true, createNew: true, mode: 0o600 }).close();
  if (new TextDecoder("latin1").decode(header.subarray(0, MAGIC.length)) !== MAGIC) return; // Empty or damaged.
  const view = new DataView(header.buffer);
  checkNumbers(view.getUint32(APPLICATION_ID_AT), view.getUint32(VERSION_AT));
}

/** The first bytes of a regular file; `null` if it does not exist. */
function checkPlain(path: string): Uint8Array<ArrayBuffer> | null {
  try {
    Deno.lstatSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
  using file = PlainFile.openSync(path);
  const header = new Uint8Array(HEADER_BYTES);
  file.readSync(header);
  return header;
}

function checkNumbers(application: number, version: number): void {
  if (application !== APPLICATION_ID && (application !== 0 || version > STATE_VERSION)) {
    throw new ForeignStateError("ENOTOURS");
  }
  if (version > STATE_VERSION) throw new ForeignStateError("ENEWER");
}

/**
 * Whether an open database already has our tables; `false` if it has none.
 *
 * @throws {ForeignStateError} For tables of another program, or of a newer version.
 */
export function hasTables(database: DatabaseSync): boolean {
  const number = (pragma: string): number => Number(database.prepare(`PRAGMA ${pragma}`).get()![pragma]);
  const [application, version] = [number("application_id"), number("user_version")];
  checkNumbers(application, version);
  const tables = database.prepare("SELECT name FROM sqlite_schema WHERE name NOT LIKE 'sqlite%'").all();
  if (tables.length === 0 && version === 0) return false;
  const columns = database.prepare("SELECT name FROM pragma_table_info('registration')").all();
  const ours = tables.length === 1 && columns.map(({ name }) => name).join() === COLUMNS && version === STATE_VERSION;
  if (!ours) throw new ForeignStateError("ENOTOURS");
  return true;
}

/** Allows only this user to read a file, which holds passwords. Windows has no file modes, and is not concerned. */
export function makePrivate(path: string): void {
  if (Deno.build.os === "windows") return;
  const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    fchmodSync(fd, 0o600);
  } finally {
    closeSync(fd);
  }
}

/**
 * Copies the state at one moment into a new file, also while a tracker writes it.
 *
 * @returns How many registrations it holds.
 * @throws {Fault} `state-unreadable`, `backup-exists`, `not-written`.
 */
export async function backupState(path: string, to: string): Promise<number> {
  if (await Deno.lstat(to).catch(() => null)) throw new Fault("backup-exists", { path: to });
  let database: DatabaseSync;
  try {
    using _file = PlainFile.openSync(path); // Does not create a missing file.
    checkStateFile(path);
    database = new DatabaseSync(path, { readOnly: true });
    try {
      if (!hasTables(database)) throw new ForeignStateError("ENOTOURS");
    } catch (error) {
      database.close();
      throw error;
    }
  } catch (error) {
    throw new Fault("state-unreadable", { path, reason: reasonOf(error) }, error);
  }
  const temporary = join(dirname(to), `${TEMPORARY_PREFIX}${basename(to)}-${crypto.randomUUID()}.part`);
  try {
    Deno.openSync(temporary, { write: true, createNew: true, mode: 0o600 }).close();
    await backup(database, temporary);
    const registrations = close(temporary);
    using file = await Deno.open(temporary, { read: true, write: true });
    await syncFile(file);
    await Deno.link(temporary, to);
    await Deno.remove(temporary);
    await syncDirectory(dirname(to));
    return registrations;
  } catch (error) {
    for (const suffix of ["", ...SIDE_FILES]) await Deno.remove(temporary + suffix).catch(() => {}); // May not exist.
    if (error instanceof Deno.errors.AlreadyExists) throw new Fault("backup-exists", { path: to }, error);
    throw new Fault("not-written", { path: to, reason: reasonOf(error) }, error);
  } finally {
    database.close();
  }
}

/** Makes the copy one file, without SQLite's other files next to it; returns how many registrations it holds. */
function close(path: string): number {
  const copy = new DatabaseSync(path);
  try {
    copy.exec("PRAGMA journal_mode = DELETE");
    return Number(copy.prepare("SELECT count(*) AS count FROM registration").get()!.count);
  } finally {
    copy.close();
  }
}
