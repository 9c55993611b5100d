import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import stringWidth from "string-width";
import { CLIENT } from "../../../../lib/app/cli/options/client_definition.ts";
import { findOption, parseCommandLine } from "../../../../lib/app/cli/options/command_line.ts";
import { configLines } from "../../../../lib/app/cli/commands/config_command.ts";
import { readConfig } from "../../../../lib/app/cli/options/config_file.ts";
import type { ProgramSpec } from "../../../../lib/app/cli/options/definition.ts";
import { helpLines } from "../../../../lib/app/cli/help.ts";
import { SERVER } from "../../../../lib/app/cli/options/server_definition.ts";
import { resolveSettings, type Settings } from "../../../../lib/app/cli/options/settings.ts";
import { expandHome } from "../../../../lib/app/cli/user_paths.ts";
import { ENGLISH } from "../../../../lib/app/words/en/words.ts";
import { PORTUGUESE } from "../../../../lib/app/words/pt/words.ts";
import { isFault } from "../../../../lib/fault/fault.ts";
import { UsageError } from "../../../../lib/app/words/usage.ts";
import { tempDir } from "../../../support.ts";

type Client = Settings<typeof CLIENT.options>;

const expand = (path: string): string => expandHome(path, "linux", "/home/ana");

/** What the client makes of a command line, the environment and a config file. */
async function client(
  args: readonly string[],
  env?: Record<string, string>,
  file?: Record<string, string>,
): Promise<Client> {
  const around = { env: env ?? {}, file: file ? { path: "c.toml", values: file } : null, expand };
  return (await resolveSettings(await parseCommandLine(args, CLIENT), CLIENT, around))!; // Nobody is asked.
}

const isUsage = (code: string, subject: string, value?: string, choices?: string) => (error: unknown): boolean => {
  ok(error instanceof UsageError, String(error));
  deepStrictEqual([error.code, error.subject], [code, subject]);
  if (value !== undefined) strictEqual(error.value, value);
  if (choices !== undefined) strictEqual(error.choices, choices);
  return true;
};

Deno.test("options and operands are read in any order and spelling", async () => {
  const { values, operands } = await client(["10.0.0.1", "dir", "--port", "5000", "--password=ab", "--skip-gps"]);
  deepStrictEqual({ ...values }, { port: 5000, password: "ab", "skip-gps": true, "server-port": 13377, color: "auto" });
  deepStrictEqual(operands, { tracker: "10.0.0.1", directory: "dir" });
  deepStrictEqual((await client(["a.b", "--lang", "pt", "--", "-dir"])).operands, {
    tracker: "a.b",
    directory: "-dir",
  });
  deepStrictEqual((await client(["--", "list", "dir"])).operands, { tracker: "list", directory: "dir" });
  strictEqual((await client(["10.0.0.1", "d", "--upload-limit", "2M"])).values["upload-limit"], 2_000_000);
  strictEqual(findOption(["--bogus", "--lang", "pt"], CLIENT, "lang"), "pt");
  strictEqual(findOption(["--bogus", "--skip-gps"], CLIENT, "skip-gps"), true);
  strictEqual(findOption(["--", "--lang", "pt"], CLIENT, "lang"), undefined);
});

Deno.test("commands are known by their names in both languages", async () => {
  const table: [string[], string][] = [
    [["list", "10.0.0.1"], "list"],
    [["--lang", "pt", "listar", "10.0.0.1"], "list"],
    [["compartilhar", "10.0.0.1", "d"], "share"],
    [["diagnóstico", "10.0.0.1"], "doctor"],
    [["configuracao"], "config"],
    [["--lang", "pt", "status"], "status"],
    [["encerrar"], "stop"],
    [["10.0.0.1", "list"], "main"],
  ];
  for (const [args, command] of table) strictEqual((await parseCommandLine(args, CLIENT)).command, command);
});

