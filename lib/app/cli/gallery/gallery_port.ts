/**
 * The ports of the gallery: one for this machine, and one for other devices if they are to reach it. They are open from
 * the start of the client, so that their addresses can be shown at once; the code behind them is loaded with the first
 * request.
 */
import type { Peer } from "../../../peer/peer.ts";
import { reachableAddresses } from "../../../net/own_addresses.ts";
import { serveHttp } from "../../../net/http.ts";
import { pause } from "../../../net/pause.ts";
import { type Address, canonicalHost } from "../../../protocol/address.ts";
import { Fault } from "../../../fault/fault.ts";
import { addressScope } from "../../../protocol/network.ts";
import type { GalleryDownloads } from "../../gallery/server/download_queue.ts";
import { type GalleryAccess, hostHeader, newAccess } from "../../gallery/server/access.ts";
import type { PeerThumbnails } from "../../thumbnails/peer_thumbnails.ts";
import type { Words } from "../../words/en/words.ts";
import type { Terminal } from "../output/terminal.ts";
import type { OpenGallery } from "./open_gallery.ts";
import { openHttp } from "./open_http.ts";

/** A browser opens six connections, each page that is seen keeps one for its events, and phones of a class may look. */
const LIMITS = { most: 256, ofSource: 64 };

/** The host by which this machine reaches it. */
const LOOPBACK = "127.0.0.1";

/** The light margin of the QR code, in modules. ISO/IEC 18004 wants four, but scanners need fewer, and terminals are small. */
const MARGIN = 2;

/** How long open pages have to read that the client ends, in milliseconds, while it unregisters. */
const BYE_MS = 100;

export interface GalleryOptions {
  /** The address that others reach it by, too; without it, only this machine does. */
  readonly "gallery-host"?: string;
  readonly "gallery-port"?: number;
  /** Whether others may change anything, too. */
  readonly "gallery-control"?: true;
}

/** What the gallery shows and controls. */
export interface GallerySource {
  readonly peer: Peer;
  readonly downloads: GalleryDownloads;
  readonly thumbnails: PeerThumbnails;
  /** Whether images are saved without folders. */
  readonly flat: boolean;
}

/** A way into the gallery, with a secret and rights of its own. */
interface Entrance {
  readonly access: GalleryAccess;
  /** The addresses that open the page, each with the token. */
  readonly urls: readonly string[];
}

function isOfThisMachine({ host }: Address): boolean {
  return addressScope(host) === "loopback";
}

function entrance(addresses: readonly Address[], canControl: boolean): Entrance {
  const port = addresses[0]?.port ?? 0;
  const hosts = addresses.flatMap((it) => hostHeader(it) ?? []);
  const names = addresses.flatMap((it) => it.host === LOOPBACK ? `localhost:${port}` : []);
  const access = newAccess([...hosts, ...names], port, canControl);
  return { access, urls: hosts.map((it) => `http://${it}/?token=${access.token}`) };
}

export class GalleryPort implements AsyncDisposable {
  /** The address that opens the page on this machine, with its token. */
  readonly url: string;
  /** Those that open it on other devices, with a token of their own. */
  readonly otherUrls: readonly string[];
  readonly #othersControl: boolean;
  readonly #ending = new AbortController();
  readonly #shown = Promise.withResolvers<GallerySource>();
  readonly #serving: Promise<unknown>;
  #opening: Promise<OpenGallery> | null = null;
  #closing: Promise<void> | null = null;

  /**
   * Opens the ports; requests wait for {@link GalleryPort.show}.
   *
   * @throws {Fault} As {@link openHttp}; `address-zoned`.
   */
  constructor(options: GalleryOptions, words: Words, version: string) {
    const { "gallery-host": chosen = LOOPBACK, "gallery-port": port = 0, "gallery-control": control = false } = options;
    if (hostHeader({ host: chosen, port }) === null) {
      throw new Fault("address-zoned", { address: chosen, option: "--gallery-host" });
    }
    const host = canonicalHost(chosen);
    const hosts = reachableAddresses({ host, port }).some(isOfThisMachine) ? [host] : [host, LOOPBACK];
    using opened = new DisposableStack();
    const listeners = hosts.map((host) =>
      opened.use(openHttp({ host, port }, { host: "--gallery-host", port: "--gallery-port" }))
    );
    const reachable = listeners.flatMap(({ addr: { port } }, i) => reachableAddresses({ host: hosts[i], port }));
    const own = entrance(reachable.filter(isOfThisMachine), true);
    const others = entrance(reachable.filter((it) => !isOfThisMachine(it)), control);
    [this.url] = own.urls;
    this.otherUrls = others.urls;
    this.#othersControl = control;
    const open = async (): Promise<OpenGallery> => {
      const [shown, { openGallery }] = await Promise.all([this.#shown.promise, import("./open_gallery.ts")]);
      return await openGallery({ ...shown, words, version });
    };
    this.#shown.promise.catch(() => {});
    const serve = (listener: Deno.TcpListener): Promise<void> =>
      serveHttp(listener, this.#ending.signal, LIMITS, async (request, from) => {
        const { access } = isOfThisMachine(from) ? own : others; // One port may serve both: that of 0.0.0.0.
        return await (await (this.#opening ??= open())).handle(request, access);
      });
    opened.move();
    this.#serving = Promise.all(listeners.map(serve));
  }

  /** Answers from now on. */
  show(shown: GallerySource): void {
    this.#shown.resolve(shown);
  }

  /** Shows how to open the page: its addresses, the first one for other devices also as a QR code. */
  async print(terminal: Terminal, { gallery }: Words): Promise<void> {
    terminal.print(gallery.address(this.url));
    const line = this.#othersControl ? gallery.otherAddress : gallery.otherAddressReadOnly;
    for (const url of this.otherUrls) terminal.print(line(url));
    if (this.otherUrls.length === 0 || !terminal.moving) return;
    const { renderUnicodeCompact } = await import("uqr");
    const rows = renderUnicodeCompact(this.otherUrls[0], { border: MARGIN }).split("\n");
    if (rows[0].length > terminal.width) terminal.print(gallery.narrow(rows[0].length));
    else terminal.blocks(rows);
  }

  /** Tells open pages that the client ends, and closes the ports. */
  close(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  async #close(): Promise<void> {
    this.#shown.reject(new Error("the client ended"));
    const gallery = await this.#opening?.catch(() => null);
    if (gallery?.close()) await pause(BYE_MS);
    this.#ending.abort();
    await this.#serving;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
