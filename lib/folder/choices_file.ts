/**
 * The file of the {@link Choices} of a directory. It is in the directory itself, so that private images stay private if
 * the directory is moved, copied or mounted elsewhere.
 */
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { Fault } from "../fault/fault.ts";
import { codeOf, reasonOf, REASONS } from "../fault/reason.ts";
import { syncDirectory, syncFile } from "../files/durable.ts";
import { PlainFile } from "../files/plain_file.ts";
import { createLocked, release, removeLeft } from "../files/temporary.ts";
import { type Choices, formatChoices, NO_CHOICES, parseChoices } from "./choices.ts";

/** The name of the file; it is hidden, and never shared. */
export const CHOICES_FILE = ".idp2pishare";

/** The longest file, in bytes, with room for 300,000 downloads: this program writes no longer one. */
const MAX_BYTES = 16 << 20;

/** How long another program may take to write the file, and the pause between checks, in milliseconds. */
const BUSY_MS = 5_000;
const LOOK_MS = 20;

/**
 * Reads the choices of a directory.
 *
 * @throws {Fault} `ignore-unusable`: if the file is damaged or cannot be read, nothing may be shared, since it may be
 * private.
 */
export async function readChoices(root: string): Promise<Choices> {
  const path = join(root, CHOICES_FILE);
  try {
    using file = await PlainFile.open(path);
    return parseChoices(new TextDecoder("utf-8", { fatal: true }).decode(await file.readAll(MAX_BYTES)));
  } catch (error) {
    if (codeOf(error) === "ENOENT") return NO_CHOICES;
    const isDamaged = error instanceof SyntaxError || error instanceof TypeError;
    throw new Fault("ignore-unusable", { path, reason: isDamaged ? REASONS.EDAMAGED : reasonOf(error) }, error);
  }
}

/**
 * Changes the choices of a directory, which another program may change at the same time.
 *
 * @throws {Fault} `ignore-unusable`, `not-written`; then nothing has changed.
 */
export async function changeChoices(root: string, change: (choices: Choices) => Choices): Promise<Choices> {
  const path = join(root, CHOICES_FILE);
  const temporary = `${path}.part`;
  const file = await lock(temporary);
  try {
    const choices = change(await readChoices(root));
    const text = formatChoices(choices);
    if (text.length > MAX_BYTES) throw new Fault("not-written", { path, reason: REASONS.EFBIG }); // It could not be read.
    await writeAll(file, new TextEncoder().encode(text));
    await syncFile(file);
    if (Deno.build.os === "windows") release(file); // Windows cannot rename an open file.
    await Deno.rename(temporary, path);
    await syncDirectory(root);
    return { ...choices, text };
  } catch (error) {
    await Deno.remove(temporary).catch(() => {});
    throw error instanceof Fault ? error : new Fault("not-written", { path, reason: reasonOf(error) }, error);
  } finally {
    release(file);
  }
}

/** The program that creates this file may change the other one. A killed program may have left it. */
async function lock(path: string): Promise<Deno.FsFile> {
  const until = performance.now() + BUSY_MS;
  for (;;) {
    try {
      const file = createLocked(path);
      if (file) return file;
    } catch (error) {
      throw new Fault("not-written", { path, reason: reasonOf(error) }, error);
    }
    const isLate = performance.now() > until;
    if (removeLeft(path, isLate)) continue;
    if (isLate) throw new Fault("not-written", { path, reason: REASONS.ETIMEDOUT });
    await setTimeout(LOOK_MS);
  }
}

async function writeAll(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) done += await file.write(bytes.subarray(done));
}
