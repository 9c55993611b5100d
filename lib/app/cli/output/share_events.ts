/**
 * What `share --json` shows: one object a line for each thing that happens, with its time.
 *
 * @module
 */
import type { FolderEvent } from "../../../folder/watch.ts";
import type { RegistrationEvent } from "../../../announce/renewal.ts";
import type { Peer } from "../../../peer/peer.ts";
import type { PeerConfig } from "../../../peer/peer_config.ts";
import type { ServedEvent } from "../../../peer/peer_server.ts";
import { formatAddress } from "../../../protocol/address.ts";
import { Fault } from "../../../fault/fault.ts";
import type { Words } from "../../words/en/words.ts";
import { jsonFault, jsonLine } from "./json.ts";

/** What is written of a tracker that answers. */
const EVENT_KINDS = { found: "tracker-found", again: "registered-again", complete: "all-listed" } as const;

/** Writes the events of one peer. */
export class ShareEvents {
  readonly #write: (line: string) => void;
  readonly #words: Words;
  readonly #now: () => number;

  /** Events whose lines `write` takes. */
  constructor(write: (line: string) => void, words: Words, now: () => number = Date.now) {
    this.#write = write;
    this.#words = words;
    this.#now = now;
  }

  /** What a peer is to call. */
  get watchers(): Pick<PeerConfig, "onServed" | "onTracker"> {
    return { onServed: (event) => this.#served(event), onTracker: (event) => this.#tracker(event) };
  }

  /** Tells what the directory holds. */
  started({ folder, port, unreadable, unfinished }: Peer): void {
    for (const { path, reason } of unreadable) this.#tell("unreadable", { path, reason });
    for (const path of folder.uncertain) this.#tell("uncertain-location", { path });
    for (const { path, other } of folder.collisions) this.#tell("md5-collision", { path, other });
    this.#tell("sharing", {
      directory: folder.path,
      port,
      images: folder.images.length,
      bytes: folder.bytes,
      others: folder.others,
      located: folder.located.length,
      ...unfinished > 0 ? { unfinished } : {},
    });
  }

  /** Registers, and tells how that went; the peer itself tries again when it did not go well. */
  async register(peer: Peer): Promise<void> {
    const tracker = formatAddress(peer.tracker.address);
    try {
      const { accepted, offered } = await peer.tracker.register();
      this.#tell("registered", { tracker, images: accepted, offered });
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.#tell("tracker-lost", { fault: jsonFault(error, this.#words) });
    }
  }

  /** Tells that the directory changed, or cannot be read. */
  folder(event: FolderEvent, images: number): void {
    if (event.kind === "changed") return this.#tell("folder-changed", { ...event.change, images });
    if (event.kind === "found") return this.#tell("folder-found", {});
    this.#tell("folder-lost", { fault: jsonFault(event.fault, this.#words) });
  }

  /** Tells that it is over. */
  ended(): void {
    this.#tell("ended", {});
  }

  #served(event: ServedEvent): void {
    const to = formatAddress(event.peer ?? event.to);
    const { md5 } = event;
    if (event.kind !== "not-served") return this.#tell(event.kind, { name: event.name, md5, bytes: event.bytes, to });
    if (event.why !== "silent") this.#tell("not-served", { why: event.why, md5, to });
  }

  #tracker(event: RegistrationEvent): void {
    if (event.kind === "lost") return this.#tell("tracker-lost", { fault: jsonFault(event.fault, this.#words) });
    const { accepted: images, offered } = event;
    this.#tell(EVENT_KINDS[event.kind], { images, offered });
  }

  #tell(kind: string, fields: Readonly<Record<string, unknown>>): void {
    this.#write(jsonLine(kind, { time: new Date(this.#now()).toISOString(), ...fields }));
  }
}
