/**
 * What a user can do with a peer, each told in sentences.
 *
 * @module
 */
import { basename, normalize } from "node:path";
import type { Unreadable } from "../../../files/facts.ts";
import type { FolderEvent } from "../../../folder/watch.ts";
import type { Peer } from "../../../peer/peer.ts";
import type { Registered } from "../../../announce/tracker_client.ts";
import { formatAddress } from "../../../protocol/address.ts";
import { Fault } from "../../../fault/fault.ts";
import type { ListedImage } from "../../../protocol/image.ts";
import { BatchTeller } from "./batch.ts";
import { listLines } from "../output/list_table.ts";
import { scanTeller } from "../output/scan_teller.ts";
import { select } from "./selection.ts";
import { bytesText, sentence } from "../../words/sentence.ts";
import type { Terminal } from "../output/terminal.ts";
import { warn } from "../output/warnings.ts";
import type { Words } from "../../words/en/words.ts";

/** More files than these that cannot be read are counted: a whole directory may be unreadable. */
const MAX_UNREADABLE_TOLD = 20;

/** A peer and the terminal of its user. */
export class Session {
  readonly #peer: Peer;
  readonly #terminal: Terminal;
  readonly #words: Words;
  /** The images as they were listed last: the numbers that the user sees. */
  #listed: readonly ListedImage[] = [];

  /** A session of `peer`, which runs already. */
  constructor(peer: Peer, terminal: Terminal, words: Words) {
    this.#peer = peer;
    this.#terminal = terminal;
    this.#words = words;
  }

  /** How many images the last list has. */
  get listed(): number {
    return this.#listed.length;
  }

  /** Tells what the directory holds. */
  tellFolder({ listLocated, skipLocated }: { listLocated: boolean; skipLocated: boolean }): void {
    const { folder, port, unreadable, unfinished } = this.#peer;
    const { client } = this.#words;
    this.#tellUnreadable(unreadable);
    this.#tellDoubts();
    const { located, others } = folder;
    if (others > 0) this.#terminal.print(client.others(others));
    const told = skipLocated ? client.locatedSkipped : listLocated ? client.locatedListed : client.located;
    if (located.length > 0) this.#terminal.print(told(located.length));
    if (listLocated) located.forEach((path) => this.#terminal.print(client.locatedPath(normalize(path))));
    if (unfinished > 0) this.#terminal.print(client.unfinished(unfinished));
    if (folder.images.length === 0) this.#terminal.print(client.noImages(folder.path));
    this.#terminal.print(client.sharing(folder.images.length, bytesText(folder.bytes, this.#words), folder.path, port));
  }

  #tellUnreadable(unreadable: readonly Unreadable[]): void {
    const { client, reasons } = this.#words;
    for (const { path, reason } of unreadable.slice(0, MAX_UNREADABLE_TOLD)) {
      this.#terminal.fail(client.unreadable(path, reasons[reason] ?? reason));
    }
    const more = unreadable.length - MAX_UNREADABLE_TOLD;
    if (more > 0) this.#terminal.fail(client.moreUnreadable(more));
  }

  /** Tells what a scan could not find out, or cannot share. */
  #tellDoubts(): void {
    const { client } = this.#words;
    const { uncertain, collisions } = this.#peer.folder;
    const tell = (lines: readonly string[], more: (count: number) => string): void => {
      lines.slice(0, MAX_UNREADABLE_TOLD).forEach((line) => this.#terminal.fail(line));
      if (lines.length > MAX_UNREADABLE_TOLD) this.#terminal.fail(more(lines.length - MAX_UNREADABLE_TOLD));
    };
    tell(uncertain.map((path) => client.uncertain(normalize(path))), client.moreUncertain);
    tell(collisions.map((it) => client.collision(normalize(it.path), normalize(it.other))), client.moreCollisions);
  }

  /** Tells that the directory changed by itself. */
  tellFolderEvent(event: FolderEvent): void {
    const { client } = this.#words;
    if (event.kind === "lost") return this.#terminal.fail(client.folderLost(sentence(event.fault, this.#words)));
    if (event.kind === "found") return this.#terminal.print(client.folderFound);
    const { came, went, renamed } = event.change;
    this.#terminal.print(client.folderChanged(came, went, renamed, this.#peer.folder.images.length));
  }

