import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { nearestOf256 } from "../../../lib/app/preview/blocks.ts";
import { encode, erase } from "../../../lib/app/preview/encode.ts";
import { cellsOf, fit, frameOf, type Picture } from "../../../lib/app/preview/picture.ts";
import { linesOf, pixel, SCREENS, seen } from "./screens.ts";

const RED = [255, 0, 0, 255];
const GREEN = [0, 255, 0, 255];
const WHITE = [255, 255, 255, 255];
const NOTHING = [0, 0, 0, 0];

/** Two columns of three rows: red over green, red over green, white beside nothing. */
const TINY: Picture = {
  width: 2,
  height: 3,
  rgba: Uint8Array.from([RED, RED, GREEN, GREEN, WHITE, NOTHING].flat()),
};

/** A picture of noise, which hardly compresses: each pixel is another. */
function noise(width: number, height: number): Picture {
  const rgba = new Uint8Array(width * height * 4);
  for (let i = 0; i < width * height; i++) {
    rgba.set([i & 255, i >> 8 & 255, Math.imul(i, 2_654_435_761) >>> 24, 255], i * 4);
  }
  return { width, height, rgba };
}

Deno.test("half blocks are exact", async () => {
  const { rows, columns } = await encode(TINY, SCREENS["blocks in all colours"]);
  deepStrictEqual({ rows, columns }, { rows: 2, columns: 2 });
  deepStrictEqual(linesOf(await encode(TINY, SCREENS["blocks in all colours"])), [
    "\x1b[38;2;255;0;0;48;2;0;255;0m▀▀\x1b[0m",
    "\x1b[38;2;255;255;255;49m▀\x1b[39;49m ",
  ]);
  deepStrictEqual(linesOf(await encode(TINY, SCREENS["blocks in 256 colours"])), [
    "\x1b[38;5;196;48;5;46m▀▀\x1b[0m",
    "\x1b[38;5;231;49m▀\x1b[39;49m ",
  ]);
  // Red is a third and green more than half as light as white; nothing is dark.
  deepStrictEqual(linesOf(await encode(TINY, SCREENS["blocks without colours"])), ["==", "= "]);
});

Deno.test("a cell with only a lower half is drawn on the screen's own background", async () => {
  const picture = { width: 1, height: 2, rgba: Uint8Array.from([...NOTHING, ...WHITE]) };
  deepStrictEqual(linesOf(await encode(picture, SCREENS["blocks in all colours"])), [
    "\x1b[38;2;255;255;255;49m▄\x1b[0m",
  ]);
});

Deno.test("the chosen colour of 256 is the nearest", () => {
  const palette = Array.from({ length: 240 }, (_, i) => {
    if (i >= 216) return Array(3).fill(8 + (i - 216) * 10);
    return [Math.floor(i / 36), Math.floor(i / 6) % 6, i % 6].map((step) => [0, 95, 135, 175, 215, 255][step]);
  });
  const byte = fc.nat(255);
  fc.assert(fc.property(fc.tuple(byte, byte, byte), (colour) => {
    const distance = (other: number[]): number => other.reduce((sum, it, i) => sum + (it - colour[i]) ** 2, 0);
    strictEqual(distance(palette[nearestOf256(colour) - 16]), Math.min(...palette.map(distance)));
  }));
});

for (const kind of ["kitty", "iterm2", "sixel"] as const) {
  Deno.test(`${kind} gets exactly the picture`, async () => {
    for (const picture of [TINY, noise(100, 61), noise(8, 16), noise(1, 1)]) {
      const shown = await encode(picture, SCREENS[kind]);
      const back = await seen(shown, kind);
      deepStrictEqual([shown.columns, shown.rows], [Math.ceil(picture.width / 8), Math.ceil(picture.height / 16)]);
      deepStrictEqual([back.width, back.height], [picture.width, picture.height]);
      if (kind !== "sixel") deepStrictEqual(Array.from(back.rgba), Array.from(picture.rgba));
    }
  });
}

Deno.test("sixels have the picture's colours, as near as the registers allow, and leave out transparent pixels", async () => {
  const tiny = await seen(await encode(TINY, SCREENS.sixel), "sixel");
  deepStrictEqual([pixel(tiny, 0, 0), pixel(tiny, 1, 1), pixel(tiny, 0, 2)], [RED, GREEN, WHITE]);
  deepStrictEqual(pixel(tiny, 1, 2), NOTHING);
  for (const registers of [2, 16, 256]) {
    const { control } = await seen(await encode(noise(64, 64), { ...SCREENS.sixel, registers }), "sixel");
    const colours = parseInt(control);
    ok(colours >= registers / 2 && colours <= registers, `${colours} of ${registers}`);
  }
});

Deno.test("kitty must not reply or move the cursor, and replaces the picture by the next one", async () => {
  const { control } = await seen(await encode(TINY, SCREENS.kitty), "kitty");
  strictEqual(control, "a=T,f=32,o=z,s=2,v=3,C=1,i=13377,p=1,q=2,m=0");
  strictEqual(erase(SCREENS.kitty), "\x1b_Ga=d,d=I,i=13377,q=2\x1b\\");
  strictEqual(erase(SCREENS.sixel) + erase(SCREENS.iterm2) + erase(SCREENS["blocks in 256 colours"]), "");
});

Deno.test("iTerm2 gets the size in cells, and no name", async () => {
  const { control } = await seen(await encode(noise(100, 61), SCREENS.iterm2), "iterm2");
  ok(/^inline=1;size=\d+;width=13;height=4;preserveAspectRatio=1$/.test(control), control);
});

Deno.test("a picture fits into its room, and keeps its proportions", () => {
  const side = fc.integer({ min: 1, max: 40_000 });
  const cells = fc.integer({ min: 1, max: 300 });
  const pixels = fc.integer({ min: 3, max: 60 });
  const screens = fc.constantFrom(...Object.values(SCREENS));
  fc.assert(
    fc.property(side, side, cells, cells, pixels, pixels, screens, (width, height, columns, rows, w, h, graphics) => {
      const screen = { ...graphics, cell: { width: w, height: h } };
      const frame = frameOf(screen, { columns, rows });
      const fitted = fit({ width, height }, frame);
      ok(fitted.width >= 1 && fitted.height >= 1);
      const taken = cellsOf({ ...fitted, rgba: new Uint8Array(0) }, screen);
      ok(taken.columns <= columns && taken.rows <= rows);
      // Each side is right to half a pixel, if it is not that of the smallest there may be.
      const scale = Math.min(1, frame.width * frame.aspect / width, frame.height / height);
      ok(Math.abs(fitted.width - width * scale / frame.aspect) <= 0.5 + 1e-6 || fitted.width === 1);
      ok(Math.abs(fitted.height - height * scale) <= 0.5 + 1e-6 || fitted.height === 1);
    }),
  );
});

Deno.test("a room without a size is one cell, and one larger than any screen is limited", () => {
  for (const columns of [0, -5, NaN, 0.3]) {
    deepStrictEqual(frameOf(SCREENS.kitty, { columns, rows: columns }), { width: 8, height: 16, aspect: 1 });
  }
  deepStrictEqual(frameOf(SCREENS.sixel, { columns: 1e9, rows: Infinity }), { width: 1_000, height: 1_000, aspect: 1 });
  strictEqual(frameOf(SCREENS["blocks in 256 colours"], { columns: 1e9, rows: 1e9 }).width, 1_000);
});
