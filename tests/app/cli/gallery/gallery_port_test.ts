import { deepStrictEqual, ok, rejects, strictEqual, throws } from "node:assert/strict";
import { join } from "node:path";
import { type GalleryOptions, GalleryPort } from "../../../../lib/app/cli/gallery/gallery_port.ts";
import { openHttp } from "../../../../lib/app/cli/gallery/open_http.ts";
import { Downloads } from "../../../../lib/app/cli/commands/downloads.ts";
import { Terminal } from "../../../../lib/app/cli/output/terminal.ts";
import type { GalleryImages } from "../../../../lib/app/gallery/api.ts";
import { PeerThumbnails } from "../../../../lib/app/thumbnails/peer_thumbnails.ts";
import { ENGLISH } from "../../../../lib/app/words/en/words.ts";
import { Peer, startTracker } from "../../../../mod.ts";
import { say } from "../../../fake/baseline_client.ts";
import { needing } from "../../../needs.ts";
import { image, namesIn, soon, tempDir } from "../../../support.ts";
import { Network } from "../../../support_network.ts";
import { cookieOf, eventsIn } from "../../gallery/server/visit.ts";

Deno.test("whatever is under way, a gallery that closes tells its pages, and ends at once", async () => {
  const tracker = startTracker({ host: "127.0.0.1", port: 0 });
  await using _tracker = { [Symbol.asyncDispose]: () => tracker.close() };
  using silent = Deno.listen({ hostname: "127.0.0.1", port: 0 }); // A peer that never answers.
  await say(tracker.address.port, `REG p ${silent.addr.port} ${image(1).md5},a.gif`);
  await using own = await tempDir();
  await using peer = await Peer.start({
    tracker: tracker.address,
    host: "127.0.0.1",
    directory: own.path,
    watch: false,
  });
  await using thumbnails = new PeerThumbnails(null);
  await using gallery = new GalleryPort({}, ENGLISH, "0.0.0");
  gallery.show({ peer, thumbnails, downloads: new Downloads(peer, new Terminal(), ENGLISH), flat: false });
  const cookie = await cookieOf(gallery.url);
  const { origin, hostname, port } = new URL(gallery.url);
  const request = (path: string): Promise<Response> => fetch(`${origin}${path}`, { headers: { cookie } });

  const { images } = await (await request("/api/images")).json() as GalleryImages;
  deepStrictEqual(images.map(([md5]) => md5), [image(1).md5]);
  const events = eventsIn(await request("/api/events"));
  strictEqual((await events.next()).value?.event, "state");
  const pictures = [`/thumb/${image(1).md5}`, `/image/${image(1).md5}`].map((path) =>
    request(path).then((it) => it.text(), () => "cut off")
  );
  const asked = await soon(silent.accept(), "a request for the picture");
  using upload = await Deno.connect({ hostname, port: Number(port) });
  const head = [
    `PUT /api/files/x.gif HTTP/1.1`,
    `host: ${hostname}:${port}`,
    `cookie: ${cookie}`,
    `authorization: Bearer ${new URL(gallery.url).searchParams.get("token")}`,
    `origin: ${origin}`,
  ];
  await upload.write(new TextEncoder().encode(`${head.join("\r\n")}\r\ncontent-length: 99\r\n\r\nGIF89a`));
  while ((await namesIn(own.path)).length === 0) await new Promise((resolve) => setTimeout(resolve, 10));

  const began = performance.now();
  const closed = gallery.close();
  strictEqual(gallery.close(), closed);
  await soon(closed, "the end");
  ok(
    performance.now() - began < 8_000, // Less than a silent peer is waited for.
    `${performance.now() - began} ms`,
  );
  deepStrictEqual((await Array.fromAsync(events, ({ event }) => event)).at(-1), "bye");
  await Promise.all(pictures);
  await rejects(request("/"));
  deepStrictEqual(await namesIn(own.path), []);
  asked.close();
});

Deno.test("a gallery that is closed before anything is shown ends at once, and so do requests", async () => {
  await using gallery = new GalleryPort({}, ENGLISH, "0.0.0");
  const early = fetch(gallery.url);
  const refused = rejects(early);
  await soon(gallery.close(), "the end");
  await refused;
});

Deno.test("two galleries at once have addresses and cookies of their own", async () => {
  await using held = new AsyncDisposableStack();
  const open = async (): Promise<GalleryPort> => {
    const { path } = held.use(await tempDir());
    const peer = held.use(await Peer.start({ tracker: { host: "127.0.0.1", port: 9 }, directory: path, watch: false }));
    const thumbnails = held.use(new PeerThumbnails(null));
    const gallery = held.use(new GalleryPort({}, ENGLISH, "0.0.0"));
    gallery.show({ peer, thumbnails, downloads: new Downloads(peer, new Terminal(), ENGLISH), flat: false });
    return gallery;
  };
  const galleries = [await open(), await open()];
  const cookies = await Promise.all(galleries.map(({ url }) => cookieOf(url)));
  for (const [i, { url }] of galleries.entries()) {
    const state = new URL("/api/state", url);
    const status = async (cookie: string): Promise<number> => {
      const answer = await fetch(state, { headers: { cookie } });
      await answer.body?.cancel();
      return answer.status;
    };
    // A browser sends both: it keeps cookies by host, whatever the port.
    deepStrictEqual([await status(cookies.join("; ")), await status(cookies[1 - i])], [200, 403]);
  }
});

Deno.test(needing(["hosts"], "a gallery that others may open is one for its user, and another for others", async () => {
  await using network = await Network.start(25, { laptop: "10.77.0.1/24" });
  const tests = join("tests", "app", "cli", "gallery", "gallery_others.ts");
  await network.run("laptop", Deno.execPath(), "test", "--no-check", "--no-prompt", "--allow-all", tests);
}));

Deno.test("a loopback address is no address for others, and a port that is taken is an error", async () => {
  const open = (options: GalleryOptions) => new GalleryPort(options, ENGLISH, "0.0.0");
  await using local = open({ "gallery-host": "127.0.0.1" });
  deepStrictEqual(local.otherUrls, []);
  throws(() => open({ "gallery-port": Number(new URL(local.url).port) }), { code: "http-in-use" });
});

Deno.test("an address of another machine is named, with the option that chose it", () => {
  const open = (options: GalleryOptions) => () => new GalleryPort(options, ENGLISH, "0.0.0");
  const values = { address: "192.0.2.77", option: "--gallery-host" };
  for (const port of [0, 40_080]) {
    throws(open({ "gallery-host": values.address, "gallery-port": port }), { code: "address-not-here", values });
  }
  throws(() => openHttp({ host: values.address, port: 0 }, { host: "--http", port: "--http" }), {
    message: "192.0.2.77 is not an address of this machine: give one of its addresses with --http, " +
      "or 0.0.0.0 for all of them.",
  });
});
