/**
 * The port of the gallery. It is open from the start of the client, so that its address can be shown at once; the code
 * behind it is loaded with the first request.
 */
import type { Peer } from "../../../peer/peer.ts";
import { reachableAddresses } from "../../../net/own_addresses.ts";
import { serveHttp } from "../../../net/http.ts";
import { pause } from "../../../net/pause.ts";
import type { Address } from "../../../protocol/address.ts";
import { Fault } from "../../../fault/fault.ts";
import { addressScope } from "../../../protocol/network.ts";
import type { GalleryDownloads } from "../../gallery/server/download_queue.ts";
import { hostHeader, newAccess } from "../../gallery/server/access.ts";
import type { PeerThumbnails } from "../../thumbnails/peer_thumbnails.ts";
import type { Words } from "../../words/en/words.ts";
import type { Terminal } from "../output/terminal.ts";
import type { OpenGallery } from "./open_gallery.ts";
import { openHttp } from "./open_http.ts";

/** A browser opens six connections, each page that is seen keeps one for its events, and phones of a class may look. */
const LIMITS = { most: 256, ofSource: 64 };

/** The only host by default: this machine. */
const LOOPBACK = "127.0.0.1";

/** The light margin of the QR code, in modules. ISO/IEC 18004 wants four, but scanners need fewer, and terminals are small. */
const MARGIN = 2;

/** How long open pages have to read that the client ends, in milliseconds, while it unregisters. */
const BYE_MS = 100;

export interface GalleryOptions {
  /** The address that others reach it by; without it, only this machine does. */
  readonly "gallery-host"?: string;
  readonly "gallery-port"?: number;
  /** Whether pages may change anything although others reach it. */
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

export class GalleryPort implements AsyncDisposable {
  /** The addresses that open the page, each with the token. */
  readonly urls: readonly string[];
  readonly canControl: boolean;
  readonly #isLocal: boolean;
  readonly #ending = new AbortController();
  readonly #shown = Promise.withResolvers<GallerySource>();
  readonly #serving: Promise<void>;
  #opening: Promise<OpenGallery> | null = null;
  #closing: Promise<void> | null = null;

  /**
   * Opens the port; requests wait for {@link GalleryPort.show}.
   *
   * @throws {Fault} As {@link openHttp}; `address-zoned`.
   */
  constructor(options: GalleryOptions, words: Words, version: string) {
    const { "gallery-host": host = LOOPBACK, "gallery-port": port = 0 } = options;
    this.#isLocal = addressScope(host) === "loopback";
    this.canControl = this.#isLocal || options["gallery-control"] === true;
    const listener = openHttp({ host, port }, { host: "--gallery-host", port: "--gallery-port" });
    const isOfThisMachine = ({ host }: Address): boolean => addressScope(host) === "loopback";
    // Those that other devices can open come first: the QR code has one address.
    const reachable = reachableAddresses({ host, port: listener.addr.port })
      .sort((a, b) => Number(isOfThisMachine(a)) - Number(isOfThisMachine(b)));
    const hosts = reachable.flatMap((it) => hostHeader(it) ?? []);
    if (hosts.length === 0) {
      listener.close();
      throw new Fault("address-zoned", { address: host, option: "--gallery-host" });
    }
    const names = host === LOOPBACK ? [`localhost:${listener.addr.port}`] : [];
    const access = newAccess([...hosts, ...names], listener.addr.port);
    this.urls = hosts.map((it) => `http://${it}/?token=${access.token}`);
    const open = async (): Promise<OpenGallery> => {
      const [shown, { openGallery }] = await Promise.all([this.#shown.promise, import("./open_gallery.ts")]);
      return await openGallery({ ...shown, words, version, access, canControl: this.canControl });
    };
    this.#shown.promise.catch(() => {});
    this.#serving = serveHttp(listener, this.#ending.signal, LIMITS, async (request) => {
      return await (await (this.#opening ??= open())).handle(request);
    });
  }

  /** Answers from now on. */
  show(shown: GallerySource): void {
    this.#shown.resolve(shown);
  }

  /** Shows how to open the page: its address, for other devices also as a QR code. */
  async print(terminal: Terminal, { gallery }: Words): Promise<void> {
    const line = this.canControl ? gallery.address : gallery.addressReadOnly;
    for (const url of this.urls) terminal.print(line(url));
    if (this.#isLocal || !terminal.moving) return;
    const { renderUnicodeCompact } = await import("uqr");
    const rows = renderUnicodeCompact(this.urls[0], { border: MARGIN }).split("\n");
    if (rows[0].length > terminal.width) terminal.print(gallery.narrow(rows[0].length));
    else terminal.blocks(rows);
  }

  /** Tells open pages that the client ends, and closes the port. */
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
