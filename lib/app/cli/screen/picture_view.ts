/**
 * A look at pictures, on a screen of its own that leaves the rest as it was.
 *
 * @module
 */
import process from "node:process";
import type { SharedImage } from "../../../folder/image_index.ts";
import { askTerminal } from "../../preview/ask_terminal.ts";
import type { TerminalAnswers } from "../../preview/terminal_answers.ts";
import { MAX_DECODED_BYTES } from "../../preview/decode.ts";
import { erase } from "../../preview/encode.ts";
import type { Graphics } from "../../preview/graphics.ts";
import { previewUnfetched } from "../../preview/look.ts";
import { type Preview, Previewer, renderPreview } from "../../preview/preview.ts";
import type { Peer } from "../../../peer/peer.ts";
import { Fault } from "../../../fault/fault.ts";
import type { ListedImage } from "../../../protocol/image.ts";
import { reasonOf } from "../../../fault/reason.ts";
import type { Words } from "../../words/en/words.ts";
import { cut } from "../../words/layout.ts";
import { sentence } from "../../words/sentence.ts";
import { visible } from "../../words/visible.ts";
import { partLines } from "./parts.tsx";

/** The other screen of a terminal (xterm's 1049), empty and with no cursor; and back. */
const [ENTER, LEAVE] = ["\x1b[?1049h\x1b[2J\x1b[H\x1b[?25l", "\x1b[?25h\x1b[?1049l"];

/** All of the screen empty, cursor at its beginning. */
const CLEAR = "\x1b[2J\x1b[H";

/** What a key asks for: the picture before or after this one, to go back, or to end the program. */
type Wish = "before" | "after" | "back" | "quit";

/** Keys by what a terminal sends for them: arrows, as cursor keys and as application keys (xterm), and Ctrl-C. */
const WISHES: Readonly<Record<string, Wish>> = {
  "\x1b[A": "before",
  "\x1bOA": "before",
  "\x1b[D": "before",
  "\x1bOD": "before",
  "\x1b[B": "after",
  "\x1bOB": "after",
  "\x1b[C": "after",
  "\x1bOC": "after",
  "\x03": "quit",
};

