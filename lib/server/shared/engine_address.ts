/** Where the engine of a shared registry is, as a person writes it. Pure. */

/** A node of the engine, or a Sentinel. */
export interface EngineNode {
  readonly host: string;
  readonly port: number;
}

/**
 * `redis://[user[:password]@]host[:port][,host[:port]...][/database][?prefix=...]`, where nodes are Sentinels with
 * `sentinel=...` and `sentinel-password=...`.
 */
export interface EngineAddress {
  /** One node, all that are known of a cluster, or the Sentinels. */
  readonly nodes: readonly EngineNode[];
  /** Whether connections are encrypted (`rediss:`). */
  readonly tls: boolean;
  readonly user?: string;
  readonly password?: string;
  readonly database: number;
  /** What the names of all keys begin with, so that several networks share an engine. */
  readonly prefix: string;
  /** The name by which Sentinels know the primary. */
  readonly sentinel?: string;
  /** The password of the Sentinels. Default: that of the primary, if they have one. */
  readonly sentinelPassword?: string;
}

const PORT = 6_379;
const SENTINEL_PORT = 26_379;

/** Reads the address of an engine; `null` for anything else. */
export function parseEngineAddress(text: string): EngineAddress | null {
  const [, scheme, auth, hosts, database, query] =
    /^(rediss?):\/\/(?:([^@/?]*)@)?([^@/?]+)(?:\/(\d{0,4}))?(?:\?([^#]*))?$/.exec(text) ?? [];
  if (hosts === undefined) return null;
  const parameters = new URLSearchParams(query?.replaceAll("+", "%2B"));
  for (const name of parameters.keys()) if (!["prefix", "sentinel", "sentinel-password"].includes(name)) return null;
  const sentinel = parameters.get("sentinel") ?? undefined;
  const sentinelPassword = parameters.get("sentinel-password") ?? undefined;
  const prefix = parameters.get("prefix") ?? "idp2pi";
  if (!/^[\w.:-]{1,64}$/.test(prefix) || sentinel === "") return null;
  if (sentinelPassword !== undefined && sentinel === undefined) return null;
  const nodes = hosts.split(",").map((node) => parseNode(node, sentinel === undefined ? PORT : SENTINEL_PORT));
  if (!nodes.every((node) => node !== null)) return null;
  const isCluster = nodes.length > 1 && sentinel === undefined;
  if (isCluster && Number(database || 0) !== 0) return null; // A cluster has one database.
  const [user, password] = decodeAuth(auth);
  const isTls = scheme === "rediss";
  return { nodes, tls: isTls, user, password, database: Number(database || 0), prefix, sentinel, sentinelPassword };
}

function parseNode(text: string, port: number): EngineNode | null {
  const [, ipv6, host, given] = /^(?:\[([0-9a-fA-F:.]+)\]|([\w.-]+))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const number = given === undefined ? port : Number(given);
  return (ipv6 ?? host) === undefined || number < 1 || number > 65_535 ? null : { host: ipv6 ?? host, port: number };
}

function decodeAuth(auth: string | undefined): [user: string | undefined, password: string | undefined] {
  if (auth === undefined) return [undefined, undefined];
  const colon = auth.indexOf(":");
  const [user, password] = colon < 0 ? [auth, undefined] : [auth.slice(0, colon), auth.slice(colon + 1)];
  return [decode(user) || undefined, password === undefined ? undefined : decode(password)];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // A password with a bare `%`.
  }
}
