/** Screens of a terminal as one SVG picture: text stays text, in rows of runs of one colour. */
import stringWidth from "string-width";

/** A terminal window: what stands in its title, and its rows, with colours as SGR sequences (ECMA-48, 8.3.117). */
export interface Window {
  readonly title: string;
  readonly rows: readonly string[];
}

/** How characters of a run look. */
interface Style {
  readonly colour: string;
  readonly isBold: boolean;
  readonly isDim: boolean;
  readonly isReversed: boolean;
}

/** Characters of one style that stand beside one another. */
interface Run extends Style {
  readonly text: string;
  /** The first column, from 0. */
  readonly column: number;
}

const INK = "#d1d7e0";
const PAPER = "#151b23";
/** The eight colours of SGR 30 to 37, then the bright ones of 90 to 97. */
const COLOURS = [
  ...["#656c76", "#f47067", "#57ab5a", "#c69026", "#539bf5", "#b083f0", "#39c5cf", "#d1d7e0"],
  ...["#9198a1", "#ff938a", "#6bc46d", "#daaa3f", "#6cb6ff", "#dcbdfb", "#56d4dd", "#f0f6fc"],
];
const PLAIN: Style = { colour: INK, isBold: false, isDim: false, isReversed: false };

/** Pixels: a character's cell, the space around windows and within them, the bar with the title. */
const CELL = { width: 7.8, height: 17 };
const GAP = 14;
const PADDING = 10;
const BAR = 26;

/**
 * Draws windows of `columns` characters, two beside one another, as high as the higher of the two needs.
 *
 * @param label What the picture shows, for who cannot see it.
 */
export function terminalSvg(windows: readonly Window[], columns: number, label: string): string {
  const width = columns * CELL.width + 2 * PADDING;
  const drawing: string[] = [];
  let top = 0;
  for (let i = 0; i < windows.length; i += 2) {
    const pair = windows.slice(i, i + 2);
    const height = BAR + Math.max(...pair.map(({ rows }) => rows.length)) * CELL.height + 2 * PADDING;
    drawing.push(...pair.flatMap((it, n) => drawnWindow(it, n * (width + GAP), top, width, height)));
    top += height + GAP;
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${round(2 * width + GAP)} ${top - GAP}" role="img"`,
    `  font-size="13" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace">`,
    `  <title>${escaped(label)}</title>`,
    ...drawing,
    "</svg>",
    "",
  ].join("\n");
}

function drawnWindow({ title, rows }: Window, left: number, top: number, width: number, height: number): string[] {
  return [
    `  <g transform="translate(${round(left)} ${top})">`,
    `    <rect width="${round(width)}" height="${height}" rx="8" fill="${PAPER}" stroke="#3d444d"/>`,
    `    <text x="${PADDING}" y="${BAR - 9}" fill="#9198a1">${escaped(title)}</text>`,
    `    <path d="M0 ${BAR}H${round(width)}" stroke="#3d444d"/>`,
    ...runsOf(rows).flatMap((row, n) => row.flatMap((run) => drawn(run, BAR + PADDING + n * CELL.height))),
    `  </g>`,
  ];
}

function drawn(run: Run, top: number): string[] {
  const x = round(PADDING + run.column * CELL.width);
  const y = round(top + CELL.height - 5);
  const width = round(stringWidth(run.text) * CELL.width);
  const fill = run.isReversed ? PAPER : run.colour;
  const weight = run.isBold ? ' font-weight="bold"' : "";
  const opacity = run.isDim ? ' opacity="0.65"' : "";
  const behind = `    <rect x="${x}" y="${round(top)}" width="${width}" height="${CELL.height}" fill="${INK}"/>`;
  // Its length is given: fonts differ, columns must not.
  const text =
    `    <text x="${x}" y="${y}" textLength="${width}" fill="${fill}"${weight}${opacity} xml:space="preserve">` +
    `${escaped(run.text)}</text>`;
  return [...run.isReversed ? [behind] : [], text];
}

/** The runs of each row; blanks before and after one are no part of it, unless they are seen. */
function runsOf(rows: readonly string[]): Run[][] {
  let style = PLAIN; // It lasts to the next row.
  return rows.map((row) => {
    const found: Run[] = [];
    let column = 0;
    for (const [i, piece] of row.split("\x1b[").entries()) {
      const [, codes, text] = i === 0 ? [, null, piece] : /^([\d;]*)m(.*)$/.exec(piece)!;
      if (codes !== null) style = codes.split(";").map(Number).reduce(styled, style);
      const before = style.isReversed ? 0 : text.length - text.trimStart().length;
      const seen = style.isReversed ? text : text.trim();
      if (seen !== "") found.push({ ...style, text: seen, column: column + before });
      column += stringWidth(text);
    }
    return found;
  });
}

/** The style after an SGR code. Those of 256 colours are not used by our programs. */
function styled(style: Style, code: number): Style {
  if (code === 0) return PLAIN;
  if (code === 1) return { ...style, isBold: true };
  if (code === 2) return { ...style, isDim: true };
  if (code === 7) return { ...style, isReversed: true };
  if (code === 22) return { ...style, isBold: false, isDim: false };
  if (code === 27) return { ...style, isReversed: false };
  if (code === 49) return style; // The background, which none of our programs changes.
  if (code === 39) return { ...style, colour: INK };
  if (code >= 30 && code <= 37) return { ...style, colour: COLOURS[code - 30] };
  if (code >= 90 && code <= 97) return { ...style, colour: COLOURS[code - 90 + 8] };
  throw new Error(`SGR code ${code} is not known`);
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
