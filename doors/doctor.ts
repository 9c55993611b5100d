/**
 * Examines a tracker or a peer as `idp2pi-client doctor` does: each check gives a finding, with a code and values.
 *
 * ```ts
 * import { startTracker } from "@idp2pi/idp2pi";
 * import { examine } from "@idp2pi/idp2pi/doctor";
 *
 * await using tracker = startTracker({ host: "127.0.0.1", port: 0 });
 * const findings = await examine({ tracker: tracker.address });
 * for (const { check, verdict, code } of findings) console.log(`${check}: ${verdict}, ${code}`);
 * ```
 *
 * @module
 */
export type { TrackerPlace } from "../lib/announce/tracker_place.ts";
export { type DoctorConfig, examine } from "../lib/app/doctor/examine.ts";
export { DOCTOR_TIMEOUTS, type DoctorTimeouts } from "../lib/app/doctor/examination.ts";
export { type Deviation, DEVIATIONS, PEER_DEVIATIONS, type PeerDeviation } from "../lib/app/doctor/deviation_codes.ts";
export {
  type Check,
  CHECKS,
  DOCTOR_EXIT,
  doctorExit,
  type FailedValues,
  type Finding,
  finding,
  type FindingCode,
  FINDINGS,
  type FindingValues,
  type FindingVerdict,
  type OwnAddressesValues,
  type OwnPortValues,
  type PeerValues,
  type TcpFailure,
} from "../lib/app/doctor/finding.ts";
