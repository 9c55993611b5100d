/** The kinds of values that options take, and their parsers. */
import type { Address } from "../../../protocol/address.ts";
import { MAX_PASSWORD_BYTES } from "../../../protocol/limits.ts";
import { formatHostPort, type HostPort, parsePort, splitHostPort } from "../../../protocol/port.ts";
import type { EngineAddress } from "../../../server/shared/engine_address.ts";
import { UsageError } from "../../words/usage.ts";

/** The type of each kind. */
export interface Values {
  readonly nothing: true;
  readonly file: string;
  readonly directory: string;
  /** A word that every tracker reads as one field. */
  readonly password: string;
  /** An IP literal, with a port or for all ports. */
  readonly peer: { readonly host: string; readonly port?: number };
  /** Trackers of further networks, separated by blanks. */
  readonly trackers: readonly string[];
  /** An IP literal. */
  readonly address: string;
  readonly port: number;
  /** A port, or 0 for a free one. */
  readonly "free-port": number;
  /** 0, or from ten seconds to a day. */
  readonly seconds: number;
  /** An IP literal and a port; `127.0.0.1` if only a port is given. */
  readonly "host-and-port": Address;
  /** The engine of a shared registry. */
  readonly registry: EngineAddress;
  /** Bytes per second, from a thousand on; `k`, `M` and `G` stand for powers of a thousand. */
  readonly rate: number;
  /** Bytes, from eight million to three quarters of what there is; units as above. */
  readonly memory: number;
}

/** The values of an option: a kind, or one of several words. */
export type ValueKind = keyof Values | readonly string[];

/** Parses a value of one kind; `null` if it is invalid. */
type Parser<V> = (text: string) => V | null | Promise<V | null>;

/**
 * The parsers of all kinds except paths, which may be any text. The parser of addresses is loaded only if there is one,
 * since most command lines have none.
 */
export const PARSERS: { readonly [K in Exclude<keyof Values, "nothing" | "file" | "directory">]: Parser<Values[K]> } = {
  password: (text) =>
    /^[^\s\p{Cc}]+$/u.test(text) && new TextEncoder().encode(text).length <= MAX_PASSWORD_BYTES ? text : null,
  peer: async (text) => {
    const { canonicalHost, parseAddress } = await import("../../../protocol/address.ts");
    const host = text.replace(/^\[(.*)\]$/, "$1");
    return parseAddress(text) ?? (await isAddress(host) ? { host: canonicalHost(host) } : null);
  },
  trackers: (text) => {
    const places = text.split(/\s+/).filter((it) => it !== "");
    return places.every((it) => placesOf(it, SERVER_PORT)) ? places.map((it) => parseTracker(it)) : null;
  },
  address: async (text) => await isAddress(text) ? text : null,
  port: parsePort,
  "free-port": (text) => text === "0" ? 0 : parsePort(text),
  seconds: (text) => /^(0|[1-9]\d{1,4})$/.test(text) && Number(text) <= 86_400 ? Number(text) : null,
  rate: (text) => {
    const rate = withUnit(text);
    return rate >= 1_000 ? rate : null;
  },
  memory: async (text) => {
    const memory = withUnit(text);
    return memory >= MIN_MEMORY && memory <= await maxMemory() ? memory : null;
  },
  "host-and-port": async (text) => {
    const [, host = "127.0.0.1", digits] = /^(?:\[?([^\]]*?)\]?:)?(\d+)$/.exec(text) ?? [];
    const port = digits === "0" ? 0 : parsePort(digits ?? "");
    return port !== null && await isAddress(host) ? { host, port } : null;
  },
  registry: async (text) => {
    const { parseEngineAddress } = await import("../../../server/shared/engine_address.ts");
    return parseEngineAddress(text);
  },
};

/** A number with `k`, `M` or `G`; NaN for anything else. */
function withUnit(text: string): number {
  const [, digits, unit = ""] = /^(\d{1,12}(?:\.\d{1,3})?)([kmg])?$/i.exec(text) ?? [];
  return Math.floor(Number(digits) * 1_000 ** ["", "k", "m", "g"].indexOf(unit.toLowerCase()));
}

/** Has room for a list of the largest registration. */
const MIN_MEMORY = 8_000_000;

/**
 * Three quarters of the memory of the machine or its container, or of what the runtime may use, whichever is less: lists
 * that are ready, requests and garbage need the rest. The runtime may use 14 GiB (`--max-old-space-size` in the task in
 * deno.json), so that not even peers without images are more than the 2^24 that fit into a map.
 */
