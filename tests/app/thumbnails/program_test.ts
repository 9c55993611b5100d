/** Thumbnails of the real program: its permissions, its workers, its cache. */
import { ok, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { ThumbnailCache } from "../../../lib/app/thumbnails/thumbnail_cache.ts";
import { askThumbnail } from "../../../lib/download/ask_thumbnail.ts";
import { md5Of } from "../../../lib/hash/md5.ts";
import { startTracker } from "../../../lib/server/tracker_server.ts";
import { parseAddress } from "../../../lib/protocol/address.ts";
import { readList, say } from "../../fake/baseline_client.ts";
import { needing } from "../../needs.ts";
import { Program, programCommand, tempDir, unlessBusy } from "../../support.ts";
import { sample } from "../preview/pictures.ts";

Deno.test(
  needing(
    ["unix"],
    "a client that only shares answers THM with thumbnails, keeps them, and prints nothing about them",
    async () => {
      await using tracker = await startTracker({ host: "127.0.0.1", port: 0 });
      const [jpeg, heic] = [await sample("sunset.jpg"), await sample("dusk.heic")];
      await using dir = await tempDir({ "sunset.jpg": jpeg, "dusk.heic": heic });
      await using cache = await tempDir();
      const place = `127.0.0.1:${tracker.address.port}`;
      await using client = Program.startCommand(
        ...["env", "-u", "IDP2PI_CLIENT_NO_CACHE", `XDG_CACHE_HOME=${cache.path}`],
        ...[...programCommand("client"), "share", place, dir.path],
      );
      await client.shows(/Registered with the tracker/);
      const before = client.output;
      const [{ peers: [at] }] = readList(await say(tracker.address.port, "LST"));
      const peer = parseAddress(at)!;
      const file = join(cache.path, "idp2pi", "thumbnails.sqlite");
      strictEqual(await Deno.stat(file).then(() => true, () => false), false, "nothing is loaded before the first one");
      for (const bytes of [jpeg, heic, jpeg]) {
        const image = { md5: md5Of(bytes), name: "a", peers: [peer] };
        const ask = () => askThumbnail(image, { pixels: 64, mayRead: () => 0 }, {});
        const got = await unlessBusy(ask, (it) => it === "busy");
        ok(typeof got !== "string" && new TextDecoder("latin1").decode(got.bytes.subarray(8, 12)) === "WEBP", `${got}`);
      }
      using kept = new ThumbnailCache(file);
      ok(kept.get(md5Of(jpeg), 64)?.isOwn && kept.get(md5Of(heic), 64)?.isOwn);
      strictEqual(client.output, before);
    },
  ),
);
