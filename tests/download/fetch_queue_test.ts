/** The queue of a batch, with peers and images that are made up. */
import { deepStrictEqual } from "node:assert/strict";
import { FetchQueue, type ImageSource } from "../../lib/download/fetch_queue.ts";
import { PeerBook } from "../../lib/download/peers/peer_book.ts";
import type { SharedImage } from "../../lib/folder/image_index.ts";
import { deadPort } from "../fake/baseline_peer.ts";

Deno.test("an image that comes from elsewhere while its peer is waited for is not fetched again", async () => {
  const peer = { host: "127.0.0.1", port: deadPort() };
  const image = { md5: "0".repeat(32), name: "cat.gif", peers: [peer] };
  const shared = { md5: image.md5, name: "kitten.gif" } as SharedImage;
  using book = new PeerBook();
  let finds = 0;
  Object.defineProperty(book, "retryIn", { value: () => 1 });
  const source: ImageSource = {
    find: () => Promise.resolve(finds++ === 0 ? undefined : shared),
    fetch: () => Promise.reject(new Error("it is fetched")),
  };
  const queue = new FetchQueue([{ image, peers: [peer] }], book, source, {});
  deepStrictEqual(await queue.run(new AbortController().signal), [{ kind: "here", image, here: shared }]);
});