Deno.test("a path alone is the directory, and the tracker comes from elsewhere or is asked for", async () => {
  const tracker = { IDP2PI_CLIENT_TRACKER: "10.0.0.1" };
  const directory = { IDP2PI_CLIENT_DIRECTORY: "~/Pictures" };
  const cases: [string, Record<string, string>, Record<string, string>][] = [
    ["~/Photos", tracker, { tracker: "10.0.0.1", directory: "/home/ana/Photos" }],
    [".", { ...tracker, ...directory }, { tracker: "10.0.0.1", directory: "." }],
    ["photos", tracker, { tracker: "10.0.0.1", directory: "photos" }],
    ["photos", directory, { tracker: "photos", directory: "/home/ana/Pictures" }],
    ["school", directory, { tracker: "school", directory: "/home/ana/Pictures" }],
    ["~/Photos", {}, { tracker: "asked", directory: "/home/ana/Photos" }],
    ["photos", {}, { tracker: "asked", directory: "photos" }],
    ["school", {}, { tracker: "school", directory: "asked" }],
  ];
  const exists = (path: string): Promise<boolean> => Promise.resolve(path === "photos");
  const prompt = ([missing]: readonly string[]) => Promise.resolve({ [missing]: "asked" });
  for (const [word, env, expected] of cases) {
    const settings = await resolveSettings(await parseCommandLine([word], CLIENT), CLIENT, {
      ...{ env, file: null, expand, exists, prompt },
    });
    deepStrictEqual(settings?.operands, expected, word);
  }
});

const WRONG: [string[], string, string, string?, string?][] = [
  [[], "missing-operand", "tracker"],
  [["10.0.0.1"], "missing-operand", "directory"],
  [["", "b"], "missing-operand", "tracker"],
  [["10.0.0.1", ""], "missing-operand", "directory"],
  [["~/Pictures"], "missing-operand", "tracker"],
  [["share", "./a.jpg"], "missing-operand", "tracker"],
  [["list", "./a.jpg", "--sort", "none"], "bad-choice", "--sort", "none"],
  [["10.0.0.1", "b", "c"], "extra-operand", "c"],
  [["status", "c"], "extra-operand", "c"],
  [["10.0.0.1", "b", "--bogus"], "unknown-option", "--bogus", "", ""],
  [["10.0.0.1", "b", "--upload-limt", "2M"], "unknown-option", "--upload-limt", "", "--upload-limit"],
  [["10.0.0.1", "b", "--__proto__"], "unknown-option", "--__proto__"],
  [["10.0.0.1", "b", "-x"], "unknown-option", "-x"],
  [["lsit", "10.0.0.1"], "unknown-command", "lsit", "", "list"],
  [["list", "10.0.0.1", "--password", "x"], "option-elsewhere", "--password", "idp2pi-client list"],
  [["listar", "10.0.0.1", "--password", "x"], "option-elsewhere", "--password", "idp2pi-client listar"],
  [["10.0.0.1", "b", "--port"], "needs-value", "--port"],
  [["10.0.0.1", "b", "--port="], "needs-value", "--port"],
  [["10.0.0.1", "b", "--port", "--skip-gps"], "needs-value", "--port"],
  [["10.0.0.1", "b", "--port", "0"], "bad-port", "--port", "0"],
  [["10.0.0.1", "b", "--port", "65536"], "bad-port", "--port", "65536"],
  [["10.0.0.1", "b", "--upload-limit", "999"], "bad-rate", "--upload-limit", "999"],
  [["10.0.0.1", "b", "--upload-limit", "fast"], "bad-rate", "--upload-limit", "fast"],
  [["10.0.0.1", "b", "--password", "a b"], "bad-password", "--password", "a b"],
  [["10.0.0.1", "b", "--password", "x".repeat(129)], "bad-password", "--password"],
  [["10.0.0.1", "b", "--skip-gps=yes"], "takes-no-value", "--skip-gps", "yes"],
  [["10.0.0.1", "b", "--lang", "de"], "bad-choice", "--lang", "de", "en, pt"],
  [["10.0.0.1", "b", "--lang=__proto__"], "bad-choice", "--lang", "__proto__"],
];

