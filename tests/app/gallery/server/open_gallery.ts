/** A gallery in front of a real peer, whose requests need no port. */
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { Gallery, type GalleryParts } from "../../../../lib/app/gallery/server/gallery_server.ts";
import { answerGallery } from "../../../../lib/app/gallery/server/routes.ts";
import { type GalleryAccess, newAccess } from "../../../../lib/app/gallery/server/access.ts";
import { ENGLISH } from "../../../../lib/app/words/en/words.ts";
import { formatAddress } from "../../../../lib/protocol/address.ts";
import { Downloads } from "../../../../lib/app/cli/commands/downloads.ts";
import { Terminal } from "../../../../lib/app/cli/output/terminal.ts";
import { Peer, startTracker } from "../../../../mod.ts";
import { SAMPLES, tempDir } from "../../../support.ts";

export const HOST = "127.0.0.1:4000";

export interface GalleryRequests extends AsyncDisposable {
  readonly gallery: Gallery;
  /** What its own page shows. */
  readonly access: GalleryAccess;
  /** The peer of the gallery. */
  readonly peer: Peer;
  /** Another peer of the same tracker. */
  readonly other: Peer;
  readonly directory: string;
  /** What the gallery answers to its own page, unless headers say otherwise. */
  request(path: string, init?: RequestInit & { readonly headers?: Record<string, string> }): Promise<Response>;
  json<T>(path: string): Promise<T>;
  post(command: string, body: unknown): Promise<Response>;
}

/**
 * A tracker, the gallery's peer with these samples, and another peer with others.
 *
 * @param further How many further networks the gallery's peer is in; the other peer is in the last one of all.
 */
export async function openGallery(
  own: readonly string[] = ["sunset.jpg"],
  others: readonly string[] = ["blink.gif"],
  { canControl = true, ...some }: Partial<GalleryParts> & { readonly canControl?: boolean } = {},
  further = 0,
): Promise<GalleryRequests> {
  await using held = new AsyncDisposableStack();
  const trackers = Array.from({ length: 1 + further }, () => {
    const tracker = startTracker({ host: "127.0.0.1", port: 0 });
    held.defer(() => tracker.close());
    return formatAddress(tracker.address);
  });
  const start = async (
    names: readonly string[],
    [tracker, ...also]: readonly string[],
    history?: string,
  ): Promise<Peer> => {
    const { path } = held.use(await tempDir());
    for (const name of names) await copyFile(join(SAMPLES, name), join(path, name));
    const peer = held.use(
      await Peer.start({ tracker, also, host: "127.0.0.1", directory: path, watch: false, history }),
    );
    await Promise.all(peer.networks.all.map((network) => network.tracker.register()));
    return peer;
  };
  const cache = held.use(await tempDir());
  const peer = await start(own, trackers, join(cache.path, "history.sqlite"));
  const other = await start(others, trackers.slice(-1));
  const terminal = new Terminal();
  terminal.attach({ line: () => {}, status: () => {} });
  const access = newAccess([HOST], 4_000, canControl);
  const gallery = held.use(
    new Gallery({
      peer,
      downloads: new Downloads(peer, terminal, ENGLISH),
      thumbnails: {
        get: () => Promise.resolve({ reason: "unreadable" }),
        decode: () => Promise.resolve({ reason: "unreadable" }),
        hashes: () => new Map(),
      },
      words: ENGLISH,
      version: "0.0.0",
      files: { "/": { type: "text/html; charset=utf-8", text: "<!doctype html>" } },
      flat: false,
      ...some,
    }),
  );
  const request: GalleryRequests["request"] = (path, init = {}) => {
    const changes = !["GET", "HEAD", undefined].includes(init.method);
    const origin: Record<string, string> = changes ? { origin: `http://${HOST}` } : {}; // As browsers do.
    const authorization = `Bearer ${access.token}`;
    const cookie = `${access.cookie}=${access.viewToken}`;
    const headers = { host: HOST, cookie, authorization, ...origin, ...init.headers };
    return answerGallery(new Request(`http://localhost${path}`, { ...init, headers }), gallery, access);
  };
  const moved = held.move();
  return {
    gallery,
    access,
    peer,
    other,
    directory: peer.folder.path,
    request,
    json: async (path) => await (await request(path)).json(),
    post: (command, body) =>
      request(`/api/${command}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      }),
    [Symbol.asyncDispose]: () => moved[Symbol.asyncDispose](),
  };
}
