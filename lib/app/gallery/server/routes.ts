/** What is answered to each request of the gallery. */
import { admit, cookieHeader, type GalleryAccess, isReading } from "./access.ts";
import { leftOutReason, noContent, refuse, respond, respondJson, respondLong } from "./answers.ts";
import { saveDropped } from "./dropped_file.ts";
import type { Gallery } from "./gallery_server.ts";
import { findMore } from "./find_more.ts";
import { historyPage, imageDetails } from "./about.ts";
import { type GalleryCommand, isCommand, runCommand } from "./page_commands.ts";
import { MAX_IMAGE_BYTES } from "../../../protocol/limits.ts";
import { Slots } from "../../../net/slots.ts";
import { isFault } from "../../../fault/fault.ts";
import { GALLERY as ENGLISH } from "../../words/en/gallery.ts";
import { GALLERY as PORTUGUESE } from "../../words/pt/gallery.ts";

/** The longest body of a command, in bytes: the MD5s of 200,000 images. */
const MAX_COMMAND_BYTES = 8 << 20;

/** How many dropped files are written at a time. */
const SAVED_AT_ONCE = 4;

const saving = new Slots(SAVED_AT_ONCE);

/** Answers a request that came by this way in; it never throws. */
export async function answerGallery(request: Request, gallery: Gallery, access: GalleryAccess): Promise<Response> {
  const { words: { gallery: words } } = gallery.parts;
  const admission = admit(request, access);
  if (admission === 421) return refuse(421, words.otherHost);
  if (admission === 403) return denied(request, words.denied);
  if (admission === "sign-in") {
    const location = `/#${access.token}`; // Read by the page, and sent nowhere.
    return respond(null, "", { status: 303, headers: { location, "set-cookie": cookieHeader(access) } });
  }
  try {
    return await route(request, gallery, access) ?? refuse(404, words.notFound);
  } catch (error) {
    if (request.signal.aborted) return refuse(503, words.failed); // Nobody reads it.
    const status = isFault(error, "disk-full") ? 507 : isFault(error, "image-changed") ? 404 : 500;
    return refuse(status, gallery.reason(error));
  }
}

async function route(request: Request, gallery: Gallery, access: GalleryAccess): Promise<Response | null> {
  const { method, url } = request;
  const { pathname } = new URL(url);
  const { words: { gallery: words } } = gallery.parts;
  const [, command] = /^\/api\/([a-z]+)$/.exec(pathname) ?? [];
  const [, file] = /^\/api\/files\/([^/]+)$/.exec(pathname) ?? [];
  const expected = file !== undefined ? "PUT" : command !== undefined && isCommand(command) ? "POST" : "GET";
  if (method !== expected && !(expected === "GET" && isReading(method))) {
    return refuse(405, words.otherMethod, { allow: expected === "GET" ? "GET, HEAD" : expected });
  }
  if (expected === "GET") return await read(request, gallery, access);
  if (!access.canControl) return refuse(403, words.readOnly);
  return file !== undefined
    ? await store(request, file, gallery)
    : await obey(request, command as GalleryCommand, gallery);
}

async function read(request: Request, gallery: Gallery, access: GalleryAccess): Promise<Response | null> {
  const { pathname, searchParams } = new URL(request.url);
  const file = gallery.parts.files[pathname];
  if (file) return respond(file.text, file.type);
  switch (pathname) {
    case "/api/state":
      return respondJson(gallery.state(access));
    case "/api/images":
      return await respondLong(await gallery.images(), request);
    case "/api/history":
      return respondJson(historyPage(gallery.parts.peer.history, searchParams.get("before")));
    case "/api/find": {
      const lists = gallery.parts.peer.networks.all.map(({ tracker }) => tracker.lists);
      const [text, from] = [searchParams.get("text") ?? "", searchParams.get("from") ?? ""];
      return respondJson(await findMore(lists, text, from, request.signal));
    }
    case "/api/events": {
      if (request.method === "HEAD") return respond(null, "text/event-stream");
      const state = JSON.stringify(gallery.state(access));
      const lastId = request.headers.get("last-event-id") ?? searchParams.get("last");
      return respond(gallery.streams.open(state, lastId, request.signal, access), "text/event-stream");
    }
  }
  const [, kind, md5] = /^\/(thumb|image|api\/image)\/([0-9a-f]{32})$/.exec(pathname) ?? [];
  if (kind === undefined) return null;
  if (kind === "api/image") {
    const details = await imageDetails(md5, gallery);
    return details && respondJson(details);
  }
  const { pictures, parts: { words } } = gallery;
  const found = kind === "thumb"
    ? await pictures.thumbnail(md5, searchParams.get("size"), request.signal)
    : searchParams.has("original")
    ? await pictures.original(md5, request)
    : await pictures.whole(md5, request);
  if (typeof found !== "string") return found;
  return refuse(404, words.gallery.noPicture[found]);
}

async function obey(request: Request, command: GalleryCommand, gallery: Gallery): Promise<Response> {
  const { gallery: words } = gallery.parts.words;
  // A form of another page cannot have this type.
  if (!/^application\/json\b/.test(request.headers.get("content-type") ?? "")) return refuse(415, words.notJson);
  const length = Number(request.headers.get("content-length") ?? 0);
  if (length > MAX_COMMAND_BYTES) return refuse(413, words.tooLong);
  let body: unknown;
  try {
    body = await request.json();
  } catch {
    return refuse(400, words.notJson);
  }
  const done = await runCommand(command, body, gallery);
  if (done === "invalid") return refuse(400, words.notJson);
  if (done === "unknown") return refuse(404, words.noPicture.unlisted);
  return noContent();
}

async function store(request: Request, encoded: string, gallery: Gallery): Promise<Response> {
  const { peer, words: { gallery: words, client }, flat } = gallery.parts;
  const length = Number(request.headers.get("content-length") ?? 0);
  if (length === 0 || request.body === null) return refuse(411, words.emptyFile);
  if (length > MAX_IMAGE_BYTES) return refuse(413, words.tooLargeFile);
  let name: string;
  try {
    name = decodeURIComponent(encoded);
  } catch {
    return refuse(400, words.notFound);
  }
  using _slot = await saving.enter(request.signal);
  const saved = await saveDropped(request.body, flat ? name.slice(name.lastIndexOf("/") + 1) : name, peer);
  if (saved === null) return refuse(415, words.noImage);
  gallery.changed();
  const { md5, leftOut } = saved;
  return respondJson({ md5, name: saved.name, reason: leftOutReason(leftOut, { client }) });
}

/** For whoever opens the page without the address that the client printed. */
function denied(request: Request, reason: string): Response {
  if (!request.headers.get("accept")?.includes("text/html")) return refuse(403, reason);
  const page = `<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>idp2pi</title><p lang="en">${ENGLISH.denied}</p><p lang="pt-BR">${PORTUGUESE.denied}</p>\n`;
  return respond(page, "text/html; charset=utf-8", { status: 403 });
}