  /** Does `work`; a fault is told and ends nothing. Gives whether it went well. */
  async attempt(work: () => Promise<void>): Promise<boolean> {
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

  /** Registers at the tracker. */
  async register(): Promise<void> {
    this.tellAsking();
    const registered = await this.#peer.tracker.register();
    this.#terminal.endStatus();
    this.#tellTaken(registered, this.#words.client.registered);
  }

  /** Looks through the directory again and tells the tracker. */
  async update(): Promise<void> {
    const { client } = this.#words;
    const result = await this.#peer.update(scanTeller(this.#terminal, this.#words));
    this.#terminal.endStatus();
    this.#tellUnreadable(result.unreadable);
    this.#tellDoubts();
    this.#tellTaken(result, result.again ? client.registered : client.updated);
  }

  /** Ends the registration. */
  async unregister(): Promise<void> {
    if (!await this.#peer.tracker.unregister()) return this.#terminal.print(this.#words.client.notRegistered);
    this.#terminal.print(this.#words.client.unregistered);
    this.#terminal.print(this.#words.client.stillServing);
  }

  /** Shows what everybody shares. */
  async list(): Promise<void> {
    this.tellAsking();
    const { images, mayBeCut } = await this.#peer.tracker.list();
    this.#terminal.endStatus();
    this.#listed = images;
    if (this.#listed.length === 0) return this.#terminal.print(this.#words.client.emptyList);
    for (const line of listLines(this.#listed, this.#peer, this.#words, this.#terminal.width)) {
      this.#terminal.print(line);
    }
    if (mayBeCut) this.#terminal.fail(this.#words.client.mayBeCut);
  }

  /** Fetches what of the last list is meant by what was typed. */
  async download(typed: string): Promise<void> {
    const { client } = this.#words;
    const selection = select(typed, this.#listed, client.selection);
    if ("wrong" in selection) return this.#terminal.fail(client.notASelection(selection.wrong, this.#listed.length));
    if (selection.images.length === 1) return await this.#downloadOne(selection.images[0]);
    const teller = new BatchTeller(selection.images.length, this.#terminal, this.#words);
    await this.#peer.downloads.fetchAll(selection.images, teller);
    this.#terminal.endStatus();
    teller.tellEnd();
    if (!this.#peer.tracker.registered) this.#terminal.print(client.notRegistered);
  }

  async #downloadOne(image: ListedImage): Promise<void> {
    const { client } = this.#words;
    const here = await this.#peer.folder.find(image.md5);
    if (here) return this.#terminal.print(client.alreadyHere(here.name));
    this.#terminal.status(client.connecting(image.name));
    const fetched = await this.#peer.downloads.fetch(image, {
      onProgress: ({ received, size, peer }) => {
        if (!this.#terminal.statusDue) return;
        const [came, of] = [received, size ?? 0].map((it) => bytesText(it, this.#words));
        this.#terminal.status(client.fetching(image.name, size ? client.ofSize(came, of) : came, formatAddress(peer)));
      },
      onFailure: ({ fault, peer }) => {
        const last = formatAddress(peer) === formatAddress(image.peers.at(-1)!);
        if (!last) this.#terminal.fail(client.nextPeer(sentence(fault, this.#words)));
      },
    });
    this.#terminal.endStatus();
    const size = bytesText(fetched.bytes, this.#words);
    this.#terminal.print(client.saved(basename(fetched.path), size, formatAddress(fetched.peer)));
    const shared = this.#peer.tracker.registered ? client.sharedNow : client.notRegistered;
    this.#terminal.print(fetched.leftOut ? client.leftOut[fetched.leftOut] : shared);
    warn(fetched, this.#terminal, this.#words);
    if (fetched.untold) this.#terminal.fail(client.untold(sentence(fetched.untold, this.#words)));
  }

  /** Tells that the tracker is being asked. */
  tellAsking(): void {
    this.#terminal.status(this.#words.client.asking(formatAddress(this.#peer.tracker.address)));
  }

  #tellTaken({ accepted, offered }: Registered, told: (tracker: string, images: number) => string): void {
    this.#terminal.print(told(formatAddress(this.#peer.tracker.address), accepted));
    if (accepted < offered) this.#terminal.fail(this.#words.client.cut(accepted, offered));
  }
}