Deno.test("an error names the value and the nearest valid one", async (t) => {
  for (const [args, ...expected] of WRONG) {
    await t.step(args.join(" "), () => rejects(client(args), isUsage(...expected)));
  }
});

const WRONG_OF_SERVER: [string[], string, string, string?][] = [
  [["state", "save", "copy.db"], "bad-operand", "action", "save"],
  [["stats"], "no-command", "stats"],
  [["--port", "12x"], "bad-free-port", "--port", "12x"],
  [["--port", "-1"], "bad-free-port", "--port", "-1"],
  [["--http", "example.org:80"], "bad-host-and-port", "--http", "example.org:80"],
  [["--http", "127.0.0.1"], "bad-host-and-port", "--http", "127.0.0.1"],
  [["--host", "10.0.0"], "bad-address", "--host", "10.0.0"],
  [["--lease", "9"], "bad-seconds", "--lease", "9"],
  [["--lease", "86401"], "bad-seconds", "--lease", "86401"],
];

Deno.test("the server's values are read", async () => {
  const server = async (args: readonly string[]) =>
    (await resolveSettings(await parseCommandLine(args, SERVER), SERVER, { env: {}, file: null, expand }))!;
  const { values } = await server(["--http", "8080", "--port=0", "--lease", "0", "--host=::1"]);
  deepStrictEqual(values.http, { host: "127.0.0.1", port: 8080 });
  deepStrictEqual([values.port, values.lease, values.host, values.json], [0, 0, "::1", undefined]);
  deepStrictEqual((await server(["--http=[::1]:0"])).values.http, { host: "::1", port: 0 });
  for (const [args, ...expected] of WRONG_OF_SERVER) await rejects(server(args), isUsage(...expected));
});

Deno.test("the command line takes precedence over the environment, the config file and the default", async () => {
  const env = { IDP2PI_CLIENT_PORT: "5001", IDP2PI_CLIENT_SKIP_GPS: "yes", IDP2PI_CLIENT_TRACKER: "10.0.0.9" };
  const file = { port: "5002", "server-port": "6000", directory: "d", "skip-gps": "false", password: "secret" };
  const all = await client(["--port", "5000"], env, file);
  deepStrictEqual({ ...all.values }, {
    port: 5000,
    "server-port": 6000,
    "skip-gps": true,
    password: "secret",
    color: "auto",
  });
  deepStrictEqual(all.operands, { tracker: "10.0.0.9", directory: "d" });
  strictEqual((await client([], env, file)).values.port, 5001);
  strictEqual((await client(["10.0.0.1"], {}, file)).values.port, 5002);
  strictEqual((await client(["10.0.0.1"], {}, file)).values["skip-gps"], undefined);
  const shown = configLines((await client(["config"], env, file)).all, { path: "c.toml", found: true }, ENGLISH);
  for (
    const line of [
      /^tracker +10\.0\.0\.9 +environment IDP2PI_CLIENT_TRACKER$/,
      /^port +5001 +environment IDP2PI_CLIENT_PORT$/,
      /^server-port +6000 +config file$/,
      /^password +\(hidden\) +config file$/,
      /^upload-limit +–$/,
    ]
  ) ok(shown.some((it) => line.test(it)), `${line} in\n${shown.join("\n")}`);
});

Deno.test("an error in the environment or the config file names its place", async () => {
  await rejects(client(["10.0.0.1", "d"], { IDP2PI_CLIENT_PORT: "x" }), isUsage("bad-port", "IDP2PI_CLIENT_PORT", "x"));
  await rejects(client(["10.0.0.1", "d"], {}, { port: "x" }), isUsage("bad-port", "c.toml: port", "x"));
  await rejects(client(["10.0.0.1", "d"], {}, { prot: "1" }), isUsage("unknown-key", "prot", "c.toml", "port"));
  await rejects(client(["10.0.0.1", "d"], {}, { help: "true" }), isUsage("unknown-key", "help", "c.toml"));
  const stranger = { IDP2PI_CLIENT_POTR: "1" };
  await rejects(
    client(["10.0.0.1", "d"], stranger),
    isUsage("unknown-variable", "IDP2PI_CLIENT_POTR", "", "IDP2PI_CLIENT_PORT"),
  );
  await client(["10.0.0.1", "d"], { IDP2PI_SERVER_PORT: "x" }); // The other program's affair.
});

