/** Timeouts of fetches in tests, which a machine that gives them little time must not reach. */
import type { FetchTimeouts } from "../../lib/download/peers/fetch_limits.ts";
import { PATIENCE_MS } from "../support.ts";

/** They only end a hang, but that the next peer is asked soon. */
export const PATIENT: FetchTimeouts = {
  connect: PATIENCE_MS,
  header: PATIENCE_MS,
  first: PATIENCE_MS,
  hesitation: 100,
  silence: PATIENCE_MS,
};

/** The same until `isSilent`, from when on a peer has sent all that it ever will; then the wait for more is short. */
export function patientUntil(isSilent: () => boolean): FetchTimeouts {
  const wait = (): number => isSilent() ? 100 : PATIENCE_MS;
  return {
    ...PATIENT,
    get first(): number {
      return wait();
    },
    get silence(): number {
      return wait();
    },
  };
}
