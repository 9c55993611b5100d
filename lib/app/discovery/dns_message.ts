/**
 * DNS messages as multicast DNS uses them (RFC 1035, section 4; RFC 6762, section 18): bytes to messages and back, with
 * the record types of DNS-SD (RFC 6763) alone.
 *
 *     header | questions | answers | authorities | additionals
 *     record = name, type, class and cache-flush bit, TTL in seconds, data
 */
import { Buffer } from "node:buffer";
// @ts-types="./dns_packet.d.ts"
import dnsPacket, { type PacketRecord } from "dns-packet";

/** What is asked: a name and a record type. */
export interface DnsQuestion {
  readonly name: string;
  /** `PTR`, `SRV`, `ANY` and so on. */
  readonly type: string;
  /** Whether a unicast answer is welcome: the bit “QU” (RFC 6762, section 5.4). */
  readonly unicast?: boolean;
}

/** A record of DNS-SD. Names are without the last dot; addresses are IP literals. */
export type DnsRecord =
  & {
    readonly name: string;
    /** Seconds; 0 says goodbye (RFC 6762, section 10.1). */
    readonly ttl: number;
    /** Whether it replaces what is cached under this name and type (RFC 6762, section 10.2). */
    readonly flush: boolean;
  }
  & (
    | { readonly type: "PTR"; readonly target: string }
    | { readonly type: "SRV"; readonly target: string; readonly port: number }
    | { readonly type: "TXT"; readonly strings: readonly string[] }
    | { readonly type: "A" | "AAAA"; readonly host: string }
  );

/** A query or a response. */
export interface DnsMessage {
  /** 0 but for queries of those who know only unicast DNS. */
  readonly id: number;
  readonly isResponse: boolean;
  readonly questions: readonly DnsQuestion[];
  /** Of a response all records, of a query what its sender knows already. */
  readonly records: readonly DnsRecord[];
  /** Of a probe: the records that its sender wants to use. */
  readonly proposed: readonly DnsRecord[];
}

/** An id, flags, and the numbers of questions, answers, authorities and additionals. */
const HEADER_BYTES = 12;

/** The largest message of multicast DNS, in bytes (RFC 6762, section 17). */
export const MAX_MESSAGE_BYTES = 9_000;

/** More questions and records than a device sends at once: each may take 30 µs to read, since names have pointers. */
export const MAX_ENTRIES = 200;

/** The class `IN` with the highest bit, “QU”: dns-packet only gives it a number. */
const UNICAST_CLASS = "UNKNOWN_32769";

/** How many questions and records a message says that it has; 0 if it is none. */
export function countEntries(bytes: Uint8Array): number {
  if (bytes.length < HEADER_BYTES) return 0;
  const header = new DataView(bytes.buffer, bytes.byteOffset, HEADER_BYTES);
  return [4, 6, 8, 10].reduce((sum, at) => sum + header.getUint16(at), 0);
}

/** Reads a message; `null` if it is none, or longer than multicast DNS allows. Records of other types are left out. */
export function decodeMessage(bytes: Uint8Array): DnsMessage | null {
  if (bytes.length > MAX_MESSAGE_BYTES || countEntries(bytes) > MAX_ENTRIES) return null;
  try {
    const packet = dnsPacket.decode(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    const answers = [...packet.answers ?? [], ...packet.additionals ?? []];
    return {
      id: packet.id ?? 0,
      isResponse: packet.type === "response",
      questions: (packet.questions ?? []).map(({ name, type, class: klass }) => ({
        name,
        type,
        unicast: klass === UNICAST_CLASS,
      })),
      records: answers.flatMap(recordOf),
      proposed: (packet.authorities ?? []).flatMap(recordOf),
    };
  } catch {
    return null;
  }
}

/** The bytes of a message. Of a response all records are answers (RFC 6762, section 6); “QU” cannot be asked. */
export function encodeMessage({ id, isResponse, questions, records, proposed }: DnsMessage): Uint8Array {
  return new Uint8Array(dnsPacket.encode({
    id,
    type: isResponse ? "response" : "query",
    flags: isResponse ? dnsPacket.AUTHORITATIVE_ANSWER : 0,
    questions: questions.map(({ name, type }) => ({ name, type, class: "IN" })),
    answers: records.map(packetRecord),
    authorities: proposed.map(packetRecord),
  }));
}

/** A record of dns-packet as ours, if it is one of those that are used. */
function recordOf({ name, type, class: klass, ttl = 0, flush = false, data }: PacketRecord): DnsRecord[] {
  if (klass !== "IN" || !isPlain(name)) return [];
  switch (type) {
    case "PTR":
      return isPlain(data as string) ? [{ name, ttl, flush, type, target: data as string }] : [];
    case "SRV": {
      const { target, port } = data as { target: string; port: number }; // There is no choice by priority and weight.
      return isPlain(target) ? [{ name, ttl, flush, type, target, port }] : [];
    }
    case "TXT":
      return [{ name, ttl, flush, type, strings: (data as Uint8Array[]).map((it) => decoder.decode(it)) }];
    case "A":
    case "AAAA":
      return [{ name, ttl, flush, type, host: data as string }];
    default:
      return [];
  }
}

const decoder = new TextDecoder();

/** Whether a name can be sent again: of labels with dots, dns-packet does not know where one ends. */
function isPlain(name: string): boolean {
  return !/^\.|\.\.|\.$/.test(name);
}

function packetRecord(record: DnsRecord): PacketRecord {
  const { name, ttl, flush, type } = record;
  return { name, ttl, flush, type, class: "IN", data: dataOf(record) };
}

function dataOf(record: DnsRecord): unknown {
  switch (record.type) {
    case "PTR":
      return record.target;
    case "SRV":
      return { priority: 0, weight: 0, port: record.port, target: record.target };
    case "TXT":
      return [...record.strings];
    default:
      return record.host;
  }
}
