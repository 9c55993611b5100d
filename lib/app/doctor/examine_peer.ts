/**
 * Requests an image that a peer is listed with, as a client by the specification does, and checks each step: the peer
 * answers without a line end, sends the image, and closes the connection.
 */
import { newMd5 } from "../../hash/md5.ts";
import { type Address, formatAddress } from "../../protocol/address.ts";
import type { PeerDeviation } from "./deviation_codes.ts";
import { type Finding, finding } from "./finding.ts";
import type { ListedImage } from "../../protocol/image.ts";
import { reasonOf } from "../../fault/reason.ts";
import { closeQuietly, SilenceGuard } from "../../net/tcp.ts";
import { randomImage } from "./probe_peer.ts";
import type { DoctorTimeouts, Examination } from "./examination.ts";

/** An answer, which ended when the peer closed the connection, was silent, or reached the time limit. */
interface Answer {
  readonly bytes: number;
  readonly md5: string;
  readonly ending: "closed" | "silent" | "slow";
}

/**
 * @param peer Without a port, the first one that is listed for the host.
 * @param images The tracker's list; `null` if no tracker was reached.
 */
export async function examinePeer(
  peer: { readonly host: string; readonly port?: number },
  images: readonly ListedImage[] | null,
  { timeouts, signal }: Examination,
): Promise<Finding> {
  const isIt = ({ host, port }: Address): boolean => host === peer.host && (peer.port ?? port) === port;
  const image = images?.find(({ peers }) => peers.some(isIt));
  const address = image?.peers.find(isIt) ?? (peer.port === undefined ? null : { host: peer.host, port: peer.port });
  const at = address ? formatAddress(address) : peer.host;
  try {
    if (!image || !address) {
      if (address) closeQuietly(await connect(address, timeouts, signal));
      if (images === null) return finding(address ? "peer-reached" : "peer-untried", { peer: at });
      return finding("peer-not-listed", { peer: at });
    }
    return await requestImage(address, image, timeouts, signal);
  } catch (error) {
    signal.throwIfAborted();
    return finding("peer-unreachable", { peer: at, reason: reasonOf(error) });
  }
}

async function requestImage(
  address: Address,
  { md5, name }: ListedImage,
  timeouts: DoctorTimeouts,
  signal: AbortSignal,
): Promise<Finding> {
  const peer = formatAddress(address);
  const deviations: PeerDeviation[] = [];
  let answer = await ask(address, `GET ${md5}`, timeouts, signal);
  if (answer.bytes === 0 && answer.ending === "silent") {
    answer = await ask(address, `GET ${md5}\n`, timeouts, signal);
    if (answer.bytes === 0) return finding("peer-silent", { peer, name, seconds: timeouts.peer / 1_000 });
    deviations.push("needs-line-end");
  }
  const { bytes } = answer;
  if (bytes === 0) return finding("peer-empty", { peer, name });
  if (answer.ending === "slow") return finding("peer-slow", { peer, name, bytes, seconds: timeouts.image / 1_000 });
  if (answer.md5 !== md5) return finding("peer-wrong", { peer, name, bytes });
  if (answer.ending === "silent") deviations.push("never-closes");
  const unknown = await ask(address, `GET ${randomImage().md5}`, timeouts, signal).catch(() => null); // A reset is a close.
  signal.throwIfAborted();
  if (unknown && unknown.bytes > 0) deviations.push("answers-unknown");
  else if (unknown?.ending === "silent") deviations.push("holds-unknown");
  return deviations.length > 0
    ? finding("peer-dialect", { peer, name, bytes, deviations })
    : finding("peer-fine", { peer, name, bytes });
}

async function connect({ host, port }: Address, { tcp }: DoctorTimeouts, signal: AbortSignal): Promise<Deno.TcpConn> {
  return await Deno.connect({ hostname: host, port, signal: AbortSignal.any([signal, AbortSignal.timeout(tcp)]) });
}

/** Sends one request and reads the answer, of which only size and MD5 are kept. */
async function ask(address: Address, request: string, timeouts: DoctorTimeouts, signal: AbortSignal): Promise<Answer> {
  using conn = await connect(address, timeouts, signal);
  signal.throwIfAborted(); // It may have been aborted at that very moment.
  using silence = new SilenceGuard(conn, timeouts.peer);
  const over = AbortSignal.any([signal, AbortSignal.timeout(timeouts.image)]);
  over.addEventListener("abort", () => closeQuietly(conn));
  const hash = newMd5();
  let bytes = 0;
  try {
    await conn.write(new TextEncoder().encode(request));
    const chunk = new Uint8Array(64 * 1024);
    for (let n = await conn.read(chunk); n !== null; n = await conn.read(chunk)) {
      silence.moved();
      hash.update(chunk.subarray(0, n));
      bytes += n;
    }
  } catch {
    signal.throwIfAborted(); // Otherwise the connection was reset, or closed by a timeout.
  }
  return { bytes, md5: hash.digest("hex"), ending: silence.expired ? "silent" : over.aborted ? "slow" : "closed" };
}
