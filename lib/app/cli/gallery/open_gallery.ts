/** Opens the gallery, with the files of its page. */
import { Gallery, type GalleryParts } from "../../gallery/server/gallery_server.ts";
import type { GalleryAccess } from "../../gallery/server/access.ts";
import { answerGallery } from "../../gallery/server/routes.ts";
import type { PeerThumbnails } from "../../thumbnails/peer_thumbnails.ts";
import STYLE from "../../gallery/page/built/app.css" with { type: "text" };
import SCRIPT from "../../gallery/page/built/app.js" with { type: "text" };
import PAGE from "../../gallery/page/index.html" with { type: "text" };

const FILES = {
  "/": { type: "text/html; charset=utf-8", text: PAGE },
  "/app.js": { type: "text/javascript; charset=utf-8", text: SCRIPT },
  "/app.css": { type: "text/css; charset=utf-8", text: STYLE },
};

export interface OpenGallery {
  readonly handle: (request: Request, access: GalleryAccess) => Promise<Response>;
  /** Tells all pages that the client ends; returns whether there are any. */
  readonly close: () => boolean;
}

/** The gallery, with the files of its page. */
export async function openGallery(
  { thumbnails, ...parts }: Omit<GalleryParts, "files" | "thumbnails"> & { readonly thumbnails: PeerThumbnails },
): Promise<OpenGallery> {
  const small = await thumbnails.of(parts.peer, (md5) => gallery.view.listed(md5));
  const gallery = new Gallery({ ...parts, thumbnails: small, files: FILES });
  return {
    handle: (request, access) => answerGallery(request, gallery, access),
    close: () => {
      const isOpen = gallery.streams.size > 0;
      gallery[Symbol.dispose]();
      return isOpen;
    },
  };
}
