/** Engines of shared registries: real `redis-server`s of a test, each with a directory of its own. */
import { createClient } from "@redis/client";
import { join } from "node:path";
import { quietPort, soon, tempDir } from "../../support.ts";

/** `redis`, or `valkey` to test with that one. */
const ENGINE = Deno.env.get("IDP2PI_TEST_ENGINE") ?? "redis";

/** Waits until it is so. */
export async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const wait = async (): Promise<void> => {
    while (!await isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  await soon(wait(), what);
}

export class Redis implements AsyncDisposable {
  #process: Deno.ChildProcess | null = null;

  private constructor(readonly port: number, readonly directory: string, readonly settings: readonly string[]) {}

  /** Starts one; `settings` as on its command line. */
  static async start(...settings: string[]): Promise<Redis> {
    const redis = new Redis(quietPort(), (await tempDir()).path, settings);
    await redis.start();
    return redis;
  }

  /** Starts it again, with what it has on its disk. */
  async start(): Promise<void> {
    const [program, ...first] = this.settings[0]?.startsWith("sentinel ")
      ? [`${ENGINE}-sentinel`, await this.#sentinelFile()]
      : [`${ENGINE}-server`];
    const args = [...first, "--port", `${this.port}`, "--bind", "127.0.0.1", "--dir", this.directory];
    const more = program === `${ENGINE}-server` ? ["--save", "", ...this.settings] : [];
    this.#process = new Deno.Command(program, { args: [...args, ...more], stdout: "null", stderr: "null" }).spawn();
    let ended = false;
    this.#process.status.then(() => ended = true);
    for (;;) {
      try {
        await this.ask("PING");
        return;
      } catch (error) {
        if (error instanceof Error && /NOAUTH/.test(error.message)) return;
        if (ended) throw new Error(`${program} ended`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    }
  }

  async #sentinelFile(): Promise<string> {
    const path = join(this.directory, "sentinel.conf");
    await Deno.writeTextFile(path, this.settings.join("\n"));
    return path;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Sends one command, with the password of the settings. */
  ask(...command: string[]): Promise<unknown> {
    return this.askAs(/(?:^| )(?:--)?requirepass (\S+)/.exec(this.settings.join(" "))?.[1], ...command);
  }

  /** Sends one command with a password. */
  async askAs(password: string | undefined, ...command: string[]): Promise<unknown> {
    const socket = { host: "127.0.0.1", port: this.port, reconnectStrategy: false as const };
    const client = createClient({ RESP: 2, socket, password });
    client.on("error", () => {});
    await client.connect();
    try {
      return await client.sendCommand(command);
    } finally {
      client.destroy();
    }
  }

  /** Whether it takes changes; a Sentinel that makes it so closes all connections. */
  isPrimary(): Promise<boolean> {
    return this.ask("ROLE").then((role) => `${role}`.startsWith("master"), () => false);
  }

  freeze(): void {
    this.#process?.kill("SIGSTOP");
  }

  thaw(): void {
    this.#process?.kill("SIGCONT");
  }

  /** Kills it, as a machine does that loses its power. */
  async kill(): Promise<void> {
    const process = this.#process;
    this.#process = null;
    if (!process) return;
    process.kill("SIGKILL");
    await process.status;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await Deno.remove(this.directory, { recursive: true });
  }
}
