/** What the menu shows and changes of what is shared of the directory. */
import type { Chosen } from "../../../folder/choices.ts";
import type { SharedFolder } from "../../../folder/shared_folder.ts";
import type { Peer } from "../../../peer/peer.ts";
import type { Terminal } from "../output/terminal.ts";
import { reportSkipped } from "../output/skipped_report.ts";
import type { Words } from "../../words/en/words.ts";
import { reportUnselected } from "./request_list.ts";
import { selectShared } from "./select_shared.ts";

/** How many images, by their bytes, are unshared, and how many there are. */
export function countChosen({ files, chosen }: SharedFolder): { unshared: number; all: number } {
  const all = new Set(files.map(({ image: { md5 } }) => md5));
  const shared = new Set(files.flatMap(({ path, image: { md5 } }) => chosen.isChosen(path, md5) ? [md5] : []));
  return { unshared: all.size - shared.size, all: all.size };
}

export class Sharing {
  readonly peer: Peer;
  readonly #terminal: Terminal;
  readonly #words: Words;

  constructor(peer: Peer, terminal: Terminal, words: Words) {
    [this.peer, this.#terminal, this.#words] = [peer, terminal, words];
  }

  /** In a sentence each: how many images are unshared, and what is shared of a kind. */
  get lines(): string[] {
    const { client: { choices } } = this.#words;
    const { folder, reshares } = this.peer;
    const { unshared, all } = countChosen(folder);
    const located = folder.located.length;
    return [
      choices.count(unshared, all),
      reshares ? choices.reshare : choices.noReshare,
      ...located === 0 ? [] : [folder.chosen.skipsLocated ? choices.noLocated(located) : choices.located(located)],
    ];
  }

  /** Shares or unshares images and albums. */
  async share(chosen: Chosen, shared: boolean): Promise<void> {
    await this.peer.share(chosen, shared);
  }

  /** The same with what a user types: a path, an album or a pattern, or the word for all downloads. */
  async shareTyped(typed: string, shared: boolean): Promise<void> {
    const { client: { choices: text } } = this.#words;
    const { folder: { files, chosen: { current: choices } } } = this.peer;
    if (typed === text.commands.downloaded) return await this.share({ images: choices.downloaded }, shared);
    const selection = selectShared([typed], files, choices);
    reportUnselected(selection, text.unknown, this.#terminal, this.#words);
    if (selection.albums.length + selection.images.length > 0) await this.share(selection, shared);
  }

  /** Has downloads shared again, or not any more. */
  async switchReshare(): Promise<void> {
    await this.peer.setReshares(!this.peer.reshares);
  }

  /** Has images with GPS coordinates shared, or not any more. */
  async switchLocated(): Promise<void> {
    await this.peer.shareLocated(this.peer.folder.chosen.skipsLocated);
  }

  listSkipped(): void {
    const { skipped } = this.peer.folder;
    if (skipped.length === 0) this.#terminal.print(this.#words.client.skipped.none);
    reportSkipped(skipped, true, this.#terminal, this.#words);
  }
}
