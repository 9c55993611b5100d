/** Reads a terminal's answers out of what it sends, which is also what a person types. */
import { type Answers, type Graphics, graphicsOf, knowsStrings } from "./graphics.ts";

/** A whole answer: to kitty's question, to XTVERSION and DECRQSS (both DCS), the cell's size, DA1, XTSMGRAPHICS. */
const ANSWER = new RegExp(
  String.raw`\x1b(?:_G([^\x1b]*)\x1b\\|P([^\x1b]*)\x1b\\|\[6;(\d{1,4});(\d{1,4})t|\[\?([\d;]*)c|\[\?([\d;]*)S)`,
  "y",
);

/** What may become one with the next bytes. */
const BEGINNING = new RegExp(
  String.raw`^\x1b(?:_(?:G[^\x1b]*\x1b?)?|P[^\x1b]*\x1b?|\[(?:\?[\d;]*|6(?:;\d{0,4}){0,2})?)?$`,
);

/** Longest answer, in bytes: names and error texts are far shorter. Longer beginnings are something else. */
const MAX_ANSWER_BYTES = 256;

/**
 * Separates a terminal's answers from what was typed. It is used after the wait is over too: answers that come late, on
 * a slow line, are then not taken for typing, and still count.
 */
export class TerminalAnswers {
  readonly #answers: Answers = {};
  #held = "";
  #complete = false;

  /** Whether the last answer has come; from then on everything is typing. */
  get complete(): boolean {
    return this.#complete;
  }

  /** Whether the terminal can be asked more: it ignores control strings that it does not know. */
  get knowsStrings(): boolean {
    return knowsStrings(this.#answers);
  }

  /** What the terminal can show, by the answers that have come. */
  get graphics(): Graphics {
    return graphicsOf(this.#answers);
  }

  /** Call it before asking more: answers are to come again. */
  expectMore(): void {
    this.#complete = false;
  }

  /**
   * Takes in the next bytes.
   *
   * @returns Those that are no answer, nor the beginning of one, which is held back.
   */
  feed(bytes: Uint8Array): Uint8Array {
    if (this.#complete) return bytes;
    const text = this.#held + latin1(bytes);
    this.#held = "";
    let [typed, at] = ["", 0];
    while (at < text.length && !this.#complete) {
      const escape = text.indexOf("\x1b", at);
      if (escape < 0) break;
      typed += text.slice(at, escape);
      at = escape;
      ANSWER.lastIndex = at;
      const match = ANSWER.exec(text);
      if (match && match[0].length <= MAX_ANSWER_BYTES) {
        this.#add(match);
        at += match[0].length;
      } else if (text.length - at < MAX_ANSWER_BYTES && BEGINNING.test(text.slice(at))) {
        this.#held = text.slice(at);
        at = text.length;
      } else typed += text[at++];
    }
    return bytesOf(typed + text.slice(at));
  }

  /** What was held back: call it when nothing followed for a moment, for it was typed then. A lone Escape is such. */
  rest(): Uint8Array {
    const held = bytesOf(this.#held);
    this.#held = "";
    return held;
  }

  #add([, kitty, dcs, height, width, attributes, sixel]: RegExpExecArray): void {
    const answers = this.#answers;
    if (kitty !== undefined) answers.kitty = kitty.slice(kitty.indexOf(";") + 1);
    if (dcs?.startsWith(">|")) answers.version = dcs.slice(2);
    if (dcs?.startsWith("1$r")) answers.setting = dcs.slice(3);
    if (width !== undefined) answers.cell = { width: Number(width), height: Number(height) };
    if (attributes !== undefined) {
      answers.attributes = attributes.split(";").map(Number);
      this.#complete = true;
    }
    const [item, status, registers] = sixel?.split(";").map(Number) ?? [];
    if (item === 1 && status === 0 && registers > 0) answers.registers = registers;
  }
}

/** Each byte as a character: what is typed in UTF-8 passes as it is, also when it is cut. */
function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}
