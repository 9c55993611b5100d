/**
 * The side of a peer that gives: answers `GET <md5>` with the image's bytes.
 *
 * @module
 */
import { isStill, type SharedFolder, type SharedImage } from "../library/shared_folder.ts";
import type { Address } from "../wire/address.ts";
import { isFault } from "../wire/fault.ts";
import { MAX_PEER_REQUEST_BYTES } from "../wire/limits.ts";
import { parsePeerRequest } from "../wire/peer_request.ts";
import { acceptAll, finishSending, SilenceGuard } from "./tcp.ts";

/** What a peer did for another. */
export type ServedEvent =
  /** All of an image was sent; `bytes` is its size. */
  | { readonly kind: "served"; readonly to: Address; readonly name: string; readonly bytes: number }
  /** The other side left, stopped reading, or the file changed under way. */
  | { readonly kind: "broke-off"; readonly to: Address; readonly name: string; readonly bytes: number }
  /** Closed without a byte: not shared, no request, or nothing said. */
  | {
    readonly kind: "not-served";
    readonly to: Address;
    readonly why: "not-shared" | "no-request" | "changed" | "silent";
  };

/** Limits on waiting for a client, in milliseconds. */
export interface ServeWaits {
  /** For its whole request. */
  readonly request: number;
  /** For it to read anything more of an image. */
  readonly stall: number;
  /** For it to close after the last byte. */
  readonly farewell: number;
}

/** A request is one small packet; the system wakes a writer only when much of what waits was read. */
const DEFAULT_WAITS: ServeWaits = { request: 5_000, stall: 60_000, farewell: 5_000 };

/** Most conversations at once: each holds a buffer of {@link BLOCK_BYTES}, 64 MiB together. */
const MAX_CONVERSATIONS = 256;

/** Bytes read from the disk and sent at a time. */
const BLOCK_BYTES = 256 * 1024;

/** Most conversations with one address at once, so that nobody takes them all. */
const MAX_OF_ADDRESS = 64;

/** Answers other peers on `listener` with the images of `folder`, until `ending` is aborted. */
export function servePeers(
  listener: Deno.TcpListener,
  folder: SharedFolder,
  ending: AbortSignal,
  onEvent: (event: ServedEvent) => void = () => {},
  waits = DEFAULT_WAITS,
): Promise<void> {
  return acceptAll(listener, { most: MAX_CONVERSATIONS, ofAddress: MAX_OF_ADDRESS }, ending, async (conn, to) => {
    const image = await readRequest(conn, folder, waits.request);
    if (typeof image === "string") return onEvent({ kind: "not-served", to, why: image });
    onEvent(await serveImage(conn, folder, image, to, waits));
  });
}

/** The image that is asked for, or why nothing is sent. */
async function readRequest(
  conn: Deno.TcpConn,
  folder: SharedFolder,
  ms: number,
): Promise<SharedImage | "not-shared" | "no-request" | "silent"> {
  // Not moved by what comes: a request that dribbles in for ever is none.
  using _guard = new SilenceGuard(conn, ms);
  const buffer = new Uint8Array(MAX_PEER_REQUEST_BYTES + 1);
  for (let length = 0, ended = false;;) {
    const n = await conn.read(buffer.subarray(length)).catch(() => null);
    if (n === null) ended = true;
    else length += n;
    const request = parsePeerRequest(buffer.subarray(0, length), ended);
    if (request.type === "md5") return folder.byMd5(request.md5) ?? "not-shared";
    if (request.type === "name") return folder.byName(request.name) ?? "not-shared";
    if (request.type === "invalid") return length === 0 ? "silent" : "no-request";
  }
}

async function serveImage(
  conn: Deno.TcpConn,
  folder: SharedFolder,
  image: SharedImage,
  to: Address,
  waits: ServeWaits,
): Promise<ServedEvent> {
  let file: Deno.FsFile;
  try {
    file = await folder.open(image);
  } catch (error) {
    if (isFault(error, "image-changed")) return { kind: "not-served", to, why: "changed" };
    throw error;
  }
  using _file = file;
  let bytes = 0;
  try {
    {
      using guard = new SilenceGuard(conn, waits.stall);
      const block = new Uint8Array(Math.min(BLOCK_BYTES, image.size));
      while (bytes < image.size) {
        const n = await file.read(block);
        // The check comes after the read, so that what is sent is what was hashed.
        if (n === null || !isStill(image, await file.stat())) return { kind: "broke-off", to, name: image.name, bytes };
        const part = block.subarray(0, Math.min(n, image.size - bytes));
        for (let sent = 0; sent < part.length; guard.moved()) sent += await conn.write(part.subarray(sent));
        bytes += part.length;
      }
    }
    using _farewell = new SilenceGuard(conn, waits.farewell);
    await finishSending(conn);
  } catch {
    if (bytes < image.size) return { kind: "broke-off", to, name: image.name, bytes };
  }
  return { kind: "served", to, name: image.name, bytes };
}
