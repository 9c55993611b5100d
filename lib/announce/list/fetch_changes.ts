/** Asks a tracker over TCP what changed in a list, if it understands that (PROTOCOL.md, "Changes of a list"). */
import { parseChanges } from "../../protocol/changes.ts";
import { formatRequest } from "../../protocol/request.ts";
import type { ListDifference, LiveList } from "./live_list.ts";
import type { TrackerStream } from "../tcp_requests.ts";

/** How long a tracker that does not understand `CHG` is asked with `LST`, in milliseconds: it may be a newer one then. */
const RETRY_MS = 5 * 60_000;

/** The requests for changes of one tracker's list. */
export class ChangesRequests {
  readonly #stream: TrackerStream;
  readonly #leaving: AbortSignal;
  #unknownUntil = -Infinity;

  constructor(stream: TrackerStream, leaving: AbortSignal) {
    this.#stream = stream;
    this.#leaving = leaving;
  }

  /** Brings the list up to date; `null` if the tracker does not answer on TCP, or not as ours does. */
  async refresh(list: LiveList): Promise<ListDifference | null> {
    // Where a tracker has TCP, registering or the first list has shown it.
    if (!this.#stream.answers || performance.now() < this.#unknownUntil) return null;
    const text = await this.#stream.ask(formatRequest({ type: "CHG", version: list.version }), this.#leaving);
    this.#leaving.throwIfAborted();
    if (text === null) return null;
    const changes = parseChanges(text);
    const difference = changes && await list.change(changes);
    if (!difference) this.#unknownUntil = performance.now() + RETRY_MS;
    return difference;
  }
}
