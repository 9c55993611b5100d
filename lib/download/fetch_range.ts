/**
 * Fetching from a peer that speaks `RNG`: what is missing of an image, on a connection that serves for the next one too.
 *
 * @module
 */
import type { PartialFile } from "./save/partial_file.ts";
import { type Address, formatAddress } from "../protocol/address.ts";
import { Fault, isFault } from "../fault/fault.ts";
import { MAX_IMAGE_BYTES } from "../protocol/limits.ts";
import { notify } from "../fault/notify.ts";
import type { PeerReply } from "../protocol/peer_reply.ts";
import { formatRange } from "../protocol/peer_request.ts";
import { REASONS } from "../fault/reason.ts";
import { type Fetched, type FetchParts, notTheImage } from "./fetch_options.ts";
import type { PeerLink } from "./peer_link.ts";
import { pull } from "./pull.ts";

/** Whoever gave a part of what turned out to be wrong is left alone for so long, in milliseconds. */
const SPOILT_MS = 600_000;

/** How it stands with the peers of an image. */
export interface Others {
  /** Who gave some of what is there. */
  readonly gave: Set<Address>;
  /** Whether there are others that were not tried yet: then a slow one is not waited for. */
  readonly hurry: boolean;
}

/**
 * Fetches from one peer what is missing in `file`.
 *
 * @returns The image, or `null` when the peer turned out to know only `GET`.
 * @throws {Fault} Why this peer does not help.
 */
export async function fetchRange(
  peer: Address,
  file: PartialFile,
  parts: FetchParts,
  { gave, hurry }: Others,
): Promise<Fetched | null> {
  let suspects: Address[] = [];
  for (;;) {
    const start = file.held;
    const answer = await pullRest(peer, file, parts, hurry);
    if (answer === "simple") return null;
    if (answer === "too far") await file.empty();
    else {
      // The connection is free already: what comes next need not wait for our disk.
      notify(() => parts.watcher.onReceived?.());
      const received = await file.finish();
      if (received.kind === "saved") {
        suspects.forEach((other) => parts.book.avoid(other, SPOILT_MS, false));
        return { path: received.path, bytes: received.bytes, resumedFrom: file.resumedFrom, peer };
      }
      // The wrong part may be somebody else's: all of it from one peer tells.
      if (start === 0) throw notTheImage(peer, parts.image, received);
      suspects = [...gave].filter((other) => other !== peer);
      gave.clear();
    }
  }
}

/** What came of asking for the rest of an image: it is there; the peer's ends before; the peer knows only `GET`. */
type Answer = "whole" | "too far" | "simple";

/** Asks for the rest of an image. */
async function pullRest(peer: Address, file: PartialFile, parts: FetchParts, hurry: boolean): Promise<Answer> {
  const request = (): string => formatRange(parts.image.md5, file.held, MAX_IMAGE_BYTES - file.held);
  return await withRange(peer, request, parts, (link, header) => take(link, header, file, parts, hurry)) ?? "simple";
}

/** What every fetch needs of these. */
export type LinkParts = Pick<FetchParts, "book" | "signal" | "waits">;

/**
 * Takes a connection, asks with `RNG`, has `use` take the bytes behind the header, and leaves the connection for another
 * request.
 *
 * @returns What `use` gives, or `null` when the peer turned out to know only `GET`.
 * @throws {Fault} `peer-unreachable`, `peer-silent`, `peer-empty`, and what `use` throws.
 */
export async function withRange<T>(
  peer: Address,
  request: () => string,
  parts: LinkParts,
  use: (link: PeerLink, header: PeerReply) => Promise<T>,
): Promise<T | null> {
  const { book, signal, waits } = parts;
  using _place = await book.enter(peer, signal);
  let link = book.take(peer) ?? await book.dial(peer, waits.connect, signal);
  const giveUp = (): void => link.close();
  signal.addEventListener("abort", giveUp);
  try {
    signal.throwIfAborted(); // It may have been, after the connection was made and before we knew.
    let header = await askFor(link, request(), parts);
    if (header === null && link.used) {
      // It waited for its next request too long: the other side has closed it meanwhile.
      link.close();
      link = await book.dial(peer, waits.connect, signal);
      header = await askFor(link, request(), parts);
    }
    if (header === null) {
      if (book.speech(peer) === "range") throw new Fault("peer-empty", { peer: formatAddress(peer) });
      book.learn(peer, "get");
      link.close();
      return null;
    }
    book.learn(peer, "range");
    const used = await use(link, header);
    book.put(link);
    return used;
  } catch (error) {
    link.close();
    throw error;
  } finally {
    signal.removeEventListener("abort", giveUp);
  }
}

/** The header of the answer, or `null` for what is none of ours. */
async function askFor(link: PeerLink, request: string, { book, signal, waits }: LinkParts): Promise<PeerReply | null> {
  try {
    return await link.ask(request, waits.header);
  } catch (error) {
    // Who waits for ever for a GET is not known to speak more.
    if (isFault(error, "peer-silent") && !book.speech(link.peer)) return null;
    throw error;
  } finally {
    signal.throwIfAborted();
  }
}

/** The bytes behind a header. */
async function take(
  link: PeerLink,
  header: PeerReply,
  file: PartialFile,
  { image, signal, waits, limit, watcher }: FetchParts,
  hurry: boolean,
): Promise<Answer> {
  const peer = formatAddress(link.peer);
  const start = file.held;
  if (header.type === "refused" && header.reason === "OUT_OF_RANGE" && start > 0) return "too far";
  if (header.type === "refused") throw new Fault("peer-lacks", { peer });
  if (header.type !== "range" || header.offset !== start || start + header.length !== header.size) {
    throw new Fault("peer-odd", { peer });
  }
  const { length, size } = header;
  await file.expect(size);
  const onBytes = (): void => {
    const { held: received, resumedFrom } = file;
    notify(() => watcher.onProgress?.({ image, received, size, resumedFrom, peer: link.peer }));
  };
  const [first, silence] = [waits.silence, waits.silence];
  const came = await pull(link, file, { most: length, first, silence, limit, hurry, signal, onBytes });
  signal.throwIfAborted();
  if (came < length) throw new Fault("peer-cut", { peer, bytes: file.held, reason: REASONS.ECONNRESET });
  return "whole";
}
