/** Peers with thumbnails, which tests look at each other's images with. */
import { join } from "node:path";
import { PeerThumbnails } from "../../../lib/app/thumbnails/peer_thumbnails.ts";
import type { Thumbnail } from "../../../lib/app/thumbnails/encode_thumbnail.ts";
import type { NoThumbnail, Thumbnails } from "../../../lib/app/thumbnails/thumbnails.ts";
import { Peer } from "../../../lib/peer/peer.ts";
import type { Address } from "../../../lib/protocol/address.ts";
import type { RunningTracker } from "../../../lib/server/tracker_server.ts";
import { tempDir, unlessBusy } from "../../support.ts";
import { PATIENT } from "../preview/pictures.ts";

export const LOCAL = "127.0.0.1";

/** The MD5 of an image that no peer lists. */
export const UNLISTED = "0".repeat(32);

export interface Sharing extends AsyncDisposable {
  readonly peer: Peer;
  readonly address: Address;
  readonly thumbnails: PeerThumbnails;
  /** The file in which thumbnails are kept. */
  readonly path: string;
}

/** A peer with its thumbnails, which also answers others. */
export async function sharing(tracker: RunningTracker, files: Record<string, Uint8Array>): Promise<Sharing> {
  const stack = new AsyncDisposableStack();
  const dir = stack.use(await tempDir(files));
  const cache = stack.use(await tempDir());
  const path = join(cache.path, "thumbnails.sqlite");
  const thumbnails = stack.use(new PeerThumbnails(path, undefined, PATIENT));
  const peer = stack.use(
    await Peer.start({ tracker: tracker.address, directory: dir.path, host: LOCAL, thumbnails: thumbnails.make }),
  );
  thumbnails.peer = peer;
  const address = { host: LOCAL, port: peer.port };
  return { peer, address, thumbnails, path, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

/** The thumbnails that a peer sees, of images that these peers are listed with. */
export function seen({ peer, thumbnails }: Sharing, ...peers: Address[]): Promise<Thumbnails> {
  return thumbnails.of(peer, (md5) => md5 === UNLISTED ? undefined : { md5, name: "a.jpg", peers });
}

/** A thumbnail, or why there is none, when its peers have time for it. */
export function got(thumbnails: Thumbnails, md5: string, pixels: number): Promise<Thumbnail | NoThumbnail> {
  return unlessBusy(() => thumbnails.get(md5, pixels), (it) => "reason" in it && it.reason === "busy");
}
