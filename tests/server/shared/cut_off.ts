/**
 * An engine and two trackers, one of which is cut off from the engine by a firewall that drops all packets without a
 * word, run inside a network namespace: prints what both said meanwhile and afterwards, as JSON.
 */
import { say } from "../../fake/baseline_client.ts";
import { CAT, DOG } from "../../protocol/arbitraries.ts";
import { Program } from "../../support.ts";
import { Redis, until } from "./redis.ts";

const redis = await Redis.start("--bind", "127.0.0.1", "127.0.0.2");
const start = (host: string) =>
  Program.start(
    ...["server", "--host", "127.0.0.1", "--port", "0", "--http", "0", "--lang", "en"] as const,
    ...["--registry", `redis://${host}:${redis.port}`],
  );
const [cut, other] = [start("127.0.0.2"), start("127.0.0.1")];
const portOf = async (it: Program): Promise<number> => Number((await it.shows(/127\.0\.0\.1:(\d+)/))[1]);
const [here, there] = [await portOf(cut), await portOf(other)];
const [, status] = await cut.shows(/(http:\S+)\/status/);
const get = async (path: string): Promise<string> => await (await fetch(`${status}/${path}`)).text();
const metric = async (name: string): Promise<number> =>
  Number(new RegExp(`^idp2pi_shared_registry_${name} (\\d+)$`, "m").exec(await get("metrics"))![1]);
const firewall = async (rules: string): Promise<void> => {
  const args = [`flush ruleset; table ip firewall {\n${rules}\n}\n`];
  if (!(await new Deno.Command("nft", { args }).output()).success) throw new Error("nft");
};

/** How many registered, by the tracker that took them. */
const PEERS = 40;
const answers = new Set<string>();
const register = async (port: number, peer: number): Promise<unknown> =>
  answers.add(await say(port, `REG pw${peer} ${peer} ${CAT},cat.png`));
const end = async (port: number, peer: number): Promise<unknown> =>
  answers.add(await say(port, `END pw${peer} ${peer}`));
const update = async (port: number, peer: number): Promise<unknown> =>
  answers.add(await say(port, `UPD pw${peer} ${peer} ${DOG},dog.png`));
const listed = async (port: number): Promise<string> =>
  (await say(port, "LST")).split(";").flatMap((it) => it.split(",").slice(2).map((peer) => it[0] + peer)).sort().join();

for (let i = 0; i < PEERS; i++) await register(i % 2 ? here : there, 20_000 + i);
await until("both list the same", async () => await listed(here) === await listed(there));

const drop = (end: string) =>
  `chain ${end} { type filter hook ${end} priority 0; policy accept;
  ip daddr 127.0.0.2 drop; ip saddr 127.0.0.2 drop; }`;
await firewall(drop("input"));
let i = 0;
const work = async (): Promise<void> => {
  await register(i % 2 ? here : there, 21_000 + i);
  if (i < PEERS) await (i % 3 ? update : end)(i % 2 ? there : here, 20_000 + i);
  i++;
  await new Promise((resolve) => setTimeout(resolve, 5));
};
let isDown = false;
const said = cut.shows(/No contact with the shared registry at 127\.0\.0\.2:\d+ \([^)]*\)/).then(([text]) => {
  isDown = true;
  return text;
});
while (!isDown) await work();
const away = {
  said: (await said).replace(/:\d+/, ""),
  connected: await metric("connected"),
  isPending: await metric("pending") > 0,
  lost: await metric("lost_total"),
  healthz: await get("healthz"),
};
for (const before = i; i < before + PEERS;) await work();
await firewall("");
await cut.shows(/The shared registry can be reached again/);
await until("both list the same", async () => await listed(here) === await listed(there));
const list = await listed(here);
const isEnded = (peer: number): boolean => (peer - 20_000) % 3 === 0;
const kept = Array.from({ length: PEERS }, (_, i) => 20_000 + i).filter((peer) => !isEnded(peer));
const all = [
  ...kept.map((peer) => `d127.0.0.1:${peer}`),
  ...Array.from({ length: i }, (_, i) => `0127.0.0.1:${21_000 + i}`),
];
console.log(JSON.stringify({
  answers: [...answers].sort(),
  away,
  back: { connected: await metric("connected"), pending: await metric("pending"), healthz: await get("healthz") },
  isWhole: list === all.sort().join() || list,
  keys: await redis.ask("HLEN", "{idp2pi}:peers") === all.length,
}));
for (const it of [cut, other]) await it[Symbol.asyncDispose]();
await redis[Symbol.asyncDispose]();
Deno.exit();