Deno.test("the config file is TOML; a missing one is ignored unless it was given", async () => {
  const text = (it: string): Uint8Array => new TextEncoder().encode(it);
  await using dir = await tempDir({
    "good.toml": text('# mine\nport = 5000\nskip-gps = true\ndirectory = "~/a b"\n'),
    "bad.toml": text("port: 5000\n"),
    "deep.toml": text("[client]\nport = 5000\n"),
    "large.toml": new Uint8Array(70_000),
  });
  const at = (name: string): string => `${dir.path}/${name}`;
  deepStrictEqual((await readConfig(at("good.toml"), false))?.values, {
    port: "5000",
    "skip-gps": "true",
    directory: "~/a b",
  });
  strictEqual(await readConfig(at("none.toml"), false), null);
  await rejects(readConfig(at("none.toml"), true), (it) => isFault(it, "config-unusable"));
  await rejects(readConfig(at("large.toml"), false), (it) => isFault(it, "config-unusable"));
  await rejects(readConfig(dir.path, true), (it) => isFault(it, "config-unusable"));
  await rejects(readConfig(at("bad.toml"), false), isUsage("bad-config", at("bad.toml"), "1:5"));
  await rejects(readConfig(at("deep.toml"), false), isUsage("bad-config", at("deep.toml"), "client"));
});

Deno.test("“~” is the home directory in every path, whatever its source", async () => {
  const directory = "/home/ana/Pictures";
  strictEqual((await client(["10.0.0.1", "~/Pictures"])).operands.directory, directory);
  strictEqual((await client(["10.0.0.1"], { IDP2PI_CLIENT_DIRECTORY: "~/Pictures" })).operands.directory, directory);
  strictEqual((await client(["10.0.0.1"], {}, { directory: "~/Pictures" })).operands.directory, directory);
  strictEqual((await client(["doctor", "10.0.0.1", "~/Pictures"])).operands.directory, directory);
  strictEqual((await client(["get", "10.0.0.1", "-o", "~/Pictures"])).values.output, directory);
  strictEqual((await client(["10.0.0.1", "./~"])).operands.directory, "./~");
  const server = await resolveSettings(await parseCommandLine(["--state", "~/s.db"], SERVER), SERVER, {
    env: {},
    file: null,
    expand,
  });
  strictEqual(server?.values.state, "/home/ana/s.db");
  deepStrictEqual((await client(["get", "10.0.0.1", "~", "~/1"])).rest, ["~", "~/1"], "names of images are no paths");
  const { all } = await client(["config"], { IDP2PI_CLIENT_DIRECTORY: "~/Pictures" });
  strictEqual(all.find(({ name }) => name === "directory")?.text, "~/Pictures", "config shows what was written");
});

Deno.test("the help names every command and option, in both languages, within the width of the terminal", () => {
  for (const spec of [CLIENT, SERVER] as readonly ProgramSpec[]) {
    for (const words of [ENGLISH, PORTUGUESE]) {
      for (const width of [40, 60, 80, 200]) {
        const topics = Object.keys(spec.commands);
        for (const topic of topics) {
          const lines = helpLines(spec, topic, words, width, null);
          const listed = topic === "main" ? Object.keys(spec.options) : spec.commands[topic].options;
          for (const name of listed) ok(lines.some((it) => it.includes(`--${name}`)), `${topic} ${name}`);
          // Usage and examples are typed as they stand, and are not broken.
          const prose = lines.filter((it) => !it.includes("idp2pi-") && !it.includes("/"));
          for (const line of prose) ok(stringWidth(line) <= width, `${stringWidth(line)} > ${width}: ${line}`);
        }
      }
    }
  }
});
