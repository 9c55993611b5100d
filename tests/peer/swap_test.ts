import { ok, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { SharedFolder } from "../../lib/folder/shared_folder.ts";
import { bindTcp, localAddress } from "../../lib/net/listen.ts";
import { servePeers } from "../../lib/peer/peer_server.ts";
import { md5Of } from "../../lib/hash/md5.ts";
import { image, tempDir } from "../support.ts";

/** All that a peer sends for this MD5. */
async function get(port: number, md5: string): Promise<Uint8Array> {
  using conn = await Deno.connect({ hostname: "127.0.0.1", port });
  await conn.write(new TextEncoder().encode(`GET ${md5}`));
  return new Uint8Array(await new Response(conn.readable).arrayBuffer());
}

Deno.test("no outside byte is sent while files and directories become links to the outside ten thousand times", async () => {
  const [mine, deep, secret] = [image(1, 3_000), image(2, 3_000), image(3, 3_000)];
  await using outside = await tempDir({ "file.gif": secret.bytes, "deep.gif": secret.bytes });
  await using inside = await tempDir({ "file.gif": mine.bytes });
  await Deno.mkdir(join(inside.path, "sub"));
  await Deno.writeFile(join(inside.path, "sub", "deep.gif"), deep.bytes);
  const folder = new SharedFolder(inside.path, { onStale: () => {} }); // It is scanned all the time.
  await folder.scan();
  const ending = new AbortController();
  const [listener] = bindTcp("127.0.0.1", 0);
  const { port } = localAddress(listener);
  const serving = servePeers(listener, folder, ending.signal);
  const worker = new Worker(new URL("../folder/swapper.ts", import.meta.url), { type: "module" });
  let done = false;
  const swapped = new Promise<void>((resolve) => worker.onmessage = () => resolve());
  /** How many images were given, where the other thread sees it: on a busy machine none may be for a while. */
  const given = new Int32Array(new SharedArrayBuffer(4));
  worker.postMessage({ inside: inside.path, outside: outside.path, times: 10_000, most: 200_000, given });
  const scanning = (async () => {
    while (!done) await folder.scan();
  })();
  const fetching = (async () => {
    for (let i = 0; !done; i++) {
      const wanted = [mine.md5, secret.md5, deep.md5][i % 3];
      const bytes = await get(port, wanted);
      if (bytes.length === 0) continue;
      Atomics.add(given, 0, 1);
      strictEqual(md5Of(bytes), wanted);
      ok(wanted !== secret.md5, "the file outside was given");
      strictEqual(folder.byMd5(secret.md5), undefined, "the file outside is listed");
    }
  })();
  try {
    await swapped;
    done = true;
    await Promise.all([fetching, scanning]);
    await folder.scan();
    strictEqual(folder.byMd5(secret.md5), undefined);
    ok(given[0] > 0, "something was given meanwhile");
  } finally {
    done = true;
    worker.terminate();
    ending.abort();
    await serving;
  }
});
