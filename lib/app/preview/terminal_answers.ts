/** Separates a terminal's answers from the input that a person types. */
import { type Answers, type Graphics, graphicsOf, knowsStrings } from "./graphics.ts";

/** A complete answer: to kitty's query, to XTVERSION and DECRQSS (both DCS), the cell's size, DA1, XTSMGRAPHICS. */
const ANSWER = new RegExp(
  String.raw`\x1b(?:_G([^\x1b]*)\x1b\\|P([^\x1b]*)\x1b\\|\[6;(\d{1,4});(\d{1,4})t|\[\?([\d;]*)c|\[\?([\d;]*)S)`,
  "y",
);

/** A beginning of an answer. */
const BEGINNING = new RegExp(
  String.raw`^\x1b(?:_(?:G[^\x1b]*\x1b?)?|P[^\x1b]*\x1b?|\[(?:\?[\d;]*|6(?:;\d{0,4}){0,2})?)?$`,
);

/** The longest answer, in bytes: names and error texts are far shorter. Longer beginnings are no answers. */
const MAX_ANSWER_BYTES = 256;

/**
 * Separates a terminal's answers from typed input, also after the wait: answers that come late, on a slow line, are
 * then not taken for input, and still count.
 */
export class TerminalAnswers {
  readonly #answers: Answers = {};
  #held = "";
  #complete = false;

  /** Whether the last answer has arrived; from then on all bytes are input. */
  get complete(): boolean {
    return this.#complete;
  }

  /** Whether the terminal can be asked more: it ignores unknown control strings. */
  get knowsStrings(): boolean {
    return knowsStrings(this.#answers);
  }

  /** What the terminal can show, by the answers so far. */
  get graphics(): Graphics {
    return graphicsOf(this.#answers);
  }

  /** To be called before asking more: further answers will come. */
  expectMore(): void {
    this.#complete = false;
  }

  /**
   * Takes the next bytes.
   *
   * @returns The typed bytes; the beginning of an answer is held back.
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

  /** The bytes that were held back. To be called if nothing followed for a moment: they were typed, as a lone Escape. */
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

/** Each byte as a character: typed UTF-8 passes unchanged, even if it is cut. */
function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}
