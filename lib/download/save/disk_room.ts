/**
 * Space on a disk for downloads: unverified bytes never displace verified ones. When the disk is full, the largest
 * download whose MD5 is not known yet gives way, and the others continue.
 */
import { statfs } from "node:fs/promises";
import { isLeft, isPublished, listTemporary, removeLeft } from "../../files/temporary.ts";
import { isFull } from "./publish.ts";

/** How often verified bytes wait for the room of those that gave way, and how long each time, in milliseconds. */
const MAX_WAITS = 50;
const WAIT_MS = 20;

/** A download under way whose bytes are not verified. */
export interface Unverified {
  /** How many bytes its file has just now, also of writes that have not returned. */
  readonly size: number;
  /** Whether it gave way; a write that was under way may still bring bytes. */
  readonly gaveWay: boolean;
  /** Removes its bytes; the download then fails. */
  giveWay(): void;
}

export class DiskRoom {
  readonly #directory: string;
  readonly #unverified = new Set<Unverified>();
  #turn: Promise<unknown> = Promise.resolve();
  /** How often room was made, or appeared otherwise. */
  #made = 0;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /**
   * Does something that needs room, again each time that another download gave way for it.
   *
   * @param asking The download that needs it; `null` for bytes that are verified.
   */
  async use<T>(asking: Unverified | null, work: () => Promise<T> | T): Promise<T> {
    for (let waits = 0;;) {
      const made = this.#made;
      try {
        return await work();
      } catch (error) {
        if (!isFull(error)) throw error;
        if (await this.#inTurn(() => this.#make(asking, made))) continue;
        // The writes of those that gave way are coming to their end.
        const isEnding = asking === null && [...this.#unverified].some(({ gaveWay }) => gaveWay);
        if (!isEnding || ++waits > MAX_WAITS) throw error;
        await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
      }
    }
  }

  enter(it: Unverified): void {
    this.#unverified.add(it);
  }

  /** A download has ended, or is verified. */
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
    if (this.#made > made) return true; // Another did meanwhile.
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

  /** What earlier runs left and could resume. An image that has its name already takes no space of its own. */
  async #left(): Promise<{ path: string; bytes: number }[]> {
    const left = (await listTemporary(this.#directory)).filter(({ info }) => !isPublished(info));
    return left.map(({ path, info }) => ({ path, bytes: info.size }));
  }

  /** Whether there may be room for so many bytes, if all but `asking` give way; true where the system does not say. */
  async mayHold(bytes: number, asking: Unverified | null = null): Promise<boolean> {
    // Not `bfree`: the last blocks are kept for root.
    const free = await statfs(this.#directory).then(({ bavail, bsize }) => bavail * bsize, () => Infinity);
    if (bytes <= free) return true;
    const ours = [...this.#unverified].filter((it) => it !== asking).map(({ size }) => size);
    const left = (await this.#left()).filter(({ path }) => isLeft(path)).map((it) => it.bytes);
    return bytes <= free + [...ours, ...left].reduce((sum, it) => sum + it, 0);
  }
}

/** One for each directory that this process downloads into: a handful. */
const rooms = new Map<string, DiskRoom>();

/** The room of a directory. */
export function roomOf(directory: string): DiskRoom {
  let room = rooms.get(directory);
  if (!room) rooms.set(directory, room = new DiskRoom(directory));
  return room;
}
