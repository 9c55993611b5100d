import { deepStrictEqual, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { TerminalAnswers } from "../../../lib/app/preview/terminal_answers.ts";
import { askTerminal } from "../../../lib/app/preview/ask_terminal.ts";
import { type Graphics, GRAPHICS_QUERY, STRING_QUERY, UNKNOWN_GRAPHICS } from "../../../lib/app/preview/graphics.ts";
import { soon } from "../../support.ts";

const dcs = (text: string): string => `\x1bP${text}\x1b\\`;
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/**
 * What terminals answer to the first questions, and to those with strings where they are asked, and what that means.
 *
 * Those with "here" were asked, in these versions (of Debian 12). The others are as their makers publish them: kitty's
 * documents (graphics protocol, "Querying support"), iTerm2's `VT100Output.m`, WezTerm's `terminalstate`, mintty's wiki
 * (CtrlSeqs), Windows Terminal's `adaptDispatch.cpp`, xterm.js and its image addon, VTE's `vteseq.cc`; and Ghostty's and
 * tmux's as others recorded them (opentui's `terminal.zig`). Parts of an answer that mean nothing here may be missing.
 */
const TERMINALS: [string, string, string, Graphics][] = [
  [
    "kitty 0.26, here",
    `${dcs(">|kitty(0.26.5)")}\x1b[6;18;9t\x1b[?62;c`,
    `\x1b_Gi=31;OK\x1b\\${dcs("1$r48:2:1:2:3m")}\x1b[?62;c`,
    { kind: "kitty", cell: { width: 9, height: 18 }, colours: "true", registers: 256 },
  ],
  [
    "Konsole 22.12, here",
    `${dcs(">|Konsole 22.12.3")}\x1b[6;17;8t\x1b[?1;0;256S\x1b[?62;1;4c`,
    "\x1b_Gi=31;OK\x1b\\\x1b[?62;1;4c",
    { kind: "kitty", cell: { width: 8, height: 17 }, colours: "true", registers: 256 },
  ],
  [
    "Ghostty 1.3",
    `${dcs(">|ghostty 1.3.1")}\x1b[6;38;18t\x1b[?62;22;52c`,
    "\x1b_Gi=31;OK\x1b\\\x1b[?62;22;52c",
    { kind: "kitty", cell: { width: 18, height: 38 }, colours: "true", registers: 256 },
  ],
  [
    "iTerm2 3.5",
    `${dcs(">|iTerm2 3.5.11")}\x1b[6;17;8t\x1b[?1;0;256S\x1b[?64;1;2;4;6;17;18;21;22;52c`,
    `${dcs("1$r0m")}\x1b[?64;1;2;4;6;17;18;21;22;52c`,
    { kind: "iterm2", cell: { width: 8, height: 17 }, colours: "true", registers: 256 },
  ],
  [
    "iTerm2 3.6, which knows kitty's protocol too",
    `${dcs(">|iTerm2 3.6.9")}\x1b[?62;1;2;4;6;22;28c`,
    "\x1b_Gi=31;OK\x1b\\\x1b[?62;1;2;4;6;22;28c",
    { kind: "iterm2", cell: { width: 8, height: 16 }, colours: "true", registers: 256 },
  ],
  [
    "WezTerm",
    `${dcs(">|WezTerm 20240203-110809-5046fc22")}\x1b[6;20;10t\x1b[?1;0;65536S\x1b[?65;4;6;18;22c`,
    "\x1b_Gi=31;OK\x1b\\\x1b[?65;4;6;18;22c",
    { kind: "iterm2", cell: { width: 10, height: 20 }, colours: "true", registers: 256 },
  ],
  [
    "mintty",
    `${dcs(">|mintty 3.8.3")}\x1b[6;16;8t\x1b[?1;0;256S\x1b[?64;2;3;4;6;9;11;15;21;28;29;1;22c`,
    "\x1b[?64;2;3;4;6;9;11;15;21;28;29;1;22c",
    { kind: "iterm2", cell: { width: 8, height: 16 }, colours: "true", registers: 256 },
  ],
  [
    "xterm 379 as VT340, here",
    `${dcs(">|XTerm(379)")}\x1b[?1;0;1024S\x1b[?63;1;2;4;6;9;15;16;22;28c`,
    `${dcs("1$r0;48:2::1:2:3m")}\x1b[?63;1;2;4;6;9;15;16;22;28c`,
    { kind: "sixel", cell: { width: 6, height: 13 }, colours: "true", registers: 256 },
  ],
  [
    "xterm with few registers and the 256 colours",
    `${dcs(">|XTerm(390)")}\x1b[6;13;6t\x1b[?1;0;16S\x1b[?63;1;2;4;6;9;15;16;22;28c`,
    `${dcs("1$r0;48:5:16m")}\x1b[?63;1;2;4;6;9;15;16;22;28c`,
    { kind: "sixel", cell: { width: 6, height: 13 }, colours: "256", registers: 16 },
  ],
  [
    "xterm 379, here",
    `${dcs(">|XTerm(379)")}\x1b[?1;3S\x1b[?64;1;2;6;9;15;16;17;18;21;22;28c`,
    `${dcs("1$r0;48:2::1:2:3m")}\x1b[?64;1;2;6;9;15;16;17;18;21;22;28c`,
    { kind: "blocks", cell: { width: 8, height: 16 }, colours: "true", registers: 256 },
  ],
  [
    "mlterm 3.9, here",
    "\x1b[6;19;10t\x1b[?1;0;1024S\x1b[?63;1;2;3;4;6;7;15;18;22;29c",
    `${dcs("1$r0;48;5;16m")}\x1b[?63;1;2;3;4;6;7;15;18;22;29c`,
    { kind: "sixel", cell: { width: 10, height: 19 }, colours: "256", registers: 256 },
  ],
  [
    "foot 1.13, here",
    `${dcs(">|foot(1.13.1)")}\x1b[6;14;7t\x1b[?1;0;1024S\x1b[?62;4;22c`,
    `${dcs("1$r0;48:2::1:2:3m")}\x1b[?62;4;22c`,
    { kind: "sixel", cell: { width: 7, height: 14 }, colours: "true", registers: 256 },
  ],
  [
    "GNOME's terminal, Xfce's and others with VTE 0.70, here",
    "\x1b[?1;1S\x1b[?65;1;9c",
    `${dcs("0$r")}\x1b[?65;1;9c`,
    { kind: "blocks", cell: { width: 8, height: 16 }, colours: "true", registers: 256 },
  ],
  [
    "VTE 0.84",
    `${dcs(">|VTE(8401)")}\x1b[?61;1;21;22;28c`,
    "\x1b[?61;1;21;22;28c",
    { kind: "blocks", cell: { width: 8, height: 16 }, colours: "true", registers: 256 },
  ],
  [
    "Terminology 1.13, here",
    `${dcs(">|terminology 1.13.0")}\x1b[?64;1;9;15;18;21;22c`,
    "\x1b[?64;1;9;15;18;21;22c",
    { kind: "blocks", cell: { width: 8, height: 16 }, colours: "true", registers: 256 },
  ],
  [
    "tmux 3.3, here",
    `${dcs(">|tmux 3.3a")}\x1b[?1;2c`,
    "",
    { kind: "blocks", cell: { width: 8, height: 16 }, colours: "true", registers: 256 },
  ],
  [
    "tmux 3.5 with sixels",
    `${dcs(">|tmux 3.5a")}\x1b[6;18;9t\x1b[?1;2;4c`,
    "",
    { kind: "sixel", cell: { width: 9, height: 18 }, colours: "true", registers: 256 },
  ],
  [
    "Windows Terminal 1.22",
    "\x1b[6;20;10t\x1b[?61;4;6;7;14;21;22;23;24;28;32;42;52c",
    `${dcs("1$r0;48;2;1;2;3m")}\x1b[?61;4;6;7;14;21;22;23;24;28;32;42;52c`,
    { kind: "sixel", cell: { width: 10, height: 20 }, colours: "true", registers: 256 },
  ],
  [
    "Windows Terminal 1.18",
    "\x1b[?61;6;7;22;23;24;28;32;42c",
    `${dcs("1$r0;48;2;1;2;3m")}\x1b[?61;6;7;22;23;24;28;32;42c`,
    { kind: "blocks", cell: { width: 8, height: 16 }, colours: "true", registers: 256 },
  ],
  [
    "VS Code",
    `${dcs(">|xterm.js(6.0.0)")}\x1b[?1;2c`,
    "",
    { kind: "blocks", cell: { width: 8, height: 16 }, colours: "true", registers: 256 },
  ],
  [
    "VS Code with images",
    `${dcs(">|xterm.js(6.0.0)")}\x1b[6;17;8t\x1b[?1;0;256S\x1b[?62;4;9;22c`,
    "\x1b[?62;4;9;22c",
    { kind: "sixel", cell: { width: 8, height: 17 }, colours: "true", registers: 256 },
  ],
  [
    "GNU screen 4.9 and QTerminal 1.2, here, Apple's terminal, and Windows Terminal before 1.18",
    "\x1b[?1;2c",
    "",
    UNKNOWN_GRAPHICS,
  ],
  ["Alacritty 0.11, here, and the Linux console", "\x1b[?6c", "", UNKNOWN_GRAPHICS],
  [
    "one that knows kitty's question and cannot",
    "\x1b[?62;22c",
    "\x1b_Gi=31;ENOTSUPPORTED:no images\x1b\\\x1b[?62;22c",
    UNKNOWN_GRAPHICS,
  ],
  ["a VT132, whose class is 4", "\x1b[?4;6c", "", UNKNOWN_GRAPHICS],
  ["one that reports wrong cells", "\x1b[6;9999;0t\x1b[?6c", "", UNKNOWN_GRAPHICS],
];

for (const [name, first, second, graphics] of TERMINALS) {
  Deno.test(`the abilities of ${name} are read from its replies, however these are split`, () => {
    const [whole, piecemeal] = [new TerminalAnswers(), new TerminalAnswers()];
    for (const answer of [first, second].filter((it) => it !== "")) {
      strictEqual(textOf(whole.feed(bytesOf(answer))), "");
      for (const byte of bytesOf(answer)) {
        strictEqual(piecemeal.complete, false);
        strictEqual(piecemeal.feed(Uint8Array.of(byte)).length, 0);
      }
      for (const reader of [whole, piecemeal]) {
        deepStrictEqual([reader.complete, reader.knowsStrings], [true, second !== ""]);
        if (answer === first && second !== "") reader.expectMore();
      }
      const [answers, typed] = [new TerminalAnswers(), bytesOf(`a${answer}é`)];
      strictEqual(textOf(answers.feed(typed)) + textOf(answers.rest()), "aé");
    }
    deepStrictEqual([whole.graphics, piecemeal.graphics], [graphics, graphics]);
  });
}

Deno.test("strings are sent only to terminals that ignore unknown ones", () => {
  const strings = ["P", "X", "]", "^", "_"].map((it) => `\x1b${it}`); // ECMA-48: DCS, SOS, OSC, PM, APC
  deepStrictEqual([GRAPHICS_QUERY, STRING_QUERY].map((query) => strings.filter((it) => query.includes(it)).length), [
    0,
    2,
  ]);
});

/** One answer. */
const ONE = new RegExp(String.raw`\x1b[[_P][^\x1b]*(\x1b\\)?`, "g");

Deno.test("input between answers passes unchanged, and answers are removed", () => {
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
  const answers = fc.constantFrom(
    ...TERMINALS.flatMap(([, ...answers]) => answers.slice(0, 2)).flatMap((it) =>
      it === "" ? [] : [String(it).match(ONE)!]
    ),
  );
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

Deno.test("the beginning of an answer counts as input when nothing follows, or too much", () => {
  for (const text of ["\x1b", "\x1b[", "\x1b[6", "\x1b_G", "\x1bP", "\x1b[?1"]) {
    const answers = new TerminalAnswers();
    strictEqual(answers.feed(bytesOf(text)).length, 0);
    strictEqual(textOf(answers.rest()), text);
    strictEqual(answers.rest().length, 0);
  }
  const endless = `\x1bP${"x".repeat(5_000)}`;
  strictEqual(textOf(new TerminalAnswers().feed(bytesOf(endless))), endless);
});

/** A terminal that answers with these pieces when it is asked, each time with the next ones. */
function fakeTerminal(...answers: string[][]): {
  line: Parameters<typeof askTerminal>[0];
  written: string[];
  listeners: Set<(bytes: Uint8Array) => void>;
} {
  const written: string[] = [];
  const listeners = new Set<(bytes: Uint8Array) => void>();
  const line = {
    write: (text: string) => {
      written.push(text);
      for (const piece of answers[written.length - 1] ?? []) listeners.forEach((listener) => listener(bytesOf(piece)));
    },
    listen: (listener: (bytes: Uint8Array) => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  return { line, written, listeners };
}

Deno.test("a terminal is asked once or twice, the last answer ends the wait, and typed input is kept", async () => {
  const vt100 = fakeTerminal(["q\x1b[6;1", "8;9t\x1b[?1", ";2;4cx"]);
  const once = await soon(askTerminal(vt100.line, 1e9), "the answer");
  deepStrictEqual(once.graphics, { ...UNKNOWN_GRAPHICS, kind: "sixel", cell: { width: 9, height: 18 } });
  deepStrictEqual([textOf(once.typed), once.answers.complete], ["qx", true]);
  deepStrictEqual([vt100.written, vt100.listeners.size], [[GRAPHICS_QUERY], 0]);

  const vt220 = fakeTerminal(["\x1b[?62;4cy"], ["\x1b_Gi=31;O", "K\x1b\\z\x1b[?62;4c"]);
  const twice = await soon(askTerminal(vt220.line, 1e9), "the answer");
  deepStrictEqual([twice.graphics.kind, textOf(twice.typed), twice.answers.complete], ["kitty", "yz", true]);
  deepStrictEqual([vt220.written, vt220.listeners.size], [[GRAPHICS_QUERY, STRING_QUERY], 0]);
});

Deno.test("a terminal that answers nothing, or late, shows what it reported, and late answers are not taken for input", async () => {
  const silent = fakeTerminal();
  const { graphics, typed, answers } = await askTerminal(silent.line, 1);
  deepStrictEqual([graphics, typed.length, silent.listeners.size], [UNKNOWN_GRAPHICS, 0, 0]);
  strictEqual(textOf(answers.feed(bytesOf("a\x1b[6;18;9tb\x1b[?62;4c"))), "ab");
  deepStrictEqual([answers.graphics.kind, answers.complete], ["sixel", true]);

  const slow = await askTerminal(fakeTerminal(["\x1b[?62;4c"]).line, 1);
  deepStrictEqual([slow.graphics.kind, slow.answers.complete], ["sixel", false]);
  strictEqual(textOf(slow.answers.feed(bytesOf("a\x1b_Gi=31;OK\x1b\\b\x1b[?62;4c"))), "ab");
  deepStrictEqual([slow.answers.graphics.kind, slow.answers.complete], ["kitty", true]);
});

Deno.test("a terminal that cannot be written to is no longer read", async () => {
  const { line, listeners } = fakeTerminal();
  const broken = { ...line, write: () => Promise.reject(new Error("gone")) };
  strictEqual(await askTerminal(broken, 1e9).catch((error) => error.message), "gone");
  strictEqual(listeners.size, 0);
});
