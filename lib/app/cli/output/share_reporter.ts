/**
 * What a person sees of a directory that is shared: events in sentences.
 *
 * @module
 */
import { normalize } from "node:path";
import type { RegistrationEvent } from "../../../announce/renewal.ts";
import type { FolderEvent } from "../../../folder/watch.ts";
import type { Peer } from "../../../peer/peer.ts";
import type { ServedEvent } from "../../../peer/peer_server.ts";
import { formatAddress } from "../../../protocol/address.ts";
import type { Words } from "../../words/en/words.ts";
import { bytesText, sentence } from "../../words/sentence.ts";
import { reportProblems } from "./folder_report.ts";
import type { Terminal } from "./terminal.ts";

/** Reports the events of one peer, to a person or to a program. */
export interface ShareReporter {
  /** The peer has started. */
  started(peer: Peer): void;
  served(event: ServedEvent): void;
  tracker(event: RegistrationEvent): void;
  /** The directory, which now has so many images, has changed or cannot be read. */
  folder(event: FolderEvent, images: number): void;
  /** A command stops the client. */
  stopping(): void;
  /** The program ends; `before` the first scan was done. */
  leaving(before: boolean): void;
  /** All has ended. */
  ended(): void;
}

/** What the start shows of images with coordinates. */
export interface LocatedOptions {
  readonly listLocated: boolean;
  readonly skipLocated: boolean;
}

/** Reports in sentences. */
export class TextShareReporter implements ShareReporter {
  readonly #terminal: Terminal;
  readonly #words: Words;
  readonly #options: LocatedOptions;

  /** A reporter for the user of this terminal. */
  constructor(terminal: Terminal, words: Words, options: LocatedOptions) {
    this.#terminal = terminal;
    this.#words = words;
    this.#options = options;
  }

  started(peer: Peer): void {
    const { folder, port, unreadable, unfinished } = peer;
    const { client } = this.#words;
    const { listLocated, skipLocated } = this.#options;
    const print = (line: string): void => this.#terminal.print(line);
    reportProblems(folder, unreadable, this.#terminal, this.#words);
    const { located, others } = folder;
    if (others > 0) print(client.others(others));
    const locatedText = skipLocated ? client.locatedSkipped : listLocated ? client.locatedListed : client.located;
    if (located.length > 0) print(locatedText(located.length));
    if (listLocated) located.forEach((path) => print(client.locatedPath(normalize(path))));
    if (unfinished > 0) print(client.unfinished(unfinished));
    if (folder.images.length === 0) print(client.noImages(folder.path));
    print(client.sharing(folder.images.length, bytesText(folder.bytes, this.#words), folder.path, port));
  }

  served(event: ServedEvent): void {
    const { client } = this.#words;
    const to = formatAddress(event.peer ?? event.to);
    switch (event.kind) {
      case "served":
        return this.#terminal.print(client.served(event.name, bytesText(event.bytes, this.#words), to));
      case "broke-off":
        return this.#terminal.print(client.brokeOff(event.name, to, bytesText(event.bytes, this.#words)));
      case "not-served": {
        if (event.why === "silent") return; // A dial-back of the tracker, or a scanner.
        const messages = {
          changed: client.changed,
          unreadable: client.unreadableNow,
          "not-shared": client.notShared,
          "no-request": client.noRequest,
        };
        return this.#terminal.print(messages[event.why](to));
      }
    }
  }

  tracker(event: RegistrationEvent): void {
    const { client } = this.#words;
    if (event.kind === "lost") return this.#terminal.fail(client.trackerLost(sentence(event.fault, this.#words)));
    const { accepted, offered } = event;
    if (event.kind === "complete") return this.#terminal.print(client.allListed(accepted));
    this.#terminal.print(event.kind === "found" ? client.trackerFound : client.registeredAgain);
    if (accepted < offered) this.#terminal.fail(client.cut(accepted, offered));
  }

  folder(event: FolderEvent, images: number): void {
    const { client } = this.#words;
    if (event.kind === "lost") return this.#terminal.fail(client.folderLost(sentence(event.fault, this.#words)));
    if (event.kind === "found") return this.#terminal.print(client.folderFound);
    const { came, went, renamed } = event.change;
    this.#terminal.print(client.folderChanged(came, went, renamed, images));
  }

  stopping(): void {
    this.#terminal.print(this.#words.control.stopping);
  }

  leaving(before: boolean): void {
    this.#terminal.print(before ? this.#words.client.scanInterrupted : this.#words.client.leaving);
  }

  ended(): void {}
}
