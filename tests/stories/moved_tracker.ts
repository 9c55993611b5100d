/**
 * Trackers that end without a word, and the client that found one of them, run inside a network namespace: prints one
 * JSON line, which tracker the client asked when, and whether one that is not announced is asked once if there is no
 * other, at IPv4 and IPv6 together.
 */
import { announceTracker } from "../../lib/app/discovery/announce_tracker.ts";
import { searchTrackers } from "../../lib/app/discovery/search.ts";
import { promptOperands } from "../../lib/app/cli/commands/prompt_operands.ts";
import { Terminal } from "../../lib/app/cli/output/terminal.ts";
import { ENGLISH } from "../../lib/app/words/en/words.ts";
import { userPaths } from "../../lib/app/cli/user_paths.ts";
import { startTracker, TrackerClient } from "../../mod.ts";

/** Starts a tracker at a free port, and waits until it is announced. */
async function announced(name: string, registry?: string): Promise<AsyncDisposable & { port: number }> {
  const tracker = startTracker({ port: 0 });
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const announcing = announceTracker({
    address: tracker.address,
    name,
    version: "1",
    registry: () => registry,
    onName: resolve,
    onFault: reject,
  });
  await promise;
  return {
    port: tracker.address.port,
    async [Symbol.asyncDispose](): Promise<void> {
      await tracker.close();
      await announcing[Symbol.asyncDispose]();
    },
  };
}

const terminal = new Terminal();
terminal.attach({ line: () => {}, status: () => {} });
terminal.data = () => {};
const answers = ["7", ""]; // There is no seventh tracker; Enter is the only one.
terminal.askFirst = () => answers.shift() ?? null;

let lists = 0;
const local = startTracker({ onEvent: () => lists++ });

const first = await announced("sala");
const prompted = await promptOperands(
  ["tracker"],
  { directory: "." },
  terminal,
  ENGLISH,
  userPaths("client", "linux", {}),
);
const found = prompted!.chosen!;
const client = await TrackerClient.open(found.tracker, {
  timeouts: { waits: [200] }, // For one that is gone: who is there answers on TCP, however busy the machine is.
  findAgain: found.findAgain,
});
const isAt = ({ port }: { port: number }): boolean => client.address.port === port;
/** Whether a client whose tracker is gone gets no answer, and then one of another tracker. */
async function follows(start: () => ReturnType<typeof announced>): Promise<Awaited<ReturnType<typeof announced>>> {
  const next = await start();
  asked.push(await client.list().then(() => false, () => true));
  asked.push((await client.list()) && isAt(next));
  return next;
}

const asked = [(await client.list()) && isAt(first)];
await first[Symbol.asyncDispose]();
const other = announced("biblioteca");
const second = await follows(() => announced("sala", "5e0a"));
await second[Symbol.asyncDispose]();
const third = await follows(() => announced("andar", "5e0a"));
await client.close();
for (const it of [third, await other]) await it[Symbol.asyncDispose]();
asked.push(lists === 0);
const { signal } = new AbortController();
const search = await searchTrackers(signal, { asks: [0, 600], enough: 500, end: 1_500 });
await local.close();
console.log(JSON.stringify([...asked, search.trackers.length === 0, search.local?.host === "127.0.0.1", lists === 1]));
Deno.exit();
