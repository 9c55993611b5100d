/** What the programs show to a disk that is full, and to a pipe that nobody reads. */
import { ok, strictEqual } from "node:assert/strict";
import { startTracker } from "../../lib/server/tracker_server.ts";
import { DENO_DIR, image, Inbox, programCommand, ROOT, soon, tempDir } from "../support.ts";
import { needing } from "../needs.ts";
import { say } from "../fake/baseline_client.ts";
import { ANSWERS, BaselinePeer } from "../fake/baseline_peer.ts";
import { ScriptedTracker } from "../fake/scripted_tracker.ts";

/** Runs a program by a shell that redirects what it shows. */
async function run(
  name: "client" | "server",
  args: readonly string[],
  redirection: string,
): Promise<{ code: number; stderr: string }> {
  await using home = await tempDir();
  const words = [...programCommand(name), ...args].map((word) => `'${word}'`).join(" ");
  const command = new Deno.Command("bash", {
    args: ["-o", "pipefail", "-c", `${words} ${redirection}`],
    cwd: ROOT,
    env: { LC_ALL: "C.UTF-8", HOME: home.path, XDG_CACHE_HOME: home.path, DENO_DIR },
    stdin: "null",
  });
  const { code, stderr } = await soon(command.output(), "the end");
  return { code, stderr: new TextDecoder().decode(stderr) };
}

Deno.test(
  needing(
    ["linux", "bash"],
    "output to a full disk is a failure, reported once, and output to a pipe without a reader is not",
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
        strictEqual(stderr.split("Cannot write the output (disk full)").length, 2, stderr);
      }
      for (const [name, args] of [commands[3], commands[7]]) {
        const { code, stderr } = await run(name, args, "| true");
        ok(code === 0 && !stderr.includes("Cannot write"), `${name} ${args.join(" ")}: ${stderr}`);
      }
    },
  ),
);

const CLOSED: [term: string, hup: string, when: "in use" | "before it is opened"][] = [
  ["xterm-256color", ":", "in use"],
  ["xterm-256color", "", "in use"],
  ["dumb", ":", "in use"],
  ["dumb", "", "in use"],
  ["xterm-256color", ":", "before it is opened"],
  ["xterm-256color", "", "before it is opened"],
  ["dumb", ":", "before it is opened"],
  ["dumb", "", "before it is opened"],
];

for (const [term, hup, when] of CLOSED) {
  const how = `${term === "dumb" ? "of plain lines" : "with a screen"}${hup === "" ? ", unnoticed" : ""}`;
  Deno.test(
    needing(
      ["terminal"],
      `a client whose terminal is closed unregisters and exits normally: one ${how}, ${when}`,
      async () => {
        await using home = await tempDir();
        await using dir = await tempDir({ "cat.gif": image(1).bytes });
        const asked = new Inbox<string>();
        const gone = Promise.withResolvers<void>();
        await using tracker = new ScriptedTracker(async (request) => {
          asked.put(request.slice(0, 3));
          if (when === "before it is opened") await gone.promise;
          return request.startsWith("REG") ? "OK 1_REGISTERED_IMAGES" : "OK CLIENT_FINISHED";
        });
        tracker.openTcp();
        const client = [...programCommand("client"), `127.0.0.1:${tracker.port}`, dir.path].join(" ");
        const [stderr, code] = ["stderr", "code"].map((name) => `${home.path}/${name}`);
        using watching = Deno.watchFs(home.path);
        const ended = (async () => {
          for await (const { paths } of watching) if (paths.includes(`${code}.new`)) return;
        })();
        // The shell outlives the terminal, to show how the client ended.
        const shell = `trap "${hup}" HUP; ${client} 2>${stderr}; echo $? >${code}; mv ${code} ${code}.new`;
        const window = new Deno.Command("script", {
          args: ["-qefc", `stty cols 80 rows 24; ${shell}`, "/dev/null"],
          cwd: ROOT,
          stdin: "piped",
          stdout: "piped",
          stderr: "null",
          env: { LC_ALL: "C.UTF-8", TERM: term, HOME: home.path, XDG_CACHE_HOME: home.path, DENO_DIR },
        }).spawn();
        await asked.find((it) => it === "REG", "a registration");
        window.kill("SIGKILL");
        await window.status;
        gone.resolve();
        await asked.find((it) => it === "END", "END");
        await soon(ended, "the end");
        const said = await Deno.readTextFile(stderr);
        strictEqual((await Deno.readTextFile(`${code}.new`)).trim(), "0", said);
        ok(!/error|Uncaught|cannot write/i.test(said), said);
        await Promise.all([window.stdin.close().catch(() => {}), window.stdout.cancel()]);
      },
    ),
  );
}
