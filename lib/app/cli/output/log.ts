/**
 * The tracker's log: readable lines or JSON, as much as is asked for, and never a flood.
 *
 * @module
 */
import type { TrackerEvent } from "../../../tracker/answer.ts";
import { formatAddress } from "../../../protocol/address.ts";
import type { Words } from "../../words/en/words.ts";
import { jsonLine } from "./json.ts";

/** How much is logged. */
export type Loudness = "quiet" | "normal" | "verbose";

/** Lines of one kind in a second; the others are counted, and told in one line. */
export const LINES_PER_SECOND = 20;

/** What a kind of event is worth: told always, unless quiet, or only when asked for. */
const LOUDNESS: Readonly<Record<TrackerEvent["kind"], Loudness>> = {
  registered: "normal",
  updated: "normal",
  finished: "normal",
  lapsed: "normal",
  listed: "normal",
  refused: "normal",
  ignored: "normal",
  renewed: "verbose",
  answered: "verbose",
  unreachable: "verbose",
};

/** A peer that others find in the list and cannot reach has a firewall that somebody should know of. */
function worth(event: TrackerEvent): Loudness {
  return event.kind === "unreachable" && event.listed ? "normal" : LOUDNESS[event.kind];
}

const RANK: Readonly<Record<Loudness, number>> = { quiet: 0, normal: 1, verbose: 2 };

/** How a log is written. */
export interface LogStyle {
  readonly format: "text" | "json";
  readonly loudness: Loudness;
  readonly words: Words;
}

/** Writes what happens. */
export class Log {
  readonly #style: LogStyle;
  readonly #write: (line: string) => void;
  /** Lines of each kind in this second. */
  readonly #counts = new Map<TrackerEvent["kind"], number>();
  #second = -1;

  /** A log of this style, whose lines `write` takes. */
  constructor(style: LogStyle, write: (line: string) => void) {
    this.#style = style;
    this.#write = write;
  }

  /** Logs one event, unless it is not wanted or one of a flood. */
  event(event: TrackerEvent, counts: () => { peers: number; images: number }, now: number): void {
    if (RANK[worth(event)] > RANK[this.#style.loudness]) return;
    this.endSecond(now);
    const count = (this.#counts.get(event.kind) ?? 0) + 1;
    this.#counts.set(event.kind, count);
    if (count > LINES_PER_SECOND) return;
    this.#line(now, event.kind, () => flat(event), () => text(event, counts(), this.#style.words));
  }

  /**
   * Logs for machines what people read in sentences: that the tracker listens, how its state file is, its end.
   *
   * @param sentence The line in a log for people; none where they read it elsewhere.
   */
  notice(event: string, fields: Readonly<Record<string, unknown>>, now: number, sentence?: string): void {
    if (this.#style.format === "json" || sentence !== undefined) {
      this.#line(now, event, () => fields, () => sentence ?? "");
    }
  }

  /** Tells how many lines were left out, when a second is over. To be called each second, for the last of a flood. */
  endSecond(now: number): void {
    const second = Math.floor(now / 1_000);
    if (second === this.#second) return;
    this.#second = second;
    for (const [kind, count] of this.#counts) {
      const more = count - LINES_PER_SECOND;
      if (more > 0) {
        this.#line(now, "more", () => ({ of: kind, count: more }), () => this.#style.words.server.more(kind, more));
      }
    }
    this.#counts.clear();
  }

  #line(at: number, kind: string, fields: () => Record<string, unknown>, line: () => string): void {
    const { format } = this.#style;
    const now = new Date(at);
    if (format === "json") this.#write(jsonLine("log", { time: now.toISOString(), event: kind, ...fields() }));
    else this.#write(`${now.toTimeString().slice(0, 8)} ${line()}`);
  }
}

/** An event's fields for machines: addresses as text. */
function flat({ kind: _, ...fields }: TrackerEvent): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [key, typeof value === "object" ? formatAddress(value) : value]),
  );
}

function text(event: TrackerEvent, { peers, images }: { peers: number; images: number }, words: Words): string {
  const { server, refusals } = words;
  const now = server.counts(peers, images);
  switch (event.kind) {
    case "registered":
      return server.registered(formatAddress(event.peer), event.images) + now;
    case "updated": {
      const [from, peer] = [formatAddress(event.from), formatAddress(event.peer)];
      return (from === peer ? server.updated(peer, event.images) : server.moved(from, peer, event.images)) + now;
    }
    case "renewed":
      return server.renewed(formatAddress(event.peer), event.images);
    case "finished":
      return server.finished(formatAddress(event.peer)) + now;
    case "lapsed":
      return server.lapsed(formatAddress(event.peer)) + now;
    case "answered":
      return server.answered(formatAddress(event.peer));
    case "unreachable":
      return server.unreachable(formatAddress(event.peer));
    case "listed":
      return (event.cut ? server.listedPart : server.listed)(event.to.host, event.images);
    case "refused":
      return server.refused(event.request, event.to.host, refusals[event.reason] ?? event.reason);
    case "ignored":
      return server.ignored(event.to.host, refusals[event.reason] ?? event.reason);
  }
}
