/** `idp2pi-server --registry`, as an operator runs it. */
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { writeAll } from "../../../lib/net/io.ts";
import { say } from "../../fake/baseline_client.ts";
import { needing } from "../../needs.ts";
import { CAT } from "../../protocol/arbitraries.ts";
import { Program, quietPort, tempDir } from "../../support.ts";
import { Redis } from "./redis.ts";

Deno.test("a password on the command line, a wrong address, and options that do not fit are refused, and show no password", async () => {
  const cases: [args: string[], says: RegExp][] = [
    [["--registry", "redis://ana:secret@127.0.0.1"], /see a password in --registry.*IDP2PI_SERVER_REGISTRY/],
    [["--registry", "redis//ana:secret@127.0.0.1"], /Invalid value “redis\/\/ana:\*\*\*@127\.0\.0\.1” for --registry/],
    [["--registry", "redis://127.0.0.1", "--state", "x.db"], /--state and --registry exclude each other/],
    [["--registry-password", "pw.txt"], /Option --registry-password requires --registry\./],
    [["--open", "--strict"], /--open and --strict exclude each other/],
  ];
  await Promise.all(cases.map(async ([args, says]) => {
    await using program = Program.start("server", "--port", "0", ...args);
    strictEqual(await program.exit(), 2, program.output);
    match(program.output, says);
    ok(!program.output.includes("secret"));
  }));
});

Deno.test(
  needing(
    ["redis-server"],
    "trackers with one registry share peers, outlive each other, and say when it is away",
    async () => {
      await using redis = await Redis.start("--requirepass", "secret");
      await using dir = await tempDir({ password: new TextEncoder().encode("secret\n") });
      const start = () =>
        Program.start(
          ...["server", "--host", "127.0.0.1", "--port", "0", "--http", "0"] as const,
          ...["--registry", redis.url, "--registry-password", join(dir.path, "password")],
        );
      await using first = start();
      const portOf = async (it: Program): Promise<number> => Number((await it.shows(/127\.0\.0\.1:(\d+)/))[1]);
      const a = await portOf(first);
      await using second = start();
      const b = await portOf(second);
      await second.shows(/Shares its registrations through 127\.0\.0\.1:\d+ with 1 other tracker\./);
      const [, status] = await second.shows(/(http:\S+)\/status/);
      const get = async (path: string): Promise<string> => await (await fetch(`${status}/${path}`)).text();
      await say(a, `REG ana 5000 ${CAT},cat.png`);
      while (await say(b, "LST") !== `${CAT},cat.png,127.0.0.1:5000`);
      first.kill("SIGKILL");
      await first.exit();
      strictEqual(await say(b, `UPD ana 5000 ${CAT},tom.png`), "OK 1_REGISTERED_FILES");
      match(await get("metrics"), /^idp2pi_shared_registry_connected 1$/m);
      strictEqual(await get("healthz"), "ok\n");
      await redis.kill();
      await second.shows(/^\d\d:\d\d:\d\d No contact with the shared registry at 127\.0\.0\.1:\d+ \([^)]*\)/m);
      match(await get("metrics"), /^idp2pi_shared_registry_connected 0$/m);
      strictEqual(await get("healthz"), "ok, without the shared registry\n");
      strictEqual(await say(b, `REG ben 6000 ${CAT},cat.png`), "OK 1_REGISTERED_IMAGES");
      await redis.start();
      await second.shows(/^\d\d:\d\d:\d\d The shared registry can be reached again/m);
      second.kill("SIGTERM");
      strictEqual(await second.exit(), 0);
      strictEqual(await redis.ask("HLEN", "{idp2pi}:peers"), 2);
      ok(!second.output.includes("secret"));
    },
  ),
);

Deno.test(
  needing(
    ["redis-server"],
    "a tracker with less memory than its registry takes keeps all, and says so once",
    async () => {
      await using redis = await Redis.start();
      const start = (...args: string[]) =>
        Program.start("server", "--host", "127.0.0.1", "--port", "0", "--registry", redis.url, "--http", "0", ...args);
      await using large = start();
      await using small = start("--memory", "8M", "--json");
      const [, port] = await large.shows(/127\.0\.0\.1:(\d+)/);
      const [, smallPort] = await small.shows(/"port":(\d+)/);
      const [, status] = await small.shows(/(http:[^"]+)\/status/);
      const images = Array.from({ length: 40_000 }, (_, i) => `${`${i}`.padStart(32, "0")},a.png`).join(";");
      using conn = await Deno.connect({ hostname: "127.0.0.1", port: Number(port) });
      await writeAll(conn, new TextEncoder().encode(`REG ana 5000 ${images}\n`));
      const [, line] = await small.shows(/({"version":1,"kind":"log"[^\n]*"event":"outgrown"[^\n]*})/);
      const { bytes, allowed } = JSON.parse(line);
      deepStrictEqual([allowed, bytes > 9_000_000], [8_000_000, true]);
      match(small.output, /The shared registry takes 11 MB, and --memory of this tracker allows 8 MB/);
      const health = await (await fetch(`${status}/healthz`)).text();
      strictEqual(health, "ok, the shared registry is larger than --memory\n");
      strictEqual(await say(Number(smallPort), `REG ben 6000 ${CAT},cat.png`), "ERR TRACKER_FULL");
      strictEqual(await redis.ask("HLEN", "{idp2pi}:peers"), 1);
    },
  ),
);

Deno.test(
  needing(["redis-server"], "a tracker that cannot open its port leaves the others at once", async () => {
    await using redis = await Redis.start();
    const port = quietPort();
    using _taken = Deno.listen({ hostname: "127.0.0.1", port });
    await using program = Program.start("server", "--host", "127.0.0.1", "--port", `${port}`, "--registry", redis.url);
    strictEqual(await program.exit(), 1, program.output);
    match(program.output, /already in use/);
    strictEqual(await redis.ask("ZCARD", "{idp2pi}:trackers"), 0, "nobody counts on it when leases end");
  }),
);
