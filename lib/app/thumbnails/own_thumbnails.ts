/** Thumbnails of the images that exist here. */
import { Fault } from "../../fault/fault.ts";
import { isStill, type SharedImage } from "../../folder/image_index.ts";
import type { SharedFolder } from "../../folder/shared_folder.ts";
import { Slots } from "../../net/slots.ts";
import { MAX_DECODED_BYTES, type Wrong } from "../preview/decode.ts";
import type { Thumbnail } from "./encode_thumbnail.ts";
import { Refusals } from "./refusals.ts";
import { SharedWork } from "./shared_work.ts";
import type { ThumbnailCache } from "./thumbnail_cache.ts";
import { type ThumbnailMaker, thumbnailSize } from "./thumbnail_maker.ts";

/** How many images are in memory at once: one is decoded while the next is read. */
const READ_AT_ONCE = 2;

export class OwnThumbnails {
  readonly #maker: ThumbnailMaker;
  readonly #cache: ThumbnailCache;
  readonly #making = new SharedWork<Thumbnail | Wrong>();
  readonly #slots = new Slots(READ_AT_ONCE);
  readonly #refusals = new Refusals();

  constructor(maker: ThumbnailMaker, cache: ThumbnailCache) {
    [this.#maker, this.#cache] = [maker, cache];
  }

  /**
   * The thumbnail of an image, kept or made from its file.
   *
   * @param pixels The longer side, rounded up to one of a few sizes.
   * @throws {Fault} `image-changed`, `image-unreadable`; the reason of the signal.
   */
  async get(
    image: SharedImage,
    pixels: number,
    folder: SharedFolder,
    signal?: AbortSignal,
  ): Promise<Thumbnail | Wrong> {
    const size = thumbnailSize(pixels);
    const cached = this.#cache.get(image.md5, size);
    if (cached?.isOwn) return cached;
    const key = `${image.md5} ${size}`;
    const wrong = this.#refusals.get(key, performance.now());
    if (wrong) return { wrong: wrong as Wrong["wrong"] };
    return await this.#making.join(key, (unwanted) => this.#make(image, size, folder, unwanted), signal);
  }

  async #make(
    image: SharedImage,
    pixels: number,
    folder: SharedFolder,
    signal: AbortSignal,
  ): Promise<Thumbnail | Wrong> {
    using _slot = await this.#slots.enter(signal);
    const bytes = await read(image, folder);
    const made = bytes
      ? await this.#maker.make({ bytes, source: "whole", pixels }, signal)
      : { wrong: "too-large" } as const;
    if ("wrong" in made) this.#refusals.add(`${image.md5} ${pixels}`, made.wrong, performance.now());
    else this.#cache.put(image.md5, pixels, { ...made, isOwn: true });
    return made;
  }
}

/** The bytes of an image, if they are still those of its MD5; `null` if they are too many. */
async function read(image: SharedImage, folder: SharedFolder): Promise<Uint8Array | null> {
  if (image.size > MAX_DECODED_BYTES) return null;
  using file = await folder.open(image);
  const bytes = await file.readAll(MAX_DECODED_BYTES);
  if (!isStill(image, file.statSync())) throw new Fault("image-changed", { name: image.name });
  return bytes;
}
