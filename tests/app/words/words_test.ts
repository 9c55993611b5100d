import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { environmentLanguage, wordsFor } from "../../../lib/app/words/language.ts";
import { bytesText, findingSentences, sentence, timeText } from "../../../lib/app/words/sentence.ts";
import { UsageError } from "../../../lib/app/words/usage.ts";
import { CLIENT } from "../../../lib/app/cli/options/client_definition.ts";
import type { CommandSpec } from "../../../lib/app/cli/options/definition.ts";
import { SERVER } from "../../../lib/app/cli/options/server_definition.ts";
import { ENGLISH } from "../../../lib/app/words/en/words.ts";
import { PORTUGUESE } from "../../../lib/app/words/pt/words.ts";
import { DEVIATIONS, PEER_DEVIATIONS } from "../../../lib/app/doctor/deviation_codes.ts";
import { type Finding, finding, type FindingCode, FINDINGS } from "../../../lib/app/doctor/finding.ts";
import { Fault } from "../../../lib/fault/fault.ts";
import { REASONS } from "../../../lib/fault/reason.ts";

/** All sentences of a language by their path; those with values as what they say about recognizable ones. */
function sentences(words: unknown, path = ""): Map<string, string> {
  if (typeof words === "string") return new Map([[path, words]]);
  if (typeof words === "function") return new Map([[path, words(...values(words.length, path))]]);
  const entries = Object.entries(words as Record<string, unknown>);
  return new Map(entries.flatMap(([key, value]) => [...sentences(value, path === "" ? key : `${path}.${key}`)]));
}

/** Values that are found again in a sentence: a record of all that a fault may hold, or numbers. */
function values(count: number, path: string): unknown[] {
  if (path.startsWith("faults.") || path.startsWith("doctor.")) {
    return [
      new Proxy({}, {
        get: (_, key) => {
          if (key === "faults") return [{ message: "<faults>" }];
          if (key === "tcp") return "no-route";
          if (LISTS.includes(String(key))) return [`<${String(key)}>`];
          return NUMBERS.includes(String(key)) ? 424_242 : `<${String(key)}>`;
        },
      }),
    ];
  }
  const numbers = Array.from({ length: count }, (_, i) => 7_000_001 + i);
  return path.startsWith("usage.") ? numbers.map(String) : numbers;
}

const NUMBERS = [
  "seconds",
  "bytes",
  "limit",
  "bytesPerSecond",
  "count",
  "images",
  "files",
  "free",
  "offered",
  "accepted",
];
const TCP_FAILURES = ["refused", "timed-out", "no-route", "odd"] as const;
const LISTS = ["addresses", "deviations"];

/** The values that stand in a sentence, in any order, numbers without their separators. */
function valuesIn(sentence: string): string[] {
  return [...sentence.replace(/(?<=\d)[.,](?=\d)/g, "").matchAll(/<\w+>|700000\d|424242/g)].map(([it]) => it).sort();
}

Deno.test("both languages have every sentence, with the same values in it", () => {
  const [english, portuguese] = [sentences(ENGLISH), sentences(PORTUGUESE)];
  for (const [path, text] of english) {
    if (path.startsWith("refusals.") || path.startsWith("reasons.") || path.startsWith("programs.")) continue;
    if (path.startsWith("operands.") || path.startsWith("client.selection.")) continue;
    ok(portuguese.has(path), `${path} has no Portuguese`);
    deepStrictEqual(valuesIn(portuguese.get(path)!.replace("<comando>", "<command>")), valuesIn(text), path);
    ok(text.trim() !== "", path);
  }
  for (const reason of Object.values(REASONS)) ok(reason in PORTUGUESE.reasons, reason);
});

