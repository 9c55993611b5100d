/** A connection to the engine of a shared registry: one node, a cluster, or the primary that Sentinels name. */
import { createClient, createCluster, createSentinel, type RedisArgument } from "@redis/client";
import { REASONS } from "../../fault/reason.ts";
import type { EngineAddress } from "./engine_address.ts";
import { keysOf } from "./script.ts";

/** The engine has not answered for so long that it counts as away, in milliseconds. */
const ANSWER_MS = 3_000;

/** How long a read waits for a new entry, in milliseconds. */
const BLOCK_MS = 1_000;

/** An error of the engine, with a code of {@link REASONS}. */
export class EngineError extends Error {
  constructor(readonly code: string, cause?: unknown) {
    super(code in REASONS ? REASONS[code as keyof typeof REASONS] : code, { cause });
  }
}

/** What begins the replies of an engine that is there, but refuses, and the library's errors. */
const REFUSALS: readonly [RegExp, keyof typeof REASONS][] = [
  [/^(WRONGPASS|NOAUTH|ERR AUTH|ERR invalid password)|unauthenticated/, "EPASSWORD"],
  [/^NOPERM/, "EACCES"],
  [/^OOM/, "EFULL"],
  [/^(READONLY|UNBLOCKED|MISCONF|NOREPLICAS|MASTERDOWN|LOADING|CLUSTERDOWN|TRYAGAIN)/, "ENOTREADY"],
  [/^(Socket closed|Disconnects client|The client is closed)/, "EPIPE"], // Words of the library.
  [/^Connection timeout/, "ETIMEDOUT"],
];

/** Asks one node; two of them, so that a read that waits stops no change. */
interface Client {
  send(args: RedisArgument[]): Promise<unknown>;
  destroy(): void;
}

export class Engine {
  readonly #clients: readonly Client[];
  readonly #keys: readonly string[];

  private constructor(clients: readonly Client[], prefix: string) {
    this.#clients = clients;
    this.#keys = keysOf(prefix);
  }

  /** @throws {EngineError} */
  static async connect(address: EngineAddress): Promise<Engine> {
    const opened = await Promise.allSettled([open(address), open(address)]);
    const clients = opened.flatMap((it) => it.status === "fulfilled" ? [it.value] : []);
    if (clients.length === 2) return new Engine(clients, address.prefix);
    clients.forEach((it) => it.destroy());
    throw opened.find((it) => it.status === "rejected")!.reason;
  }

  /** Runs a script; its reply. */
  run(script: string, args: readonly string[]): Promise<unknown> {
    const command = ["EVAL", script, `${this.#keys.length}`, ...this.#keys, ...args];
    return answered(this.#clients[0].send(command), ANSWER_MS);
  }

  /** Up to `most` entries of the stream between two ids; `(` before an id leaves it out. */
  async range(key: number, from: string, most: number): Promise<[string, string[]][]> {
    const command = ["XRANGE", this.#keys[key], from, "+", "COUNT", `${most}`];
    return await answered(this.#clients[1].send(command), ANSWER_MS) as [string, string[]][];
  }

  /** Up to `most` entries after an id, as soon as there are any; none after a second. */
  async read(key: number, after: string, most: number): Promise<[string, string[]][]> {
    const command = ["XREAD", "COUNT", `${most}`, "BLOCK", `${BLOCK_MS}`, "STREAMS", this.#keys[key], after];
    const reply = await answered(this.#clients[1].send(command), BLOCK_MS + ANSWER_MS);
    return (reply as [string, [string, string[]][]][] | null)?.[0][1] ?? [];
  }

  close(): void {
    this.#clients.forEach((it) => it.destroy());
  }
}

async function open({ nodes, tls, user, password, database, sentinel }: EngineAddress): Promise<Client> {
  // The caller connects again, to whatever is there then.
  const socket = { connectTimeout: ANSWER_MS, reconnectStrategy: false as const, tls };
  const settings = { username: user, password, RESP: 2 as const, disableOfflineQueue: true };
  const [first] = nodes;
  if (sentinel !== undefined) {
    const client = createSentinel({
      name: sentinel,
      RESP: 2,
      sentinelRootNodes: [...nodes],
      nodeClientOptions: { username: user, password, database, disableOfflineQueue: true, socket: socket as never },
      sentinelClientOptions: { socket: socket as never },
      maxCommandRediscovers: 2,
    });
    return await connected(client, (args) => client.sendCommand(false, args));
  }
  if (nodes.length > 1) {
    const client = createCluster({
      RESP: 2,
      rootNodes: nodes.map(({ host, port }) => ({ socket: { ...socket, host, port } as never })),
      defaults: { ...settings, socket: socket as never },
    });
    // The key is the first one after the script and the number of keys, or the stream.
    const keyOf = (args: RedisArgument[]): RedisArgument => args.find((it) => `${it}`.startsWith("{"))!;
    return await connected(client, (args) => client.sendCommand(keyOf(args), false, args));
  }
  const client = createClient({ ...settings, database, socket: { ...socket, ...first } as never });
  return await connected(client, (args) => client.sendCommand(args));
}

async function connected(
  client: { connect(): Promise<unknown>; destroy(): unknown; on(event: "error", listener: () => void): unknown },
  send: (args: RedisArgument[]) => Promise<unknown>,
): Promise<Client> {
  client.on("error", () => {}); // Requests fail too.
  const destroy = (): void => {
    try {
      const done = client.destroy();
      if (done instanceof Promise) done.catch(() => {});
    } catch {
      // Was closed already.
    }
  };
  try {
    await answered(client.connect(), ANSWER_MS);
    return { send, destroy };
  } catch (error) {
    destroy();
    throw error;
  }
}

/** The reply, or why there is none. */
async function answered<T>(reply: Promise<T>, timeout: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  reply.catch(() => {}); // Too late.
  try {
    return await Promise.race([
      reply,
      new Promise<never>((_, reject) => timer = setTimeout(() => reject(new EngineError("ETIMEDOUT")), timeout)),
    ]);
  } catch (error) {
    if (error instanceof EngineError || !(error instanceof Error)) throw error;
    const found = REFUSALS.find(([begin]) => begin.test(error.message));
    const { code } = (error.cause ?? error) as { code?: string };
    throw new EngineError(found?.[1] ?? code ?? error.message, error);
  } finally {
    clearTimeout(timer);
  }
}
