import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { statusHandler } from "../../../lib/app/status/handler.ts";
import { metrics } from "../../../lib/app/status/metrics.ts";
import type { Snapshot } from "../../../lib/app/status/metrics.ts";
import { Stats } from "../../../lib/tracker/stats.ts";
import { needing } from "../../needs.ts";
import { Program } from "../../support.ts";
import { say } from "../../fake/baseline_client.ts";
import { CAT } from "../../protocol/arbitraries.ts";

const SNAPSHOT: Snapshot = {
  version: "1.2.3",
  uptime: 60,
  memory: 1_000,
  peers: 2,
  images: 3,
  bytes: 400,
  bytesAllowed: 300,
  dialling: 0,
  events: { registered: 2, refused: 1 },
  refusals: { 'odd "reason"\n': 1 },
  requestsPerSecond: 0.3,
};

const handler = statusHandler(() => SNAPSHOT);
const get = (path: string, headers: Record<string, string> = {}): Response =>
  handler(new Request(`http://127.0.0.1${path}`, { headers }));

Deno.test("only health, metrics and status are answered", async () => {
  strictEqual(await get("/healthz").text(), "ok\n");
  const registry = { connected: false, pending: 0, lost: 0, trackers: 0, isOutgrown: false };
  const healthOf = (more: Partial<Snapshot>): Promise<string> =>
    statusHandler(() => ({ ...SNAPSHOT, ...more }))(new Request("http://127.0.0.1/healthz")).text();
  strictEqual(await healthOf({ registry }), "ok, without the shared registry\n");
  strictEqual(
    await healthOf({ registry: { ...registry, isOutgrown: true } }),
    "ok, without the shared registry, the shared registry is larger than --memory\n",
  );
  deepStrictEqual(await get("/status").json(), SNAPSHOT);
  match(await get("/status", { accept: "text/html,*/*" }).text(), /<!doctype html>/);
  strictEqual(get("/").status, 404);
  strictEqual(get("/status/../etc/passwd").status, 404);
  strictEqual(handler(new Request("http://127.0.0.1/status", { method: "POST" })).status, 405);
  for (const path of ["/healthz", "/metrics", "/status", "/status.js", "/status.css", "/no"]) {
    match(get(path).headers.get("content-security-policy")!, /default-src 'none'/, path);
    strictEqual(get(path).headers.get("x-content-type-options"), "nosniff");
  }
});

Deno.test("metrics have the format of Prometheus", () => {
  const lines = metrics(SNAPSHOT).trimEnd().split("\n");
  for (const line of lines) {
    match(line, /^(# (HELP|TYPE) [a-z_0-9]+ .+|[a-z_0-9]+(\{[a-z]+="([^"\\\n]|\\["\\n])*"\})? [0-9.e+-]+)$/, line);
  }
  ok(lines.includes("idp2pi_peers 2"));
  ok(lines.includes('idp2pi_refusals_total{reason="odd \\"reason\\"\\n"} 1'));
});

Deno.test("the rate of requests is the mean of the last whole seconds", () => {
  const stats = new Stats();
  const event = { kind: "finished", peer: { host: "10.0.0.1", port: 1 } } as const;
  for (let ms = 0; ms < 5_000; ms += 10) stats.record(event, 100_000 + ms);
  stats.record({ kind: "lapsed", peer: event.peer }, 104_000);
  strictEqual(stats.totals(105_000).requestsPerSecond, 50);
  strictEqual(stats.totals(110_000).requestsPerSecond, 50);
  strictEqual(stats.totals(112_500).requestsPerSecond, 30);
  strictEqual(stats.totals(200_000).requestsPerSecond, 0);
  deepStrictEqual(stats.totals(200_000).events, { finished: 500, lapsed: 1 });
});

Deno.test(
  needing(
    ["unix"],
    "the program serves its status at the configured address, without peers' addresses or passwords",
    async () => {
      const args = ["--host", "127.0.0.1", "--port", "0", "--http", "0", "--lang", "en"];
      await using tracker = Program.start("server", ...args);
      const [, port] = await tracker.shows(/^ +127\.0\.0\.1:(\d+)/m);
      const [, url] = await tracker.shows(/Status page: (http:\/\/127\.0\.0\.1:\d+)\/status/);
      await say(Number(port), `REG secret77 54321 ${CAT},cat.png`);
      await say(Number(port), "nonsense");
      const status = await (await fetch(`${url}/status`)).json();
      deepStrictEqual([status.peers, status.images, status.refusals], [1, 1, { "unknown type": 1 }]);
      strictEqual(await (await fetch(`${url}/healthz`)).text(), "ok\n");
      const all = JSON.stringify(status) + await (await fetch(`${url}/metrics`)).text();
      ok(!all.includes("secret77") && !all.includes("54321") && !all.includes("127.0.0.1"));
      tracker.kill("SIGTERM");
      strictEqual(await tracker.exit(), 0);
    },
  ),
);
