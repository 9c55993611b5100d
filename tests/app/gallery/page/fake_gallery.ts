/** A server that speaks the gallery's contract (lib/app/gallery/api.ts) about images that it makes up. */
import { rgbaToThumbHash } from "thumbhash";
import {
  type FoundPage,
  type GalleryEvents,
  type GalleryState,
  IMAGE_FLAG,
  type ImageDetails,
  type ImageRow,
} from "../../../../lib/app/gallery/api.ts";
import { quietPort } from "../../../support.ts";

const PAGE = new URL("../../../../lib/app/gallery/page/", import.meta.url);

const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; " +
  "connect-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'; frame-ancestors 'none'; " +
  "base-uri 'none'; form-action 'none'";

/** An image whose picture cannot be shown, by its name. */
export const BROKEN = "scan_damaged.tiff";

const PLACES = ["Lisboa", "Porto", "São Paulo", "Coimbra", "Évora", "Recife"];

/** The row of the image with this number: every field follows from it. */
export function rowOf(i: number): ImageRow {
  const [width, height] = [[4032, 3024], [3024, 4032], [6000, 4000], [1920, 1080], [4000, 4000], [9000, 3000]][i % 6];
  const album = i % 3 === 0 ? "" : `${PLACES[i % PLACES.length]}/`;
  const name = i === 7 ? BROKEN : `${album}DSC_${String(i).padStart(4, "0")}.jpg`;
  const flags = (i % 5 === 0 ? IMAGE_FLAG.shared | IMAGE_FLAG.here : 0) | (i % 17 === 3 ? IMAGE_FLAG.here : 0);
  const type = i === 7 ? "image/tiff" : i % 9 === 4 ? "image/png" : "image/jpeg";
  const taken = 1_600_000_000 + i * 7_919 % 150_000_000;
  const size = i % 11 === 6 ? 0 : 40_000 + i * 104_729 % 12_000_000;
  const peers = i % 4 === 0 ? [0, 1, 2] : [i % 3];
  return [md5Of(i), name, size, type, width, height, taken, taken + 60, 1_700_000_000, flags, peers, hashOf(i % 6), []];
}

export function md5Of(i: number): string {
  return (i * 2_654_435_761 % 2 ** 32).toString(16).padStart(8, "0").padEnd(24, "0") + i.toString(16).padStart(8, "0");
}

const STATE: GalleryState = {
  version: "0.1.0",
  language: "en",
  networks: [{ name: "192.0.2.1:13377", trackers: ["192.0.2.1:13377"], registered: true, lost: "" }],
  directory: "Pictures",
  own: { images: 20, bytes: 48_000_000 },
  peers: 3,
  total: 0,
  mayBeCut: false,
  canControl: true,
  reshare: true,
  paused: false,
  queue: [],
};

export class FakeGallery implements AsyncDisposable {
  rows: ImageRow[];
  state: GalleryState;
  at = 1;
  /** What was posted and put: `POST /api/download {"md5s":[…]}`. */
  readonly requests: string[] = [];
  /** What was searched: `?text=cat&from=`. */
  readonly searches: string[] = [];
  /** The answer to a search; `null` if it fails. */
  find: (search: string) => Promise<FoundPage | null> = () => Promise.resolve({ next: "", first: "" });
  /** Why there is no thumbnail of an image, by MD5. */
  readonly withoutThumbnail = new Map<string, string>();
  /** What pictures wait for, as those of slow peers. */
  beforePicture = Promise.resolve();
  /** How many pictures wait for it, those included that are no longer wanted. */
  waiting = 0;
  /** Whether it answers 403 to everything, as a client that was restarted. */
  isRefusing = false;
  readonly #streams = new Set<ReadableStreamDefaultController<Uint8Array>>();
  #server: Deno.HttpServer<Deno.NetAddr>;

  constructor(count: number, state: Partial<GalleryState> = {}) {
    this.rows = Array.from({ length: count }, (_, i) => rowOf(i));
    this.state = { ...STATE, ...state };
    this.#server = this.#serve(quietPort()); // One that is still free when it restarts.
  }

  get port(): number {
    return this.#server.addr.port;
  }

  get address(): string {
    return `http://127.0.0.1:${this.port}/`;
  }

