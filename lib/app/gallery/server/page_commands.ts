/** What the page can have the client do. */
import type { ListedImage } from "../../../protocol/image.ts";
import type { Gallery } from "./gallery_server.ts";

const COMMANDS = ["download", "cancel", "pause", "resume", "retry", "share", "unshare", "reshare"] as const;

export type GalleryCommand = typeof COMMANDS[number];

export function isCommand(word: string): word is GalleryCommand {
  return (COMMANDS as readonly string[]).includes(word);
}

/**
 * Runs a command with its body.
 *
 * @returns `"invalid"` for a body that it cannot have, `"unknown"` if none of its images exists.
 * @throws {Fault} As `Peer.share`.
 */
export async function runCommand(
  command: GalleryCommand,
  body: unknown,
  gallery: Gallery,
): Promise<"done" | "invalid" | "unknown"> {
  const { peer, downloads } = gallery.parts;
  if (typeof body !== "object" || body === null) return "invalid";
  const { md5s, on } = body as { md5s?: unknown; on?: unknown };
  if (command === "reshare") {
    if (typeof on !== "boolean") return "invalid";
    await peer.setReshares(on);
    gallery.changed();
    return "done";
  }
  const isAll = md5s === undefined && (command === "pause" || command === "resume" || command === "retry");
  if (!isAll && !areMd5s(md5s)) return "invalid";
  const chosen = new Set(areMd5s(md5s) ? md5s : []);
  if (command === "share" || command === "unshare") {
    await peer.share({ images: chosen }, command === "share");
    gallery.changed();
    return "done";
  }
  if (command === "download") {
    const images = [...chosen].flatMap((md5) => gallery.view.listed(md5) ?? []);
    if (images.length === 0) return "unknown";
    runOn(downloads.start(images));
    gallery.changed();
    return "done";
  }
  const some = (...states: string[]): ListedImage[] =>
    downloads.unfinished.flatMap(({ image, state }) =>
      (isAll || chosen.has(image.md5)) && states.includes(state) ? [image] : []
    );
  if (command === "pause") downloads.pause(some("active"));
  else if (command === "resume") runOn(downloads.resume(some("paused", "left", "failed")));
  else if (command === "retry") runOn(downloads.resume(some("failed")));
  else {
    const stopped = some("active", "paused", "left", "failed");
    downloads.stop(stopped);
    for (const { md5, name } of stopped) gallery.ended({ md5, name, kind: "cancelled", reason: "" });
  }
  gallery.changed();
  return "done";
}

/** Lets downloads run; what they report is in the queue. When the client ends, they are aborted. */
function runOn(downloading: Promise<void>): void {
  downloading.catch(() => {});
}

function areMd5s(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((it) => typeof it === "string" && /^[0-9a-f]{32}$/.test(it));
}
