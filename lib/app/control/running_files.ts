/**
 * The files by which running clients are found: one for each, with its control port and secrets, in a directory that
 * only this user can enter.
 */
import { join } from "node:path";
import { PlainFile } from "../../files/plain_file.ts";
import { CONTROL_VERSION, parseObject, type Secrets } from "./message.ts";

export interface RunningFile extends Secrets {
  readonly pid: number;
  /** The control port, on 127.0.0.1. */
  readonly port: number;
}

/** The most files that are read: no user runs more clients. */
const MAX_FILES = 256;

/** The longest file that is read, in bytes: ours have some 250. */
const MAX_BYTES = 4_096;

const NAME = /^[1-9]\d{0,9}\.json$/;

/** Windows has no such modes, but its directory for a user's program data is private. */
const HAS_MODES = Deno.build.os !== "windows";

/**
 * Writes the file of a client, completely or not at all.
 *
 * @throws System errors, also for a directory of another user.
 */
export async function writeRunning(directory: string, file: RunningFile): Promise<void> {
  await Deno.mkdir(directory, { recursive: true, mode: 0o700 });
  await makePrivate(directory);
  const temporary = await Deno.makeTempFile({ dir: directory, prefix: ".", suffix: ".part" }); // Mode 0600.
  try {
    await Deno.writeTextFile(temporary, JSON.stringify({ version: CONTROL_VERSION, ...file }));
    await Deno.rename(temporary, pathOf(directory, file.pid));
  } catch (error) {
    await Deno.remove(temporary).catch(() => {});
    throw error;
  }
}

/** All files, except for those of other programs or versions. */
export async function listRunning(directory: string): Promise<RunningFile[]> {
  try {
    await makePrivate(directory);
    const names = (await Array.fromAsync(Deno.readDir(directory), ({ name }) => name)).filter((it) => NAME.test(it));
    const files = await Promise.all(names.slice(0, MAX_FILES).map((name) => readRunning(join(directory, name))));
    return files.filter((it) => it !== null);
  } catch {
    return []; // It does not exist, or is not ours: no client of this user has written there.
  }
}

/** The file of the client with this process ID; `null` without one. */
export async function findFile(directory: string, pid: number): Promise<RunningFile | null> {
  return await readRunning(pathOf(directory, pid));
}

/** Removes exactly this file: another process may now have the process ID. */
export async function removeRunning(directory: string, file: RunningFile): Promise<void> {
  if ((await findFile(directory, file.pid))?.token !== file.token) return;
  await Deno.remove(pathOf(directory, file.pid)).catch(() => {}); // Another process has just removed it.
}

function pathOf(directory: string, pid: number): string {
  return join(directory, `${pid}.json`);
}

/** Denies access to all other users. Only the owner can, so this fails for a directory of another user. */
async function makePrivate(directory: string): Promise<void> {
  if (!(await Deno.lstat(directory)).isDirectory) throw new Deno.errors.NotADirectory(directory);
  if (HAS_MODES) await Deno.chmod(directory, 0o700);
}

/** The content of a file that only this user can read; `null` without one. */
async function readRunning(path: string): Promise<RunningFile | null> {
  try {
    const { isFile, size, mode } = await Deno.lstat(path);
    if (!isFile || size > MAX_BYTES || (HAS_MODES && (mode ?? 0) & 0o077)) return null;
    using file = await PlainFile.open(path);
    const content = parseObject(new TextDecoder().decode(await file.readAll(MAX_BYTES)));
    if (content?.version !== CONTROL_VERSION) return null;
    const { pid, port, token, proof } = content;
    if (!Number.isSafeInteger(pid) || typeof port !== "number" || !(port > 0 && port <= 65_535)) return null;
    if (typeof token !== "string" || typeof proof !== "string") return null;
    return { pid: pid as number, port, token, proof };
  } catch {
    return null;
  }
}