async function maxMemory(): Promise<number> {
  const { getHeapStatistics } = await import("node:v8");
  const { constrainedMemory } = await import("node:process");
  const { total } = Deno.systemMemoryInfo();
  return 0.75 * Math.min(getHeapStatistics().heap_size_limit, total, constrainedMemory() || total);
}

/** The address of an engine for people, without the passwords in it. */
export function withoutPassword(text: string): string {
  const [scheme] = /^\w+:\/+/.exec(text) ?? [""];
  const rest = text.slice(scheme.length).replace(/(sentinel-password=).*/, "$1***");
  return scheme + rest.replace(/^([^:@]*):.*@/, "$1:***@");
}

async function isAddress(text: string): Promise<boolean> {
  const { isIP } = await import("node:net");
  return isIP(text) !== 0;
}

/**
 * The value of a text; `undefined` for a switch that is off.
 *
 * @param subject The source of the text: an option, a variable, or a file and key.
 * @param expand Replaces `~` by the home directory.
 * @throws {UsageError} When the text is invalid.
 */
export async function parseValue(
  text: string,
  takes: ValueKind,
  subject: string,
  expand: (path: string) => string,
): Promise<unknown> {
  if (takes === "nothing") {
    if (isOn(text)) return true;
    if (/^(false|0|no|off|não|nao)$/i.test(text)) return undefined;
    throw new UsageError("bad-choice", subject, text, "true, false");
  }
  if (typeof takes !== "string") {
    if (takes.includes(text)) return text;
    throw new UsageError("bad-choice", subject, text, takes.join(", "));
  }
  if (takes === "file" || takes === "directory") return expand(text);
  const value = await PARSERS[takes](text);
  const shown = takes === "registry" ? withoutPassword(text) : text;
  if (value === null) {
    const most = takes === "memory" ? `${Math.floor(await maxMemory() / 1e6)}M` : "";
    throw new UsageError(`bad-${takes}`, subject, shown, most);
  }
  if (shown !== text && subject === "--registry") {
    throw new UsageError("password-visible", subject, "IDP2PI_SERVER_REGISTRY");
  }
  return value;
}

/**
 * The operand `<tracker>`: trackers separated by commas, each `host:port` or `[ipv6]:port` as its log prints it, or a
 * host alone, which then has the port `serverPort`. A name without a port may have SRV records, so that it gets no port
 * for {@link SERVER_PORT}.
 *
 * @throws {UsageError} `bad-tracker-port`, `short-address`, `auto-in-list`.
 */
export function parseTracker(text: string, serverPort = SERVER_PORT): string {
  const places = placesOf(text, serverPort);
  if (places) return places.map(formatHostPort).join(",");
  if (text === "") return "";
  const parts = text.split(",").map((it) => it.trim());
  const isShort = parts.some((it) => isShortAddress(splitHostPort(it)?.host ?? ""));
  const code = parts.some(isAuto) ? "auto-in-list" : isShort ? "short-address" : "bad-tracker-port";
  throw new UsageError(code, "tracker", text);
}

function placesOf(text: string, serverPort: number): HostPort[] | null {
  const parts = text.split(",").map((it) => it.trim());
  const places = parts.map((part) => {
    const place = splitHostPort(part);
    if (!place?.host || isShortAddress(place.host) || parts.length > 1 && isAuto(part)) return null;
    const isName = !/^[\d.]+$|:/.test(place.host);
    return isName && serverPort === SERVER_PORT ? place : { ...place, port: place.port ?? serverPort };
  });
  return places.every((it) => it !== null) ? places : null;
}

/**
 * Whether the system reads this as an IPv4 address although it is not written as one: `5` as 0.0.0.5, `127.1`, octal and
 * hexadecimal numbers. No host name ends in a number (URL Standard, "ends in a number checker").
 */
function isShortAddress(host: string): boolean {
  const isNumeric = /(^|\.)(\d+|0x[\da-f]*)\.?$/i.test(host);
  const isAddress = /^((25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(\.|$)){4}$/.test(host);
  return isNumeric && !isAddress && !host.includes(":");
}

/** The port of a tracker unless another is given. */
export const SERVER_PORT = 13_377;

/** Whether the operand `<tracker>` asks for the tracker in the network of this machine. */
export function isAuto(tracker: string): boolean {
  return /^(auto|autom[aá]tico)$/i.test(tracker);
}

/** Whether the text of a switch turns it on. */
export function isOn(text = ""): boolean {
  return /^(true|1|yes|on|sim)$/i.test(text);
}