/** One key of what came in one piece: a held key, or a slow line, sends several. */
const KEY = /\p{Cc}(?:\[[0-?]*[ -/]*[@-~]|O[@-~])|[^]/gu;

/** Looks at pictures of one session. */
export class PictureView implements Disposable {
  readonly #peer: Peer;
  readonly #words: Words;
  readonly #isColoured: boolean;
  readonly #previewer = new Previewer();
  /** What the terminal said that it can show; it is asked once. */
  #graphics: Graphics | null = null;
  /** Takes out of what is typed what the terminal answers late. */
  #answers: TerminalAnswers | null = null;

  /** A view of images of others, through `peer`, and of those that are here. */
  constructor(peer: Peer, words: Words, isColoured: boolean) {
    this.#peer = peer;
    this.#words = words;
    this.#isColoured = isColoured;
  }

  /**
   * Shows the image with index `at`, and others as the user goes on to them; the terminal is ours until they go back.
   *
   * @returns The index of the last one that was shown, and whether the program is to end.
   */
  async show(images: readonly ListedImage[], at: number, ending: AbortSignal): Promise<{ at: number; quit: boolean }> {
    const keys = new Keys((bytes) => this.#answers?.feed(bytes) ?? bytes);
    try {
      process.stdout.write(ENTER);
      const graphics = await this.#ask(keys);
      for (;;) {
        const wish = await this.#one(images[at], graphics, keys, ending);
        if (wish === "quit" || wish === "back") return { at, quit: wish === "quit" };
        at = (at + (wish === "after" ? 1 : images.length - 1)) % images.length;
      }
    } finally {
      keys[Symbol.dispose]();
      process.stdout.write((this.#graphics ? erase(this.#graphics) : "") + LEAVE);
    }
  }

  async #ask(keys: Keys): Promise<Graphics> {
    if (this.#graphics) return this.#graphics;
    const listen = (onBytes: (bytes: Uint8Array) => void): () => void => keys.divert(onBytes);
    const { graphics, answers, typed } = await askTerminal({ write: (text) => process.stdout.write(text), listen });
    keys.take(typed);
    this.#answers = answers;
    return this.#graphics = this.#isColoured ? graphics : { ...graphics, colours: "none" };
  }

  /** Shows one, and gives what the next key asks for; a key also ends the wait for it. */
  async #one(image: ListedImage, graphics: Graphics, keys: Keys, ending: AbortSignal): Promise<Wish> {
    const { screen } = this.#words;
    const { columns, rows } = Deno.consoleSize();
    const name = visible(image.name);
    const help = partLines(screen.pictureKeys, columns);
    const room = { columns, rows: Math.max(1, rows - 1 - help.length) };
    const write = (text: string): void => void process.stdout.write(text);
    const below = `\x1b[${rows - help.length + 1};1H${help.join("\r\n")}`;
    write(`${erase(graphics)}${CLEAR}${cut(screen.looking(name), columns)}${below}`);
    const given = new AbortController();
    const signal = AbortSignal.any([given.signal, ending]);
    const key = keys.next(ending);
    const looking = this.#look(image, graphics, room, signal).catch((error) => {
      if (signal.aborted) return "";
      return cut(visible(error instanceof Fault ? sentence(error, this.#words) : reasonOf(error)), columns);
    });
    const first = await Promise.race([key, looking.then((text) => ({ text }))]);
    if (typeof first === "object") write(`${CLEAR}${cut(name, columns)}\r\n${first.text}${below}`);
    const wish = await key;
    given.abort();
    await looking;
    return wish;
  }

  /** What to write for an image: its picture, or why there is none. */
  async #look(
    image: ListedImage,
    graphics: Graphics,
    room: { columns: number; rows: number },
    signal: AbortSignal,
  ): Promise<string> {
    const options = { signal, previewer: this.#previewer };
    const here = this.#peer.folder.byMd5(image.md5);
    if (here && here.size > MAX_DECODED_BYTES) return this.#words.screen.noPicture["too-large"];
    const preview: Preview = here
      ? await renderPreview(await this.#read(here), graphics, room, options)
      : await previewUnfetched((most) => this.#peer.downloads.peek(image, most, signal), graphics, room, options);
    return "wrong" in preview ? cut(this.#words.screen.noPicture[preview.wrong], room.columns) : preview.text;
  }

  /** A file as it is shared: opened where it cannot have become another one. */
  async #read(image: SharedImage): Promise<Uint8Array> {
    using file = await this.#peer.folder.open(image);
    return await file.readAll(MAX_DECODED_BYTES);
  }

  /** Ends what is being looked at. */
  [Symbol.dispose](): void {
    this.#previewer[Symbol.dispose]();
  }
}

/** More keys than these that nobody waits for yet were pasted, and mean nothing. */
const MAX_AHEAD = 1_000;

/** What is typed, key by key, on a terminal that gives each at once. */
class Keys implements Disposable {
  /** As Ink reads, so that it can go on; it has what is typed decoded, for good: it comes as text. */
  readonly #readable = (): void => {
    for (let text = process.stdin.read(); text !== null; text = process.stdin.read()) {
      const bytes = new TextEncoder().encode(text);
      this.#divert ? this.#divert(bytes) : this.take(bytes);
    }
  };
  readonly #filter: (bytes: Uint8Array) => Uint8Array;
  #divert: ((bytes: Uint8Array) => void) | null = null;
  #wanted: ((wish: Wish) => void) | null = null;
  /** Aborted when nobody listens any more. */
  readonly #over = new AbortController();
  /** What was typed before it was wanted. */
  readonly #ahead: Wish[] = [];

  constructor(filter: (bytes: Uint8Array) => Uint8Array) {
    this.#filter = filter;
    process.stdin.setRawMode(true);
    process.stdin.on("readable", this.#readable);
  }

  /** Gives all bytes to `onBytes`, until the function is called that this gives. */
  divert(onBytes: (bytes: Uint8Array) => void): () => void {
    this.#divert = onBytes;
    return () => this.#divert = null;
  }

  /** What the next key asks for; to go back when `ending` is aborted. */
  next(ending: AbortSignal): Promise<Wish> {
    return new Promise((resolve) => {
      const ahead = this.#ahead.shift();
      if (ahead ?? ending.aborted) return resolve(ahead ?? "back");
      this.#wanted = resolve;
      ending.addEventListener("abort", () => resolve("back"), { once: true, signal: this.#over.signal });
    });
  }

  /** Takes what was typed. */
  take(bytes: Uint8Array): void {
    const text = new TextDecoder().decode(this.#filter(bytes));
    const wishes = (text.match(KEY) ?? []).map((key) => WISHES[key] ?? "back");
    for (const wish of wishes.includes("quit") ? ["quit" as const] : wishes) {
      if (this.#ahead.length < MAX_AHEAD) this.#ahead.push(wish);
    }
    const wanted = this.#wanted;
    const wish = wanted && this.#ahead.shift();
    if (!wish) return;
    this.#wanted = null;
    wanted(wish);
  }

  [Symbol.dispose](): void {
    this.#over.abort();
    process.stdin.off("readable", this.#readable);
    process.stdin.setRawMode(false);
  }
}
