/** What the programs show to a disk that is full, and to a pipe that nobody reads. */
import { ok, strictEqual } from "node:assert/strict";
import { startTracker } from "../../lib/net/tracker_server.ts";
import { DENO_DIR, image, ROOT, soon, taskFlags, tempDir } from "../support.ts";
import { say } from "../fake/baseline_client.ts";
import { ANSWERS, BaselinePeer } from "../fake/baseline_peer.ts";

/** Runs a program by a shell that redirects what it shows. */
async function run(
  name: "client" | "server",
  args: readonly string[],
  redirection: string,
): Promise<{ code: number; stderr: string }> {
  await using home = await tempDir();
  const words = [Deno.execPath(), ...taskFlags(name), ...args].map((word) => `'${word}'`).join(" ");
  const command = new Deno.Command("bash", {
    args: ["-o", "pipefail", "-c", `${words} ${redirection}`],
    cwd: ROOT,
    env: { LC_ALL: "C.UTF-8", HOME: home.path, XDG_CACHE_HOME: home.path, DENO_DIR },
    stdin: "null",
  });
  const { code, stderr } = await soon(command.output(), "the end");
  return { code, stderr: new TextDecoder().decode(stderr) };
}

const onLinux = { ignore: Deno.build.os !== "linux" };

Deno.test(
  "what is shown to a full disk is a failure, said once; to a pipe that nobody reads it is none",
  onLinux,
  async () => {
    const { bytes, md5 } = image(1);
    await using tracker = {
      it: startTracker({ host: "127.0.0.1", port: 0 }),
      [Symbol.asyncDispose]: () => tracker.it.close(),
    };
    await using giver = new BaselinePeer(ANSWERS.sends(bytes));
    const { port } = tracker.it.address;
    await say(port, `REG abc ${giver.address.port} ${md5},cat.gif`);
    await using into = await tempDir();
    const at = ["127.0.0.1", "--server-port", `${port}`];
    const commands: ["client" | "server", string[]][] = [
      ["client", ["--version"]],
      ["server", ["--version"]],
      ["client", ["--help"]],
      ["client", ["man"]],
      ["client", ["completion", "bash"]],
      ["client", ["config"]],
      ["client", ["list", ...at]],
      ["client", ["list", ...at, "--json"]],
      ["client", ["get", ...at, "--all", "--output", into.path]],
      ["client", ["get", ...at, "--all", "--output", into.path, "--json"]],
      ["client", ["doctor", ...at]],
    ];
    for (const [name, args] of commands) {
      const { code, stderr } = await run(name, args, ">/dev/full");
      strictEqual(code, 1, `${name} ${args.join(" ")}: ${stderr}`);
      strictEqual(stderr.split("The output cannot be written (disk full)").length, 2, stderr);
    }
    for (const [name, args] of commands.slice(0, 8)) {
      const { code, stderr } = await run(name, args, "| true");
      ok(code === 0 && !stderr.includes("cannot be written"), `${name} ${args.join(" ")}: ${stderr}`);
    }
  },
);
