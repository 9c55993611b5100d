import { match, strictEqual } from "node:assert/strict";
import { survivesHangUp } from "../../../lib/app/cli/signals.ts";
import { say } from "../../fake/baseline_client.ts";
import { needing } from "../../needs.ts";
import { runOn } from "../../platform/support.ts";
import { Program, soon, tempDir } from "../../support.ts";

Deno.test(
  needing(
    ["unix"],
    "a server without a terminal continues after any number of SIGHUPs, and ends at SIGTERM",
    async () => {
      const table: [lang: string, message: RegExp][] = [
        ["en", /^\d\d:\d\d:\d\d SIGHUP ignored: there is no configuration to reload/m],
        ["pt", /^\d\d:\d\d:\d\d SIGHUP ignorado: não há configuração a recarregar/m],
      ];
      await Promise.all(table.map(async ([lang, message]) => {
        await using tracker = Program.start("server", "--host", "127.0.0.1", "--port", "0", "--lang", lang);
        const [, port] = await tracker.shows(/^ +127\.0\.0\.1:(\d+)/m);
        await tracker.shows(/Ctrl-C/);
        for (let times = 0; times < 2; times++) {
          tracker.kill("SIGHUP");
          await tracker.shows(message);
        }
        strictEqual(await soon(say(Number(port), "LST"), "an answer"), "ERR NO_IMAGES_AVAILABLE");
        tracker.kill("SIGTERM");
        strictEqual(await tracker.exit(), 0);
      }));
    },
  ),
);

Deno.test(needing(["terminal"], "a server ends when its terminal is closed", async () => {
  await using home = await tempDir();
  const { code, output } = await runOn({
    task: "server",
    args: ["--host", "127.0.0.1", "--port", "0"],
    home: home.path,
    term: "xterm",
    steps: [[/Ctrl-C/, "SIGHUP"]],
  });
  strictEqual(code, 0, output);
  match(output, /The tracker has stopped\./);
}));

Deno.test(
  needing(["unix"], "a client that shares without a terminal ends at SIGHUP, and unregisters", async () => {
    await using tracker = Program.start("server", "--host", "127.0.0.1", "--port", "0");
    const [, port] = await tracker.shows(/^ +127\.0\.0\.1:(\d+)/m);
    await using dir = await tempDir();
    await using client = Program.start("client", "share", `127.0.0.1:${port}`, dir.path);
    await client.shows(/Registered/);
    client.kill("SIGHUP");
    strictEqual(await client.exit(), 0);
    await tracker.shows(/END/);
  }),
);

Deno.test("SIGHUP is survived unless it means that a window was closed", () => {
  strictEqual(survivesHangUp({ attached: false }, "linux"), true);
  strictEqual(survivesHangUp({ attached: false }, "darwin"), true);
  strictEqual(survivesHangUp({ attached: true }, "linux"), false);
  strictEqual(survivesHangUp({ attached: false }, "windows"), false, "the system ends it soon after");
});
