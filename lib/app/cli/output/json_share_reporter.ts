/** The output of `share --json`: one object on each line for each event, with its time. */
import type { Peer } from "../../../peer/peer.ts";
import { formatAddress } from "../../../protocol/address.ts";
import { Fault } from "../../../fault/fault.ts";
import type { Words } from "../../words/en/words.ts";
import { jsonFault, jsonLine } from "./json.ts";
import type { ShareReporter } from "./share_reporter.ts";
import { countSkipped } from "./skipped_report.ts";

/** The JSON kinds of events of a tracker that answers. */
const EVENT_KINDS = { found: "tracker-found", again: "registered-again", complete: "all-listed" } as const;

/**
 * A reporter that writes lines by `writeLine`, one for each file that is left out if `listSkipped`. It also registers,
 * and reports the result.
 */
export function jsonShareReporter(
  writeLine: (line: string) => void,
  words: Words,
  listSkipped: boolean,
): ShareReporter & { register(peer: Peer): Promise<void>; gallery(address: string, others: readonly string[]): void } {
  const write = (kind: string, fields: Readonly<Record<string, unknown>>): void =>
    writeLine(jsonLine(kind, { time: new Date().toISOString(), ...fields }));

  return {
    started({ folder, port, unreadable }, unfinished): void {
      for (const { path, reason } of unreadable) write("unreadable", { path, reason });
      for (const path of folder.uncertain) write("uncertain-location", { path });
      for (const { path, other } of folder.collisions) write("md5-collision", { path, other });
      const { skipped } = folder;
      if (listSkipped) {
        for (const { path, why, kind: detail } of skipped) write("skipped", { path, why, detail });
      }
      write("sharing", {
        directory: folder.path,
        port,
        images: folder.images.length,
        bytes: folder.bytes,
        skipped: countSkipped(skipped),
        located: folder.located.length,
        ...unfinished > 0 ? { unfinished } : {},
      });
    },

    gallery: (address, others) => write("gallery", { address, others }),

    /** After a fault the peer retries automatically. */
    async register({ networks: { all } }): Promise<void> {
      await Promise.all(all.map(async ({ name, tracker }) => {
        const network = all.length > 1 ? name : undefined;
        try {
          const { accepted, offered } = await tracker.register();
          write("registered", { tracker: formatAddress(tracker.address), images: accepted, offered, network });
        } catch (error) {
          if (!(error instanceof Fault)) throw error;
          write("tracker-lost", { fault: jsonFault(error, words), network });
        }
      }));
    },

    served(event): void {
      const to = formatAddress(event.peer ?? event.to);
      const { md5 } = event;
      if (event.kind !== "not-served") return write(event.kind, { name: event.name, md5, bytes: event.bytes, to });
      if (event.why !== "silent") write("not-served", { why: event.why, md5, to });
    },

    tracker(event, network): void {
      if (event.kind === "lost") return write("tracker-lost", { fault: jsonFault(event.fault, words), network });
      if (event.kind === "moved") {
        const { from, to, why } = event;
        return write("tracker-moved", { from: formatAddress(from), to: formatAddress(to), why, network });
      }
      const { accepted: images, offered } = event;
      write(EVENT_KINDS[event.kind], { images, offered, network });
    },

    further(event): void {
      const { name, network: { name: network, tracker: { address } } } = event;
      const tracker = formatAddress(address);
      if (event.kind === "left") {
        return write("network-left", { network, tracker, name, why: event.why, sameAs: event.sameAs?.network.name });
      }
      write("network-joined", { network, tracker, name, images: event.accepted, offered: event.offered });
    },

    folder(event, images): void {
      if (event.kind === "changed") return write("folder-changed", { ...event.change, images });
      if (event.kind === "found") return write("folder-found", {});
      if (event.kind === "incomplete") return write("skipped", { path: event.path, why: event.kind });
      write("folder-lost", { fault: jsonFault(event.fault, words) });
    },

    ended: () => write("ended", {}),
  };
}
