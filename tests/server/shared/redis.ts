/** Engines of shared registries: real `redis-server`s of a test, each with a directory of its own. */
import { createClient } from "@redis/client";
import { join } from "node:path";
import { tempDir } from "../../support.ts";

export class Redis implements AsyncDisposable {
  #process: Deno.ChildProcess | null = null;

  private constructor(readonly port: number, readonly directory: string, readonly settings: readonly string[]) {}

  /** Starts one; `settings` as on its command line. */
  static async start(...settings: string[]): Promise<Redis> {
    const directory = (await tempDir()).path;
    for (let tries = 1;; tries++) {
      const redis = new Redis(freePort(), directory, settings);
      try {
        await redis.start();
        return redis;
      } catch (error) {
        await redis.kill();
        if (tries === 5) throw error; // Another program may take the port first.
      }
    }
  }

  /** Starts it again, with what it has on its disk. */
  async start(): Promise<void> {
    const [program, ...first] = this.settings[0]?.startsWith("sentinel ")
      ? ["redis-sentinel", await this.#sentinelFile()]
      : ["redis-server"];
    const args = [...first, "--port", `${this.port}`, "--bind", "127.0.0.1", "--dir", this.directory];
    const more = program === "redis-server" ? ["--save", "", ...this.settings] : [];
    this.#process = new Deno.Command(program, { args: [...args, ...more], stdout: "null", stderr: "null" }).spawn();
    let ended = false;
    this.#process.status.then(() => ended = true);
    for (;;) {
      try {
        await this.ask("PING");
        return;
      } catch (error) {
        if (error instanceof Error && /NOAUTH|WRONGPASS/.test(error.message)) return;
        if (ended) throw new Error("redis-server ended");
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

  /** Sends one command. */
  ask(...command: string[]): Promise<unknown> {
    return this.askAs(undefined, ...command);
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

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
