import { deepStrictEqual, ok, rejects, strictEqual, throws } from "node:assert/strict";
import { type GalleryOptions, GalleryPort } from "../../../../lib/app/cli/gallery/gallery_port.ts";
import { openHttp } from "../../../../lib/app/cli/gallery/open_http.ts";
import { Downloads } from "../../../../lib/app/cli/commands/downloads.ts";
import { Terminal } from "../../../../lib/app/cli/output/terminal.ts";
import type { GalleryImages } from "../../../../lib/app/gallery/api.ts";
import { PeerThumbnails } from "../../../../lib/app/thumbnails/peer_thumbnails.ts";
import { ENGLISH } from "../../../../lib/app/words/en/words.ts";
import { Peer, startTracker } from "../../../../mod.ts";
import { say } from "../../../fake/baseline_client.ts";
import { image, namesIn, quietPort, soon, tempDir } from "../../../support.ts";
import { needing, networkHost } from "../../../needs.ts";
import { cookieOf, eventsIn } from "../../gallery/server/open_gallery.ts";

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

/** Opens ports until the test ends, all in front of one peer. */
async function opener(held: AsyncDisposableStack): Promise<(options: GalleryOptions) => GalleryPort> {
  const { path } = held.use(await tempDir());
  const peer = held.use(await Peer.start({ tracker: { host: "127.0.0.1", port: 9 }, directory: path, watch: false }));
  const thumbnails = held.use(new PeerThumbnails(null));
  const downloads = new Downloads(peer, new Terminal(), ENGLISH);
  return (options) => {
    const gallery = held.use(new GalleryPort(options, ENGLISH, "0.0.0"));
    gallery.show({ peer, thumbnails, downloads, flat: false });
    return gallery;
  };
}

/** The status of a request to the page of `at` with the secrets of the page of `from`. */
async function statusOf(at: string, from: string, path: string, init: RequestInit = {}): Promise<number> {
  const { origin } = new URL(at);
  const authorization = `Bearer ${new URL(from).searchParams.get("token")}`;
  // A browser keeps cookies by host and name; who forges requests sends any value under the name that counts.
  const [, value] = (await cookieOf(from)).split("=");
  const cookie = `${(await cookieOf(at)).split("=")[0]}=${value}`;
  const headers = { cookie, authorization, origin, "content-type": "application/json" };
  const answer = await fetch(new URL(path, origin), { ...init, headers, redirect: "manual" });
  await answer.body?.cancel();
  return answer.status;
}

const change = (on: boolean): RequestInit => ({ method: "POST", body: JSON.stringify({ on }) });

for (const [what, host] of [["one address", networkHost()], ["all addresses", "0.0.0.0"]]) {
  Deno.test(
    needing(
      ["network"],
      `a gallery that is open on ${what} is one for its user, and read-only for others`,
      async () => {
        await using held = new AsyncDisposableStack();
        const open = await opener(held);
        for (const control of [false, true]) {
          const gallery = open({ "gallery-host": host, ...control && { "gallery-control": true } });
          const [own, other] = [gallery.url, gallery.otherUrls.find((it) => new URL(it).hostname === networkHost()!)!];
          strictEqual(new URL(own).hostname, "127.0.0.1");
          strictEqual(gallery.otherUrls.some((it) => it.includes("127.0.0.1")), false);
          const pages = await Promise.all([own, other].map(async (at) => {
            return eventsIn(await fetch(new URL("/api/events", at), { headers: { cookie: await cookieOf(at) } }));
          }));
          const areSeen = async (): Promise<void> => {
            const states = pages.map(async (events) => {
              for (;;) {
                const { event, data } = (await events.next()).value!;
                if (event === "state") return JSON.parse(data).canControl;
              }
            });
            deepStrictEqual(await soon(Promise.all(states), "the state"), [true, control]);
          };
          await areSeen();
          strictEqual(await statusOf(other, other, "/api/reshare", change(control)), control ? 204 : 403);
          strictEqual(await statusOf(own, own, "/api/reshare", change(control)), 204);
          await areSeen(); // After a change.
          await Promise.all(pages.map((events) => events.return()));
          // What one of them knows opens nothing of the other.
          for (const [at, from] of [[own, other], [other, own]]) {
            const asked = [["/api/state"], ["/api/reshare", change(false)], [`/${new URL(from).search}`]] as const;
            for (const [path, init] of asked) strictEqual(await statusOf(at, from, path, init), 403, `${at} ${path}`);
          }
        }
      },
    ),
  );

  Deno.test(
    needing(
      ["network"],
      `a gallery that is open on ${what} is addressed only by the address of each port`,
      async () => {
        await using held = new AsyncDisposableStack();
        const gallery = (await opener(held))({ "gallery-host": host });
        const [own, other] = [gallery.url, ...gallery.otherUrls].map((it) => new URL(it));
        const localhost = `localhost:${own.port}`;
        for (const [to, expected] of [[own, [303, 421, 303, 421]], [other, [421, 303, 421, 421]]] as const) {
          const statuses = [own.host, other.host, localhost, `evil.example:${to.port}`].map(async (host) => {
            using conn = await Deno.connect({ hostname: to.hostname, port: Number(to.port) });
            await conn.write(new TextEncoder().encode(`GET /${to.search} HTTP/1.1\r\nHost: ${host}\r\n\r\n`));
            return Number((await new Response(conn.readable).text()).split(" ")[1]);
          });
          deepStrictEqual(await Promise.all(statuses), expected, to.host);
        }
      },
    ),
  );
}

Deno.test(
  needing(
    ["network"],
    "a loopback address is no address for others, a fixed port is that of both, and a failed one leaves nothing",
    async () => {
      const open = (options: GalleryOptions) => new GalleryPort(options, ENGLISH, "0.0.0");
      await using local = open({ "gallery-host": "127.0.0.1" });
      deepStrictEqual(local.otherUrls, []);
      const taken = Number(new URL(local.url).port);
      throws(() => open({ "gallery-port": taken }), { code: "http-in-use" });
      const host = networkHost()!;
      for (const busy of ["127.0.0.1", host]) {
        const port = quietPort();
        using listener = Deno.listen({ hostname: busy, port });
        const values = { host: busy, port, option: "--gallery-port" };
        throws(() => open({ "gallery-host": host, "gallery-port": port }), { code: "http-in-use", values });
        const free = busy === host ? "127.0.0.1" : host;
        Deno.listen({ hostname: free, port }).close();
        listener.close();
        await using gallery = open({ "gallery-host": host, "gallery-port": port });
        deepStrictEqual([gallery.url, ...gallery.otherUrls].map((it) => new URL(it).host), [
          `127.0.0.1:${port}`,
          `${host}:${port}`,
        ]);
      }
    },
  ),
);

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
