/** Shows the events of a shared directory to a person, as sentences. */
import { join, normalize } from "node:path";
import type { Unreadable } from "../../../files/file_record.ts";
import type { RegistrationEvent } from "../../../announce/renewal.ts";
import type { FolderEvent } from "../../../folder/watch.ts";
import type { Peer } from "../../../peer/peer.ts";
import type { ServedEvent } from "../../../peer/served_event.ts";
import { formatAddress } from "../../../protocol/address.ts";
import type { Words } from "../../words/en/words.ts";
import { bytesText, sentence } from "../../words/sentence.ts";
import type { ClientContext } from "../context.ts";
import { reportSkipped } from "./skipped_report.ts";
import type { FurtherEvent } from "../commands/follow_further.ts";
import type { Terminal } from "./terminal.ts";

/** Reports the events of one peer, to a person or to a program. */
export interface ShareReporter {
  /** `left` is the number of unfinished downloads of earlier runs. */
  started(peer: Peer, left: number): void;
  served(event: ServedEvent): void;
  /** `network` is its name, if there are several. */
  tracker(event: RegistrationEvent, network?: string): void;
  /** A network was joined or left: `--also auto`. */
  further(event: FurtherEvent): void;
  /** `images` is the number of images in the directory now. */
  folder(event: FolderEvent, images: number): void;
  /** A command stops the client. */
  stopping?(): void;
  /** The program ends, `before` the first scan was done or after. */
  leaving?(before: boolean): void;
  ended?(): void;
}

/** The most files named for one kind of problem; the others are counted, since a whole directory may be unreadable. */
const MAX_NAMED = 20;

/** Shows on standard error what a scan could not read, and what cannot be shared safely. */
export function reportProblems(
  { uncertain, collisions }: Peer["folder"],
  unreadable: readonly Unreadable[],
  terminal: Terminal,
  { client, reasons }: Words,
): void {
  const report = (lines: readonly string[], more: (count: number) => string): void => {
    lines.slice(0, MAX_NAMED).forEach((line) => terminal.fail(line));
    if (lines.length > MAX_NAMED) terminal.fail(more(lines.length - MAX_NAMED));
  };
  report(
    unreadable.map(({ path, reason }) => client.unreadable(path, reasons[reason] ?? reason)),
    client.moreUnreadable,
  );
  report(uncertain.map((path) => client.uncertain(normalize(path))), client.moreUncertain);
  report(collisions.map((it) => client.collision(normalize(it.path), normalize(it.other))), client.moreCollisions);
}

/**
 * A reporter in sentences; the options say which files it lists.
 *
 * @param named Whether the user named the files: then each that is not shared is an error.
 */
export function textShareReporter(
  terminal: Terminal,
  words: Words,
  { "list-gps": listLocated, "list-skipped": listSkipped }: ClientContext["options"],
  named = false,
): ShareReporter {
  const { client } = words;
  const print = (line: string): void => terminal.print(line);

  return {
    started({ folder, port, unreadable }, left): void {
      reportProblems(folder, unreadable, terminal, words);
      const { located, skipped, chosen: { skipsLocated } } = folder;
      if (!named) reportSkipped(skipped, listSkipped ?? false, terminal, words);
      // Those that cannot be read are reported already.
      for (const { path, why } of named ? skipped.filter((it) => it.why !== "unreadable") : []) {
        terminal.fail(client.fileNotShared(join(folder.path, path), client.skipped.reasons[why]));
      }
      const locatedText = skipsLocated ? client.locatedSkipped : listLocated ? client.locatedListed : client.located;
      if (located.length > 0) print(locatedText(located.length));
      if (listLocated) located.forEach((path) => print(client.locatedPath(normalize(path))));
      if (left > 0) print(client.leftHere(left));
      if (folder.images.length === 0 && !named) print(client.noImages(folder.path));
      const directory = named ? null : folder.path;
      print(client.sharing(folder.images.length, bytesText(folder.bytes, words), directory, port));
    },

    served(event): void {
      const to = formatAddress(event.peer ?? event.to);
      if (event.kind === "served") return print(client.served(event.name, bytesText(event.bytes, words), to));
      if (event.kind === "broke-off") return print(client.brokeOff(event.name, to, bytesText(event.bytes, words)));
      if (event.why === "silent") return; // A dial-back of the tracker, or a scanner.
      const messages = {
        changed: client.changed,
        unreadable: client.unreadableNow,
        "not-shared": client.notShared,
        "no-request": client.noRequest,
      };
      print(messages[event.why](to));
    },

    tracker(event, network): void {
      const of = (text: string): string =>
        network === undefined || text.includes(network) ? text : client.ofNetwork(network, text);
      if (event.kind === "lost") return terminal.fail(of(client.trackerLost(sentence(event.fault, words))));
      if (event.kind === "moved") {
        // It names its network.
        return terminal.fail(client.trackerMoved[event.why](formatAddress(event.from), formatAddress(event.to)));
      }
      const { accepted, offered } = event;
      if (event.kind === "complete") return print(of(client.allListed(accepted)));
      print(of(event.kind === "found" ? client.trackerFound : client.registeredAgain));
      if (accepted < offered) terminal.fail(of(client.cut(accepted, offered)));
    },

    further(event): void {
      const { name, network: { tracker: { address } } } = event;
      const tracker = formatAddress(address);
      if (event.kind === "left") return print(client.networkLeft[event.why](name, tracker, event.sameAs?.name ?? ""));
      const { accepted, offered } = event;
      print(client.networkJoined(name, tracker, accepted));
      if (accepted < offered) terminal.fail(client.cut(accepted, offered));
    },

    folder(event, images): void {
      if (event.kind === "lost") return terminal.fail(client.folderLost(sentence(event.fault, words)));
      if (event.kind === "found") return print(client.folderFound);
      if (event.kind === "incomplete") return print(client.incomplete(normalize(event.path)));
      const { came, went, renamed } = event.change;
      print(client.folderChanged(came, went, renamed, images));
    },

    stopping: () => print(words.control.stopping),
    leaving: (before) => print(before ? client.scanInterrupted : client.leaving),
  };
}
