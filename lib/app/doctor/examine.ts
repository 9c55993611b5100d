/**
 * Examines a tracker, this machine and a directory, and tells what is wrong.
 *
 * @module
 */
import { parsePlace, type TrackerPlace } from "../../announce/tracker_place.ts";
import { isFault } from "../../fault/fault.ts";
import { type Finding, finding } from "./finding.ts";
import { notify } from "../../fault/notify.ts";
import { ownAddresses } from "../../net/listen.ts";
import { examineAddresses } from "./addresses.ts";
import { examineClock } from "./clock.ts";
import { examineDirectory } from "./directory.ts";
import { Door } from "./probe_listener.ts";
import { examinePeer } from "./examine_peer.ts";
import { DOCTOR_WAITS, type DoctorWaits } from "./timeouts.ts";
import { examineName, examineTracker, type ReachedTracker } from "./reach.ts";
import { visit } from "./visit.ts";

/** What is examined. */
export interface DoctorConfig {
  /** The tracker: `host`, `host:port` or `[ipv6]:port`, or the address of a running one. */
  readonly tracker: TrackerPlace;
  /** The TCP port for other peers that is tried; a free one when left out or 0. */
  readonly port?: number;
  /** The directory; nothing is said of directory, images and disk without one. */
  readonly directory?: string;
  /** A peer that is examined too: its IP address, and its TCP port; without one the first that is listed of it. */
  readonly peer?: { readonly host: string; readonly port?: number };
  /** Whether the directories in it are shared too, as they are when this is left out. */
  readonly recursive?: boolean;
  /** How long is waited for what; those of {@link DOCTOR_WAITS} that are left out. */
  readonly waits?: Partial<DoctorWaits>;
  /** Milliseconds since 1970; those of this machine when left out. */
  readonly clock?: () => number;
}

/**
 * Examines all that keeps images from travelling, in the order of `CHECKS`. What makes no sense after an earlier fault is
 * left out: nothing is told of a dialect where no tracker answers. It registers a made-up image for a moment.
 *
 * @param onFinding Told of each finding as it comes.
 * @param signal Gives it up, at once; the registration is taken back.
 * @throws {RangeError} For a tracker's port that is none.
 * @throws The reason of the signal.
 */
export async function examine(
  config: DoctorConfig,
  onFinding: (finding: Finding) => void = () => {},
  signal: AbortSignal = new AbortController().signal,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const tell = (finding: Finding): void => {
    findings.push(finding);
    notify(() => onFinding(finding));
  };
  const { directory, recursive = true, clock = Date.now } = config;
  const waits = { ...DOCTOR_WAITS, ...config.waits };
  const common = { waits, signal, tell, clock };

  const place = parsePlace(config.tracker);
  const named = await examineName(place.host, waits, signal);
  named.findings.forEach(tell);
  let tracker: ReachedTracker | null = null;
  if (named.address !== null) {
    const address = { host: named.address, port: place.port };
    const reached = await examineTracker(address, waits, signal);
    reached.findings.forEach(tell);
    tracker = reached.tracker;
  }
  const seen = await examinePort(config.port ?? 0, tracker, common);
  if (config.peer) {
    tell(await examinePeer({ peer: config.peer, images: tracker?.images ?? null, waits, signal }));
  }
  tell(examineAddresses(ownAddresses(), named.address, seen));
  const ahead = directory === undefined ? null : await examineDirectory({ path: directory, recursive, ...common });
  examineClock(clock(), directory === undefined || ahead === null ? null : { path: directory, ahead }).forEach(tell);
  return findings;
}

/** Opens our TCP port, and visits the tracker with it; gives our address as it sees it, empty when it does not say. */
async function examinePort(
  port: number,
  tracker: ReachedTracker | null,
  { waits, signal, tell }: { waits: DoctorWaits; signal: AbortSignal; tell: (finding: Finding) => void },
): Promise<string> {
  signal.throwIfAborted();
  let door: Door;
  let examined = true;
  try {
    door = new Door(port);
  } catch (error) {
    const denied = isFault(error, "port-denied");
    if (!denied && !isFault(error, "port-in-use")) throw error;
    tell(finding(denied ? "port-denied" : "port-in-use", { port }));
    [door, examined] = [new Door(0), false];
  }
  await using open = door;
  return tracker === null ? "" : await visit({ tracker, door: open, examined, waits, signal, tell });
}
