/** The tracker's event log: text or JSON, by log level, with a limit on lines. */
import type { TrackerEvent } from "../../../tracker/effects.ts";
import { formatAddress } from "../../../protocol/address.ts";
import type { Words } from "../../words/en/words.ts";
import { jsonLine } from "./json.ts";

/** The most lines for one kind of event in a second; the others are counted in one line. */
export const LINES_PER_SECOND = 20;

const VERBOSE: readonly TrackerEvent["kind"][] = ["renewed", "answered", "unreachable", "changes", "found"];

/** A listed peer that cannot be reached probably has a firewall, which is always logged. */
function isVerbose(event: TrackerEvent): boolean {
  return VERBOSE.includes(event.kind) && !(event.kind === "unreachable" && event.listed);
}

export interface LogStyle {
  readonly format: "text" | "json";
  readonly level: "quiet" | "normal" | "verbose";
  readonly words: Words;
}

export class EventLog {
  readonly #style: LogStyle;
  readonly #write: (line: string) => void;
  /** The number of lines of each kind in this second. */
  readonly #counts = new Map<TrackerEvent["kind"], number>();
  #second = -1;

  constructor(style: LogStyle, write: (line: string) => void) {
    this.#style = style;
    this.#write = write;
  }

  /** Logs an event, unless the level or the limit excludes it. */
  event(event: TrackerEvent, counts: () => { peers: number; images: number }, now: number): void {
    const { level } = this.#style;
    if (level === "quiet" || (level === "normal" && isVerbose(event))) return;
    this.endSecond(now);
    const count = (this.#counts.get(event.kind) ?? 0) + 1;
    this.#counts.set(event.kind, count);
    if (count > LINES_PER_SECOND) return;
    this.#line(now, event.kind, () => flat(event), () => text(event, counts(), this.#style.words));
  }

  /**
   * Logs a notice that is not an event of the tracker: that it listens, faults of its state file, its end.
   *
   * @param sentence The line of a text log; without it, people read the notice elsewhere.
   */
  notice(event: string, fields: Readonly<Record<string, unknown>>, now: number, sentence?: string): void {
    if (this.#style.format === "json" || sentence !== undefined) {
      this.#line(now, event, () => fields, () => sentence ?? "");
    }
  }

  /** Logs how many lines were left out in the last second. To be called each second, to report the end of a flood. */
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
    else this.#write(timed(line(), now));
  }
}

/** A line with its time, in front, as in the log. */
export function timed(line: string, at = new Date()): string {
  return `${at.toTimeString().slice(0, 8)} ${line}`;
}

/** The fields of an event as JSON, with addresses as text. */
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
    case "found":
      return server.found(event.to.host, event.images);
    case "changes":
      return server.changes(event.to.host, event.images);
    case "refused":
      // Both are part of normal use: “refused” would look like a fault.
      if (event.reason === "not registered") return server.notRegistered(event.request, event.to.host);
      if (event.reason === "NO_IMAGES_AVAILABLE") return server.noImages(event.to.host);
      return server.refused(event.request, event.to.host, refusals[event.reason] ?? event.reason);
    case "ignored":
      return server.ignored(event.to.host, refusals[event.reason] ?? event.reason);
  }
}