Deno.test("both languages have exactly the commands, operands and options of the programs", () => {
  for (const spec of [CLIENT, SERVER] as const) {
    for (const { programs, operandHelp, operands } of [ENGLISH, PORTUGUESE]) {
      const texts = programs[spec.name];
      deepStrictEqual(Object.keys(texts.options), Object.keys(spec.options));
      deepStrictEqual(Object.keys(texts.commands), Object.keys(spec.commands));
      const names = Object.values<CommandSpec>(spec.commands).flatMap((it) => it.operands.map(({ name }) => name));
      for (const name of names) ok(name in operands && (name === "command" || name in operandHelp), name);
      for (const [name, { takes }] of Object.entries(spec.options)) {
        strictEqual(texts.options[name][0] === "", takes === "nothing", name);
      }
    }
  }
});

Deno.test("the language comes from the environment, else the system; Portuguese of any country, else English", async () => {
  const env = (values: Record<string, string>) => (name: string) => values[name];
  const system = () => "pt-BR";
  strictEqual(environmentLanguage(env({ LC_ALL: "pt_BR.UTF-8", LANG: "en_US.UTF-8" }), system), "pt_BR.UTF-8");
  strictEqual(environmentLanguage(env({ LC_ALL: "", LC_MESSAGES: "pt_PT", LANG: "C" }), system), "pt_PT");
  for (const name of ["C", "POSIX", "en_US.UTF-8"]) strictEqual(environmentLanguage(env({ LANG: name }), system), name);
  strictEqual(environmentLanguage(env({}), system), "pt-BR");
  for (const tag of ["pt", "pt_BR.UTF-8", "PT-br", "pt-BR"]) strictEqual(await wordsFor(tag), PORTUGUESE, tag);
  for (
    const tag of [
      "",
      "C",
      "C.UTF-8",
      "POSIX",
      "en-US-u-va-posix",
      "und",
      "en_GB",
      "de_DE",
      "ptx",
      "__proto__",
      "constructor",
    ]
  ) {
    strictEqual(await wordsFor(tag), ENGLISH, tag);
  }
});

Deno.test("a fault is shown in the reader's language, with its reason and its causes", () => {
  const cause = new Fault("peer-unreachable", { peer: "10.0.0.7:4000", reason: "connection refused" });
  const fault = new Fault("fetch-failed", { name: "cat.png", faults: [cause] });
  strictEqual(sentence(fault, ENGLISH), fault.message);
  strictEqual(
    sentence(fault, PORTUGUESE),
    "Não foi possível baixar cat.png. Não foi possível conectar a 10.0.0.7:4000 (conexão recusada). Liste as imagens de novo, ou tente mais tarde.",
  );
  ok(sentence(new UsageError("bad-port", "--port", "7x"), PORTUGUESE).includes("“7x”"));
  ok(sentence(new Error("boom"), PORTUGUESE).includes("boom"));
});

Deno.test("a finding is shown in the reader's language, with its reason and its next step", () => {
  const refused = finding("directory-not-writable", { path: "/fotos", reason: "read-only file system" });
  deepStrictEqual(findingSentences(refused, ENGLISH), {
    message: "Cannot save files in /fotos (read-only file system).",
    next: "Check that you have permission to write to it, or name another directory for downloads.",
  });
  strictEqual(
    findingSentences(refused, PORTUGUESE).message,
    "Não é possível salvar arquivos em /fotos (sistema de arquivos só de leitura).",
  );
  const dialect = finding("dialect", { address: "10.0.0.1:13377", deviations: ["colours", "end-marker"] });
  strictEqual(
    findingSentences(dialect, PORTUGUESE).message,
    "O tracker em 10.0.0.1:13377 se desvia do protocolo: as respostas contêm códigos de cor; um segundo datagrama END segue as respostas.",
  );
  strictEqual(findingSentences(finding("disk-fine", { path: "/fotos", free: 2_500_000_000 }), ENGLISH).next, null);
});

