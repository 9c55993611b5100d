/** The view model of the screen: its state and actions, without its layout. */
import { isOutOfContact } from "../../../fault/fault.ts";
import { listedAddresses, ownAddresses } from "../../../net/own_addresses.ts";
import type { RegistrationEvent } from "../../../announce/renewal.ts";
import type { Peer } from "../../../peer/peer.ts";
import { formatAddress } from "../../../protocol/address.ts";
import type { ListedImage } from "../../../protocol/image.ts";
import type { Words } from "../../words/en/words.ts";
import { bytesText, sentence } from "../../words/sentence.ts";
import type { Downloads } from "../commands/downloads.ts";
import { isYes } from "../commands/large_download.ts";
import type { Session } from "../commands/session.ts";
import type { Display, Terminal } from "../output/terminal.ts";
import type { GalleryPort } from "../gallery/gallery_port.ts";
import { entriesOf, type InfoOf } from "./list/list_entries.ts";
import { ListRows } from "./list/list_rows.ts";
import { LineBuffer } from "./line_buffer.ts";
import { ChangeNotifier } from "./hooks.ts";
import { sharingEntries, type SharingEntry } from "./sharing_entries.ts";
import type { PictureView } from "./picture_view.ts";

/** Properties that arrive within this time, in milliseconds, are not counted on the screen: people read no faster. */
const SOON_MS = 1_000;

/** A question, and what is called with the answer: the text of a key or a line, `null` for none. */
export interface Question {
  readonly text: string;
  /** Whether the answer is a line. */
  readonly isLine: boolean;
  readonly answer: (typed: string | null) => void;
}

export interface ScreenParts {
  readonly peer: Peer;
  readonly session: Session;
  readonly terminal: Terminal;
  readonly words: Words;
  /** Aborted when the program ends. */
  readonly ending: AbortController;
  /** The pictures in a browser. */
  readonly gallery: GalleryPort | null;
}

export class ScreenModel implements Display, Disposable {
  readonly changes = new ChangeNotifier();
  readonly lines: LineBuffer;
  readonly words: Words;
  readonly downloads: Downloads;
  statusText = "";
  /** A question that the user must answer first. */
  question: Question | null = null;
  /** Called when the list was sorted again. */
  onSorted: (before: ListRows) => void = () => {};
  /** The last list. */
  listed: ListRows;
  readonly #parts: ScreenParts;
  /** The running actions, so that none is started twice. */
  readonly #running = new Set<string>();
  /** The address by which others reach this peer. */
  #address: string;
  #listedAt = -Infinity;
  #pictures: PictureView | null = null;
  /** The rows of the sharing view, and what they were made of. */
  #sharing: { readonly of: readonly unknown[]; readonly entries: readonly SharingEntry[] } | null = null;

  constructor(parts: ScreenParts) {
    const { peer, session, words } = parts;
    this.#parts = parts;
    this.words = words;
    this.lines = new LineBuffer(words.screen.leftOut);
    this.downloads = session.downloads;
    this.downloads.onChange = this.changes.notify;
    peer.downloads.infos.onChange = () => this.#learned();
    this.listed = new ListRows([], this.infoOf, words.tag);
    this.#address = this.#localAddress();
  }

