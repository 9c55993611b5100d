/**
 * What a tracker shows about itself.
 *
 * @module
 */
import type { RunningTracker } from "../../server/tracker_server.ts";
import type { Totals } from "../../tracker/stats.ts";

/** A tracker at a moment; the JSON of `/status` has just this shape. */
export interface Snapshot extends ReturnType<RunningTracker["counts"]>, Totals {
  /** The version of the program. */
  readonly version: string;
  /** Seconds since it started. */
  readonly uptime: number;
  /** Bytes of memory that the process takes. */
  readonly memory: number;
}
