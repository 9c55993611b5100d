/** An image in the grid: its thumbnail, name, size, date and peers, and what it is to this client. */
import type { JSX } from "preact";
import { thumbHashToDataURL } from "thumbhash";
import type { ImageRow } from "../../api.ts";
import { visible } from "../../../words/visible.ts";
import { active, chosen, isReadOnly, networkNames, progress, table, words } from "../live/store.ts";
import { dateOf, fileName, formatName, is } from "../model/image_facts.ts";
import { dayText, sizeText } from "../words/texts.ts";
import { useThumbnail } from "./use_thumbnail.ts";

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
        {!isReadOnly.value && <span class="check" />}
        <Badge row={row} />
      </div>
      <div class="name" title={visible(name)}>{fileName(name)}</div>
      <div class="facts" title={facts(row).join("\n")}>
        {facts(row).map((it, i) => <span key={i}>{i > 0 && " · "}{it}</span>)}
      </div>
    </div>
  );
}

function facts(row: ImageRow): string[] {
  const w = words.value;
  const peers = row[10].length > 0 ? w.peers(row[10].length) : "";
  return [sizeText(row[2], w), dayText(dateOf(row), w), peers, ...networksOf(row)].filter((it) => it !== "");
}

/** The networks that list it, if there are several. */
function networksOf(row: ImageRow): string[] {
  return row[12].map((it) => networkNames.value[it]).filter((it) => it !== undefined);
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
  const { phase, reason, image } = useThumbnail(md5, height);
  const isBlurred = hash !== "" && (phase === "loading" || phase === "shown");
  return (
    <>
      <div class="placeholder" style={{ backgroundImage: isBlurred ? `url(${blurOf(hash)})` : "" }}>
        {phase !== "shown" && (hash === "" || phase === "failed") && <span class="format">{formatName(row)}</span>}
        {reason && <span class="reason">{reason}</span>}
      </div>
      {(phase === "loading" || phase === "shown") && (
        <img
          ref={image}
          alt=""
          decoding="async"
          draggable={false}
          class={phase}
          onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) =>
            table.learnRatio(slot, naturalWidth / naturalHeight)}
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
