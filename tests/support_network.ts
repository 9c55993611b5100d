/** Several hosts on this machine, in network namespaces. A test of it needs `hosts` (needs.ts). */
import { join } from "node:path";
import { ROOT, soon } from "./support.ts";

/** Hosts on a switch. Their names on this machine are random, so that runs do not meet. */
export class Network implements AsyncDisposable {
  readonly #switch: Deno.ChildProcess;
  readonly #prefix: string;
  readonly #running: Deno.ChildProcess[] = [];

  private constructor(process: Deno.ChildProcess, prefix: string) {
    this.#switch = process;
    this.#prefix = prefix;
  }

  /** Starts a switch with these hosts, each `address/prefix[,delay_ms[,jitter_ms[,loss[,repeated]]]]`. */
  static async start(seed: number, hosts: Record<string, string>): Promise<Network> {
    const prefix = `idp-${crypto.randomUUID().slice(0, 8)}-`;
    const process = new Deno.Command("nice", {
      args: [
        ...FIRST,
        "python3",
        join(ROOT, "tests", "stories", "netsim.py"),
        `${seed}`,
        ...Object.entries(hosts).map(([name, spec]) => `${prefix}${name}=${spec}`),
      ],
      stdout: "piped",
    }).spawn();
    await shows(process.stdout, /READY\n/); // All of the line: what comes after it would find nobody.
    return new Network(process, prefix);
  }

  /** What a command on a host prints; it must end well. */
  async run(host: string, command: string, ...args: string[]): Promise<string> {
    const { success, stdout, stderr } = await this.#command(host, command, args).output();
    const text = new TextDecoder().decode(stdout);
    if (!success) {
      throw new Error(`${command} ${args.join(" ")} on ${host}: ${text}${new TextDecoder().decode(stderr)}`);
    }
    return text;
  }

  /** The exit code of a command on a host, and what it prints. */
  async result(host: string, command: string, ...args: string[]): Promise<{ code: number; text: string }> {
    const { code, stdout } = await this.#command(host, command, args).output();
    return { code, text: new TextDecoder().decode(stdout) };
  }

  /**
   * Starts one that stays, until it has printed `ready`; returns what ends it, at once if it is not asked to end, with
   * what it has printed.
   */
  async start(
    host: string,
    ready: RegExp,
    command: string,
    ...args: string[]
  ): Promise<((signal?: Deno.Signal) => Promise<void>) & { readonly printed: string }> {
    const process = this.#command(host, command, args).spawn();
    this.#running.push(process);
    await process.stderr.cancel();
    const printed = await shows(process.stdout, ready);
    const end = async (signal: Deno.Signal = "SIGKILL"): Promise<void> => {
      process.kill(signal);
      await soon(process.status, `the end of ${command} on ${host}`);
    };
    return Object.assign(end, { printed });
  }

  /** Connects two hosts by a second network: a cable, with these addresses on `name` at its ends. */
  async cable(name: string, ends: Readonly<Record<string, string>>): Promise<void> {
    const [[one], [other]] = Object.entries(ends);
    const peer = ["peer", "name", name, "netns", `${this.#prefix}${other}`];
    await this.run(one, "ip", "link", "add", name, "type", "veth", ...peer);
    for (const [host, address] of Object.entries(ends)) {
      await this.run(host, "ip", "addr", "add", address, "dev", name);
      await this.run(host, "ip", "link", "set", name, "up");
    }
  }

  /** The command line that runs a command on a host. */
  on(host: string, ...command: string[]): string[] {
    return ["nice", ...FIRST, "nsenter", `--net=/run/netns/${this.#prefix}${host}`, ...command];
  }

  #command(host: string, command: string, args: string[]): Deno.Command {
    const [program, ...all] = this.on(host, command, ...args);
    return new Deno.Command(program, {
      args: all,
      cwd: ROOT,
      env: { NO_PROXY: "0.0.0.0/0" }, // One that this machine uses is out of reach there.
      stdout: "piped",
      stderr: "piped",
      stdin: "null",
    });
  }

  /** Ends all that runs on it, and takes it away. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const process of this.#running) {
      try {
        process.kill("SIGKILL");
      } catch {
        // It has ended.
      }
      await process.status;
    }
    this.#switch.kill("SIGTERM");
    await this.#switch.status;
  }
}

async function shows(stream: ReadableStream<Uint8Array>, pattern: RegExp): Promise<string> {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!pattern.test(text)) {
    const { value, done } = await soon(reader.read(), `${pattern} in ${text}`);
    if (done) throw new Error(`it ended without ${pattern}: ${text}`);
    text += value;
  }
  await reader.cancel();
  return text;
}

/** Before other tests: a network that waits for the processor loses more than it should. */
const FIRST = ["-n", "-10"];
