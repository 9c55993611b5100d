import { deepStrictEqual, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { stripAnswers, TerminalAnswers } from "../../lib/preview/answers.ts";
import { askTerminal } from "../../lib/preview/ask_terminal.ts";
import { type Graphics, GRAPHICS_QUERY, UNKNOWN_GRAPHICS } from "../../lib/preview/graphics.ts";
import { soon } from "../support.ts";

const dcs = (text: string): string => `\x1bP${text}\x1b\\`;
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** What terminals answer, in the order of the questions, and what that means. */
const TERMINALS: [string, string, Graphics][] = [
  [
    "kitty",
    `\x1b_Gi=31;OK\x1b\\${dcs(">|kitty(0.35.2)")}\x1b[6;18;9t${dcs("1$r48:2:1:2:3m")}\x1b[?62;c`,
    { kind: "kitty", cell: { width: 9, height: 18 }, colours: "true", registers: 256 },
  ],
  [
    "iTerm2",
    `${dcs(">|iTerm2 3.5.11")}\x1b[6;17;8t\x1b[?1;0;256S${dcs("1$r0m")}\x1b[?64;1;2;4;6;17;18;21;22;52c`,
    { kind: "iterm2", cell: { width: 8, height: 17 }, colours: "true", registers: 256 },
  ],
  [
    "WezTerm",
    `\x1b_Gi=31;OK\x1b\\${
      dcs(">|WezTerm 20240203-110809-5046fc22")
    }\x1b[6;20;10t\x1b[?1;0;65536S\x1b[?65;4;6;18;22;52c`,
    { kind: "kitty", cell: { width: 10, height: 20 }, colours: "true", registers: 256 },
  ],
  [
    "WezTerm without kitty's protocol",
    `${dcs(">|WezTerm 20240203-110809-5046fc22")}\x1b[6;20;10t\x1b[?1;0;65536S\x1b[?65;4;6;18;22;52c`,
    { kind: "iterm2", cell: { width: 10, height: 20 }, colours: "true", registers: 256 },
  ],
  [
    "mintty",
    `${dcs(">|mintty 3.7.6")}\x1b[6;16;8t\x1b[?1;0;256S\x1b[?64;1;2;4;6;9;15;21;22;28;29c`,
    { kind: "iterm2", cell: { width: 8, height: 16 }, colours: "true", registers: 256 },
  ],
  [
    "xterm as VT340",
    `${dcs(">|XTerm(390)")}\x1b[6;13;6t\x1b[?1;0;16S${dcs("1$r0;48:5:16m")}\x1b[?63;1;2;4;6;9;15;16;22;28;29c`,
    { kind: "sixel", cell: { width: 6, height: 13 }, colours: "256", registers: 16 },
  ],
  [
    "foot",
    `${dcs(">|foot(1.16.2)")}\x1b[6;20;10t\x1b[?1;0;1024S${dcs("1$r0;48:2::1:2:3m")}\x1b[?62;4;22c`,
    { kind: "sixel", cell: { width: 10, height: 20 }, colours: "true", registers: 256 },
  ],
  [
    "xterm",
    `${dcs(">|XTerm(390)")}\x1b[6;13;6t\x1b[?1;3;0S${dcs("1$r0;48:5:16m")}\x1b[?64;1;2;6;9;15;16;17;18;21;22;28c`,
    { kind: "blocks", cell: { width: 6, height: 13 }, colours: "256", registers: 256 },
  ],
  [
    "GNOME's terminal",
    `${dcs(">|VTE(7600)")}\x1b[6;19;9t${dcs("1$r0;48:2:1:2:3m")}\x1b[?65;1;9c`,
    { kind: "blocks", cell: { width: 9, height: 19 }, colours: "true", registers: 256 },
  ],
  [
    "tmux",
    `${dcs(">|tmux 3.4")}${dcs("0$r")}\x1b[?1;2c`,
    { kind: "blocks", cell: { width: 8, height: 16 }, colours: "true", registers: 256 },
  ],
  [
    "tmux with sixels",
    `${dcs(">|tmux 3.5a")}\x1b[6;18;9t${dcs("0$r")}\x1b[?1;2;4c`,
    { kind: "sixel", cell: { width: 9, height: 18 }, colours: "true", registers: 256 },
  ],
  [
    "Windows Terminal 1.22",
    `\x1b[6;20;10t${dcs("1$r0;48;2;1;2;3m")}\x1b[?61;4;6;7;14;21;22;23;24;28;32;42;52c`,
    { kind: "sixel", cell: { width: 10, height: 20 }, colours: "true", registers: 256 },
  ],
  [
    "Windows Terminal before",
    `${dcs("1$r0;48;2;1;2;3m")}\x1b[?61;6;7;21;22;23;24;28;32;42c`,
    { kind: "blocks", cell: { width: 8, height: 16 }, colours: "true", registers: 256 },
  ],
  ["the Linux console", "\x1b[?6c", UNKNOWN_GRAPHICS],
  [
    "one that knows kitty's question and cannot",
    `\x1b_Gi=31;ENOTSUPPORTED:no images\x1b\\\x1b[?62;22c`,
    UNKNOWN_GRAPHICS,
  ],
  ["a VT132, whose class is 4", "\x1b[?4;6c", UNKNOWN_GRAPHICS],
  ["one that lies about its cells", "\x1b[6;9999;0t\x1b[?6c", UNKNOWN_GRAPHICS],
];

for (const [name, answer, graphics] of TERMINALS) {
  Deno.test(`what ${name} can show is told by its answers, however they are cut`, () => {
    const whole = new TerminalAnswers();
    strictEqual(textOf(whole.feed(bytesOf(answer))), "");
    deepStrictEqual([whole.complete, whole.graphics], [true, graphics]);
    const piecemeal = new TerminalAnswers();
    for (const byte of bytesOf(answer)) {
      strictEqual(piecemeal.complete, false);
      strictEqual(piecemeal.feed(Uint8Array.of(byte)).length, 0);
    }
    deepStrictEqual([piecemeal.complete, piecemeal.graphics], [true, graphics]);
    strictEqual(textOf(stripAnswers(bytesOf(`a${answer}é`))), "aé");
  });
}

/** One answer. */
const ONE = new RegExp(String.raw`\x1b[[_P][^\x1b]*(\x1b\\)?`, "g");

Deno.test("what is typed between answers passes unchanged, and answers do not", () => {
  const key = fc.constantFrom(
    "a",
    "é",
    "猫",
    "\r",
    "\x03",
    "\x1b[A",
    "\x1b[6~",
    "\x1bOP",
    "\x1b[15;2~",
    "6;1c",
    "\x1b\x1b",
  );
  const typing = fc.array(key, { maxLength: 3 }).map((keys) => keys.join(""));
  const answers = fc.constantFrom(...TERMINALS.map(([, answer]) => answer.match(ONE)!));
  const cuts = fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 40 });
  fc.assert(fc.property(answers, fc.array(typing, { minLength: 20, maxLength: 20 }), cuts, (parts, typed, cuts) => {
    const keys = typed.slice(0, parts.length + 1);
    const all = bytesOf(parts.map((part, i) => keys[i] + part).join("") + keys[parts.length]);
    const reader = new TerminalAnswers();
    const out: number[] = [];
    let at = 0;
    for (const cut of [...cuts, all.length]) out.push(...reader.feed(all.subarray(at, at += cut)));
    out.push(...reader.rest());
    strictEqual(textOf(Uint8Array.from(out)), keys.join(""));
    strictEqual(reader.complete, true);
  }));
});

