/** Shows pictures on the alternate screen of the terminal. */
import process from "node:process";
import type { SharedImage } from "../../../folder/image_index.ts";
import { askTerminal } from "../../preview/ask_terminal.ts";
import type { TerminalAnswers } from "../../preview/terminal_answers.ts";
import { MAX_DECODED_BYTES } from "../../preview/decode.ts";
import { erase } from "../../preview/encode.ts";
import type { Graphics } from "../../preview/graphics.ts";
import { type PeekBytes, previewUnfetched } from "../../preview/preview_unfetched.ts";
import { Previewer } from "../../preview/preview.ts";
import type { Peer } from "../../../peer/peer.ts";
import { Fault } from "../../../fault/fault.ts";
import type { ListedImage } from "../../../protocol/image.ts";
import { reasonOf } from "../../../fault/reason.ts";
import type { Words } from "../../words/en/words.ts";
import { cut, cutName } from "../../words/layout.ts";
import { sentence } from "../../words/sentence.ts";
import { visible } from "../../words/visible.ts";
import { partLines } from "./parts.tsx";
import { type PictureCommand, PictureKeys } from "./picture_keys.ts";

const CLEAR = "\x1b[2J\x1b[H";

/** The alternate screen of a terminal (xterm's 1049), empty and without a cursor; and the way back. */
const [ENTER, LEAVE] = [`\x1b[?1049h${CLEAR}\x1b[?25l`, "\x1b[?25h\x1b[?1049l"];

export class PictureView implements Disposable {
  readonly #peer: Peer;
  readonly #words: Words;
  readonly #isColored: boolean;
  readonly #previewer = new Previewer();
  /** What the terminal can show; asked once. */
  #graphics: Graphics | null = null;
  /** Filters late answers of the terminal out of the input. */
  #answers: TerminalAnswers | null = null;

  constructor(peer: Peer, words: Words, isColored: boolean) {
    this.#peer = peer;
    this.#words = words;
    this.#isColored = isColored;
  }

  /** Shows the image with index `at`, and others as the user moves on; returns the last index, and whether to quit. */
  async show(images: readonly ListedImage[], at: number, ending: AbortSignal): Promise<{ at: number; quit: boolean }> {
    const keys = new PictureKeys((bytes) => this.#answers?.feed(bytes) ?? bytes);
    try {
      process.stdout.write(ENTER);
      const graphics = await this.#askGraphics(keys);
      for (;;) {
        const command = await this.#showOne(images[at], graphics, keys, ending);
        if (command === "quit" || command === "back") return { at, quit: command === "quit" };
        at = (at + (command === "next" ? 1 : images.length - 1)) % images.length;
      }
    } finally {
      keys[Symbol.dispose]();
      process.stdout.write((this.#graphics ? erase(this.#graphics) : "") + LEAVE);
    }
  }

  async #askGraphics(keys: PictureKeys): Promise<Graphics> {
    if (this.#graphics) return this.#graphics;
    const listen = (onBytes: (bytes: Uint8Array) => void): () => void => keys.divert(onBytes);
    const { graphics, answers, typed } = await askTerminal({ write: (text) => process.stdout.write(text), listen });
    keys.take(typed);
    this.#answers = answers;
    return this.#graphics = this.#isColored ? graphics : { ...graphics, colours: "none" };
  }

  /** Shows one image; returns the next command, which also cancels the wait for the image. */
  async #showOne(
    image: ListedImage,
    graphics: Graphics,
    keys: PictureKeys,
    ending: AbortSignal,
  ): Promise<PictureCommand> {
    const { screen } = this.#words;
    const { columns, rows } = Deno.consoleSize();
    const name = visible(image.name);
    const help = partLines(screen.pictureKeys, columns);
    const room = { columns, rows: Math.max(1, rows - 1 - help.length) };
    const write = (text: string): void => void process.stdout.write(text);
    const below = `\x1b[${rows - help.length + 1};1H${help.join("\r\n")}`;
    write(`${erase(graphics)}${CLEAR}${cut(screen.looking(name), columns)}${below}`);
    const moved = new AbortController();
    const signal = AbortSignal.any([moved.signal, ending]);
    const key = keys.next(ending);
    const drawing = this.#pictureText(image, graphics, room, signal).catch((error) => {
      if (signal.aborted) return "";
      return cut(visible(error instanceof Fault ? sentence(error, this.#words) : reasonOf(error)), columns);
    });
    const first = await Promise.race([key, drawing.then((text) => ({ text }))]);
    if (typeof first === "object") write(`${CLEAR}${cutName(name, columns)}\r\n${first.text}${below}`);
    const command = await key;
    moved.abort();
    await drawing;
    return command;
  }

  /** The text that draws an image, or says why it cannot be shown. */
  async #pictureText(
    image: ListedImage,
    graphics: Graphics,
    room: { columns: number; rows: number },
    signal: AbortSignal,
  ): Promise<string> {
    const previewer = this.#previewer;
    const peek: PeekBytes = (most) => this.#peer.downloads.peek(image, most, signal);
    const here = this.#peer.folder.here(image.md5);
    if (here && here.size > MAX_DECODED_BYTES) return this.#words.screen.noPicture["too-large"];
    const preview = here
      ? await previewer.render(await this.#read(here), graphics, room, { signal })
      : await previewUnfetched(previewer, peek, graphics, room, { signal });
    return "wrong" in preview ? cut(this.#words.screen.noPicture[preview.wrong], room.columns) : preview.text;
  }

  /** Reads a shared file, opened safely. */
  async #read(image: SharedImage): Promise<Uint8Array> {
    using file = await this.#peer.folder.open(image);
    return await file.readAll(MAX_DECODED_BYTES);
  }

  [Symbol.dispose](): void {
    this.#previewer[Symbol.dispose]();
  }
}
