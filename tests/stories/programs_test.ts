/** Whole sessions of the real programs, as users run them. */
import { deepStrictEqual, doesNotMatch, match, ok, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { say } from "../fake/baseline_client.ts";
import { ANSWERS, BaselinePeer, deadPort } from "../fake/baseline_peer.ts";
import { BaselineTracker } from "../fake/baseline_tracker.ts";
import { taskFlags } from "../../scripts/task_flags.ts";
import { needing } from "../needs.ts";
import { DENO_DIR, image, namesIn, Program, programCommand, ROOT, tempDir } from "../support.ts";

const cat = image(1, 50_000);
const dog = image(2, 60_000);

/** Starts the server on a free port. */
async function server(...args: string[]): Promise<{ program: Program; port: number }> {
  const program = Program.start("server", "--host", "127.0.0.1", "--port", "0", ...args);
  const [, port] = await program.shows(/^ +127\.0\.0\.1:(\d+)/m);
  return { program, port: Number(port) };
}

Deno.test(needing(["terminal"], "two people share, list, fetch and quit", async () => {
  const { program, port } = await server();
  await using tracker = program;
  await using anaDir = await tempDir({ "my cat.gif": cat.bytes, "notes.txt": new Uint8Array([65]) });
  await using benDir = await tempDir({ "dog.gif": dog.bytes });
  await using ana = Program.startInTerminal("client", "127.0.0.1", anaDir.path, "--server-port", `${port}`);
  await ana.shows(
    /Left out: 1 file that is not an image\. Use --list-skipped.*Sharing 1 image \(50 kB\).*Registered with the tracker 127\.0\.0\.1:\d+: 1 image\./s,
  );
  await tracker.shows(/REG 127\.0\.0\.1:\d+ shares 1 image \(1 peer, 1 image\)/);
  await using ben = Program.startInTerminal(
    "client",
    "localhost",
    benDir.path,
    "--server-port",
    `${port}`,
    "--lang",
    "pt",
  );
  await ben.shows(/6 sair/);

  await ben.type("2\r");
  await ben.shows(/1 +1 +my cat\.gif +127\.0\.0\.1:\d+\s+2 +1 +dog\.gif \(aqui\)/);
  await ben.type("3\r");
  await ben.shows(/Quais imagens, de 1 a 2/);
  await ben.type("1\r");
  await ben.shows(/Salva como my cat\.gif \(50 kB, MD5 conferido\) de 127\.0\.0\.1:\d+\..*1 imagem baixada/s);
  deepStrictEqual(await Deno.readFile(join(benDir.path, "my cat.gif")), cat.bytes);
  await ana.shows(/127\.0\.0\.1:\d+ downloaded my cat\.gif \(50 kB\)/);
  await tracker.shows(/UPD 127\.0\.0\.1:\d+ now shares 2 images \(2 peers, 2 images\)/);

  await ben.type("3\r1\r");
  await ben.shows(/A imagem já está aqui como my cat\.gif/);
  await ben.type("sair\r");
  strictEqual(await ben.exit(), 0);
  await tracker.shows(/END 127\.0\.0\.1:\d+ left \(1 peer, 1 image\)/);
  await ana.type("\x03");
  strictEqual(await ana.exit(), 0);
  await tracker.shows(/END 127\.0\.0\.1:\d+ left \(0 peers, 0 images\)/);
  tracker.kill("SIGINT");
  strictEqual(await tracker.exit(), 0);
  deepStrictEqual(await namesIn(benDir.path), ["dog.gif", "my cat.gif"]);
}));

Deno.test(needing(["terminal"], "the whole menu works, by number and by word", async () => {
  const { program, port } = await server();
  await using tracker = program;
  await using dir = await tempDir({ "cat.gif": cat.bytes });
  await using client = Program.startInTerminal("client", "127.0.0.1", dir.path, "--server-port", `${port}`);
  await client.shows(/1 register {3}2 list {3}3 download {3}4 update {3}5 unregister {3}6 quit/);
  await client.type("5\r");
  await client.shows(/Unregistered: the tracker no longer/);
  await client.type("5\r");
  await client.shows(/You are not registered: choose 1/);
  await client.type("u\r");
  await client.shows(/“u” is ambiguous \(update, unregister\)/);
  await client.type("list\r");
  await client.shows(/No images are shared yet/);
  await client.type("3\r");
  await client.shows(/No images are shared yet/);
  await client.type("reg\r");
  await client.shows(/Registered with .*: 1 image/);
  await Deno.writeFile(join(dir.path, "dog.gif"), dog.bytes);
  await client.type("4\r");
  await client.shows(/Registration updated at .*: 2 images/);
  await client.type("3\r");
  await client.shows(/Which image/);
  await client.type("9\r");
  await client.shows(/Invalid selection “9”/);
  await client.type("hello\r");
  await client.shows(/“hello” is not in the menu/);
  await client.type("\x04");
  strictEqual(await client.exit(), 0, "the end of the input leaves too");
  await tracker.shows(/END/);
}));

Deno.test(needing(["unix"], "without a terminal the client shares, logs, and unregisters on SIGTERM", async () => {
  const { program, port } = await server();
  await using tracker = program;
  await using dir = await tempDir({ "cat.gif": cat.bytes });
  await using client = Program.start("client", "127.0.0.1", dir.path, "--server-port", `${port}`, "--password", "abc");
  const [, own] = await client.shows(/on TCP port (\d+)/);
  await client.shows(/Registered/);
  strictEqual(await say(port, "LST"), `${cat.md5},cat.gif,127.0.0.1:${own}`);
  strictEqual(await say(port, `UPD abc ${own} ${cat.md5},cat.gif`), "OK 1_REGISTERED_FILES");
  client.kill("SIGTERM");
  strictEqual(await client.exit(), 0);
  strictEqual(await say(port, "LST"), "ERR NO_IMAGES_AVAILABLE");
  ok(!client.output.includes("\x1b"), "no escape codes");
  ok(!tracker.output.includes("abc"), "no password in the log");
}));

Deno.test(needing(["terminal"], "our client works with a third-party tracker and peer", async () => {
  using tracker = new BaselineTracker({ list: "brackets", colours: true, otherPort: true, endMarker: true });
  await using dead = new BaselinePeer(ANSWERS.refuses());
  await using good = new BaselinePeer(ANSWERS.sends(dog.bytes));
  for (const { address } of [dead, good]) {
    await say(tracker.port, `REG x${address.port} ${address.port} ${dog.md5},dog.gif`);
  }
  await using dir = await tempDir({ "cat.gif": cat.bytes });
  await using client = Program.startInTerminal("client", "127.0.0.1", dir.path, "--server-port", `${tracker.port}`);
  await client.shows(/Registered/);
  await client.type("2\r");
  await client.shows(/1 +2 +dog\.gif/);
  await client.type("3\r1\r");
  await client.shows(/Saved as dog\.gif/);
  deepStrictEqual(await Deno.readFile(join(dir.path, "dog.gif")), dog.bytes);
  await tracker.heard.find(
    ({ request }) => request.startsWith("REG") && request.includes("dog.gif") && request.includes("cat.gif"),
    "the update",
  );
  await client.type("6\r");
  strictEqual(await client.exit(), 0);
  // One that is not answered at once is repeated.
  const asked = tracker.requests.filter((it, i, all) => it !== all[i - 1]).map((it) => it.slice(0, 3));
  deepStrictEqual(asked, ["REG", "REG", "REG", "LST", "END", "REG", "END"]);
}));

Deno.test(
  needing(
    ["terminal"],
    "a silent tracker is reported with its address; the menu stays, and Ctrl-C is prompt meanwhile",
    async () => {
      using silent = new BaselineTracker({ losesFirst: true });
      await using dir = await tempDir({ "cat.gif": cat.bytes });
      const args = ["127.0.0.1", dir.path, "--server-port", `${deadPort()}`];
      await using patient = Program.startOnScreen("client", ...args);
      await using alone = Program.start("client", ...args);
      await using hasty = Program.startOnScreen("client", "127.0.0.1", dir.path, "--server-port", `${silent.port}`);
      await silent.heard.find(() => true, "the request");
      await hasty.type("\x03");
      strictEqual(await hasty.exit(), 0, hasty.output);
      await patient.shows(
        /tracker at 127\.0\.0\.1:\d+ did not answer within 10 seconds.*Retrying\s+automatically.*6 quit/s,
      );
      await patient.type("6\r");
      strictEqual(await patient.exit(), 0);
      await alone.shows(/has not answered yet.*did not answer within 10 seconds.*Retrying automatically/s);
      strictEqual(alone.output.split("has not answered yet").length - 1, 1, alone.output);
      ok(!alone.stdout.includes("answer"), "that is for standard error");
      ok(!patient.output.includes("has not answered yet"), "in a terminal the status line shows it");
      alone.kill("SIGINT");
      strictEqual(await alone.exit(), 0, "it keeps asking until it is ended");
    },
  ),
);

Deno.test(
  needing(["terminal"], "Ctrl-C during the first scan ends it at once, with a message", async () => {
    await using dir = await tempDir({ "large.gif": cat.bytes });
    await Deno.truncate(join(dir.path, "large.gif"), 4_000_000_000); // A hole: seconds to read, nothing on the disk.
    await using client = Program.startOnScreen("client", `127.0.0.1:${deadPort()}`, dir.path);
    await client.shows(/Reading images: 0 of 1 file/);
    await client.type("\x03");
    await client.shows(/Interrupted while scanning the directory: nothing was shared\./);
    strictEqual(await client.exit(), 0);
  }),
);

Deno.test(
  needing(
    ["unix"],
    "wrong usage is a sentence and exit code 2, and a failure is one and exit code 1",
    async () => {
      const { program, port } = await server();
      await using tracker = program;
      const cases: ["server" | "client", string[], number, RegExp][] = [
        [
          "server",
          ["--port", "65536"],
          2,
          /Invalid value “65536” for --port: .*\nUsage: idp2pi-server \[options\]\nRun “idp2pi-server --help”/,
        ],
        ["server", ["--lang", "pt", "--bogus"], 2, /Opção desconhecida: --bogus/],
        ["server", ["--help"], 0, /Usage:\n +idp2pi-server/],
        ["server", ["config", "--lang", "pt"], 0, /Arquivo de configuração.*\n.*\nopção +valor +origem/],
        ["client", ["help", "list"], 0, /Usage: idp2pi-client list <tracker>/],
        ["client", ["help", "lits"], 2, /Unknown command “lits”/],
        [
          "server",
          ["--host", "127.0.0.1", "--port", `${port}`],
          1,
          /UDP port \d+ is already in use on 127\.0\.0\.1: stop/,
        ],
        ["server", ["--host", "192.0.2.77"], 1, /192\.0\.2\.77 is not an address of this machine/],
        ["client", ["127.0.0.1:x", "."], 3, /the host name 127\.0\.0\.1:x/],
        ["client", ["--version"], 0, /^idp2pi-client \d+\.\d+\.\d+\s*$/],
      ];
      await Promise.all(cases.map(async ([name, args, code, shown]) => {
        await using it = Program.start(name, ...args);
        strictEqual(await it.exit(), code, `${name} ${args.join(" ")}\n${it.output}`);
        match(it.output, shown);
      }));
      tracker.kill("SIGTERM");
      strictEqual(await tracker.exit(), 0);
    },
  ),
);

Deno.test(
  needing(
    ["terminal"],
    "scripts can share without a menu, list once, and see what keeps images from being shared",
    async () => {
      const { program, port } = await server();
      await using tracker = program;
      const want = `${JSON.stringify({ want: dog.md5, name: "dog.gif" })}\n`;
      const left = { [`.idp2pi-${crypto.randomUUID()}.queue`]: new TextEncoder().encode(want) };
      await using dir = await tempDir({ "cat.gif": cat.bytes, ...left });
      const at = `127.0.0.1:${port}`;
      await using sharing = Program.startInTerminal("client", "compartilhar", at, dir.path, "--lang", "pt");
      await sharing.shows(/1 download não concluído: .*Registrado no tracker/s);
      await using listing = Program.start("client", "list", at);
      strictEqual(await listing.exit(), 0, listing.output);
      match(listing.stdout, /^# +peers +name +where\n1 +1 +cat\.gif +127\.0\.0\.1:\d+\n$/);
      await using doctor = Program.start("client", "doctor", at, dir.path);
      strictEqual(await doctor.exit(), 0, doctor.output);
      match(doctor.output, /✓ .*127\.0\.0\.1/);
      await using lost = Program.start("client", "doctor", `127.0.0.1:${deadPort()}`);
      strictEqual(await lost.exit(), 3, lost.output);
      match(lost.output, /✗ .*\n {2}\S/);
      strictEqual(sharing.output.includes("6 sair"), false);
      await sharing.type("\x03");
      strictEqual(await sharing.exit(), 0);
      await tracker.shows(/END 127\.0\.0\.1:\d+ left/);
    },
  ),
);

Deno.test(needing(["terminal"], "a name from the network controls no terminal", async () => {
  const { program, port } = await server();
  await using tracker = program;
  await using peer = new BaselinePeer(ANSWERS.sends(cat.bytes));
  await say(port, `REG x ${peer.address.port} ${cat.md5},%1B[2J%1B]0%3Bowned%07%E2%80%AE.gif`);
  await using dir = await tempDir();
  await using client = Program.startInTerminal("client", "127.0.0.1", dir.path, "--server-port", `${port}`);
  await client.shows(/6 quit/);
  await client.type("2\r");
  await client.shows(/\\u\{1b\}\[2J\\u\{1b\}\]0;owned/);
  await client.type("3\r1\r");
  await client.shows(/Saved as _\[2J_\]0;owned_\.gif/);
  strictEqual(tracker.output.includes("\x1b"), false);
  await client.type("6\r");
  strictEqual(await client.exit(), 0);
}));

for (
  const [lang, byteForByte, well, served, registered, finished] of [
    [
      "en",
      "byte for byte",
      "Everything worked",
      "Ana's peer: sent",
      "tracker: registered a peer (REG)",
      "tracker: removed a registration (END)",
    ],
    [
      "pt",
      "byte por byte",
      "Tudo certo",
      "peer de Ana: enviou",
      "tracker: registrou um peer (REG)",
      "tracker: removeu um registro (END)",
    ],
  ]
) {
  Deno.test(`the demo shows each step, verifies the bytes and succeeds: ${lang}`, async () => {
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", ...taskFlags("demo"), "scripts/demo.ts", ...lang === "en" ? ["--lang", "en"] : []],
      env: { LC_ALL: "pt_BR.UTF-8" },
      cwd: ROOT,
    }).output();
    const shown = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
    strictEqual(code, 0, shown);
    const steps = shown.split(/^\d\. /m);
    strictEqual(steps.length, 10, shown);
    // What the programs report stands below the step that made them report it.
    const reported = steps.map((step) => step.split("\n   ").slice(1).map((it) => it.trimEnd()));
    deepStrictEqual(reported[1], []);
    deepStrictEqual(reported[2], [registered]);
    strictEqual(reported[4].length, 1 + 8);
    match(steps[5], new RegExp(`${served} sunset\\.jpg`));
    match(steps[6], new RegExp(byteForByte));
    match(steps[8], new RegExp(`END.*${well}`));
    deepStrictEqual(reported[8], [finished, finished]);
    match(steps[9], /npx -y deno@\S+ task -q demo --gallery/);
    doesNotMatch(shown, /: changes$/m, "an event without words");
  });
}

