/** An album as a line of the list. Pure. */
import { visible } from "../../../words/visible.ts";
import type { Entry, Folder, InfoOf } from "./list_entries.ts";

/** An album with all albums in it; or all images of a list. */
export class Album {
  /** Its folders, joined by `/`; `null` for all images. */
  readonly path: string | null;
  /** The path, safe to show; empty for all images. */
  readonly name: string;
  /** The number of images in it. */
  readonly count: number;
  readonly #folders: readonly Folder[];
  #entries: readonly Entry[] | null = null;
  /** The sum of the first sizes, and how many were added. */
  #sum = 0;
  #summed = 0;
  /** The result of `newest` once all times are known. */
  #newest: number | null = null;
  /** The index of an image that did not exist here at the last check. */
  #lacked = 0;

  constructor(path: string | null, folders: readonly Folder[]) {
    this.path = path;
    this.name = path === null ? "" : `${visible(path)}/`;
    this.count = folders.reduce((sum, { entries }) => sum + entries.length, 0);
    this.#folders = folders;
  }

  /** Its images, in the order of the list. */
  get entries(): readonly Entry[] {
    return this.#entries ??= this.#folders.flatMap(({ entries }) => entries).sort((a, b) => a.index - b.index);
  }

  /** The total size in bytes; `undefined` while any size is unknown. */
  bytes(infoOf: InfoOf): number | undefined {
    for (; this.#summed < this.count; this.#summed++) {
      const info = infoOf(this.entries[this.#summed].image);
      if (!info) return;
      this.#sum += info.size;
    }
    return this.#sum;
  }

  /** When the newest of its images was taken, in seconds since 1970; 0 if unknown. */
  newest(infoOf: InfoOf): number {
    if (this.#newest !== null) return this.#newest;
    const infos = this.entries.map(({ image }) => infoOf(image));
    const newest = infos.reduce((newest, info) => Math.max(newest, info?.taken ?? 0), 0);
    if (infos.every((info) => info !== undefined)) this.#newest = newest;
    return newest;
  }

  /** The number of peers of the image with the most. */
  get mostPeers(): number {
    return this.entries.reduce((most, { image: { peers } }) => Math.max(most, peers.length), 0);
  }

  /** How many of the images that do not exist here are chosen; `here` if all exist here. */
  chosen(chosen: ReadonlySet<string>): "here" | "none" | "some" | "all" {
    if (chosen.size === 0 && this.entries[this.#lacked]?.own === "no") return "none";
    let [has, lacks] = [false, false];
    for (const [i, { image, own }] of this.entries.entries()) {
      if (own !== "no") continue;
      this.#lacked = i;
      if (chosen.has(image.md5)) has = true;
      else lacks = true;
      if (lacks && (has || chosen.size === 0)) break;
    }
    return has ? (lacks ? "some" : "all") : lacks ? "none" : "here";
  }
}
