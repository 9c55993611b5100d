/**
 * The ports of a gallery that others may open: tests that are run on a host of a network (`gallery_port_test.ts`), whose
 * address is 10.77.0.1.
 */
import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import { type GalleryOptions, GalleryPort } from "../../../../lib/app/cli/gallery/gallery_port.ts";
import { Downloads } from "../../../../lib/app/cli/commands/downloads.ts";
import { Terminal } from "../../../../lib/app/cli/output/terminal.ts";
import { PeerThumbnails } from "../../../../lib/app/thumbnails/peer_thumbnails.ts";
import { ENGLISH } from "../../../../lib/app/words/en/words.ts";
import { Peer } from "../../../../mod.ts";
import { quietPort, soon, tempDir } from "../../../support.ts";
import { cookieOf, eventsIn } from "../../gallery/server/visit.ts";

/** The address by which others reach this host. */
const OTHER = "10.77.0.1";

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

for (const [what, host] of [["one address", OTHER], ["all addresses", "0.0.0.0"]]) {
  Deno.test(
    `a gallery that is open on ${what} is one for its user, and read-only for others`,
    async () => {
      await using held = new AsyncDisposableStack();
      const open = await opener(held);
      for (const control of [false, true]) {
        const gallery = open({ "gallery-host": host, ...control && { "gallery-control": true } });
        const [own, other] = [gallery.url, gallery.otherUrls.find((it) => new URL(it).hostname === OTHER)!];
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
  );

  Deno.test(
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
  );
}

Deno.test(
  "a fixed port is that of both addresses, and one that failed leaves nothing",
  async () => {
    const open = (options: GalleryOptions) => new GalleryPort(options, ENGLISH, "0.0.0");
    for (const busy of ["127.0.0.1", OTHER]) {
      const port = quietPort();
      using listener = Deno.listen({ hostname: busy, port });
      const values = { host: busy, port, option: "--gallery-port" };
      throws(() => open({ "gallery-host": OTHER, "gallery-port": port }), { code: "http-in-use", values });
      const free = busy === OTHER ? "127.0.0.1" : OTHER;
      Deno.listen({ hostname: free, port }).close();
      listener.close();
      await using gallery = open({ "gallery-host": OTHER, "gallery-port": port });
      deepStrictEqual([gallery.url, ...gallery.otherUrls].map((it) => new URL(it).host), [
        `127.0.0.1:${port}`,
        `${OTHER}:${port}`,
      ]);
    }
  },
);
