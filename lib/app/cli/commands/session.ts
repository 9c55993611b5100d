/** The actions of the menu, which show their results as sentences. */
import type { Peer } from "../../../peer/peer.ts";
import type { TrackerSession } from "../../../announce/tracker_session.ts";
import type { Registered } from "../../../announce/single_tracker.ts";
import { formatAddress } from "../../../protocol/address.ts";
import { LONG_LIST } from "../../../announce/list/find_images.ts";
import { Fault, isOutOfContact } from "../../../fault/fault.ts";
import { pause } from "../../../net/pause.ts";
import { containsWords, typedWords } from "../../../protocol/find.ts";
import { foldName } from "../../../protocol/fold_name.ts";
import type { ListedImage } from "../../../protocol/image.ts";
import { scanReporter } from "../output/scan_progress.ts";
import { reportProblems } from "../output/share_reporter.ts";
import { reportSkipped } from "../output/skipped_report.ts";
import { Downloads } from "./downloads.ts";
import { downloadSize, largeQuestion, SIZES_MS } from "./large_download.ts";
import { selectListed } from "./request_list.ts";
import { selectTyped } from "./selection.ts";
import { Sharing } from "./sharing.ts";
import { sentence } from "../../words/sentence.ts";
import type { Terminal } from "../output/terminal.ts";
import type { Words } from "../../words/en/words.ts";

/** Runs the actions that a user chooses. */
export class Session {
  readonly downloads: Downloads;
  readonly sharing: Sharing;
  readonly #peer: Peer;
  readonly #terminal: Terminal;
  readonly #words: Words;
  /** The last list, which the user's numbers refer to. */
  #listed: readonly ListedImage[] = [];
  /** Whether a whole list was requested, which then costs little to bring up to date. */
  #isWhole = false;

  constructor(peer: Peer, terminal: Terminal, words: Words) {
    this.#peer = peer;
    this.#terminal = terminal;
    this.#words = words;
    this.downloads = new Downloads(peer, terminal, words);
    this.sharing = new Sharing(peer, terminal, words);
    this.downloads.onStart = () => this.#beforeDownload();
  }

  /** The number of images in the last list. */
  get listed(): number {
    return this.#listed.length;
  }

  /** Remembers downloads from now on, and says how many earlier runs left. */
  offerLeft(): void {
    const left = this.downloads.remember();
    if (left > 0) this.#terminal.print(this.#words.client.left(left));
  }

