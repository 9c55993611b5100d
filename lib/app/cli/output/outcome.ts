/**
 * What came of something that a running client was asked to do, for people and for programs.
 *
 * @module
 */
import type { Outcome } from "../../control/message.ts";
import type { Words } from "../../words/en/words.ts";
import { jsonLine } from "./json.ts";

/** What is shown: as it should be, or something that went wrong. */
export interface Told {
  readonly line: string;
  readonly wrong?: true;
}

/** The sentences; those of a peer's menu, where it has such an entry. */
export function outcomeLines(outcome: Outcome, { client, control, reasons }: Words): Told[] {
  switch (outcome.did) {
    case "register":
      return taken(outcome, client.registered(outcome.tracker, outcome.accepted), client.cut);
    case "update": {
      const { tracker, accepted, again, unreadable, moreUnreadable } = outcome;
      const told = again ? client.registered : client.updated;
      return [
        ...unreadable.map(({ path, reason }) => wrong(client.unreadable(path, reasons[reason] ?? reason))),
        ...moreUnreadable > 0 ? [wrong(client.moreUnreadable(moreUnreadable))] : [],
        ...taken(outcome, told(tracker, accepted), client.cut),
      ];
    }
    case "unregister":
      if (!outcome.was) return [{ line: control.nothingToRemove }];
      return [{ line: control.unregistered }, { line: control.stillServing }];
    case "stop":
      return [{ line: control.stopped }];
  }
}

function taken(
  { accepted, offered }: { accepted: number; offered: number },
  line: string,
  cut: (accepted: number, offered: number) => string,
): Told[] {
  return [{ line }, ...accepted < offered ? [wrong(cut(accepted, offered))] : []];
}

function wrong(line: string): Told {
  return { line, wrong: true };
}

/**
 * The objects.
 *
 * @param now Milliseconds since 1970.
 */
export function outcomeJson(outcome: Outcome, now: number): string[] {
  const tell = (kind: string, fields: Readonly<Record<string, unknown>> = {}): string =>
    jsonLine(kind, { time: new Date(now).toISOString(), ...fields });
  switch (outcome.did) {
    case "register":
    case "update": {
      const { tracker, accepted: images, offered } = outcome;
      if (outcome.did === "register") return [tell("registered", { tracker, images, offered })];
      return [
        ...outcome.unreadable.map(({ path, reason }) => tell("unreadable", { path, reason })),
        tell("updated", { tracker, images, offered, again: outcome.again, moreUnreadable: outcome.moreUnreadable }),
      ];
    }
    case "unregister":
      return [tell("unregistered", { was: outcome.was })];
    case "stop":
      return [tell("ended")];
  }
}
