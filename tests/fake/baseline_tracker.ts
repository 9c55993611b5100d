/**
 * Trackers as they are in the wild: plain, with the quirks that ../../PROTOCOL.md lists. Scripted here, knowing nothing
 * of our code, so that a mistake there is not repeated here.
 */

import { Inbox, quietPort } from "../support.ts";

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
  readonly update?:
    | "replaces"
    | "adds only"
    | "drops others"
    | "drops other holders"
    | "changes nothing"
    | "unknown"
    | "silent";
  /** What a further `REG` of a client does: most replace; one appends, and each `END` removes one registration. */
  readonly register?: "replaces" | "appends";
  /** Keeps entries as they come, in quotes too. */
  readonly keepsQuotes?: boolean;
  /** Decodes what its buffer took as UTF-8, and dies of half a character. */
  readonly diesOfHalves?: boolean;
  /** Refuses a registration without images. */
  readonly refusesNone?: boolean;
  /** Lists the UDP port from which a client speaks instead of its TCP port. */
  readonly listsUdpPort?: boolean;
  /** The answer to the first copy of each request gets lost. */
  readonly losesFirstReply?: boolean;
  /** Does not answer `END` of one whom it does not know. */
  readonly ignoresUnknownEnd?: boolean;
  /** How long it takes for each answer, in milliseconds. */
  readonly delay?: number;
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
  tcpPort: number;
  address: string;
  images: [string, string][];
}

/** A tracker that behaves so. */
export class BaselineTracker implements Disposable {
  // A port that nobody has on TCP, where a client looks for a tracker too.
  readonly #socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: quietPort() });
  readonly #other = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  readonly #dialect: Dialect;
  readonly #lost = new Set<string>();
  #clients: Client[] = [];
  /** Whether it died. */
  dead = false;
  /** Whether all that comes gets lost on the way just now. */
  away = false;
  /** Called for each request that it ignores, or that is lost on the way. */
  onLost: () => void = () => {};
  /** Each request that was answered, as it is. */
  readonly answered = new Inbox<string>();
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

  /** What it holds of the clients with this TCP port: the MD5s of each registration. */
  holds(tcpPort: number): string[][] {
    return this.#clients.filter((client) => client.tcpPort === tcpPort)
      .map(({ images }) => images.map(([md5]) => md5.replaceAll("'", "")));
  }

  /** Starts again, with nothing. */
  restart(): void {
    this.#clients = [];
  }

  async #run(): Promise<void> {
    for await (const [bytes, from] of this.#socket) {
      const cut = bytes.subarray(0, this.#dialect.buffer ?? bytes.length);
      if (this.#dialect.diesOfHalves && new TextDecoder().decode(cut).includes("\ufffd")) this.dead = true;
      const request = new TextDecoder().decode(cut);
      this.requests.push(request);
      this.heard.put({ request, port: (from as Deno.NetAddr).port });
      const losesFirst = this.#dialect.losesFirst && !this.#lost.has(request);
      if (losesFirst) this.#lost.add(request);
      const ignores = bytes.length > (this.#dialect.ignoresAbove ?? Infinity) ||
        this.#dialect.update === "silent" && request.startsWith("UPD");
      if (losesFirst || ignores || this.dead || this.away) {
        this.onLost();
        continue;
      }
      if (this.#dialect.delay) await new Promise((resolve) => setTimeout(resolve, this.#dialect.delay));
      let reply = this.#answer(request, from as Deno.NetAddr);
      if (reply === null) continue;
      if (this.#dialect.losesFirstReply && !this.#lost.has(request)) {
        this.#lost.add(request);
        continue;
      }
      if (this.#dialect.colours) reply = `\x1b[32m${reply}\x1b[0m\n`;
      const socket = this.#dialect.otherPort ? this.#other : this.#socket;
      // A datagram holds no more; the list is then cut wherever that is.
      const sent = socket.send(new TextEncoder().encode(reply).subarray(0, 65_507), from);
      if (await sent.catch(() => null) === null) return; // It was stopped meanwhile.
      this.answered.put(request);
      if (this.#dialect.endMarker) await socket.send(new TextEncoder().encode("END"), from);
    }
  }

  #answer(request: string, from: Deno.NetAddr): string | null {
    const [type, password, port, field] = request.split(" ");
    const listed = this.#dialect.listsUdpPort ? from.port : port;
    const address = this.#dialect.list === "port first" ? `${listed}:${from.hostname}` : `${from.hostname}:${listed}`;
    const images = (field ?? "").split(";").filter((entry) => entry !== "").map((entry) => entry.split(","));
    const digits = this.#dialect.keepsQuotes ? 33 : 32;
    if (images.some((entry) => entry.length !== 2 || entry[0].length < 32 || entry[0].length > digits)) {
      return "ERR INVALID_MESSAGE_FORMAT";
    }
    const known = this.#clients.find((client) =>
      client.address.includes(from.hostname) && client.password === password &&
      (!this.#dialect.knowsUdpPort || client.udpPort === from.port)
    );
    switch (type) {
      case "REG":
        if (this.#dialect.refuses !== undefined) return this.#dialect.refuses;
        if (this.#dialect.refusesNone && images.length === 0) return "ERR INVALID_MESSAGE_FORMAT";
        if (this.#dialect.register !== "appends") this.#clients = this.#clients.filter((client) => client !== known);
        this.#clients.push({
          password,
          udpPort: from.port,
          tcpPort: Number(port),
          address,
          images: images as [string, string][],
        });
        return `OK ${images.length}_REGISTERED_${this.#dialect.otherWord ? "FILES" : "IMAGES"}`;
      case "UPD": {
        if (this.#dialect.update === "unknown") return "ERR INVALID_MESSAGE_FORMAT";
        if (!known) return "ERR IP_REGISTERED_WITH_DIFFERENT_PASSWORD";
        if (this.#dialect.update === "drops others") this.#clients = [known];
        if (this.#dialect.update === "drops other holders") {
          for (const other of this.#clients) {
            if (other !== known) other.images = other.images.filter(([md5]) => !images.some(([it]) => it === md5));
          }
        }
        if (this.#dialect.update === "changes nothing") return `OK ${images.length}_REGISTERED_FILES`;
        if (this.#dialect.update === "adds only") {
          known.images.push(
            ...(images as [string, string][]).filter(([md5]) => !known.images.some(([it]) => it === md5)),
          );
          return `OK ${images.length}_REGISTERED_FILES`;
        }
        known.images = images as [string, string][];
        return `OK ${known.images.length}_REGISTERED_${this.#dialect.update === "drops others" ? "WHATEVER" : "FILES"}`;
      }
      case "END":
        if (!known) return this.#dialect.ignoresUnknownEnd ? null : "ERR IP_REGISTERED_WITH_DIFFERENT_PASSWORD";
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
