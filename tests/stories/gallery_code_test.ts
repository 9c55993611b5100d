/** The QR code of the gallery as a phone sees it: the terminal as pixels, decoded by another library than drew it. */
import { match, ok, strictEqual } from "node:assert/strict";
import decodeCode from "qr/decode.js";
import { needing } from "../needs.ts";
import { tempDir } from "../support.ts";
import { Network } from "../support_network.ts";
import { TmuxScreen } from "../support_tmux.ts";

/** Pixels of half a character, which is as wide as it is high. */
const SCALE = 4;

/** Grey of the colors that terminals are told by number (ECMA-48, SGR), where they are used. */
const COLORS: Readonly<Record<number, number>> = { 40: 0, 97: 255 };

const ESC = "\x1b";

/** A change of colors, or a character. */
const CELLS = new RegExp(`${ESC}\\[([\\d;]*)m|[^${ESC}]`, "gu");

/** What lights up in a terminal of these colors: rows of half characters, each a shade of grey. */
function shades(screen: string, front: number, back: number): number[][] {
  let [fore, behind] = [front, back]; // tmux says what changes, also from line to line.
  return screen.split("\n").flatMap((line) => {
    const [upper, lower]: number[][] = [[], []];
    for (const [part, codes] of line.matchAll(CELLS)) {
      if (codes !== undefined) {
        for (const code of codes.split(";").map(Number)) {
          if (code === 0 || code === 39) fore = front;
          if (code === 0 || code === 49) behind = back;
          if (code in COLORS) code < 50 ? behind = COLORS[code] : fore = COLORS[code];
        }
        continue;
      }
      upper.push("█▀".includes(part) ? fore : behind);
      lower.push("█▄".includes(part) ? fore : behind);
    }
    return [upper, lower];
  });
}

/** What a phone reads from a photo of this screen. */
function scan(screen: string, columns: number, front: number, back: number): string {
  const rows = shades(screen, front, back);
  const [width, height] = [columns * SCALE, rows.length * SCALE];
  const data = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const shade = rows[Math.floor(y / SCALE)][Math.floor(x / SCALE)] ?? back;
      data.fill(shade, (y * width + x) * 4, (y * width + x) * 4 + 3);
    }
  }
  return decodeCode({ width, height, data });
}

const [BLACK, WHITE] = [0, 255];

/** A browser that does not go where an answer sends it: prints the status. */
const BROWSER = `console.log((await fetch(Deno.args[0], { redirect: "manual" })).status)`;

Deno.test(
  needing(
    ["hosts", "tmux"],
    "a phone scans the address of the gallery from a terminal, dark or light, wide or narrow",
    async () => {
      await using network = await Network.start(26, { laptop: "10.77.0.1/24", phone: "10.77.0.2/24" });
      const on = (...command: string[]): string[] => network.on("laptop", ...command);
      await using own = await tempDir();
      const args = ["gallery", "127.0.0.1:9", own.path, "--gallery-host", "0.0.0.0", "--lang", "pt"];
      for (const [columns, rows, env] of [[80, 24, {}], [40, 30, {}], [80, 24, { NO_COLOR: "1" }]] as const) {
        await using client = await TmuxScreen.start({ columns, rows, args, env, on });
        const screen = await client.look(/^▀{33}/m);
        const address = scan(screen, columns, WHITE, BLACK);
        match(address, /^http:\/\/10\.77\.0\.1:\d+\/\?token=[\w-]{22}$/);
        if (!("NO_COLOR" in env)) strictEqual(scan(screen, columns, BLACK, WHITE), address);
        strictEqual((await network.run("phone", Deno.execPath(), "eval", BROWSER, address)).trim(), "303");
      }
      await using narrow = await TmuxScreen.start({ columns: 30, rows: 24, args, on });
      ok(!(await narrow.shows(/pelo menos\s+\d+\s+colunas/)).includes("▀"));
    },
  ),
);

Deno.test(
  needing(["hosts", "tmux"], "beside the menu, the QR code is above it, and again when it is chosen", async () => {
    await using network = await Network.start(27, { laptop: "10.77.0.1/24" });
    const on = (...command: string[]): string[] => network.on("laptop", ...command);
    await using own = await tempDir();
    const args = ["127.0.0.1:9", own.path, "--gallery-host", "0.0.0.0", "--lang", "en"];
    await using client = await TmuxScreen.start({ columns: 80, rows: 60, args, on });
    const address = scan(await client.look(/^▀{33}[^]*8 gallery/m), 80, WHITE, BLACK);
    await client.press("g", "Enter");
    const screen = await client.look(/^▀{33}[^]*browser[^]*^▀{33}[^]*› 8 gallery/m);
    strictEqual(scan(screen.split(/browser/).at(-1)!, 80, BLACK, WHITE), address);
  }),
);
