/**
 * The programs as they start on Windows and macOS: `process.platform` and `Deno.build.os` say so, and the environment
 * has what it has there. What packages ask for on those systems is then refused or granted as it would be.
 */
import { match, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { Datagrams, image, Program, tempDir } from "../support.ts";
import { type Platform, runOn } from "./support.ts";

const PLATFORMS: readonly Platform[] = ["win32", "darwin"];

for (const platform of PLATFORMS) {
  Deno.test(`the interactive client starts on ${platform}, and leaves the tracker at Ctrl-C`, async () => {
    await using tracker = Program.start("server", "--host", "127.0.0.1", "--port", "0");
    const [, port] = await tracker.shows(/^ +127\.0\.0\.1:(\d+)/m);
    await using home = await tempDir({ "cat.gif": image(1).bytes });
    const steps = [[/Registered with/, "\x03"]] as const;
    const args = [`127.0.0.1:${port}`, home.path];
    const { code, output } = await runOn({ platform, task: "client", args, home: home.path, term: "xterm", steps });
    strictEqual(code, 0, output);
    match(output, /6 quit/);
    await tracker.shows(/END/);
  });
}