  #localAddress(): string {
    const { tracker: { address: { host } }, port } = this.#parts.peer;
    return formatAddress({ host: listedAddresses(ownAddresses(), host)[0], port });
  }

  line(text: string): void {
    this.lines.add(text);
    this.changes.notify(); // The header may change too.
  }

  status(text: string): void {
    this.statusText = text;
    this.changes.notify();
  }

  headerParts(): string[] {
    const { peer, words: { screen } } = this.#parts;
    const { images, bytes } = peer.folder;
    const { known, total, isRunning } = peer.downloads.infos.progress;
    const isNew = isRunning && performance.now() - this.#listedAt < SOON_MS;
    const { all } = peer.networks;
    const isOne = all.length === 1;
    const networks = all.map(({ tracker: { address, lost, registered } }) => {
      const isLost = isOne ? "lost" : "lostOne";
      const state = screen.registration[isOutOfContact(lost) ? isLost : registered ? "registered" : "unregistered"];
      return { tracker: screen.tracker(formatAddress(address)), state };
    });
    const [{ tracker, state }] = networks;
    return [
      "idp2pi",
      ...isOne ? [tracker] : networks.map(({ tracker, state }) => `${tracker}: ${state}`),
      screen.you(this.#address),
      screen.shared(images.length, bytesText(bytes, this.words)),
      ...isOne ? [state] : [],
      ...known < total && !isNew ? [screen.known(known, total)] : [],
    ];
  }

  /** The tracker was lost, or is reachable again. */
  trackerEvent({ kind }: RegistrationEvent): void {
    if (kind !== "lost") this.#address = this.#localAddress(); // The peer may have reached it again by another network.
    this.changes.notify();
  }

  readonly register = (): void => void this.#do("register", (session) => session.register());

  readonly update = (): void => void this.#do("update", (session) => session.update());

  readonly unregister = (): void => void this.#do("unregister", (session) => session.unregister());

  /** The rows of the sharing view. */
  get sharing(): readonly SharingEntry[] {
    const { folder, reshares } = this.#parts.peer;
    const { images, skipped, chosen: { current: choices, skipsLocated } } = folder;
    const of = [images, choices, skipped, skipsLocated, reshares];
    if (this.#sharing && of.every((it, i) => it === this.#sharing!.of[i])) return this.#sharing.entries;
    const located = folder.located.length;
    const state = { files: folder.files, choices, reshares, located, skipsLocated, skipped: skipped.length };
    this.#sharing = { of, entries: sharingEntries(state) };
    return this.#sharing.entries;
  }

  /** Shares what a row of the sharing view names, or not any more. */
  switchSharing(entry: SharingEntry): void {
    const { sharing } = this.#parts.session;
    const act = async (): Promise<void> => {
      if (entry.kind === "skipped") return sharing.listSkipped();
      if (entry.kind === "reshare") return await sharing.switchReshare();
      if (entry.kind === "located") return await sharing.switchLocated();
      const on = entry.on !== true;
      if (entry.kind === "album") return await sharing.share({ albums: [entry.path] }, on);
      const images = entry.kind === "image" ? [entry.md5] : this.#parts.peer.folder.chosen.current.downloaded;
      await sharing.share({ images }, on);
    };
    void this.#untilEnd(this.#parts.session.attempt(act)).then(this.changes.notify);
  }

  /** Shows how to open the gallery; `null` without one. */
  get showGallery(): (() => void) | null {
    const { gallery, terminal, words } = this.#parts;
    return gallery && (() => void this.#untilEnd(gallery.print(terminal, words)));
  }

  readonly quit = (): void => this.#parts.ending.abort();

  /** Requests the list; returns whether it has images. */
  async list(): Promise<boolean> {
    const { peer } = this.#parts;
    const isListed = await this.#do("list", (session) =>
      session.list((images) => {
        this.listed = new ListRows(entriesOf(images, peer), this.infoOf, this.words.tag);
        this.#listedAt = performance.now();
        void peer.downloads.infos.request(images);
        const own = images.flatMap(({ peers }) => peers).find((address) => peer.isSelf(address));
        if (own) this.#address = formatAddress(own);
      }, (count) => this.#ask(this.words.client.whichWords(count), true)));
    return isListed && this.listed.entries.length > 0;
  }

  /** Whether to download these images; asks if they are large. */
  async confirm(images: readonly ListedImage[]): Promise<boolean> {
    const text = await this.#untilEnd(this.#parts.session.largeQuestion(images));
    if (!text) return true;
    const typed = await this.#ask(text, false);
    return typed !== null && isYes(typed, this.words);
  }

  /** Asks a question instead of any other; `null` if it is not answered. */
  async #ask(text: string, isLine: boolean): Promise<string | null> {
    this.question?.answer(null);
    const { promise, resolve } = Promise.withResolvers<string | null>();
    const question = this.question = { text, isLine, answer: resolve };
    this.statusText = "";
    this.changes.notify();
    const typed = await promise;
    if (this.question === question) this.question = null;
    this.changes.notify();
    return typed;
  }

  fetch(images: readonly ListedImage[]): void {
    void this.#untilEnd(this.downloads.start(images));
  }

  readonly resume = (images?: readonly ListedImage[]): void => void this.#untilEnd(this.downloads.resume(images));

  /** Shows pictures from index `at` on, while `suspend` suspends Ink; returns the index of the last one. */
  async look(
    images: readonly ListedImage[],
    at: number,
    suspend: (act: () => Promise<void>) => Promise<void>,
  ): Promise<number> {
    return await this.#once("look", async () => {
      const { peer, words, ending, terminal } = this.#parts;
      const { PictureView } = await import("./picture_view.ts"); // It is large, and rarely used.
      this.#pictures ??= new PictureView(peer, words, terminal.isColored);
      let last = at;
      this.lines.pause();
      try {
        await suspend(async () => {
          const { at: shown, quit } = await this.#pictures!.show(images, at, ending.signal);
          last = shown;
          if (quit) ending.abort();
        });
      } finally {
        this.lines.resume();
      }
      return last;
    }) ?? at;
  }

  /** The known properties of an image. */
  readonly infoOf: InfoOf = ({ md5 }) => this.#parts.peer.downloads.infos.get(md5);

  /** How many images of the list have known properties. */
  get known(): number {
    return this.#parts.peer.downloads.infos.progress.known;
  }

  /** When all properties of a list that can be known are known, it is sorted by them. */
  #learned(): void {
    if (!this.#parts.peer.downloads.infos.progress.isRunning) {
      const before = this.listed;
      this.listed = before.again();
      this.onSorted(before);
    }
    this.changes.notify();
  }

  /** Runs a request to the tracker unless it is already running; returns whether it succeeded. */
  async #do(name: string, act: (session: Session) => Promise<void>): Promise<boolean> {
    const { session } = this.#parts;
    const succeeded = await this.#once(name, () => this.#untilEnd(session.attempt(() => act(session))));
    this.changes.notify();
    return succeeded ?? false;
  }

  /** Runs an action unless it is already running; then `undefined`. */
  async #once<T>(name: string, act: () => Promise<T>): Promise<T | undefined> {
    if (this.#running.has(name)) return;
    this.#running.add(name);
    try {
      return await act();
    } finally {
      this.#running.delete(name);
    }
  }

  /** Shows an unexpected error of an action, which stops nothing else. When the program ends, actions may fail. */
  async #untilEnd<T>(work: Promise<T>): Promise<T | undefined> {
    const { ending, terminal, words } = this.#parts;
    try {
      return await work;
    } catch (error) {
      if (!ending.signal.aborted) terminal.fail(sentence(error, words));
    }
  }

  [Symbol.dispose](): void {
    this.changes[Symbol.dispose]();
    this.#pictures?.[Symbol.dispose]();
  }
}