  /** Sends an event to all pages. */
  send<K extends keyof GalleryEvents>(kind: K, data: GalleryEvents[K]): void {
    const bytes = new TextEncoder().encode(`event: ${kind}\ndata: ${JSON.stringify(data)}\n\n`);
    for (const stream of this.#streams) stream.enqueue(bytes);
  }

  /** Adds, changes and removes images. */
  change(images: readonly ImageRow[], removed: readonly string[] = []): void {
    const gone = new Set([...removed, ...images.map(([md5]) => md5)]);
    this.rows = [...this.rows.filter(([md5]) => !gone.has(md5)), ...images];
    this.send("images", { at: ++this.at, peers: [], images, removed });
  }

  setState(part: Partial<GalleryState>): void {
    this.state = { ...this.state, ...part };
    this.send("state", this.state);
  }

  /** Ends; {@link restart} serves on the same port again. */
  async stop(): Promise<void> {
    for (const stream of this.#streams) stream.close();
    this.#streams.clear();
    await this.#server.shutdown();
  }

  restart(): void {
    this.#server = this.#serve(this.port);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #serve(port: number): Deno.HttpServer<Deno.NetAddr> {
    return Deno.serve({ hostname: "127.0.0.1", port, onListen: () => {} }, (request) => this.#answer(request));
  }

  async #answer(request: Request): Promise<Response> {
    const { pathname, search, searchParams } = new URL(request.url);
    if (this.isRefusing) return json({ reason: "restarted" }, 403);
    if (request.method !== "GET") {
      const body = request.method === "POST" ? await request.text() : `${(await request.bytes()).length}`;
      this.requests.push(`${request.method} ${decodeURIComponent(pathname)} ${body}`);
      if (!this.state.canControl) return json({ reason: "read-only" }, 403);
      if (request.method === "PUT") return json({ md5: md5Of(0), name: pathname.slice(11), reason: "" });
      return new Response(null, { status: 204 });
    }
    if (pathname === "/") return await file("index.html", "text/html");
    if (pathname === "/app.js") return await file("built/app.js", "text/javascript");
    if (pathname === "/app.css") return await file("built/app.css", "text/css");
    if (pathname === "/api/state") return json(this.state);
    if (pathname === "/api/images") {
      const peers = ["192.0.2.7:4001", "192.0.2.8:4001", "192.0.2.9:5002"];
      const lines = Array.from(
        { length: Math.ceil(this.rows.length / 500) },
        (_, i) => this.rows.slice(i * 500, (i + 1) * 500).map((it) => JSON.stringify(it)).join(),
      );
      const text = `{"at":${this.at},"peers":${JSON.stringify(peers)},"images":[\n${lines.join(",\n")}\n]}`;
      return new Response(text, { headers: { "content-type": "application/json", "cache-control": "no-store" } });
    }
    if (pathname === "/api/find") {
      this.searches.push(search);
      const found = await this.find(search);
      return found ? json(found) : json({ reason: "The tracker did not answer." }, 500);
    }
    if (pathname === "/api/events") return this.#events();
    if (pathname === "/api/history") return json(historyFrom(Number(searchParams.get("before") ?? 61), this.rows));
    if (/^[/](?:thumb|image)[/]/.test(pathname)) {
      this.waiting++;
      await this.beforePicture;
      this.waiting--;
    }
    const row = this.rows.find(([md5]) => pathname.endsWith(md5));
    if (!row || row[1] === BROKEN) return json({ reason: "The file is damaged." }, 404);
    const reason = pathname.startsWith("/thumb/") ? this.withoutThumbnail.get(row[0]) : undefined;
    if (reason !== undefined) return json({ reason }, 404);
    if (pathname.startsWith("/api/image/")) return json(detailsOf(row));
    return picture(row, pathname.startsWith("/thumb/") ? 256 : 640);
  }

  #events(): Response {
    let mine: ReadableStreamDefaultController<Uint8Array>;
    const body = new ReadableStream<Uint8Array>({
      start: (stream) => {
        this.#streams.add(mine = stream);
        stream.enqueue(new TextEncoder().encode(`retry: 100\nevent: state\ndata: ${JSON.stringify(this.state)}\n\n`));
      },
      cancel: () => void this.#streams.delete(mine),
    });
    return new Response(body, { headers: { "content-type": "text/event-stream", "cache-control": "no-store" } });
  }
}

function json(value: unknown, status = 200): Response {
  return Response.json(value, { status, headers: { "cache-control": "no-store" } });
}

async function file(name: string, type: string): Promise<Response> {
  const headers = { "content-type": `${type}; charset=utf-8`, "content-security-policy": POLICY };
  return new Response(await Deno.readFile(new URL(name, PAGE)), { headers });
}

function detailsOf(row: ImageRow): ImageDetails {
  const [md5, name, size, type, width, height, taken, modified] = row;
  const more = { path: "", camera: "Canon EOS R6", hasLocation: true, peers: ["192.0.2.7:4001"], networks: [] };
  return { md5, name, size, type, width, height, taken, modified, ...more };
}

function historyFrom(before: number, rows: readonly ImageRow[]): unknown {
  const entries = Array.from({ length: rows.length > 0 ? Math.min(30, before - 1) : 0 }, (_, i) => {
    const [md5, name, size] = rows[(before - 1 - i) % rows.length];
    const [direction, rate, peer] = [i % 3 === 0 ? "upload" : "download", 3_000_000, "192.0.2.7:4001"];
    return { id: before - 1 - i, at: 1_700_000_000 - i * 60, direction, md5, name, size, rate, peer };
  });
  return { entries, hasMore: rows.length > 0 && before > 31 };
}

const pictures = new Map<string, Uint8Array<ArrayBuffer>>();

function picture([md5, , , , width, height]: ImageRow, most: number): Response {
  const kind = parseInt(md5.slice(24), 16) % 6;
  const key = `${kind} ${width} ${height} ${most}`;
  let bytes = pictures.get(key);
  if (!bytes) {
    const scale = most / Math.max(width, height);
    const [w, h] = [Math.round(width * scale), Math.round(height * scale)];
    pictures.set(key, bytes = bitmap(w, h, draw(w, h, kind)));
  }
  return new Response(bytes, { headers: { "content-type": "image/bmp", "cache-control": "private, max-age=60" } });
}

/** A BMP of 32 bits per pixel, its rows from the top. */
function bitmap(width: number, height: number, rgba: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(54 + rgba.length);
  const view = new DataView(bytes.buffer);
  bytes.set([0x42, 0x4d]);
  for (const [at, value] of [[2, bytes.length], [10, 54], [14, 40], [18, width], [22, -height]]) {
    view.setInt32(at, value, true);
  }
  view.setInt16(26, 1, true);
  view.setInt16(28, 32, true);
  for (let i = 0; i < rgba.length; i += 4) bytes.set([rgba[i + 2], rgba[i + 1], rgba[i], 255], 54 + i);
  return bytes;
}

/** A landscape: sky, sun, hills and sea, in the colors of its kind. */
function draw(width: number, height: number, kind: number): Uint8Array {
  const rgba = new Uint8Array(width * height * 4);
  const [sky, low, land] = [
    [[116, 164, 214], [244, 222, 190], [58, 92, 74]],
    [[46, 58, 110], [240, 144, 104], [38, 34, 62]],
    [[150, 196, 224], [232, 240, 240], [92, 120, 60]],
    [[226, 148, 120], [250, 220, 160], [120, 66, 60]],
    [[30, 40, 70], [90, 120, 160], [16, 24, 40]],
    [[170, 206, 200], [250, 236, 214], [70, 110, 120]],
  ][kind];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [u, v] = [x / width, y / height];
      const hill = 0.62 + 0.09 * Math.sin(u * 5 + kind) + 0.04 * Math.sin(u * 13 + 2 * kind);
      const isSun = Math.hypot((u - 0.68) * width / height, v - 0.36) < 0.085;
      const far = v > hill - 0.12 + 0.05 * Math.sin(u * 9 + kind);
      const base = v > hill ? land : isSun ? [255, 246, 220] : mix(sky, low, Math.min(1, v / 0.6));
      const color = far && v <= hill && !isSun ? mix(base, land, 0.45) : base;
      rgba.set([...color.map((it) => Math.round(it)), 255], (y * width + x) * 4);
    }
  }
  return rgba;
}

function mix(one: readonly number[], other: readonly number[], share: number): number[] {
  return one.map((it, i) => it + (other[i] - it) * share);
}

const hashes = new Map<number, string>();

function hashOf(kind: number): string {
  let hash = hashes.get(kind);
  if (!hash) hashes.set(kind, hash = rgbaToThumbHash(48, 36, draw(48, 36, kind)).toBase64());
  return hash;
}
