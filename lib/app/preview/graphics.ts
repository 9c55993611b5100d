/**
 * What a terminal can show, and the query that finds out: terminals answer it themselves, even through SSH, which
 * passes no environment variables.
 */

/**
 * How images are shown: by kitty's protocol, by iTerm2's (OSC 1337), as sixels, or as characters of half a cell's
 * height.
 */
export type GraphicsKind = "kitty" | "iterm2" | "sixel" | "blocks";

/** The colours that characters can have: any, the 256 of xterm's palette, or none. */
export type Colours = "true" | "256" | "none";

/** What a terminal can show. */
export interface Graphics {
  /** How images are shown. */
  readonly kind: GraphicsKind;
  /** The size of a cell, in pixels. */
  readonly cell: { readonly width: number; readonly height: number };
  /** The colours that characters can have; callers set `none` if the user wants no colours (`NO_COLOR`). */
  readonly colours: Colours;
  /** How many colours one sixel image can have. */
  readonly registers: number;
}

/** An unknown terminal. Cells are about twice as high as wide; all terminals that draw support 256 colours. */
export const UNKNOWN_GRAPHICS: Graphics = {
  kind: "blocks",
  cell: { width: 8, height: 16 },
  colours: "256",
  registers: 256,
};

const [ESC, ST] = ["\x1b", "\x1b\\"];

/** Asks for the device attributes (DA1). Every terminal answers, and answers come in order, so this ends the wait. */
const LAST_QUESTION = `${ESC}[c`;

/** A query that some terminals print: the cursor is restored (DECSC, DECRC), and the line cleared. */
function unseen(question: string): string {
  return `${ESC}7${question}${ESC}8${ESC}[K`;
}

/** The query for any terminal. */
export const GRAPHICS_QUERY: string = unseen([
  `${ESC}[>0q`, // XTVERSION: name and version.
  `${ESC}[16t`, // XTWINOPS: the size of a cell.
  `${ESC}[?1;1;0S`, // XTSMGRAPHICS: the number of colours in a sixel image.
].join("")) + LAST_QUESTION;

/**
 * The query that follows for terminals that ignore unknown strings (`TerminalAnswers.knowsStrings`): tmux would take
 * one for the name of the window, and GNU screen would show it.
 */
export const STRING_QUERY: string = unseen([
  `${ESC}_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA${ST}`, // kitty: whether it accepts an image of one pixel.
  `${ESC}[48;2;1;2;3m${ESC}P$qm${ST}`, // DECRQSS: whether the colour that was just set is still exactly the same.
].join("")) + LAST_QUESTION;

/** The answers of a terminal so far. */
export interface Answers {
  /** The end of the answer to kitty's query: `OK`, or an error. */
  kitty?: string;
  /** Its name and version. */
  version?: string;
  /** A cell's size in pixels. */
  cell?: Graphics["cell"];
  /** The number of colours in a sixel image. */
  registers?: number;
  /** The current colours, as SGR parameters. */
  setting?: string;
  /** The class of the terminal, and its features. */
  attributes?: readonly number[];
}

/** Terminals that support iTerm2's protocol, and if they support kitty's too, iTerm2's better. */
const ITERM2 = /^(iTerm2|WezTerm|mintty)\b/;

/** Terminals with all colours that do not report it; tmux adapts colours to the terminal around it. */
const TRUE_COLOURS = /^(iTerm2|WezTerm|mintty|kitty|ghostty|foot|tmux|Konsole|contour|VTE|xterm\.js|terminology)\b/i;

/** The attributes of VTE, in GNOME's terminal and many others; it has all colours, but old ones report no name. */
const VTE = "65;1;9";

/** The colour of the query, red 1, green 2, blue 3, as reported with `;` or `:`, with or without a colour space. */
const SAME_COLOUR = /48[:;]2[:;]{1,2}1[:;]2[:;]3(?!\d)/;

/** The first class of terminals in DA1 that ignores unknown strings: the earlier ones, such as VT100, are below 10. */
const STRING_CLASS = 61;

/** The feature of DA1 for sixel. */
const SIXEL_FEATURE = 4;

/**
 * The assumed cell if a terminal draws sixels but reports no size: that of xterm's default font, the smallest. With
 * larger cells the picture is smaller than its place, and never covers the text below.
 */
const SIXEL_CELL = { width: 6, height: 13 };

/** The smallest and largest plausible side of a cell, in pixels. */
const [MIN_CELL, MAX_CELL] = [3, 200];

/** Whether a terminal with these answers ignores unknown strings. */
export function knowsStrings({ attributes = [] }: Answers): boolean {
  return attributes[0] >= STRING_CLASS;
}

/** Interprets these answers. */
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
