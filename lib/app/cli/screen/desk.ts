/**
 * What the screen shows and does, without how it looks.
 *
 * @module
 */
import { listedAddresses } from "../../../net/usable_addresses.ts";
import type { RegistrationEvent } from "../../../announce/renewal.ts";
import { ownAddresses } from "../../../net/listen.ts";
import type { Peer } from "../../../peer/peer.ts";
import { neighbourhood } from "../../../protocol/network.ts";
import { formatAddress } from "../../../protocol/address.ts";
import type { ListedImage } from "../../../protocol/image.ts";
import type { Words } from "../../words/en/words.ts";
import { bytesText, sentence } from "../../words/sentence.ts";
import type { Session } from "../commands/session.ts";
import type { Stage, Terminal } from "../output/terminal.ts";
import { Downloads } from "./downloads.ts";
import { entriesOf, type Entry } from "./entries.ts";
import { Lines } from "./lines.ts";
import { Changes } from "./live.ts";
import type { PictureView } from "./picture_view.ts";
import { Sizes } from "./sizes.ts";

/** What a screen is made of. */
export interface DeskParts {
  readonly peer: Peer;
  readonly session: Session;
  readonly terminal: Terminal;
  readonly words: Words;
  /** Aborted when the program ends, by whoever. */
  readonly ending: AbortController;
}

/** Hands the terminal to something else for a while, as Ink does. */
export type Suspend = (act: () => Promise<void>) => Promise<void>;

/** The state of one screen, and what can be done on it. */
export class Desk implements Stage, Disposable {
  readonly changes = new Changes();
  readonly lines: Lines;
  readonly words: Words;
  readonly downloads: Downloads;
  /** How something goes on; empty for nothing. */
  statusText = "";
  /** The images as they were listed last. */
  entries: readonly Entry[] = [];
  readonly #parts: DeskParts;
  readonly #sizes: Sizes;
  /** What is being done, so that it is not begun twice. */
  readonly #doing = new Set<string>();
  /** Under which address others know us. */
  #address: string;
  #pictures: PictureView | null = null;

  /** A screen that nobody sees yet. */
  constructor(parts: DeskParts) {
    const { peer, terminal, words } = parts;
    this.#parts = parts;
    this.words = words;
    this.lines = new Lines(words.screen.leftOut);
    this.downloads = new Downloads(peer, terminal, words, this.changes.note);
    this.#sizes = new Sizes(async (image) => (await peer.downloads.info(image))?.size ?? null, this.changes.note);
    this.#address = this.#nearAddress();
  }

