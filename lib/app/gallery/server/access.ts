/**
 * Decides who may use the gallery: whoever knows a token of this start. Any page of the web can send requests to this
 * machine, and a name that it controls may lead here: so the headers that browsers set are checked too. Pure.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import { type Address, formatAddress } from "../../../protocol/address.ts";

/** What a request must show, and what it may then do. */
export interface GalleryAccess {
  /** Opens the page, and is shown with each change. Only pages of this port have it. */
  readonly token: string;
  /** The value of the cookie: it is enough to look, since browsers send cookies of one host to all its ports. */
  readonly viewToken: string;
  /** The values of the header `host` by which this server is addressed: `127.0.0.1:40213`. */
  readonly hosts: ReadonlySet<string>;
  /** The name of the cookie, with the port in it. */
  readonly cookie: string;
  /** Whether its pages may change anything. */
  readonly canControl: boolean;
}

/** Access to a server that is addressed by these hosts and ports, with new tokens. */
export function newAccess(hosts: readonly string[], port: number, canControl: boolean): GalleryAccess {
  return { token: newToken(), viewToken: newToken(), hosts: new Set(hosts), cookie: `idp2pi-${port}`, canControl };
}

function newToken(): string {
  return crypto.getRandomValues(new Uint8Array(16)).toBase64({ alphabet: "base64url", omitPadding: true });
}

/** How browsers name an address in the header `host`; `null` for one that they cannot open, with a zone of IPv6. */
export function hostHeader(address: Address): string | null {
  return URL.parse(`http://${formatAddress(address)}`)?.host ?? null; // Short IPv6, and no default port.
}

/** The answer to a request: its route's, the one that gives the cookie, or a refusal with this status. */
export type Admission = "admitted" | "sign-in" | 403 | 421;

/** Whether a request is admitted. */
export function admit({ method, url, headers }: Request, access: GalleryAccess): Admission {
  const host = headers.get("host") ?? "";
  if (!access.hosts.has(host)) return 421; // Another name that leads to this address.
  const reads = isReading(method);
  const site = headers.get("sec-fetch-site");
  if (site !== null && site !== "same-origin" && !(reads && site === "none")) return 403;
  const origin = headers.get("origin");
  if (origin === null ? !reads : origin !== `http://${host}`) return 403; // Browsers name it with each change.
  const { pathname, searchParams } = new URL(url);
  const token = pathname === "/" && reads ? searchParams.get("token") : null;
  if (token !== null) return isEqual(token, access.token) ? "sign-in" : 403;
  if (!isEqual(cookieOf(headers, access.cookie), access.viewToken)) return 403;
  return reads || isEqual(headers.get("authorization") ?? "", `Bearer ${access.token}`) ? "admitted" : 403;
}

/** The header that gives a browser the cookie. */
export function cookieHeader({ cookie, viewToken }: GalleryAccess): string {
  return `${cookie}=${viewToken}; HttpOnly; SameSite=Strict; Path=/`;
}

export function isReading(method: string): boolean {
  return method === "GET" || method === "HEAD";
}

function cookieOf(headers: Headers, name: string): string {
  const pairs = (headers.get("cookie") ?? "").split(";").map((it) => it.trim());
  return pairs.find((it) => it.startsWith(`${name}=`))?.slice(name.length + 1) ?? "";
}

/** Compares texts in a time that does not depend on where they differ. */
function isEqual(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => createHash("sha256").update(text).digest());
  return timingSafeEqual(a, b);
}