Deno.test("every deviation and every failure of TCP has a sentence in a finding", () => {
  for (const words of [ENGLISH, PORTUGUESE]) {
    const said = (it: Finding): string => Object.values(findingSentences(it, words)).join(" ");
    const address = "10.0.0.1:13377";
    const peer = { peer: "10.0.0.7:4000", name: "cat.png", bytes: 5 };
    const texts = [
      ...DEVIATIONS.map((it) => said(finding("dialect", { address, deviations: [it] }))),
      ...PEER_DEVIATIONS.map((it) => said(finding("peer-dialect", { ...peer, deviations: [it] }))),
      ...TCP_FAILURES.map((tcp) => said(finding("tracker-answers-udp", { address, tcp }))),
      ...TCP_FAILURES.map((tcp) => said(finding("tracker-silent", { address, tcp, seconds: 4 }))),
      said(finding("dialect", { address, deviations: [] })),
      said(finding("peer-dialect", { ...peer, deviations: [] })),
    ];
    strictEqual(new Set(texts).size, texts.length);
    ok(texts.every((it) => !it.includes("undefined")));
  }
});

Deno.test("every fault and warning of a finding has a next step", () => {
  for (const words of [ENGLISH, PORTUGUESE]) {
    for (const [code, { verdict }] of Object.entries(FINDINGS)) {
      if (verdict !== "fault" && verdict !== "warning") continue;
      ok(words.doctor.next[code as FindingCode], `${words.tag}: ${code}`);
    }
  }
});

Deno.test("sizes are short, with the numbers of each language", () => {
  const table: [number, string, string][] = [
    [0, "0 bytes", "0 byte"],
    [999, "999 bytes", "999 bytes"],
    [1_250, "1.3 kB", "1,3 kB"],
    [15_400, "15 kB", "15 kB"],
    [4_200_000, "4.2 MB", "4,2 MB"],
    [9_990_000_000_000, "10 TB", "10 TB"],
  ];
  for (const [bytes, english, portuguese] of table) {
    strictEqual(bytesText(bytes, ENGLISH).replace("\u00a0", " "), english);
    strictEqual(bytesText(bytes, PORTUGUESE).replace("\u00a0", " "), portuguese);
  }
});

Deno.test("times have at most two parts, with the words of each language", () => {
  const table: [number, string, string][] = [
    [0, "1s", "1 s"],
    [45.4, "45s", "45 s"],
    [62, "1m 2s", "1 min 2 s"],
    [3_725, "1h 2m", "1 h 2 min"],
  ];
  for (const [seconds, english, portuguese] of table) {
    strictEqual(timeText(seconds, ENGLISH), english);
    strictEqual(timeText(seconds, PORTUGUESE).replaceAll("\u00a0", " "), portuguese);
  }
});

/** Every sentence of a language with nothing but ones in it: as numbers, and as the values of a fault or a finding. */
function* withOnes(words: unknown, path = ""): Generator<[string, string]> {
  if (typeof words === "function") {
    const values = new Proxy({}, {
      get: (_, key) =>
        ["faults", "deviations", "addresses"].includes(String(key)) ? [] : key in Object.prototype ? undefined : 1,
    });
    for (const args of [[1, 1, 1, 1, 1, 1], [values]]) {
      try {
        yield [path, String(words(...args))];
      } catch {
        // It takes something else.
      }
    }
  } else if (typeof words === "object" && words !== null) {
    for (const [key, value] of Object.entries(words)) yield* withOnes(value, `${path}.${key}`);
  }
}

Deno.test("every sentence uses the singular for one", () => {
  const several =
    /(?<![\d.,:])1 (?:\p{L}+ )?(?:seconds|bytes|images|files|peers|downloads|lines|addresses|segundos|imagens|arquivos|linhas|endereços|baixadas|compartilhadas)\b|\b(?:primeiras|primeiros|próximos) 1\b|\bfaltam 1\b/u;
  let sentences = 0;
  for (const words of [ENGLISH, PORTUGUESE]) {
    for (const [path, text] of withOnes(words)) {
      sentences++;
      ok(!several.test(text), `${words.tag}${path}: ${text}`);
    }
  }
  ok(sentences > 300, `${sentences}`);
});
