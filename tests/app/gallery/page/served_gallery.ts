/** A real gallery, with a real peer and tracker, at an address that a browser opens. */
import { serveHttp } from "../../../../lib/net/http.ts";
import { type GalleryRequests, openGallery } from "../server/open_gallery.ts";

const PAGE = new URL("../../../../lib/app/gallery/page/", import.meta.url);

export interface ServedGallery extends GalleryRequests {
  readonly address: string;
}

/** As `openGallery`, with the files of the page; all who ask are admitted. */
export async function serveGallery(...[own, others, some]: Parameters<typeof openGallery>): Promise<ServedGallery> {
  const file = async (name: string, type: string): Promise<{ type: string; text: string }> => ({
    type: `${type}; charset=utf-8`,
    text: await Deno.readTextFile(new URL(name, PAGE)),
  });
  const files = {
    "/": await file("index.html", "text/html"),
    "/app.js": await file("built/app.js", "text/javascript"),
    "/app.css": await file("built/app.css", "text/css"),
  };
  const it = await openGallery(own, others, { files, ...some });
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const ending = new AbortController();
  const serving = serveHttp(listener, ending.signal, { most: 64, ofSource: 64 }, async (request) => {
    const { pathname, search } = new URL(request.url);
    const { method, signal } = request;
    const body = method === "POST" ? await request.text() : undefined;
    const headers = Object.fromEntries(
      ["content-type", "last-event-id"].flatMap((name) =>
        request.headers.has(name) ? [[name, request.headers.get(name)!]] : []
      ),
    );
    return await it.request(pathname + search, { method, body, headers, signal });
  });
  return {
    ...it,
    address: `http://127.0.0.1:${listener.addr.port}/`,
    async [Symbol.asyncDispose](): Promise<void> {
      ending.abort();
      await serving;
      await it[Symbol.asyncDispose]();
    },
  };
}
