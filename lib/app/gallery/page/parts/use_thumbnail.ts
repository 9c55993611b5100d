/** The thumbnail of an image: requested in its turn, and again where there was none. */
import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { inTurn, LAST, loadPicture } from "../live/picture_turns.ts";
import { reasonFor } from "../live/requests.ts";

/** How long a tile is there before its thumbnail is requested, in milliseconds: less than that is passed in a fling. */
const REST_MS = 40;

/**
 * How long a tile without a thumbnail waits before it asks again, in milliseconds, each time twice as long: a peer comes
 * back, or has time again.
 */
const RETRY_MS = { first: 3_000, most: 60_000 };

/** The sizes of thumbnails that are requested, in pixels: few, since the client keeps each. */
const THUMB_SIZES = [256, 512];

/** Where the thumbnail for a box of this height is. */
function thumbPath(md5: string, height: number): string {
  const pixels = height * devicePixelRatio;
  return `/thumb/${md5}?size=${THUMB_SIZES.find((it) => it >= pixels) ?? THUMB_SIZES.at(-1)}`;
}

export interface Thumbnail {
  readonly phase: "passing" | "loading" | "shown" | "failed";
  /** Why there is none. */
  readonly reason: string;
  /** Where it appears: an element without `src`, there while it is loading or shown. */
  readonly image: RefObject<HTMLImageElement | null>;
}

export function useThumbnail(md5: string, height: number): Thumbnail {
  const [phase, setPhase] = useState<Thumbnail["phase"]>("passing");
  const [reason, setReason] = useState("");
  const image = useRef<HTMLImageElement | null>(null);
  const path = thumbPath(md5, height);
  const isWanted = phase === "loading" || phase === "shown";
  useEffect(() => {
    const timer = setTimeout(() => setPhase("loading"), REST_MS);
    return (): void => clearTimeout(timer);
  }, []);
  useEffect(() => {
    const element = image.current;
    if (!isWanted || !element) return;
    const load = (signal: AbortSignal): Promise<boolean> => loadPicture(element, path, signal);
    return inTurn(() => LAST, load, (isThere) => setPhase(isThere ? "shown" : "failed"));
  }, [isWanted, path]);
  const wait = useRef(RETRY_MS.first);
  useEffect(() => {
    if (phase !== "failed") return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let cancel: (() => void) | undefined;
    const ask = (again: boolean): void => {
      cancel = inTurn(() => LAST, (signal) => reasonFor(path, signal), (now) => {
        setReason(now);
        if (again && now === "") return setPhase("loading");
        timer = setTimeout(ask, wait.current, true);
        wait.current = Math.min(RETRY_MS.most, 2 * wait.current);
      });
    };
    ask(false);
    return (): void => {
      cancel?.();
      clearTimeout(timer);
    };
  }, [phase, path]);
  return { phase, reason, image };
}
