/** A connection to the engine of a shared registry: one node, a cluster, or the primary that Sentinels name. */
import { createClient, createCluster, type RedisArgument } from "@redis/client";
import { REASONS } from "../../fault/reason.ts";
import type { EngineAddress, EngineNode } from "./engine_address.ts";
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
  [/^NOPERM|user executing the script can't/, "ENOPERM"],
  [/^OOM/, "EFULL"],
  [/^(READONLY|UNBLOCKED|MISCONF|NOREPLICAS|MASTERDOWN|LOADING|CLUSTERDOWN|TRYAGAIN)/, "ENOTREADY"],
  [/^(Socket closed|Disconnects client|The client is closed)/, "EPIPE"], // Words of the library.
  [/^Connection timeout/, "ETIMEDOUT"],
];

/** A connection to the node that has the keys. */
interface Client {
  send(args: RedisArgument[]): Promise<unknown>;
  destroy(): void;
}

export class Engine {
  /** Two, so that a read that waits stops no change. */
  readonly #clients: readonly Client[];
  readonly #keys: readonly string[];

  private constructor(clients: readonly Client[], prefix: string) {
    this.#clients = clients;
    this.#keys = keysOf(prefix);
  }

  /**
   * Of several nodes, tries one after the other, from any of them on: one that is down or cut off from the rest must not
   * keep the trackers from those that know more.
   *
   * @throws {EngineError}
   */
  static async connect(address: EngineAddress): Promise<Engine> {
    const { nodes } = address;
    const first = Math.floor(Math.random() * nodes.length);
    let fault: unknown;
    for (const node of [...nodes.slice(first), ...nodes.slice(0, first)]) {
      try {
        return await Engine.#through(node, address);
      } catch (error) {
        fault = error;
      }
    }
    throw fault;
  }

  static async #through(node: EngineNode, address: EngineAddress): Promise<Engine> {
    const target = address.sentinel === undefined ? node : await primaryOf(node, address);
    const opened = await Promise.allSettled([open(target, address), open(target, address)]);
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

/** The primary that a Sentinel names (https://redis.io/docs/latest/develop/reference/sentinel-clients/). */
async function primaryOf(node: EngineNode, address: EngineAddress): Promise<EngineNode> {
  const { sentinel, sentinelPassword, user, password, tls } = address;
  const client = createClient({ ...SETTINGS, socket: socketTo(node, tls) });
  const { send, destroy } = await connected(client, (args) => client.sendCommand(args));
  const ask = (args: string[]): Promise<unknown> => answered(send(args), ANSWER_MS);
  try {
    const named = (): Promise<unknown> => ask(["SENTINEL", "GET-MASTER-ADDR-BY-NAME", sentinel!]);
    const reply = await named().catch(async (error) => {
      // A Sentinel without a password refuses every password.
      if (error.code !== "EPASSWORD") throw error;
      const own = user === undefined ? [password ?? ""] : [user, password ?? ""];
      await ask(["AUTH", ...sentinelPassword === undefined ? own : [sentinelPassword]]);
      return await named();
    }) as [host: string, port: string] | null;
    if (!reply) throw new EngineError("ENOPRIMARY");
    return { host: reply[0], port: Number(reply[1]) };
  } finally {
    destroy();
  }
}

/** No timeout of the library, whose timers stay: {@link answered} has one. */
const commandOptions = { timeout: undefined };

/** The caller connects again, to whatever is there then. */
const SETTINGS = { RESP: 2, disableOfflineQueue: true, commandOptions } as const;

// deno-lint-ignore no-explicit-any -- The library's types of TCP and TLS exclude each other.
function socketTo(node: EngineNode, tls: boolean): any {
  return { ...node, connectTimeout: ANSWER_MS, reconnectStrategy: false, tls };
}

async function open(node: EngineNode, address: EngineAddress): Promise<Client> {
  const { nodes, tls, user, password, database, sentinel } = address;
  const settings = { ...SETTINGS, username: user, password, socket: socketTo(node, tls) };
  if (nodes.length > 1 && sentinel === undefined) {
    const { host: _host, port: _port, ...socket } = settings.socket;
    const client = createCluster({
      RESP: 2,
      commandOptions,
      rootNodes: [{ socket: settings.socket }],
      defaults: { ...settings, socket },
      minimizeConnections: true, // A node that has other slots may be down.
    });
    // The key is the first one after the script and the number of keys, or the stream.
    const keyOf = (args: RedisArgument[]): RedisArgument => args.find((it) => `${it}`.startsWith("{"))!;
    return await connected(client, (args) => client.sendCommand(keyOf(args), false, args));
  }
  const client = createClient({ ...settings, database });
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
