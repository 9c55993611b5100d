/** Examines trackers that were given as those of one network: whether all answer, and share a registry. */
import { isIP } from "node:net";
import { formatAddress } from "../../protocol/address.ts";
import { parseList } from "../../protocol/list.ts";
import { replyText } from "../../protocol/reply.ts";
import { pause } from "../../net/pause.ts";
import type { Examination } from "./examination.ts";
import { askUdp, listOverTcp, type ReachedTracker } from "./examine_tracker.ts";
import { type Finding, finding, isTrackerFault } from "./finding.ts";

/** How long a change takes at most to the other trackers of a registry, in milliseconds, with some reserve. */
const SPREAD_MS = 500;

/** Reports on the trackers that answered, the first of which a client would use; `findings` are those of each. */
export async function examineTogether(
  [first, ...others]: readonly ReachedTracker[],
  findings: readonly Finding[],
  examination: Examination,
): Promise<void> {
  if (!first) return;
  const address = formatAddress(first.address);
  if (findings.some(isTrackerFault)) examination.report(finding("trackers-partly", { address }));
  for (const tracker of others) {
    if (!await differs(first, tracker, examination)) continue;
    return examination.report(finding("trackers-differ", { address, other: formatAddress(tracker.address) }));
  }
}

/** Whether an image is listed by only one of them, and still is after a while. */
async function differs(one: ReachedTracker, other: ReachedTracker, examination: Examination): Promise<boolean> {
  if (!one.complete || !other.complete) return false;
  // Only over IPv6 does a tracker list peers that have no IPv4 address.
  if (isIP(one.address.host) !== isIP(other.address.host)) return false;
  const [a, b] = [one, other].map(({ images }) => new Set(images.map(({ md5 }) => md5)));
  const different = a.symmetricDifference(b);
  if (different.size === 0) return false;
  await pause(SPREAD_MS, examination.signal);
  const again = await Promise.all([one, other].map((it) => listAgain(it, examination)));
  const [a2, b2] = again;
  return a2 !== null && b2 !== null &&
    different.values().some((md5) => a.has(md5) === a2.has(md5) && b.has(md5) === b2.has(md5));
}

/** The MD5s in the list of a tracker; `null` if it does not answer any more. */
async function listAgain({ address, onTcp }: ReachedTracker, examination: Examination): Promise<Set<string> | null> {
  const answer = onTcp
    ? await listOverTcp(address, examination).catch(() => null)
    : await askUdp(address, examination).then((it) => it && replyText(it.bytes));
  examination.signal.throwIfAborted();
  return answer === null ? null : new Set(parseList(answer).map(({ md5 }) => md5));
}
