/** The properties of listed images, for commands that share nothing. */
import { ImageInfos } from "../../../download/image_infos.ts";
import { InfoCache } from "../../../download/info_cache.ts";
import { PeerBook } from "../../../download/peers/peer_book.ts";
import { CacheFile } from "../../../files/cache_file.ts";
import type { ListedImage } from "../../../protocol/image.ts";
import type { ClientContext } from "../context.ts";
import { passesOver, type ReceivedList } from "./request_list.ts";
import type { InfoOf } from "../screen/list/list_entries.ts";

/** How long a command waits for properties, in milliseconds: enough for some ten thousand images of a class. */
const MAX_MS = 10_000;

export class ListedInfos implements Disposable {
  readonly #file: CacheFile;

  /** Opens the cache, which needs permissions that a command may drop afterwards. */
  constructor({ options, paths }: Pick<ClientContext, "options" | "paths">) {
    this.#file = new CacheFile(options["no-cache"] ? null : paths.hashCache);
    this.#file.try(() => {});
  }

  /** Requests the properties of these images of a list; those that do not arrive in time stay unknown. */
  async request(images: readonly ListedImage[], list: ReceivedList, signal: AbortSignal): Promise<InfoOf> {
    using book = new PeerBook(passesOver(list));
    const cache = new InfoCache(this.#file);
    const infos = new ImageInfos({ book, signal, own: () => undefined, isSelf: () => false, cache });
    await infos.request(images, MAX_MS);
    return ({ md5 }) => infos.get(md5);
  }

  [Symbol.dispose](): void {
    this.#file[Symbol.dispose]();
  }
}
