/** The demo of the gallery: a peer with a hundred pictures, and the page of another one, until Ctrl-C. */
import { dirname, join } from "node:path";
import { Downloads } from "../lib/app/cli/commands/downloads.ts";
import { GalleryPort } from "../lib/app/cli/gallery/gallery_port.ts";
import { Terminal } from "../lib/app/cli/output/terminal.ts";
import { VERSION } from "../lib/app/cli/version.ts";
import { PeerThumbnails } from "../lib/app/thumbnails/peer_thumbnails.ts";
import type { Words } from "../lib/app/words/en/words.ts";
import { Peer, startTracker } from "../mod.ts";
import { demoPicture } from "./demo_pictures.ts";

/** How many pictures it makes. */
export const PICTURES = 100;

/**
 * Runs it in two directories that exist, until `ending` is aborted.
 *
 * @param onOpen Called with the address of the page.
 */
export async function demoGallery(
  [giving, taking]: readonly string[],
  words: Words,
  ending: AbortSignal,
  onOpen: (address: string) => void,
): Promise<void> {
  for (let n = 0; n < PICTURES; n++) {
    const { name, bytes } = demoPicture(n);
    await Deno.mkdir(join(giving, dirname(name)), { recursive: true });
    await Deno.writeFile(join(giving, name), bytes);
  }
  await using stack = new AsyncDisposableStack();
  const tracker = startTracker({ host: "127.0.0.1", port: 0 });
  stack.defer(() => tracker.close());
  const start = async (directory: string): Promise<{ peer: Peer; thumbnails: PeerThumbnails }> => {
    const thumbnails = stack.use(new PeerThumbnails(null));
    const at = { tracker: tracker.address, host: "127.0.0.1" };
    const peer = stack.use(await Peer.start({ ...at, directory, thumbnails: thumbnails.make }));
    thumbnails.peer = peer;
    await peer.tracker.register();
    return { peer, thumbnails };
  };
  await start(giving);
  const { peer, thumbnails } = await start(taking);
  const gallery = stack.use(new GalleryPort({}, words, VERSION));
  gallery.show({ peer, thumbnails, downloads: new Downloads(peer, new Terminal(), words), flat: false });
  onOpen(gallery.url);
  await new Promise<void>((resolve) => {
    if (ending.aborted) resolve();
    ending.addEventListener("abort", () => resolve());
  });
}
