/**
 * Asks one peer for an image that it is listed with, as a client of the specification does, and looks at each step: the
 * answer comes without a line end, is the image, and ends with the connection.
 *
 * @module
 */
import { newMd5 } from "../../hash/md5.ts";
import { type Address, formatAddress } from "../../protocol/address.ts";
import type { PeerDeviation } from "./deviation.ts";
import { type Finding, finding } from "./finding.ts";
import type { ListedImage } from "../../protocol/image.ts";
import { reasonOf } from "../../fault/reason.ts";
import { closeQuietly } from "../../net/tcp.ts";
import { madeUpImage } from "./probe_peer.ts";
import type { DoctorWaits } from "./timeouts.ts";

/** What is examined of a peer. */
export interface PeerParts {
  /** Its host, and its port; without one the first that is listed of that host. */
  readonly peer: { readonly host: string; readonly port?: number };
  /** What the tracker lists; `null` where none was reached. */
  readonly images: readonly ListedImage[] | null;
  readonly waits: DoctorWaits;
  readonly signal: AbortSignal;
}

/** How an answer ended: the peer closed, or was silent, or went on for too long. */
type Ending = "closed" | "silent" | "slow";

/** What came. */
interface Answer {
  readonly bytes: number;
  readonly md5: string;
  readonly ending: Ending;
}

/**
 * Examines a peer.
 *
 * @throws The reason of the signal.
 */
export async function examinePeer({ peer, images, waits, signal }: PeerParts): Promise<Finding> {
  const isMeant = ({ host, port }: Address): boolean => host === peer.host && (peer.port ?? port) === port;
  const image = images?.find(({ peers }) => peers.some(isMeant));
  const address = image?.peers.find(isMeant) ?? (peer.port === undefined ? null : { host: peer.host, port: peer.port });
  const at = address ? formatAddress(address) : peer.host;
  try {
    if (!image || !address) {
      if (address) closeQuietly(await connect(address, waits, signal));
      if (images === null) return finding(address ? "peer-reached" : "peer-untried", { peer: at });
      return finding("peer-not-listed", { peer: at });
    }
    return await examineGiving(address, image, waits, signal);
  } catch (error) {
    signal.throwIfAborted();
    return finding("peer-unreachable", { peer: at, reason: reasonOf(error) });
  }
}

async function examineGiving(
  address: Address,
  { md5, name }: ListedImage,
  waits: DoctorWaits,
  signal: AbortSignal,
): Promise<Finding> {
  const peer = formatAddress(address);
  const deviations: PeerDeviation[] = [];
  let answer = await ask(address, `GET ${md5}`, waits, signal);
  if (answer.bytes === 0 && answer.ending === "silent") {
    answer = await ask(address, `GET ${md5}\n`, waits, signal);
    if (answer.bytes === 0) return finding("peer-silent", { peer, name, seconds: waits.peer / 1_000 });
    deviations.push("needs-line-end");
  }
  const { bytes } = answer;
  if (bytes === 0) return finding("peer-empty", { peer, name });
  if (answer.ending === "slow") return finding("peer-slow", { peer, name, bytes, seconds: waits.image / 1_000 });
  if (answer.md5 !== md5) return finding("peer-wrong", { peer, name, bytes });
  if (answer.ending === "silent") deviations.push("never-closes");
  const unknown = await ask(address, `GET ${madeUpImage().md5}`, waits, signal).catch(() => null); // A reset is a close.
  signal.throwIfAborted();
  if (unknown && unknown.bytes > 0) deviations.push("answers-unknown");
  else if (unknown?.ending === "silent") deviations.push("holds-unknown");
  return deviations.length > 0
    ? finding("peer-dialect", { peer, name, bytes, deviations })
    : finding("peer-fine", { peer, name, bytes });
}

async function connect({ host, port }: Address, { tcp }: DoctorWaits, signal: AbortSignal): Promise<Deno.TcpConn> {
  return await Deno.connect({ hostname: host, port, signal: AbortSignal.any([signal, AbortSignal.timeout(tcp)]) });
}

/** Asks once, and reads what comes; nothing of it is kept. */
async function ask(address: Address, request: string, waits: DoctorWaits, signal: AbortSignal): Promise<Answer> {
  using conn = await connect(address, waits, signal);
  const close = (): void => closeQuietly(conn);
  signal.addEventListener("abort", close);
  let ending: Ending = "closed";
  const end = (how: Ending) => (): void => {
    ending = how;
    close();
  };
  const whole = setTimeout(end("slow"), waits.image);
  let silence = setTimeout(end("silent"), waits.peer);
  const hash = newMd5();
  let bytes = 0;
  try {
    await conn.write(new TextEncoder().encode(request));
    const chunk = new Uint8Array(64 * 1024);
    for (let n = await conn.read(chunk); n !== null; n = await conn.read(chunk)) {
      clearTimeout(silence);
      silence = setTimeout(end("silent"), waits.peer);
      hash.update(chunk.subarray(0, n));
      bytes += n;
    }
  } catch {
    signal.throwIfAborted(); // Else it was reset, or closed by one of the limits.
  } finally {
    clearTimeout(silence);
    clearTimeout(whole);
    signal.removeEventListener("abort", close);
  }
  return { bytes, md5: hash.digest("hex"), ending };
}