Deno.test("what only begins like an answer is given back when nothing follows, or too much", () => {
  for (const text of ["\x1b", "\x1b[", "\x1b[6", "\x1b_G", "\x1bP", "\x1b[?1"]) {
    const answers = new TerminalAnswers();
    strictEqual(answers.feed(bytesOf(text)).length, 0);
    strictEqual(textOf(answers.rest()), text);
    strictEqual(answers.rest().length, 0);
  }
  const endless = `\x1bP${"x".repeat(5_000)}`;
  strictEqual(textOf(new TerminalAnswers().feed(bytesOf(endless))), endless);
});

/** A terminal that answers with these pieces when it is asked. */
function fakeTerminal(pieces: string[]): {
  line: Parameters<typeof askTerminal>[0];
  written: string[];
  listeners: Set<(bytes: Uint8Array) => void>;
} {
  const written: string[] = [];
  const listeners = new Set<(bytes: Uint8Array) => void>();
  const line = {
    write: (text: string) => {
      written.push(text);
      for (const piece of pieces) listeners.forEach((tell) => tell(bytesOf(piece)));
    },
    listen: (tell: (bytes: Uint8Array) => void) => {
      listeners.add(tell);
      return () => void listeners.delete(tell);
    },
  };
  return { line, written, listeners };
}

Deno.test("a terminal is asked once, its last answer ends the wait, and what was typed is kept", async () => {
  const { line, written, listeners } = fakeTerminal(["q\x1b[6;1", "8;9t\x1b[?6", "2;4cx"]);
  const { graphics, typed, answers } = await soon(askTerminal(line, 1e9), "the answer");
  deepStrictEqual(graphics, { ...UNKNOWN_GRAPHICS, kind: "sixel", cell: { width: 9, height: 18 } });
  deepStrictEqual([textOf(typed), answers.complete], ["qx", true]);
  deepStrictEqual([written, listeners.size], [[GRAPHICS_QUERY], 0]);
});

Deno.test("a terminal that answers nothing shows blocks, and what it says late is not taken for typing", async () => {
  const { line, listeners } = fakeTerminal([]);
  const { graphics, typed, answers } = await askTerminal(line, 1);
  deepStrictEqual([graphics, typed.length, listeners.size], [UNKNOWN_GRAPHICS, 0, 0]);
  strictEqual(textOf(answers.feed(bytesOf("a\x1b_Gi=31;OK\x1b\\b\x1b[?62;c"))), "ab");
  strictEqual(answers.graphics.kind, "kitty");
});

Deno.test("a terminal that cannot be written to is no longer listened to", async () => {
  const { line, listeners } = fakeTerminal([]);
  const broken = { ...line, write: () => Promise.reject(new Error("gone")) };
  strictEqual(await askTerminal(broken, 1e9).catch((error) => error.message), "gone");
  strictEqual(listeners.size, 0);
});
