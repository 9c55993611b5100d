/**
 * Trackers as they are in the wild: plain, with the quirks that ../../PROTOCOL.md lists. Scripted here, knowing nothing
 * of our code, so that a mistake there is not repeated here.
 */

import { Inbox } from "../support.ts";

/** How a tracker differs from the specification. */
export interface Dialect {
  /** Bytes of its buffer: longer requests are cut. */
  readonly buffer?: number;
  readonly list?: "specified" | "swapped" | "port first" | "brackets" | "semicolon at the end" | "entry per client";
  readonly empty?: "error" | "nothing" | "sentence";
  /** Answers from another UDP port. */
  readonly otherPort?: boolean;
  /** Sends a second datagram `END` after each answer. */
  readonly endMarker?: boolean;
  readonly colours?: boolean;
  readonly update?: "replaces" | "adds only" | "drops others" | "unknown" | "silent";
  /** Refuses each registration with these words. */
  readonly refuses?: string;
  /** Answers `_FILES` where `_IMAGES` belongs. */
  readonly otherWord?: boolean;
  /** Knows a client by its UDP port too. */
  readonly knowsUdpPort?: boolean;
  /** Drops requests that are longer, in bytes. */
  readonly ignoresAbove?: number;
  /** Drops the first copy of each request. */
  readonly losesFirst?: boolean;
}

interface Client {
  password: string;
  udpPort: number;
  address: string;
  images: [string, string][];
}

/** A tracker that behaves so. */
export class BaselineTracker implements Disposable {
  readonly #socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  readonly #other = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  readonly #dialect: Dialect;
  readonly #lost = new Set<string>();
  #clients: Client[] = [];
  /** Every request that came, as text. */
  readonly requests: string[] = [];
  /** The same as they come, each with the UDP port from which it came. */
  readonly heard = new Inbox<{ request: string; port: number }>();

  /** Starts it on a free port. */
  constructor(dialect: Dialect = {}) {
    this.#dialect = dialect;
    this.#run();
  }

  /** Its port on 127.0.0.1. */
  get port(): number {
    return (this.#socket.addr as Deno.NetAddr).port;
  }

  async #run(): Promise<void> {
    for await (const [bytes, from] of this.#socket) {
      const cut = bytes.subarray(0, this.#dialect.buffer ?? bytes.length);
      const request = new TextDecoder().decode(cut);
      this.requests.push(request);
      this.heard.put({ request, port: (from as Deno.NetAddr).port });
      if (bytes.length > (this.#dialect.ignoresAbove ?? Infinity)) continue;
      if (this.#dialect.losesFirst && !this.#lost.has(request)) {
        this.#lost.add(request);
        continue;
      }
      if (this.#dialect.update === "silent" && request.startsWith("UPD")) continue;
      let reply = this.#answer(request, from as Deno.NetAddr);
      if (this.#dialect.colours) reply = `\x1b[32m${reply}\x1b[0m\n`;
      const socket = this.#dialect.otherPort ? this.#other : this.#socket;
      // A datagram holds no more; the list is then cut wherever that is.
      await socket.send(new TextEncoder().encode(reply).subarray(0, 65_507), from);
      if (this.#dialect.endMarker) await socket.send(new TextEncoder().encode("END"), from);
    }
  }

  #answer(request: string, from: Deno.NetAddr): string {
    const [type, password, port, field] = request.split(" ");
    const address = this.#dialect.list === "port first" ? `${port}:${from.hostname}` : `${from.hostname}:${port}`;
    const images = (field ?? "").split(";").filter((entry) => entry !== "").map((entry) => entry.split(","));
    if (images.some((entry) => entry.length !== 2 || entry[0].length !== 32)) return "ERR INVALID_MESSAGE_FORMAT";
    const known = this.#clients.find((client) =>
      client.address.includes(from.hostname) && client.password === password &&
      (!this.#dialect.knowsUdpPort || client.udpPort === from.port)
    );
    switch (type) {
      case "REG":
        if (this.#dialect.refuses !== undefined) return this.#dialect.refuses;
        this.#clients.push({ password, udpPort: from.port, address, images: images as [string, string][] });
        return `OK ${images.length}_REGISTERED_${this.#dialect.otherWord ? "FILES" : "IMAGES"}`;
      case "UPD": {
        if (this.#dialect.update === "unknown") return "ERR INVALID_MESSAGE_FORMAT";
        if (!known) return "ERR IP_REGISTERED_WITH_DIFFERENT_PASSWORD";
        if (this.#dialect.update === "drops others") this.#clients = [known];
        if (this.#dialect.update === "adds only") known.images.push(...images as [string, string][]);
        else known.images = images as [string, string][];
        return `OK ${known.images.length}_REGISTERED_${this.#dialect.update === "drops others" ? "WHATEVER" : "FILES"}`;
      }
      case "END":
        if (!known) return "ERR IP_REGISTERED_WITH_DIFFERENT_PASSWORD";
        this.#clients = this.#clients.filter((client) => client !== known);
        return "OK CLIENT_FINISHED";
      case "LST":
        return this.#list();
      default:
        return "ERR INVALID_MESSAGE_FORMAT";
    }
  }

  #list(): string {
    const entries: [string, string, string[]][] = [];
    for (const { address, images } of this.#clients) {
      for (const [md5, name] of images) {
        const entry = this.#dialect.list === "entry per client" ? undefined : entries.find(([it]) => it === md5);
        if (entry) entry[2].push(address);
        else entries.push([md5, name, [address]]);
      }
    }
    if (entries.length === 0) {
      return { error: "ERR NO_IMAGES", nothing: "", sentence: "Nenhuma imagem." }[this.#dialect.empty ?? "error"];
    }
    switch (this.#dialect.list) {
      case "swapped":
        return entries.map(([md5, name, peers]) => [name, md5, ...peers].join(",")).join(";");
      case "brackets":
        return entries.map(([md5, name, peers]) => `[ ${md5} - ${name} - clientes: ${peers.join(",")} ]`).join("\n");
      case "semicolon at the end":
        return entries.map(([md5, name, peers]) => `${md5},${name},${peers.join(",")};`).join("");
      default:
        return entries.map(([md5, name, peers]) => `${md5},${name},${peers.join(",")}`).join(";");
    }
  }

  /** Stops it. */
  [Symbol.dispose](): void {
    this.#socket.close();
    this.#other.close();
  }
}
