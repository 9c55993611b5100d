/** Programs that are measured, and the peers that ask them. */
import { join } from "node:path";

const ROOT = join(import.meta.dirname!, "..", "..");
export const IMAGES_PER_PEER = 20;

export interface Server {
  readonly name: string;
  readonly port: number;
  readonly pid: number;
  kill(): void;
}

/** Starts a program whose output holds its port where `pattern` finds it. */
export async function start(name: string, command: string, args: string[], pattern: RegExp): Promise<Server> {
  const child = new Deno.Command(command, { args, cwd: ROOT, stdout: "piped", stderr: "inherit" }).spawn();
  let output = "";
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`${name} ended: ${output}`);
    output += value;
    const match = pattern.exec(output);
    if (!match) continue;
    const drain = async (): Promise<void> => {
      while (!(await reader.read()).done);
    };
    drain();
    return { name, port: Number(match[1]), pid: child.pid, kill: () => child.kill("SIGKILL") };
  }
}

/** One of the peers that ask: it has a socket, and thereby an address, of its own. */
export class Asker {
  readonly #socket: Deno.DatagramConn;
  readonly #buffer = new Uint8Array(65_536);
  readonly number: number;

  constructor(number: number) {
    this.number = number;
    this.#socket = Deno.listenDatagram({ transport: "udp", hostname: `127.0.1.${number + 1}`, port: 0 });
  }

  async ask(request: Uint8Array, port: number): Promise<Uint8Array> {
    await this.#socket.send(request, { transport: "udp", hostname: "127.0.0.1", port });
    const lost = setTimeout(() => this.#socket.send(request, { transport: "udp", hostname: "127.0.0.1", port }), 2_000);
    const [bytes] = await this.#socket.receive(this.#buffer);
    clearTimeout(lost);
    return bytes;
  }

  /** As {@link ask}, without the timer, for measuring. */
  async askFast(request: Uint8Array, to: Deno.NetAddr): Promise<number> {
    await this.#socket.send(request, to);
    return (await this.#socket.receive(this.#buffer))[0].length;
  }

  close(): void {
    this.#socket.close();
  }
}

export const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The 20 images of a peer; `change` makes one of them another. */
export function field(peer: number, change = 0): string {
  return Array.from({ length: IMAGES_PER_PEER }, (_, i) => {
    const image = peer * IMAGES_PER_PEER + i;
    const md5 = (i === 0 && change ? image + 2 ** 40 : image).toString(16).padStart(32, "0");
    return `${md5},holiday%20picture%20${image}.jpg`;
  }).join(";");
}

/** A measurement: requests a second, and microseconds of the server's processor time for each. */
export interface Measured {
  readonly rate: number;
  readonly count: number;
  readonly cpu: number;
}

/** Each asker sends its requests one after the other, over and over. */
export async function measure(
  askers: readonly Asker[],
  { port, pid }: Server,
  work: readonly Uint8Array[][],
  milliseconds: number,
): Promise<Measured> {
  const to: Deno.NetAddr = { transport: "udp", hostname: "127.0.0.1", port };
  const [start, before] = [performance.now(), processorTime(pid)];
  let count = 0;
  await Promise.all(askers.map(async (asker, i) => {
    for (let turn = 0; performance.now() - start < milliseconds; turn++) {
      await asker.askFast(work[i][turn % work[i].length], to);
      count++;
    }
  }));
  return {
    rate: count / (performance.now() - start) * 1_000,
    count,
    cpu: (processorTime(pid) - before) / count,
  };
}

/** The processor time of a process in microseconds, of all its threads; NaN where the system does not say it so. */
export function processorTime(pid: number): number {
  if (Deno.build.os !== "linux") return NaN;
  const threads = [...Deno.readDirSync(`/proc/${pid}/task`)].map(({ name }) => `/proc/${pid}/task/${name}/schedstat`);
  return threads.reduce((sum, path) => sum + Number(Deno.readTextFileSync(path).split(" ")[0]), 0) / 1_000;
}

export const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1];

export function memoryOf(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(Deno.readTextFileSync(`/proc/${pid}/status`))![1]) * 1_024;
}