  /** Runs `work`; a fault is shown and ends nothing. Returns whether it succeeded. */
  async attempt(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.#terminal.fail(sentence(error, this.#words));
      return false;
    } finally {
      this.#terminal.endStatus();
    }
  }

  /** Registers; where no tracker answers, the peer retries in the background. */
  async register(): Promise<void> {
    await this.#inEach(async (tracker) => {
      this.#showAsking(tracker);
      const registered = await tracker.register().catch((error) => {
        if (!isOutOfContact(error)) throw error;
        this.#terminal.fail(this.#words.client.trackerLost(sentence(error, this.#words)));
      });
      this.#terminal.endStatus();
      if (registered) this.#reportRegistered(tracker, registered, this.#words.client.registered);
    });
  }

  /** Scans the directory again and updates the registration. */
  async update(): Promise<void> {
    const { client } = this.#words;
    const { unreadable } = await this.#peer.scan(scanReporter(this.#terminal, this.#words));
    this.#terminal.endStatus();
    reportProblems(this.#peer.folder, unreadable, this.#terminal, this.#words);
    reportSkipped(this.#peer.folder.skipped, false, this.#terminal, this.#words);
    await this.#inEach(async (tracker) => {
      const result = await tracker.update();
      this.#reportRegistered(tracker, result, result.again ? client.registered : client.updated);
    });
  }

  async unregister(): Promise<void> {
    const were = await this.#inEach((tracker) => tracker.unregister());
    if (!were.includes(true)) return this.#terminal.print(this.#words.client.notRegistered);
    this.#terminal.print(this.#words.client.unregistered);
    this.#terminal.print(this.#words.client.stillServing);
  }

  /** Does it in all networks at once: the fault of one of several is shown, and stops no other. */
  async #inEach<T>(work: (tracker: TrackerSession) => Promise<T>): Promise<T[]> {
    const { all } = this.#peer.networks;
    if (all.length === 1) return [await work(all[0].tracker)];
    const results: T[] = [];
    await Promise.all(all.map(({ tracker }) => this.attempt(async () => void results.push(await work(tracker)))));
    return results;
  }

  /**
   * Requests the images of all peers, and passes them to `show`; of a large network, unless it was once requested whole,
   * those that the user asks for.
   *
   * @param askWords Asks for words in names, or none for the whole list; `null` when the user wants neither. It is given
   * about how many images the network has.
   */
  async list(
    show: (images: readonly ListedImage[]) => void,
    askWords: (images: number) => Promise<string | null>,
  ): Promise<void> {
    const { networks } = this.#peer;
    this.#showAsking(networks.all[0].tracker);
    const count = this.#isWhole ? 0 : await networks.count();
    const typed = count < LONG_LIST ? "" : await askWords(count);
    if (typed === null) return;
    const query = typedWords(typed);
    this.#showAsking(networks.all[0].tracker);
    const isPart = query.length > 0;
    const { images: all, mayBeCut, missing } = await (isPart ? networks.find([query]) : networks.list());
    const images = isPart ? all.filter(({ name, md5 }) => containsWords(foldName(name), md5, query)) : all;
    this.#isWhole ||= !isPart;
    this.#terminal.endStatus();
    for (const name of missing) this.#terminal.fail(this.#words.client.networkMissing(name));
    this.#listed = images;
    show(images);
    const { emptyList, noSuchImage } = this.#words.client;
    if (images.length === 0) this.#terminal.print(isPart ? noSuchImage(typed.trim()) : emptyList);
    if (mayBeCut) this.#terminal.fail(this.#words.client.mayBeCut);
  }

  /** The images of the last list that a typed text selects; none if it is invalid, which is shown. */
  select(typed: string): readonly ListedImage[] {
    const { client } = this.#words;
    if (/[/\\]/.test(typed)) { // An album, a path, or a pattern.
      return selectListed({ rest: [typed], terminal: this.#terminal, words: this.#words }, this.#listed).images;
    }
    const selection = selectTyped(typed, this.#listed, client.selection);
    if ("images" in selection) return selection.images;
    this.#terminal.fail(client.notASelection(selection.wrong, this.#listed.length));
    return [];
  }

  /** The question before these images are downloaded; `null` for none. */
  async largeQuestion(images: readonly ListedImage[]): Promise<string | null> {
    const { folder, downloads: { infos } } = this.#peer;
    const missing = images.filter(({ md5 }) => !folder.here(md5));
    if (missing.some(({ md5 }) => !infos.get(md5))) { // The list may be only a moment old.
      const late = new AbortController();
      await Promise.race([infos.ended(), pause(SIZES_MS, late.signal)]);
      late.abort();
    }
    return largeQuestion(await downloadSize(missing, ({ md5 }) => infos.get(md5), folder.path), this.#words);
  }

  /** Starts to download images. */
  fetch(images: readonly ListedImage[]): void {
    void this.attempt(() => this.downloads.start(images));
  }

  /** Says before the first download into a directory that downloads are shared. */
  #beforeDownload(): void {
    const { reshares, folder: { chosen: { current: choices } } } = this.#peer;
    if (reshares && choices.downloaded.size === 0) this.#terminal.print(this.#words.client.choices.firstDownload);
  }

  #showAsking({ address }: TrackerSession): void {
    this.#terminal.status(this.#words.client.asking(formatAddress(address)));
  }

  #reportRegistered(
    { address }: TrackerSession,
    { accepted, offered }: Registered,
    message: (tracker: string, images: number) => string,
  ): void {
    this.#terminal.print(message(formatAddress(address), accepted));
    if (accepted < offered) this.#terminal.fail(this.#words.client.cut(accepted, offered));
  }
}
