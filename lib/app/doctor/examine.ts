/** Examines a tracker, this machine and a directory for problems that prevent sharing and downloading. */
import { addressScope } from "../../protocol/network.ts";
import { type Search, searchTrackers } from "../discovery/search.ts";
import { parsePlaces, type TrackerPlace } from "../../announce/tracker_place.ts";
import { isFault } from "../../fault/fault.ts";
import { type Finding, finding } from "./finding.ts";
import { notify } from "../../fault/notify.ts";
import { ownAddresses } from "../../net/own_addresses.ts";
import { examineAddresses, examineClock } from "./machine.ts";
import { examineDirectory } from "./directory.ts";
import { ProbeListener } from "./own_port.ts";
import { examineNetwork } from "./examine_network.ts";
import { examineTogether } from "./examine_together.ts";
import { examinePeer } from "./examine_peer.ts";
import { DOCTOR_TIMEOUTS, type DoctorTimeouts, type Examination } from "./examination.ts";
import { examineNames, examineTracker, type ReachedTracker } from "./examine_tracker.ts";
import { probeTracker } from "./probe_tracker.ts";

/** The place of a tracker that is to be found. */
const AUTO = "auto";

/** What to examine. */
export interface DoctorConfig {
  /**
   * The trackers of a network; each is examined, the first that answers more closely. `auto` for the first that
   * announces itself in the networks of this machine.
   */
  readonly tracker: TrackerPlace;
  /** The TCP port for other peers to test; default: a free one. */
  readonly port?: number;
  /** The directory; default: none, and no findings about directory, images and disk. */
  readonly directory?: string;
  /** A peer to examine too: its IP address, and its TCP port; default: the first one listed for the address. */
  readonly peer?: { readonly host: string; readonly port?: number };
  /** Whether subdirectories are shared too; default: true. */
  readonly recursive?: boolean;
  /** Default: {@link DOCTOR_TIMEOUTS}. */
  readonly timeouts?: Partial<DoctorTimeouts>;
  /**
   * Looks for trackers that announce themselves, for `auto` and for trackers in a private network.
   *
   * @ignore For tests.
   */
  readonly search?: (signal: AbortSignal) => Promise<Search>;
  /** Milliseconds since 1970; default: the clock of this machine. */
  readonly clock?: () => number;
}

/**
 * Examines what prevents sharing and downloading, in the order of `CHECKS`, tracker after tracker. Checks that are
 * useless after an earlier fault are skipped, such as that of the protocol if no tracker answers. Registers a made-up
 * image for a moment.
 *
 * @param onFinding Called with each finding at once.
 * @param signal Aborts the examination at once; the probe is unregistered.
 * @throws {RangeError} For an invalid port of the tracker.
 * @throws The reason of the signal.
 */
export async function examine(
  config: DoctorConfig,
  onFinding: (finding: Finding) => void = () => {},
  signal: AbortSignal = new AbortController().signal,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const report = (finding: Finding): void => {
    findings.push(finding);
    notify(() => onFinding(finding));
  };
  const { directory, recursive = true, clock = Date.now } = config;
  const examination = { timeouts: { ...DOCTOR_TIMEOUTS, ...config.timeouts }, signal, report, clock };

  const isAuto = config.tracker === AUTO;
  const given = isAuto ? [] : await examineNames(parsePlaces(config.tracker), examination);
  const { search = searchTrackers } = config;
  const isNear = given.some(({ host }) => addressScope(host) === "private");
  const announced = isAuto || isNear ? await examineNetwork(await search(signal), examination) : [];
  if (isAuto && announced.length === 0) report(finding("tracker-not-found", {}));
  const addresses = isAuto ? announced : given;
  const reached: ReachedTracker[] = [];
  for (const address of addresses) {
    const tracker = await examineTracker(address, examination);
    if (tracker) reached.push(tracker);
  }
  const [tracker = null] = reached;
  if (!isAuto) await examineTogether(reached, findings, examination);
  const host = (tracker?.address ?? addresses[0])?.host ?? null;
  const seen = await examinePort(config.port ?? 0, tracker, examination);
  if (config.peer) report(await examinePeer(config.peer, tracker?.images ?? null, examination));
  report(examineAddresses(ownAddresses(), host, seen));
  const ahead = directory === undefined ? null : await examineDirectory(directory, recursive, examination);
  examineClock(clock(), directory === undefined || ahead === null ? null : { path: directory, ahead }).forEach(report);
  return findings;
}

/** Opens our TCP port and probes the tracker with it; returns our address as the tracker sees it, empty if unknown. */
async function examinePort(port: number, tracker: ReachedTracker | null, examination: Examination): Promise<string> {
  examination.signal.throwIfAborted();
  let listener: ProbeListener;
  let examined = true;
  try {
    listener = new ProbeListener(port);
  } catch (error) {
    const denied = isFault(error, "port-denied");
    if (!denied && !isFault(error, "port-in-use")) throw error;
    examination.report(finding(denied ? "port-denied" : "port-in-use", { port }));
    [listener, examined] = [new ProbeListener(0), false];
  }
  await using open = listener;
  return tracker === null ? "" : await probeTracker({ ...examination, tracker, listener: open, examined });
}
