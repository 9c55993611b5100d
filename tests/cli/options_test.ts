import { deepStrictEqual, throws } from "node:assert/strict";
import { COMMON_OPTIONS, languageOption, parseCommandLine } from "../../lib/cli/options.ts";
import { UsageError } from "../../lib/words/usage.ts";

const TABLE = {
  port: "port",
  listen: "free-port",
  word: "text",
  quiet: "nothing",
  at: "host-and-port",
  ip: "address",
  wait: "seconds",
  most: "rate",
  ...COMMON_OPTIONS,
} as const;
const OPERANDS = ["<server-ip>", "<directory>"] as const;

Deno.test("options and operands are read in any order and spelling", () => {
  deepStrictEqual(parseCommandLine(["10.0.0.1", "dir", "--port", "5000", "--word=a b", "--quiet"], TABLE, OPERANDS), {
    options: { port: 5000, word: "a b", quiet: true },
    operands: ["10.0.0.1", "dir"],
  });
  deepStrictEqual(parseCommandLine(["--listen=0", "--lang", "pt", "a", "--", "-dir"], TABLE, OPERANDS), {
    options: { listen: 0, lang: "pt" },
    operands: ["a", "-dir"],
  });
  const more = ["a", "b", "--at", "8080", "--ip=::1", "--wait", "0"];
  deepStrictEqual(parseCommandLine(more, TABLE, OPERANDS).options, {
    at: { host: "127.0.0.1", port: 8080 },
    ip: "::1",
    wait: 0,
  });
  deepStrictEqual(parseCommandLine(["a", "b", "--at=[::1]:0"], TABLE, OPERANDS).options.at, { host: "::1", port: 0 });
  deepStrictEqual(parseCommandLine(["-h"], TABLE, OPERANDS).options, { help: true });
});

const WRONG: [string[], string, string, string?][] = [
  [[], "missing-operand", "<server-ip>"],
  [["a"], "missing-operand", "<directory>"],
  [["a", "b", "c"], "extra-operand", "c"],
  [["a", "b", "--bogus"], "unknown-option", "--bogus"],
  [["a", "b", "--__proto__"], "unknown-option", "--__proto__"],
  [["a", "b", "-x"], "unknown-option", "-x"],
  [["a", "b", "--port"], "needs-value", "--port"],
  [["a", "b", "--port="], "needs-value", "--port"],
  [["a", "b", "--port", "--quiet"], "needs-value", "--port"],
  [["a", "b", "--port", "0"], "bad-port", "--port", "0"],
  [["a", "b", "--port", "65536"], "bad-port", "--port", "65536"],
  [["a", "b", "--listen", "12x"], "bad-free-port", "--listen", "12x"],
  [["a", "b", "--listen", "-1"], "bad-free-port", "--listen", "-1"],
  [["", "b"], "missing-operand", "<server-ip>"],
  [["a", ""], "missing-operand", "<directory>"],
  [["a", "b", "--at", "example.org:80"], "bad-host-and-port", "--at", "example.org:80"],
  [["a", "b", "--at", "127.0.0.1"], "bad-host-and-port", "--at", "127.0.0.1"],
  [["a", "b", "--ip", "10.0.0"], "bad-address", "--ip", "10.0.0"],
  [["a", "b", "--wait", "9"], "bad-seconds", "--wait", "9"],
  [["a", "b", "--wait", "86401"], "bad-seconds", "--wait", "86401"],
  [["a", "b", "--quiet=yes"], "takes-no-value", "--quiet", "yes"],
  [["a", "b", "--lang", "de"], "bad-choice", "--lang", "de"],
  [["a", "b", "--lang=__proto__"], "bad-choice", "--lang", "__proto__"],
];

Deno.test("a wrong command line is told apart by what is wrong", () => {
  for (const [args, code, subject, value = ""] of WRONG) {
    throws(() => parseCommandLine(args, TABLE, OPERANDS), (error) => {
      if (!(error instanceof UsageError)) throw error;
      deepStrictEqual([error.code, error.subject, error.value], [code, subject, value], args.join(" "));
      return true;
    });
  }
});

Deno.test("the language is found even where the rest is wrong", () => {
  deepStrictEqual(languageOption(["--bogus", "--lang", "pt"], TABLE), "pt");
  deepStrictEqual(languageOption(["a", "b"], TABLE), undefined);
});

Deno.test("a rate is bytes per second, with or without a unit", () => {
  const rates: [string, number | null][] = [
    ["1000", 1_000],
    ["500k", 500_000],
    ["1.5M", 1_500_000],
    ["2G", 2_000_000_000],
    ["999", null],
    ["0", null],
    ["k", null],
    ["-5k", null],
    ["5kb", null],
    ["1e9", null],
    ["", null],
  ];
  for (const [text, rate] of rates) {
    const parse = () => parseCommandLine(["a", "b", `--most=${text}`], TABLE, OPERANDS).options.most;
    if (rate === null) throws(parse, UsageError, text);
    else deepStrictEqual(parse(), rate, text);
  }
});
