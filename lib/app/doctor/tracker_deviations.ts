/** Finds how the answers of a tracker deviate from the specification, byte by byte. */
import { type Deviation, DEVIATIONS } from "./deviation_codes.ts";
import { parseList } from "../../protocol/list.ts";
import { parseReply, replyText } from "../../protocol/reply.ts";
import { FULL_LIST_BYTES } from "../../announce/list/fetch_list.ts";
import type { ReceivedDatagram } from "./probe_peer.ts";

/** A conversation with a tracker: each answer, or `null` without one. */
export interface Transcript {
  readonly trackerPort: number;
  /** Whether it answers on TCP, as ours does: it lists public peers after a dial-back only, and long lists on TCP only. */
  readonly onTcp: boolean;
  /** Our TCP port, and our UDP port. */
  readonly port: number;
  readonly udpPort?: number;
  /** The image that was registered, and the one that replaced it. */
  readonly md5s: readonly [string, string];
  /** The answers in this order: to `LST`, `REG`, `LST`, `UPD`, `LST`, and finally to `END`. */
  readonly first: ReceivedDatagram;
  readonly registered: ReceivedDatagram | null;
  readonly listed: ReceivedDatagram | null;
  readonly updated: ReceivedDatagram | null;
  readonly relisted: ReceivedDatagram | null;
  readonly finished: ReceivedDatagram | null;
  /** Lists before and after our `UPD` while a second peer had the image, and the ports at which it may be listed. */
  readonly beside?: {
    readonly ports: readonly number[];
    readonly before: ReceivedDatagram | null;
    readonly after: ReceivedDatagram | null;
  } | null;
  /** All datagrams. */
  readonly received: readonly ReceivedDatagram[];
}

/** The deviations, each once. */
export function deviationsOf(talk: Transcript): Deviation[] {
  const found = new Set<Deviation>([...ofDatagrams(talk), ...ofAnswers(talk), ...ofLists(talk)]);
  return DEVIATIONS.filter((it) => found.has(it));
}

function* ofDatagrams(
  { trackerPort, onTcp, registered, updated, finished, received }: Transcript,
): Iterable<Deviation> {
  for (const { bytes, port } of received) {
    if (port !== trackerPort) yield "other-port";
    const text = replyText(bytes);
    if (text === "END" && !onTcp) yield "end-marker"; // Our tracker does so with --end-marker.
    if (hasPadding(bytes)) yield "padding";
    try {
      new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    } catch {
      yield "not-utf8";
    }
  }
  // Lists are excluded, since a name may contain anything.
  if ([registered, updated, finished].some((it) => it?.bytes.includes(ESCAPE))) yield "colours";
}

const ESCAPE = 0x1b;

/** Whether NULs, blanks or line ends surround a reply, outside of color codes. */
function hasPadding(bytes: Uint8Array): boolean {
  const isBlank = (byte: number | undefined): boolean => byte === 0 || byte === 0x20 || (byte! >= 9 && byte! <= 13);
  return isBlank(bytes[0]) || isBlank(bytes.at(-1));
}

function* ofAnswers(talk: Transcript): Iterable<Deviation> {
  const { registered, updated, finished, relisted, listed, md5s, beside } = talk;
  const ports: readonly (number | undefined)[] = [talk.port, talk.udpPort];
  const [reg, upd, end] = [registered, updated, finished].map((it) => it && replyText(it.bytes));
  const regReply = reg === null ? null : parseReply(reg);
  if (reg !== null && !/^OK \d+_REGISTERED_IMAGES$/.test(reg)) yield "reg-word";
  if (regReply && "count" in regReply && regReply.count !== 1) yield "reg-count";

  const updReply = upd === null ? null : parseReply(upd);
  if (upd === null) yield "upd-silent";
  else if (updReply?.type === "error") yield "upd-refused";
  else if (!/^OK \d+_REGISTERED_FILES$/.test(upd)) yield "upd-word";
  const [before, after] = [listed, relisted].map((it) => it ? parseList(replyText(it.bytes)) : []);
  const has = (md5: string): boolean =>
    after.some((it) => it.md5 === md5 && it.peers.some((peer) => ports.includes(peer.port)));
  const isKept = has(md5s[0]);
  const isUpdated = updReply && "count" in updReply;
  if (isUpdated && isKept && !has(md5s[1])) yield "upd-changes-nothing";
  else if (isUpdated && (updReply.count !== 1 || isKept)) yield "upd-adds";
  const others = before.filter(({ md5 }) => md5 !== md5s[0]).map(({ md5 }) => md5);
  const isOthersGone = relisted && others.length > 0 && !after.some(({ md5 }) => others.includes(md5));
  if (isOthersGone || (upd !== null && isSecondGone(beside))) yield "upd-drops-others";

  if (end === null) yield "end-silent";
  else if (end !== "OK CLIENT_FINISHED") yield "end-word";
}

/** Whether the second peer with the image was listed and no longer is. */
function isSecondGone(beside: Transcript["beside"]): boolean {
  if (!beside?.before || !beside.after) return false;
  const [before, after] = [beside.before, beside.after].map(({ bytes }) =>
    parseList(replyText(bytes)).some(({ peers }) => peers.some(({ port }) => beside.ports.includes(port)))
  );
  return before && !after;
}

function* ofLists({ first, listed, md5s, port, udpPort, onTcp }: Transcript): Iterable<Deviation> {
  const empty = replyText(first.bytes);
  if (parseList(empty).length === 0 && parseReply(empty)?.type !== "error") yield "empty-list";
  if (listed === null) {
    if (!onTcp) yield "list-silent";
    return;
  }
  const text = replyText(listed.bytes);
  const entries = text.split(/[;\r\n]+/).map((it) => it.trim());
  const own = entries.find((entry) => entry.toLowerCase().includes(md5s[0]));
  if (own === undefined) {
    if (!onTcp && listed.bytes.length < FULL_LIST_BYTES) yield "not-listed";
    return;
  }
  const ports = parseList(text).filter(({ md5 }) => md5 === md5s[0]).flatMap(({ peers }) => peers.map((it) => it.port));
  if (ports.length > 0 && !ports.includes(port)) {
    yield ports.some((it) => it === udpPort) ? "udp-port-listed" : "wrong-port-listed";
  }
  const fields = own.split(",");
  if (own.startsWith("[") || /[\r\n]/.test(text)) yield "line-per-image";
  if (fields.indexOf(md5s[0]) > 0) yield "swapped-fields";
  if (/^\d+:\d+\.\d+\.\d+\.\d+$/.test(fields.at(-1)!)) yield "port-first";
  if (entries.some((entry) => /(^|[,\s[])['"][0-9a-f]{32}|[0-9a-f]{32}['"]\s*,/i.test(entry))) yield "quoted-entries";
  if (text.endsWith(";")) yield "semicolon-at-end";
  const md5sListed = entries.flatMap((entry) => parseList(entry).map(({ md5 }) => md5));
  if (new Set(md5sListed).size < md5sListed.length) yield "entry-per-peer";
}
