/**
 * What a terminal can show, and the query that finds it out: terminals answer it themselves, also through SSH,
 * where no environment variable comes along.
 */

/**
 * How images are shown: by kitty's protocol, by that of iTerm2 (OSC 1337), as sixels, or as characters that are half a
 * cell high.
 */
export type GraphicsKind = "kitty" | "iterm2" | "sixel" | "blocks";

/** Which colours characters can have: any, the 256 of xterm's palette, or none. */
export type Colours = "true" | "256" | "none";

/** What a terminal can show. */
export interface Graphics {
  /** How images are shown. */
  readonly kind: GraphicsKind;
  /** How large a cell is, in pixels. */
  readonly cell: { readonly width: number; readonly height: number };
  /** Which colours characters can have; `none` is for the caller to set, where a person wants none (`NO_COLOR`). */
  readonly colours: Colours;
  /** How many colours one sixel image can have. */
  readonly registers: number;
}

/** A terminal of which nothing is known. Cells are about twice as high as wide; all that draw know 256 colours. */
export const UNKNOWN_GRAPHICS: Graphics = {
  kind: "blocks",
  cell: { width: 8, height: 16 },
  colours: "256",
  registers: 256,
};

const [ESC, ST] = ["\x1b", "\x1b\\"];

/** What the terminal is (DA1). Every terminal answers it, and answers come in order: so this one ends the wait. */
const LAST_QUESTION = `${ESC}[c`;

/** A question that some terminals show, as they do not know it: the cursor stays (DECSC, DECRC), and the line is cleared. */
function unseen(question: string): string {
  return `${ESC}7${question}${ESC}8${ESC}[K`;
}

/** What is written to ask any terminal. */
export const GRAPHICS_QUERY: string = unseen([
  `${ESC}[>0q`, // XTVERSION: what is your name?
  `${ESC}[16t`, // XTWINOPS: how large is a cell?
  `${ESC}[?1;1;0S`, // XTSMGRAPHICS: how many colours has a sixel image?
].join("")) + LAST_QUESTION;

/**
 * What is written after that to terminals that ignore strings which they do not know (`TerminalAnswers.knowsStrings`):
 * tmux would take one for the name of the window, and GNU screen would show it.
 */
export const STRING_QUERY: string = unseen([
  `${ESC}_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA${ST}`, // kitty: would you take an image of one pixel?
  `${ESC}[48;2;1;2;3m${ESC}P$qm${ST}`, // DECRQSS: is the colour that was just set still that, or only like it?
].join("")) + LAST_QUESTION;

/** The answers of a terminal, as far as they came. */
export interface Answers {
  /** The end of the answer to kitty's question: `OK`, or why not. */
  kitty?: string;
  /** Its name and version. */
  version?: string;
  /** A cell's size in pixels. */
  cell?: Graphics["cell"];
  /** Colours of a sixel image. */
  registers?: number;
  /** The colours that are set, as SGR parameters. */
  setting?: string;
  /** What it is: a class of terminals, and features. */
  attributes?: readonly number[];
}

/** Terminals with iTerm2's protocol, which works better in them than kitty's where they know both. */
const ITERM2 = /^(iTerm2|WezTerm|mintty)\b/;

/** Terminals with all colours that do not say so when asked; tmux brings any to what the terminal around it has. */
const TRUE_COLOURS = /^(iTerm2|WezTerm|mintty|kitty|ghostty|foot|tmux|Konsole|contour|VTE|xterm\.js|terminology)\b/i;

/** What VTE is, in GNOME's terminal and many others; it has all colours, and gives its name only in recent versions. */
const VTE = "65;1;9";

/** The colour of the question, red 1, green 2, blue 3, as it comes back with `;` or `:`, with or without a colour space. */
const SAME_COLOUR = /48[:;]2[:;]{1,2}1[:;]2[:;]3(?!\d)/;

/** The first class of terminals in DA1 that knows strings: those before, of the VT100, have numbers below 10. */
const STRING_CLASS = 61;

/** The feature of DA1 that says sixel. */
const SIXEL_FEATURE = 4;

/**
 * The cell that is assumed where sixels are drawn and none is reported: that of xterm's default font, the smallest one.
 * Where cells are larger the picture is smaller than its place, and never covers what is below.
 */
const SIXEL_CELL = { width: 6, height: 13 };

/** Cells of any screen, in pixels: other sizes are a mistake. */
const [MIN_CELL, MAX_CELL] = [3, 200];

/** Whether a terminal that answered so ignores strings that it does not know. */
export function knowsStrings({ attributes = [] }: Answers): boolean {
  return attributes[0] >= STRING_CLASS;
}

/** What these answers mean. */
export function graphicsOf({ kitty, version = "", cell, registers, setting = "", attributes = [] }: Answers): Graphics {
  const kind = ITERM2.test(version)
    ? "iterm2"
    : kitty === "OK"
    ? "kitty"
    : attributes.slice(1).includes(SIXEL_FEATURE)
    ? "sixel"
    : "blocks";
  const isTrue = kind === "kitty" || SAME_COLOUR.test(setting) || TRUE_COLOURS.test(version) ||
    attributes.join(";") === VTE;
  const isCell = cell && [cell.width, cell.height].every((it) => it >= MIN_CELL && it <= MAX_CELL);
  return {
    kind,
    cell: isCell ? cell : kind === "sixel" ? SIXEL_CELL : UNKNOWN_GRAPHICS.cell,
    colours: isTrue ? "true" : "256",
    registers: Math.min(256, Math.max(2, registers ?? UNKNOWN_GRAPHICS.registers)),
  };
}
