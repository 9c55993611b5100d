/**
 * Pictures made of characters: `▀`, with the upper half of a cell in one colour and the lower half in another. Without
 * colours, characters of different density.
 */
import type { Colours } from "./graphics.ts";
import type { Picture } from "./picture.ts";

/** From empty to dense, for a dark screen. */
const RAMP = " .:-=+*#%@";

/** Pixels less opaque than this are not drawn. */
const OPAQUE = 128;

/** Red, green and blue; `null` if transparent. */
type Colour = readonly [number, number, number] | null;

/** The lines of a picture, each of its width and of two rows of pixels; colours are reset at the end of each line. */
export function blockLines(picture: Picture, colours: Colours): string[] {
  const lines: string[] = [];
  for (let y = 0; y < picture.height; y += 2) {
    const cells = Array.from({ length: picture.width }, (_, x) => [at(picture, x, y), at(picture, x, y + 1)] as const);
    lines.push(colours === "none" ? cells.map(([a, b]) => density(a, b)).join("") : colouredLine(cells, colours));
  }
  return lines;
}

function at({ width, height, rgba }: Picture, x: number, y: number): Colour {
  const i = (y * width + x) * 4;
  return y < height && rgba[i + 3] >= OPAQUE ? [rgba[i], rgba[i + 1], rgba[i + 2]] : null;
}

/** The character for two pixels without colour. */
function density(...colours: Colour[]): string {
  const light = colours.reduce((sum, colour) => sum + (colour ? luminance(colour) : 0), 0) / colours.length;
  return RAMP[Math.min(RAMP.length - 1, Math.floor(light / 256 * RAMP.length))];
}

/** ITU-R BT.601, 0 to 255. */
function luminance([red, green, blue]: readonly [number, number, number]): number {
  return 0.299 * red + 0.587 * green + 0.114 * blue;
}

function colouredLine(cells: readonly (readonly [Colour, Colour])[], colours: "true" | "256"): string {
  let line = "";
  let now = "39;49";
  for (const [upper, lower] of cells) {
    // If only the lower half has a colour, it is drawn on the screen's own background.
    const [front, back, char] = upper ? [upper, lower, "▀"] : lower ? [lower, null, "▄"] : [null, null, " "];
    const setting = `${front ? `38;${sgr(front, colours)}` : "39"};${back ? `48;${sgr(back, colours)}` : "49"}`;
    if (setting !== now) line += `\x1b[${now = setting}m`;
    line += char;
  }
  return now === "39;49" ? line : `${line}\x1b[0m`;
}

function sgr(colour: readonly [number, number, number], colours: "true" | "256"): string {
  return colours === "true" ? `2;${colour.join(";")}` : `5;${nearestOf256(colour)}`;
}

/** The steps of the cube of 6 x 6 x 6 colours in xterm's palette from 16 on. */
const STEPS = [0, 95, 135, 175, 215, 255];

/** The number of the nearest colour of xterm's palette: in its cube, or one of the 24 greys from 232 on. */
export function nearestOf256(colour: readonly [number, number, number]): number {
  const steps = colour.map((value) => value < 48 ? 0 : value < 115 ? 1 : Math.round((value - 55) / 40));
  const grey = Math.min(23, Math.max(0, Math.round((colour[0] + colour[1] + colour[2]) / 3 / 10 - 0.8)));
  const distance = (other: readonly number[]): number =>
    colour.reduce((sum, value, i) => sum + (value - other[i]) ** 2, 0);
  const inCube = distance(steps.map((step) => STEPS[step]));
  const inGreys = distance([8 + grey * 10, 8 + grey * 10, 8 + grey * 10]);
  return inCube <= inGreys ? 16 + steps[0] * 36 + steps[1] * 6 + steps[2] : 232 + grey;
}
