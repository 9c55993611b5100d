/**
 * The output of `share --json`: one object a line for each event, with its time.
 *
 * @module
 */
import type { FolderEvent } from "../../../folder/watch.ts";
import type { RegistrationEvent } from "../../../announce/renewal.ts";
import type { Peer } from "../../../peer/peer.ts";
import type { ServedEvent } from "../../../peer/peer_server.ts";
import { formatAddress } from "../../../protocol/address.ts";
import { Fault } from "../../../fault/fault.ts";
import type { Words } from "../../words/en/words.ts";
import { jsonFault, jsonLine } from "./json.ts";
import type { ShareReporter } from "./share_reporter.ts";

/** The kinds in JSON of events of a tracker that answers. */
const EVENT_KINDS = { found: "tracker-found", again: "registered-again", complete: "all-listed" } as const;

/** Reports as JSON. */
export class JsonShareReporter implements ShareReporter {
  readonly #writeLine: (line: string) => void;
  readonly #words: Words;
  readonly #now: () => number;

  /** A reporter whose lines `writeLine` takes. */
  constructor(writeLine: (line: string) => void, words: Words, now: () => number = Date.now) {
    this.#writeLine = writeLine;
    this.#words = words;
    this.#now = now;
  }

  started({ folder, port, unreadable, unfinished }: Peer): void {
    for (const { path, reason } of unreadable) this.#write("unreadable", { path, reason });
    for (const path of folder.uncertain) this.#write("uncertain-location", { path });
    for (const { path, other } of folder.collisions) this.#write("md5-collision", { path, other });
    this.#write("sharing", {
      directory: folder.path,
      port,
      images: folder.images.length,
      bytes: folder.bytes,
      others: folder.others,
      located: folder.located.length,
      ...unfinished > 0 ? { unfinished } : {},
    });
  }

  /** Registers, and reports the result; after a fault the peer retries automatically. */
  async register(peer: Peer): Promise<void> {
    const tracker = formatAddress(peer.tracker.address);
    try {
      const { accepted, offered } = await peer.tracker.register();
      this.#write("registered", { tracker, images: accepted, offered });
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.#write("tracker-lost", { fault: jsonFault(error, this.#words) });
    }
  }

  folder(event: FolderEvent, images: number): void {
    if (event.kind === "changed") return this.#write("folder-changed", { ...event.change, images });
    if (event.kind === "found") return this.#write("folder-found", {});
    this.#write("folder-lost", { fault: jsonFault(event.fault, this.#words) });
  }

  stopping(): void {}

  leaving(): void {}

  ended(): void {
    this.#write("ended", {});
  }

  served(event: ServedEvent): void {
    const to = formatAddress(event.peer ?? event.to);
    const { md5 } = event;
    if (event.kind !== "not-served") return this.#write(event.kind, { name: event.name, md5, bytes: event.bytes, to });
    if (event.why !== "silent") this.#write("not-served", { why: event.why, md5, to });
  }

  tracker(event: RegistrationEvent): void {
    if (event.kind === "lost") return this.#write("tracker-lost", { fault: jsonFault(event.fault, this.#words) });
    const { accepted: images, offered } = event;
    this.#write(EVENT_KINDS[event.kind], { images, offered });
  }

  #write(kind: string, fields: Readonly<Record<string, unknown>>): void {
    this.#writeLine(jsonLine(kind, { time: new Date(this.#now()).toISOString(), ...fields }));
  }
}
