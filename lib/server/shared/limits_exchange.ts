/** Passes on what sources took of the limits that trackers count together, with each beat. */
import { isIP } from "node:net";
import { canonicalHost } from "../../protocol/address.ts";
import { SharedLimits, type Taken } from "../../tracker/shared/shared_limits.ts";
import { parseId } from "./engine_text.ts";

/** What trackers sent, as `XRANGE` gives it. */
export type Batches = readonly [id: string, fields: readonly string[]][];

export class LimitsExchange {
  readonly limits: SharedLimits = new SharedLimits();
  readonly #origin: string;
  /** The last batch that was counted. */
  #last = "0-0";

  constructor(origin: string) {
    this.#origin = origin;
  }

  /** What goes with a beat: which batches are wanted, and what sources took here. */
  next(): string[] {
    return [this.#last, ...formatTaken(this.limits.take())];
  }

  /** Counts what sources took at other trackers; `engineNow` and `now` are the same moment by two clocks. */
  receive(batches: Batches, engineNow: number, now: number): void {
    const { onTaken } = this.limits;
    if (!onTaken) return; // No tracker uses this registry yet.
    for (const [id, fields] of batches) {
      this.#last = id;
      const { origin, taken } = parseTaken(fields);
      const at = now - Math.max(0, engineNow - parseId(id));
      if (origin !== this.#origin) { for (const [host, counts] of taken) onTaken(host, counts, at); }
    }
  }

  /** The engine is another one, with other batches. */
  restart(): void {
    this.#last = "0-0";
  }
}

/** `host`, `passwords dials bytes` for each source. */
export function formatTaken(taken: readonly [host: string, taken: Taken][]): string[] {
  return taken.flatMap(([host, { passwords, dials, bytes }]) => [host, `${passwords} ${dials} ${bytes}`]);
}

/** A batch of the tracker `origin`. Skips anything else: it limits nobody. */
export function parseTaken(fields: readonly string[]): { origin: string; taken: [host: string, taken: Taken][] } {
  const taken: [string, Taken][] = [];
  for (let i = 2; i < fields.length; i += 2) {
    const [, passwords, dials, bytes] = /^(\d{1,15}) (\d{1,15}) (\d{1,15})$/.exec(fields[i + 1]) ?? [];
    if (bytes === undefined || isIP(fields[i]) === 0) continue;
    const counts = { passwords: Number(passwords), dials: Number(dials), bytes: Number(bytes) };
    taken.push([canonicalHost(fields[i]), counts]);
  }
  return { origin: fields[1], taken };
}
