/**
 * Problems of a scan: what cannot be read, and what cannot be shared safely.
 *
 * @module
 */
import { normalize } from "node:path";
import type { Unreadable } from "../../../files/file_record.ts";
import type { Peer } from "../../../peer/peer.ts";
import type { Words } from "../../words/en/words.ts";
import type { Terminal } from "./terminal.ts";

/** Most files of one kind of problem that are named; the others are counted. A whole directory may be unreadable. */
const MAX_NAMED = 20;

/** Shows the problems of a scan on standard error. */
export function reportProblems(
  { uncertain, collisions }: Pick<Peer["folder"], "uncertain" | "collisions">,
  unreadable: readonly Unreadable[],
  terminal: Pick<Terminal, "fail">,
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
