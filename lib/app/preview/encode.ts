/**
 * Encodes pictures for a terminal.
 *
 * All output comes from pixels and numbers: it contains no name and no metadata of an image.
 */
import { deflateSync } from "node:zlib";
import type { IMagickImage } from "@imagemagick/magick-wasm";
import { whileBusy } from "../../worker/busy.ts";
import { blockLines } from "./blocks.ts";
import type { Graphics } from "./graphics.ts";
import { loadMagick } from "./magick.ts";
import { cellsOf, type Picture, type Room } from "./picture.ts";

/** A picture to be written to the terminal. */
export interface Shown extends Room {
  /**
   * The text to write, unchanged. It draws to the right of the cursor and below, scrolls if there is too little room,
   * and leaves the cursor in the same column of the row below the picture.
   */
  readonly text: string;
}

/** The number of the picture in kitty: the next picture replaces it. */
const KITTY_ID = 13_377;

/** The longest part of an image that kitty accepts, in characters of base64. */
const KITTY_CHUNK = 4_096;

/** Saves the position of the cursor, and restores it (DECSC, DECRC). */
const [SAVE, RESTORE] = ["\x1b7", "\x1b8"];

/** One row down in the same column; scrolls at the end of the screen (IND). */
const DOWN = "\x1bD";

/** Encodes a picture for this terminal. Libraries are loaded when they are first needed. */
export async function encode(picture: Picture, graphics: Graphics): Promise<Shown> {
  const cells = cellsOf(picture, graphics);
  const room = `${DOWN.repeat(cells.rows)}\x1b[${cells.rows}A`;
  if (graphics.kind === "blocks") {
    const lines = blockLines(picture, graphics.colours).map((line) => `${SAVE}${line}${RESTORE}${DOWN}`);
    return { ...cells, text: room + lines.join("") };
  }
  const drawn = graphics.kind === "kitty"
    ? kitty(picture)
    : graphics.kind === "iterm2"
    ? await iterm2(picture, cells)
    : await sixel(picture, graphics.registers);
  return { ...cells, text: `${room}${SAVE}${drawn}${RESTORE}\x1b[${cells.rows}B` };
}

/** The text that removes a picture; empty if the next text replaces it. */
export function erase({ kind }: Graphics): string {
  return kind === "kitty" ? `\x1b_Ga=d,d=I,i=${KITTY_ID},q=2\x1b\\` : "";
}

/** Compressed pixels in parts; `q=2` suppresses answers, and `C=1` keeps the cursor in place. */
function kitty(picture: Picture): string {
  const data = deflateSync(picture.rgba).toString("base64");
  const control = `a=T,f=32,o=z,s=${picture.width},v=${picture.height},C=1,i=${KITTY_ID},p=1,q=2`;
  const parts: string[] = [];
  for (let at = 0; at < data.length; at += KITTY_CHUNK) {
    const more = at + KITTY_CHUNK < data.length ? 1 : 0;
    parts.push(`\x1b_G${at === 0 ? `${control},` : ""}m=${more};${data.slice(at, at + KITTY_CHUNK)}\x1b\\`);
  }
  return parts.join("");
}

/** A PNG, scaled to fit these cells: iTerm2 counts in points, whose number differs between screens. */
async function iterm2(picture: Picture, { columns, rows }: Room): Promise<string> {
  return await withImage(picture.rgba, picture, (image) => {
    image.quality = 10; // zlib's level 1 and unfiltered rows take far less time and hardly more bytes.
    image.settings.setDefine("png:exclude-chunks", "all"); // Except for the chunks that are required.
    return image.write("PNG", (png) => {
      const size = `size=${png.length};width=${columns};height=${rows}`;
      return `\x1b]1337;File=inline=1;${size};preserveAspectRatio=1:${png.toBase64()}\x07`;
    });
  });
}

/** Pixels less opaque than this are not drawn, since a sixel is drawn or not. */
const OPAQUE = 128;

/** ImageMagick chooses the colours, and leaves pixels that are not drawn as they are on the screen. */
async function sixel(picture: Picture, registers: number): Promise<string> {
  const { DitherMethod, QuantizeSettings } = await loadMagick();
  const rgba = picture.rgba.map((value, i) => i % 4 < 3 ? value : value < OPAQUE ? 0 : 255);
  const colours = new QuantizeSettings();
  colours.colors = registers;
  colours.ditherMethod = DitherMethod.FloydSteinberg;
  return await withImage(rgba, picture, (image) => {
    image.quantize(colours);
    const text = image.write("SIXEL", (bytes) => new TextDecoder().decode(bytes));
    return text.replace("-\x1b", "\x1b"); // An empty row at the end would be one too many.
  });
}

async function withImage(
  rgba: Uint8Array,
  { width, height }: Picture,
  write: (image: IMagickImage) => string,
): Promise<string> {
  const { ImageMagick, MagickReadSettings } = await loadMagick();
  const settings = new MagickReadSettings({ format: "RGBA", width, height, depth: 8 });
  return whileBusy(() => ImageMagick.read(rgba, settings, write));
}