Deno.test(
  needing(["terminal"], "faults are colored on a terminal with colors, unless the user wants none", async () => {
    const red = "\x1b[31m";
    const isRed = async (start: (...args: string[]) => Program, ...args: string[]): Promise<boolean> => {
      await using program = start(...args);
      strictEqual(await program.exit(), 2, program.output);
      return program.raw.includes(red);
    };
    const onScreen = (...args: string[]): Program => Program.startOnScreen("client", ...args);
    const dumb = (...args: string[]): Program => Program.startInTerminal("client", ...args);
    const piped = (...args: string[]): Program => Program.start("client", ...args);
    strictEqual(await isRed(onScreen, "--bogus"), true);
    strictEqual(await isRed(onScreen, "--bogus", "--color", "never"), false);
    strictEqual(await isRed(dumb, "--bogus"), false);
    strictEqual(await isRed(piped, "--bogus"), false);
    strictEqual(await isRed(piped, "--bogus", "--color=always"), true);
    strictEqual(await isRed(onScreen, "--color", "purple"), true);
  }),
);

Deno.test(
  needing(
    ["unix"],
    "a relative directory is the caller's, even if a task of the project starts the program",
    async () => {
      const { program, port } = await server();
      await using tracker = program;
      await using caller = await tempDir();
      await Deno.mkdir(join(caller.path, "pictures"));
      await Deno.writeFile(join(caller.path, "pictures", "cat.gif"), cat.bytes);
      const task = ["task", "--quiet", "--config", join(ROOT, "deno.json"), "client"];
      const sharing = new Deno.Command(Deno.execPath(), {
        args: [...task, "share", `127.0.0.1:${port}`, "pictures", "--no-cache"],
        cwd: caller.path,
        // Not that of who runs the tests: npx and deno task say in INIT_CWD where they were started.
        clearEnv: true,
        env: { PATH: Deno.env.get("PATH")!, HOME: caller.path, DENO_DIR },
        stdout: "null",
        stderr: "null",
      }).spawn();
      await tracker.shows(/REG 127\.0\.0\.1:\d+ shares 1 image/);
      sharing.kill("SIGTERM");
      await sharing.status;
    },
  ),
);

Deno.test(
  needing(["linux", "sh"], "a current directory whose name is not UTF-8 is reported in one sentence", async () => {
    await using dir = await tempDir();
    const words = [...programCommand("client"), "share", "127.0.0.1:9", "."].map((it) => `'${it}'`).join(" ");
    const script = `cd "$1" && mkdir "$(printf 'a\\377')" && cd a* && exec ${words}`;
    const { code, stderr } = await new Deno.Command("sh", {
      args: ["-c", script.replace("'client.ts'", `'${join(ROOT, "client.ts")}'`), "sh", dir.path],
      env: { LC_ALL: "C.UTF-8", IDP2PI_CLIENT_NO_CACHE: "true" },
    }).output();
    match(new TextDecoder().decode(stderr), /^Cannot use the directory \. \(.*not valid UTF-8\): check .*\n$/);
    strictEqual(code, 1);
  }),
);
