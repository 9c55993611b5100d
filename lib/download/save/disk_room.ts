/**
 * Disk space for downloads: unverified bytes never displace verified ones. When the disk is full, the largest
 * unverified download is removed, and the others continue.
 */
import { statfs } from "node:fs/promises";
import { isLeft, isPublished, listTemporary, removeLeft } from "../../files/temporary.ts";
import { isFull } from "./publish.ts";

/** How often verified bytes wait until removed downloads have freed their space, and how long, in milliseconds. */
const MAX_WAITS = 50;
const WAIT_MS = 20;

/** A running download whose bytes are not verified. */
export interface Unverified {
  /** The current size of its file in bytes, including writes that have not returned. */
  readonly size: number;
  /** Whether its bytes were removed; a write in progress may still add some. */
  readonly gaveWay: boolean;
  /** Removes its bytes; the download then fails. */
  giveWay(): void;
}

export class DiskRoom {
  readonly #directory: string;
  readonly #unverified = new Set<Unverified>();
  #turn: Promise<unknown> = Promise.resolve();
  /** How often room was made, or appeared. */
  #made = 0;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /**
   * Runs `work`, which needs disk space, and runs it again each time that a download was removed to make room.
   *
   * @param asking The download that needs space; `null` for verified bytes.
   */
  async use<T>(asking: Unverified | null, work: () => Promise<T> | T): Promise<T> {
    for (let waits = 0;;) {
      const made = this.#made;
      try {
        return await work();
      } catch (error) {
        if (!isFull(error)) throw error;
        if (await this.#inTurn(() => this.#make(asking, made))) continue;
        // Writes of removed downloads are about to end.
        const isEnding = asking === null && [...this.#unverified].some(({ gaveWay }) => gaveWay);
        if (!isEnding || ++waits > MAX_WAITS) throw error;
        await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
      }
    }
  }

  enter(it: Unverified): void {
    this.#unverified.add(it);
  }

  /** The download has ended, or is verified. */
  leave(it: Unverified): void {
    if (this.#unverified.delete(it)) this.#made++;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => {});
    return result;
  }

  async #make(asking: Unverified | null, made: number): Promise<boolean> {
    if (asking?.gaveWay) return false;
    if (this.#made > made) return true; // Another caller made room meanwhile.
    const candidates = [
      ...[...this.#unverified].map((it) => ({ it, bytes: it.size, giveWay: () => (it.giveWay(), true) })),
      ...(await this.#left()).map(({ path, bytes }) => ({ it: null, bytes, giveWay: () => removeLeft(path) })),
    ].filter(({ bytes }) => bytes > 0).sort((a, b) => b.bytes - a.bytes);
    for (const { it, giveWay } of candidates) {
      if (it !== null && it === asking) return false; // It is the largest.
      if (!giveWay()) continue;
      this.#made++;
      return true;
    }
    return false;
  }

  /** Files of earlier runs that could be resumed. A published image takes no space of its own. */
  async #left(): Promise<{ path: string; bytes: number }[]> {
    const left = (await listTemporary(this.#directory)).filter(({ info }) => !isPublished(info));
    return left.map(({ path, info }) => ({ path, bytes: info.size }));
  }

  /** Whether this many bytes may fit if all others are removed; `true` if the system does not report free space. */
  async mayHold(bytes: number, asking: Unverified | null = null): Promise<boolean> {
    const free = await freeBytes(this.#directory);
    if (bytes <= free) return true;
    const ours = [...this.#unverified].filter((it) => it !== asking).map(({ size }) => size);
    const left = (await this.#left()).filter(({ path }) => isLeft(path)).map((it) => it.bytes);
    return bytes <= free + [...ours, ...left].reduce((sum, it) => sum + it, 0);
  }
}

/** The free bytes of the disk of a directory; `Infinity` if the system does not report them. */
export async function freeBytes(directory: string): Promise<number> {
  // Not `bfree`: the last blocks are reserved for root.
  return await statfs(directory).then(({ bavail, bsize }) => bavail * bsize, () => Infinity);
}

/** One for each directory that this process downloads into: only a few. */
const rooms = new Map<string, DiskRoom>();

/** The room of a directory. */
export function roomOf(directory: string): DiskRoom {
  let room = rooms.get(directory);
  if (!room) rooms.set(directory, room = new DiskRoom(directory));
  return room;
}
