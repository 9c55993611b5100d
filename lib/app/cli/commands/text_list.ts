/** The list in the line menu: one level of albums at a time, opened and downloaded by number. */
import type { Words } from "../../words/en/words.ts";
import { cutPath, pad, widest } from "../../words/layout.ts";
import { bytesText } from "../../words/sentence.ts";
import type { ListedImage } from "../../../protocol/image.ts";
import { isYes } from "./large_download.ts";
import { listLines } from "../output/list_table.ts";
import { Album } from "../screen/list/album.ts";
import { entriesOf } from "../screen/list/list_entries.ts";
import { ListRows } from "../screen/list/list_rows.ts";
import { parentOf } from "../screen/list/list_state.ts";
import type { ScreenParts } from "../screen/screen_model.ts";

/** What the numbers mean that a question asks for: albums have none where images are chosen by theirs. */
type Numbered = "albums" | "images";

export class TextList {
  readonly #parts: ScreenParts;
  #list: ListRows;

  constructor(parts: ScreenParts) {
    this.#parts = parts;
    this.#list = this.#listOf([]);
  }

  /** Shows the list; asks which albums to open or download, until the user goes back to the menu. */
  async browse(): Promise<void> {
    const { terminal, words: { client }, ending } = this.#parts;
    let open: string | null = "";
    let albums = await this.#request();
    while (albums.length > 0) {
      const typed = (await terminal.ask(client.whichAlbum(albums.length), ending.signal))?.trim().toLowerCase();
      if (typed === undefined || (typed === "" && open === "")) return;
      const [, word = "", number = ""] = /^(\p{L}*) *([1-9]\d{0,8})$/u.exec(typed) ?? [];
      const album = albums[Number(number) - 1];
      if (typed === "") albums = this.#show(open = parentOf(open));
      else if (!album || !client.menu[2].startsWith(word)) terminal.fail(client.noAlbum(typed, albums.length));
      else if (word !== "") await this.#fetch(album.entries.map(({ image }) => image));
      else {
        const inside = this.#show(album.path);
        // If it contains no albums, the next question is about the same ones again.
        if (inside.length > 0) [open, albums] = [album.path, inside];
      }
    }
  }

  /** Asks which images to download, after the list, if it was not shown yet or with other numbers. */
  async download(): Promise<void> {
    const { session, terminal, words: { client }, ending } = this.#parts;
    if (session.listed === 0) await this.#request("images");
    else if (this.#list.has(null)) this.#show("", "images");
    if (session.listed === 0) return;
    const typed = (await terminal.ask(client.whichImages(session.listed), ending.signal))?.trim();
    if (typed) await this.#fetch(session.select(typed));
  }

  /** Starts to download images, after a question if they are large. */
  async #fetch(images: readonly ListedImage[]): Promise<void> {
    const { session, terminal, words, ending } = this.#parts;
    const question = await session.largeQuestion(images);
    const ask = (): Promise<string | null> => terminal.ask(`${question} ${words.client.yesOrNo} `, ending.signal);
    if (question === null || isYes(await ask(), words)) session.fetch(images);
  }

  /** Requests the list and shows its top level; returns the albums in it. */
  async #request(numbered: Numbered = "albums"): Promise<readonly Album[]> {
    const { session, peer, terminal, words: { client }, ending } = this.#parts;
    const show = (images: readonly ListedImage[]): void => {
      this.#list = this.#listOf(images);
      void peer.downloads.infos.request(images);
    };
    await session.list(show, (count) => terminal.ask(`${client.whichWords(count)} `, ending.signal));
    return this.#show("", numbered);
  }

  #listOf(images: Parameters<typeof entriesOf>[0]): ListRows {
    const { peer, words } = this.#parts;
    return new ListRows(entriesOf(images, peer), ({ md5 }) => peer.downloads.infos.get(md5), words.tag);
  }

  /** Shows an album, `""` for the top level and `null` for all images; returns the albums in it. */
  #show(path: string | null, numbered: Numbered = "albums"): readonly Album[] {
    const { peer, terminal, words } = this.#parts;
    const { rows } = this.#list.at({ album: path, sort: "index", filter: "" });
    const albums = rows.filter((row) => row instanceof Album);
    const images = rows.flatMap((row) => row instanceof Album ? [] : [row]);
    albumLines(albums, this.#list.infoOf, words, terminal.width, numbered).forEach((line) => terminal.print(line));
    if (images.length > 0) listLines(images, peer, words, terminal.width).forEach((line) => terminal.print(line));
    return albums;
  }
}

/** A line for each album, at most `width` columns. */
function albumLines(
  albums: readonly Album[],
  infoOf: ListRows["infoOf"],
  words: Words,
  width: number,
  numbered: Numbered,
): string[] {
  const { screen } = words;
  return albums.map((album, i) => {
    const number = numbered === "albums" ? `${pad(`${i + 1}`, `${albums.length}`.length, "left")}  ` : "";
    const bytes = album.bytes(infoOf);
    const note = [screen.images(album.count), ...bytes === undefined ? [] : [bytesText(bytes, words)]].join(", ");
    const room = width - widest([`${number} (${note})`]);
    return `${number}${cutPath(album.name || screen.everything, Math.max(1, room))} (${note})`;
  });
}