  #nearAddress(): string {
    const { tracker: { address: { host } }, port } = this.#parts.peer;
    // A tracker on this machine lists us to ourselves as it is seen from here.
    const near = neighbourhood(host) === "loopback" ? host : listedAddresses(ownAddresses(), host)[0];
    return formatAddress({ host: near, port });
  }

  /** Shows a line of events. */
  line(text: string): void {
    this.lines.add(text);
    this.changes.note(); // What happened may stand in the header too.
  }

  /** Shows how something goes on. */
  status(text: string): void {
    this.statusText = text;
    this.changes.note();
  }

  /** The parts of the header. */
  headerParts(): string[] {
    const { peer, words: { screen } } = this.#parts;
    const { images, bytes } = peer.folder;
    const { address, lost, registered } = peer.tracker;
    const state = lost ? "lost" : registered ? "registered" : "unregistered";
    return [
      "idp2pi",
      screen.tracker(formatAddress(address)),
      screen.you(this.#address),
      screen.shared(images.length, bytesText(bytes, this.words)),
      screen.states[state],
    ];
  }

  /** The tracker was lost, or is there again. */
  trackerEvent({ kind }: RegistrationEvent): void {
    if (kind !== "lost") this.#address = this.#nearAddress(); // It may have come back by another network.
    this.changes.note();
  }

  readonly register = (): void => this.#do("register", (session) => session.register());

  readonly update = (): void => this.#do("update", (session) => session.update());

  readonly unregister = (): void => this.#do("unregister", (session) => session.unregister());

  readonly quit = (): void => this.#parts.ending.abort();

  /** Asks the tracker who shares what; gives whether there is something to show. */
  async list(): Promise<boolean> {
    const { peer, session, terminal, words } = this.#parts;
    const isListed = await this.#once("list", () =>
      this.#attempt(async () => {
        this.#sizes.again();
        session.tellAsking();
        const { images, mayBeCut } = await peer.tracker.list();
        this.entries = entriesOf(images, peer);
        if (images.length === 0) terminal.print(words.client.emptyList);
        if (mayBeCut) terminal.fail(words.client.mayBeCut);
        const own = images.flatMap(({ peers }) => peers).find((address) => peer.isSelf(address));
        if (own) this.#address = formatAddress(own);
      }));
    return isListed === true && this.entries.length > 0;
  }

  /** Fetches images, beside what is being fetched. */
  fetch(images: readonly ListedImage[]): void {
    void this.#untilEnd(this.downloads.start(images));
  }

  /** Tries again what failed. */
  retry(): void {
    void this.#untilEnd(this.downloads.retry());
  }

  /**
   * Shows pictures from the one with index `at` on; gives the index of the last that was shown.
   *
   * @param suspend Hands the terminal over meanwhile.
   */
  async look(images: readonly ListedImage[], at: number, suspend: Suspend): Promise<number> {
    return await this.#once("look", async () => {
      const { peer, words, ending, terminal } = this.#parts;
      const { PictureView } = await import("./picture_view.ts"); // It is large, and not everybody looks.
      this.#pictures ??= new PictureView(peer, words, terminal.isColoured);
      let last = at;
      this.lines.hold();
      try {
        await suspend(async () => {
          const { at: shown, quit } = await this.#pictures!.show(images, at, ending.signal);
          last = shown;
          if (quit) ending.abort();
        });
      } finally {
        this.lines.go();
      }
      return last;
    }) ?? at;
  }

  /** The size of an image, if it is known: of one that is here, or that somebody told. */
  readonly sizeOf = (image: ListedImage): number | undefined =>
    this.#parts.peer.folder.byMd5(image.md5)?.size ?? this.#sizes.of(image);

  /** Finds out the sizes of what is on the screen. */
  readonly wantSizes = (images: readonly ListedImage[]): void =>
    this.#sizes.want(images.filter((image) => !this.#parts.peer.folder.byMd5(image.md5)));

  #do(name: string, act: (session: Session) => Promise<void>): void {
    void this.#once(name, () => this.#attempt(() => act(this.#parts.session)));
  }

  /** Does something that is not being done already, however it ends; `undefined` when it is. */
  async #once<T>(name: string, act: () => Promise<T>): Promise<T | undefined> {
    if (this.#doing.has(name)) return;
    this.#doing.add(name);
    try {
      return await act();
    } finally {
      this.#doing.delete(name);
    }
  }

  /** Asks the tracker for something; whether it is there is seen by that too. */
  async #attempt(work: () => Promise<void>): Promise<boolean> {
    const isWell = await this.#untilEnd(this.#parts.session.attempt(work));
    this.changes.note();
    return isWell ?? false;
  }

  /**
   * What is given up because the program ends fails for that reason alone. What should not go wrong, and does, is shown:
   * nobody waits for what keys begin, and the rest goes on.
   */
  async #untilEnd<T>(work: Promise<T>): Promise<T | undefined> {
    const { ending, terminal, words } = this.#parts;
    try {
      return await work;
    } catch (error) {
      if (!ending.signal.aborted) terminal.fail(sentence(error, words));
    }
  }

  /** Ends what moves. */
  [Symbol.dispose](): void {
    this.changes[Symbol.dispose]();
    this.#pictures?.[Symbol.dispose]();
  }
}
