/** A name server that knows some SRV records and no other names, on UDP at 127.0.0.1 (RFC 1035, RFC 2782). */
import type { Service } from "../../lib/net/services.ts";

const SRV = 33;

export class FakeNameServer implements AsyncDisposable {
  /** The names that were asked for. */
  readonly asked = new Set<string>();
  readonly #socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  readonly #answering: Promise<void>;

  constructor(records: Readonly<Record<string, readonly Service[]>>) {
    this.#answering = this.#answer(records);
  }

  get address(): { ipAddr: string; port: number } {
    return { ipAddr: "127.0.0.1", port: (this.#socket.addr as Deno.NetAddr).port };
  }

  async #answer(records: Readonly<Record<string, readonly Service[]>>): Promise<void> {
    for await (const [query, from] of this.#socket) {
      const { name, end } = readName(query, 12);
      this.asked.add(name);
      const isSrv = new DataView(query.buffer, query.byteOffset).getUint16(end) === SRV;
      const answers = isSrv ? records[name.toLowerCase()] ?? [] : [];
      const question = query.subarray(12, end + 4);
      // The identifier of the query; an authoritative answer; NXDOMAIN (3) without records.
      const head = [
        ...query.subarray(0, 2),
        0x85,
        answers.length > 0 ? 0x80 : 0x83,
        0,
        1,
        0,
        answers.length,
        0,
        0,
        0,
        0,
      ];
      const reply = new Uint8Array([...head, ...question, ...answers.flatMap(formatRecord)]);
      await this.#socket.send(reply, from).catch(() => {});
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.close();
    await this.#answering;
  }
}

function formatRecord({ priority, weight, port, target }: Service): number[] {
  const two = (n: number): number[] => [n >> 8, n & 255];
  const labels = target.split(".").filter((it) => it !== "");
  const name = [...labels.flatMap((it) => [it.length, ...new TextEncoder().encode(it)]), 0];
  const data = [...two(priority), ...two(weight), ...two(port), ...name];
  return [0xc0, 12, ...two(SRV), ...two(1), 0, 0, 0, 60, ...two(data.length), ...data];
}

function readName(bytes: Uint8Array, start: number): { name: string; end: number } {
  const labels: string[] = [];
  let at = start;
  for (; bytes[at] > 0; at += bytes[at] + 1) {
    labels.push(new TextDecoder().decode(bytes.subarray(at + 1, at + 1 + bytes[at])));
  }
  return { name: labels.join("."), end: at + 1 };
}
