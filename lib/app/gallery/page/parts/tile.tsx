/** An image in the grid: its thumbnail, name, size, date and peers, and what it is to this client. */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { thumbHashToDataURL } from "thumbhash";
import type { ImageRow } from "../../api.ts";
import { visible } from "../../../words/visible.ts";
import { reasonFor } from "../live/requests.ts";
import { active, chosen, progress, table, words } from "../live/store.ts";
import { dateOf, fileName, formatName, is } from "../model/image_facts.ts";
import { dayText, sizeText } from "../words/texts.ts";

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
export function thumbPath(md5: string, height: number): string {
  const pixels = height * devicePixelRatio;
  return `/thumb/${md5}?size=${THUMB_SIZES.find((it) => it >= pixels) ?? THUMB_SIZES.at(-1)}`;
}

export interface TileProps {
  readonly slot: number;
  readonly row: ImageRow;
  readonly place: number;
  readonly count: number;
  /** Where it is in the grid, in pixels. */
  readonly box: { readonly left: number; readonly top: number; readonly width: number };
  /** The height of its picture. */
  readonly height: number;
}

export function Tile({ slot, row, place, count, box: { left, top, width }, height }: TileProps): JSX.Element {
  const [md5, name] = row;
  const isChosen = chosen.value.has(md5);
  return (
    <div
      class={`tile${active.value === slot ? " active" : ""}`}
      role="option"
      id={`image-${slot}`}
      data-place={place}
      aria-selected={isChosen}
      aria-posinset={place + 1}
      aria-setsize={count}
      style={{ width: `${width}px`, transform: `translate(${left}px, ${top}px)` }}
    >
      <div class="frame" style={{ height: `${height}px` }}>
        <Thumb key={`${md5} ${is(row, "here")}`} slot={slot} row={row} height={height} />
        <span class="check" />
        <Badge row={row} />
      </div>
      <div class="name" title={visible(name)}>{fileName(name)}</div>
      <div class="facts">{facts(row).join(" · ")}</div>
    </div>
  );
}

function facts(row: ImageRow): string[] {
  const w = words.value;
  return [sizeText(row[2], w), dayText(dateOf(row), w), row[10].length > 0 ? w.peers(row[10].length) : ""]
    .filter((it) => it !== "");
}

function badgeOf(row: ImageRow): string {
  const { badges } = words.value;
  if (is(row, "fetching")) return badges.fetching;
  if (is(row, "shared")) return badges.own;
  if (is(row, "here")) return badges.here;
  return is(row, "recent") ? badges.recent : "";
}

function Badge({ row }: { row: ImageRow }): JSX.Element | null {
  const text = badgeOf(row);
  if (text === "") return null;
  const part = is(row, "fetching") ? progress.value.get(row[0]) : undefined;
  const percent = part && part.size > 0 ? ` ${Math.floor(part.received / part.size * 100)} %` : "";
  return <span class="badge">{text}{percent}</span>;
}

/** The thumbnail, above a blurred placeholder; where there is none, the format and why. */
function Thumb({ slot, row, height }: Pick<TileProps, "slot" | "row" | "height">): JSX.Element {
  const [md5, , , , , , , , , , , hash] = row;
  const [phase, setPhase] = useState<"passing" | "loading" | "shown" | "failed">("passing");
  const [reason, setReason] = useState("");
  const image = useRef<HTMLImageElement>(null);
  const path = thumbPath(md5, height);
  const isBlurred = hash !== "" && (phase === "loading" || phase === "shown");
  useEffect(() => {
    const timer = setTimeout(() => setPhase("loading"), REST_MS);
    return (): void => {
      clearTimeout(timer);
      image.current?.removeAttribute("src"); // Stops a request for what is not seen any more.
    };
  }, []);
  const wait = useRef(RETRY_MS.first);
  useEffect(() => {
    if (phase !== "failed") return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isOver = false;
    const ask = async (again: boolean): Promise<void> => {
      const now = await reasonFor(path);
      if (isOver) return;
      setReason(now);
      if (again && now === "") return setPhase("loading");
      timer = setTimeout(() => void ask(true), wait.current);
      wait.current = Math.min(RETRY_MS.most, 2 * wait.current);
    };
    void ask(false);
    return (): void => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [phase]);
  return (
    <>
      <div class="placeholder" style={{ backgroundImage: isBlurred ? `url(${blurOf(hash)})` : "" }}>
        {phase !== "shown" && (hash === "" || phase === "failed") && <span class="format">{formatName(row)}</span>}
        {reason && <span class="reason">{reason}</span>}
      </div>
      {(phase === "loading" || phase === "shown") && (
        <img
          ref={image}
          src={path}
          alt=""
          decoding="async"
          draggable={false}
          class={phase}
          onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) => {
            table.learnRatio(slot, naturalWidth / naturalHeight);
            setPhase("shown");
          }}
          onError={() => setPhase("failed")}
        />
      )}
    </>
  );
}

/** A thumbhash as a picture. */
function blurOf(hash: string): string {
  try {
    return thumbHashToDataURL(Uint8Array.fromBase64(hash));
  } catch {
    return "";
  }
}
