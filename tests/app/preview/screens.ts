/** Reads back what is written to a terminal, as terminals do. */
import { ok, strictEqual } from "node:assert/strict";
import { inflateSync } from "node:zlib";
import { decode } from "../../../lib/app/preview/decode.ts";
import type { Shown } from "../../../lib/app/preview/encode.ts";
import { type Graphics, UNKNOWN_GRAPHICS } from "../../../lib/app/preview/graphics.ts";
import type { Picture } from "../../../lib/app/preview/picture.ts";

/** A terminal of each kind, with cells of 8 x 16 pixels. */
export const SCREENS = {
  kitty: { ...UNKNOWN_GRAPHICS, kind: "kitty", colours: "true" },
  iterm2: { ...UNKNOWN_GRAPHICS, kind: "iterm2", colours: "true" },
  sixel: { ...UNKNOWN_GRAPHICS, kind: "sixel" },
  "blocks in all colours": { ...UNKNOWN_GRAPHICS, colours: "true" },
  "blocks in 256 colours": UNKNOWN_GRAPHICS,
  "blocks without colours": { ...UNKNOWN_GRAPHICS, colours: "none" },
} as const satisfies Record<string, Graphics>;

/** A picture as a terminal shows it, and the other commands that it got. */
export type Seen = Picture & { readonly control: string };

/** What stands between making room and going below the picture. */
function drawn({ text, rows }: Shown): string {
  const [before, after] = [`${"\x1bD".repeat(rows)}\x1b[${rows}A\x1b7`, `\x1b8\x1b[${rows}B`];
  ok(text.startsWith(before) && text.endsWith(after), JSON.stringify(text.slice(0, 100)));
  return text.slice(before.length, text.length - after.length);
}

/** The lines of a picture of characters. */
export function linesOf({ text, rows }: Shown): string[] {
  const before = `${"\x1bD".repeat(rows)}\x1b[${rows}A`;
  ok(text.startsWith(before), JSON.stringify(text.slice(0, 100)));
  const lines = text.slice(before.length).split("\x1b8\x1bD");
  strictEqual(lines.pop(), "");
  strictEqual(lines.length, rows);
  for (const line of lines) ok(line.startsWith("\x1b7"));
  return lines.map((line) => line.slice(2));
}

/** The picture that a terminal of this kind shows. */
export async function seen(shown: Shown, kind: "kitty" | "iterm2" | "sixel"): Promise<Seen> {
  const text = drawn(shown);
  return kind === "kitty" ? kitty(text) : kind === "iterm2" ? await iterm2(text) : sixel(text);
}

const KITTY = new RegExp(String.raw`\x1b_G([^;\x1b]*);([A-Za-z0-9+/=]*)\x1b\\`, "g");

function kitty(text: string): Seen {
  const parts = [...text.matchAll(KITTY)];
  strictEqual(parts.map(([all]) => all).join(""), text);
  const last = parts.length - 1;
  for (const [i, [, control, data]] of parts.entries()) {
    ok(control.endsWith(`m=${i === last ? 0 : 1}`), control);
    ok(data.length <= 4_096 && (i === last || data.length % 4 === 0));
  }
  const control = parts[0][1];
  const [, width, height] = /s=(\d+),v=(\d+)/.exec(control)!.map(Number);
  const rgba = new Uint8Array(inflateSync(Uint8Array.fromBase64(parts.map(([, , data]) => data).join(""))));
  strictEqual(rgba.length, width * height * 4);
  return { control, width, height, rgba };
}

const ITERM2 = new RegExp(String.raw`^\x1b\]1337;File=([^:\x07]*):([A-Za-z0-9+/=]*)\x07$`);

async function iterm2(text: string): Promise<Seen> {
  const [, control, data] = ITERM2.exec(text)!;
  const picture = await decode(Uint8Array.fromBase64(data), { width: 2_000, height: 2_000, aspect: 1 });
  if ("wrong" in picture) throw new Error("the PNG cannot be read");
  return { ...picture, control };
}

const SIXEL = new RegExp(String.raw`^\x1bP0;1;0q"1;1;(\d+);(\d+)([#!;$?-~0-9-]*)\x1b\\$`);

/** Colours (`#1;2;r;g;b` in percent), the colour in use (`#1`), repeated sixels (`!9~`), one, back (`$`), down (`-`). */
const SIXEL_PARTS = /#(\d+);2;(\d+);(\d+);(\d+)|#(\d+)|(?:!(\d+))?([?-~])|([$-])/gy;

function sixel(text: string): Seen {
  const [, columns, rows, body] = SIXEL.exec(text)!;
  const [width, height] = [Number(columns), Number(rows)];
  const rgba = new Uint8Array(width * height * 4);
  const palette: number[][] = [];
  let [x, y, colour, read] = [0, 0, 0, 0];
  for (const [all, defined, r, g, b, used, times = "1", six, move] of body.matchAll(SIXEL_PARTS)) {
    read += all.length;
    if (defined) palette[Number(defined)] = [r, g, b].map((percent) => Math.round(Number(percent) * 2.55));
    if (used) colour = Number(used);
    if (move) [x, y] = [0, move === "-" ? y + 6 : y];
    for (let i = 0; six && i < Number(times); i++, x++) {
      for (let bit = 0; bit < 6; bit++) {
        if ((six.charCodeAt(0) - 63) >> bit & 1) rgba.set([...palette[colour], 255], ((y + bit) * width + x) * 4);
      }
    }
  }
  strictEqual(read, body.length, "all of it is sixels");
  ok(y < height, "it does not go below its last row");
  return { width, height, rgba, control: `${palette.length} colours` };
}

/** Red, green, blue and opacity of a pixel. */
export function pixel({ width, rgba }: Picture, x: number, y: number): number[] {
  return [...rgba.subarray((y * width + x) * 4, (y * width + x) * 4 + 4)];
}
