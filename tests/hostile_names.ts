/** Two hundred and forty names of images that mean harm: to terminals, readers, directories, shells, and what reads our output. */
import { ok } from "node:assert/strict";
import { IDLE_JOINER } from "../lib/protocol/joiner.ts";

const ESC = "\x1b";
/** Ends a string sequence (ECMA-48, ST). */
const ST = "\x1b\\";

/** Names with `count` characters each, of all from one code to another. */
function each(first: number, last: number, count: number, what: string): string[] {
  return Array.from({ length: (last - first + 1) / count }, (_, i) => {
    const codes = Array.from({ length: count }, (_, j) => first + i * count + j);
    return `${what} ${codes[0].toString(16)}${String.fromCodePoint(...codes)}.gif`;
  });
}

/** The names, by what they are after. */
export const HOSTILE_GROUPS: Readonly<Record<string, readonly string[]>> = {
  "controls of C0, and DEL": [...each(0x00, 0x1f, 1, "c0"), "del\x7f\x7f.gif"],
  "controls of C1": each(0x80, 0x9f, 2, "c1"),
  "control sequences": [
    `${ESC}[2J${ESC}[Hcleared.gif`,
    `\x9b2Jcleared in eight bits.gif`,
    `${ESC}[31;5mred${ESC}[0m.gif`,
    `${ESC}[8mhidden.gif`,
    `${ESC}[?1049hother screen.gif`,
    `${ESC}[?25lno cursor.gif`,
    `${ESC}[1A${ESC}[2Kline above.gif`,
    `${ESC}[6nreport.gif`,
    `${ESC}[21ttitle report.gif`,
    `${ESC}[?1000hmouse.gif`,
    `${ESC}[201~rm -rf ~\n.gif`,
    `${ESC}(0qqqq.gif`,
    `${ESC}creset.gif`,
    `unfinished.gif${ESC}[`,
    `at the end.gif${ESC}`,
  ],
  "operating system commands": [
    `${ESC}]0;owned\x07title.gif`,
    `${ESC}]2;owned${ST}title with ST.gif`,
    `\x9d0;owned\x9ctitle in eight bits.gif`,
    `${ESC}]8;;https://example.org/${ST}link${ESC}]8;;${ST}.gif`,
    `${ESC}]52;c;cm0gLXJmIH4=\x07clipboard.gif`,
    `${ESC}]52;c;?\x07clipboard report.gif`,
    `${ESC}]4;1;#000000${ST}palette.gif`,
    `${ESC}]9;notice${ST}.gif`,
    `${ESC}]1337;File=inline=1:R0lGODlh\x07.gif`,
    `unfinished title.gif${ESC}]0;`,
  ],
  "device control, application and privacy strings": [
    `${ESC}P+q544e${ST}termcap.gif`,
    `${ESC}P$q"p${ST}setting.gif`,
    `${ESC}Pq#0;2;0;0;0~${ST}sixel.gif`,
    `\x90+q544e\x9ctermcap in eight bits.gif`,
    `${ESC}Ptmux;${ESC}${ESC}]0;owned\x07${ST}.gif`,
    `${ESC}_Gf=100,a=T;R0lGODlh${ST}.gif`,
    `\x9fGf=100;R0lGODlh\x9c.gif`,
    `${ESC}^privacy${ST}.gif`,
  ],
  "lines that overwrite and break": [
    "harmless.gif\rroot@here:~# ",
    "evil.exe\b\b\b\b.gif",
    "\x07\x07\x07.gif",
    "one\r\ntwo.gif",
    "12:00:00 REG 10.0.0.1:5000\n.gif",
    "line\u2028separator.gif",
    "paragraph\u2029separator.gif",
  ],
  "text that runs the other way": [
    ...["202a", "202b", "202c", "202d", "202e", "2066", "2067", "2068", "2069", "200e", "200f", "61c"].map((code) =>
      `bidi ${code}${String.fromCodePoint(parseInt(code, 16))}gnp.exe.gif`
    ),
    "חתול.gif",
    "قطة 1.gif",
  ],
  "nothing to be seen": [
    ...["ad", "200b", "200c", "200d", "2060", "2063", "feff", "180e", "fffa", "34f", "115f", "3164", "2800"].map((
      code,
    ) => `unseen ${code}${String.fromCodePoint(parseInt(code, 16))}.gif`),
    "tags \u{e0001}\u{e0072}\u{e006d}.gif",
    "\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}.gif",
  ],
  "marks without end": [
    `z${"\u0301".repeat(200)}.gif`,
    `${"\u0489".repeat(60)}.gif`,
    `a${"\u20dd\u0336".repeat(60)}.gif`,
  ],
  "what is no text": [
    "high \ud800.gif",
    "low \udc00!.gif",
    "swapped \udc00\ud800.gif",
    "none \uffff.gif",
  ],
  "long and wide": [
    `${"n".repeat(251)}.gif`,
    `${"猫".repeat(251)}.gif`,
    `${"e\u0301".repeat(120)}.gif`,
    `${"\u{1f600}".repeat(120)}.gif`,
    `${"a/".repeat(120)}deep.gif`,
    "\u{1f468}\u200d\u{1f469}\u200d\u{1f467}\u200d\u{1f466}.gif",
    "\u{1f9d1}\u{1f3fd}\u200d\u{1f4bb}1\ufe0f\u20e3.gif",
  ],
  "ways out of a directory": [
    ".",
    "..",
    "../../etc/passwd",
    "..\\..\\boot.ini",
    "/etc/shadow",
    "~/.ssh/authorized_keys",
    "C:\\Windows\\win.ini",
    "\\\\server\\share\\x.gif",
    "a/../../b.gif",
    "....//....//c.gif",
    "%2e%2e%2fpasswd",
    "cat.gif\0.exe",
    ".bashrc",
  ],
  "folders that lead out, hide, or are something else": [
    "lisboa/../../out.gif",
    "/tmp/idp2pi-out.gif",
    "//server/share/y.gif",
    "D:/out/z.gif",
    "C:",
    "..%2f..%2ftwice.gif",
    "%252e%252e%252fthrice.gif",
    "a/%2e%2e/b2.gif",
    `${"d/".repeat(1_000)}levels.gif`,
    `${"p".repeat(4_096)}/part.gif`,
    `${"猫".repeat(80)}/${"犬".repeat(80)}/long.gif`,
    "CON/aux.txt",
    "lisboa/nul/x2.gif",
    "COM1.d/x3.gif",
    "dots.../x4.gif",
    "blank /x5.gif",
    " /. ./.. /x6.gif",
    "nul\0dir/x7.gif",
    "gnp\u202e/x8.gif",
    `.idp2pi-${"0".repeat(32)}.part/x9.gif`,
    `.idp2pi-${"0".repeat(32)}.part`,
    ".ssh/authorized_keys",
    ".idp2piignore",
    "sub/.idp2piignore",
    ".git/hooks/post-checkout",
    "~/x10.gif",
    "~root/x11.gif",
    "folder.{21EC2020-3AEA-1069-A2DD-08002B30309D}/x12.gif",
    "$RECYCLE.BIN/x13.gif",
    "Foto.app/Contents/MacOS/Foto",
    "-rf/x14.gif",
    "Lisboa/case.gif",
    "lisboa/case.gif",
    "fe\u0301rias/nfd.gif",
    "f\u00e9rias/nfc.gif",
    "a//b///c.gif",
    "slash.gif/",
    "/",
    "\\\\?\\C:\\x15.gif",
    `${"x/".repeat(20)}${"\u{1f600}".repeat(60)}.gif`,
  ],
  "names of Windows": ["CON", "nul.gif", "COM1.tar.gif", "AUX .gif", "x.gif:stream", "x.gif::$DATA", '<>:"|?*.gif'],
  "options": ["-rf", "--help", "--output=..", "-"],
  "patterns": ["*", "?.gif", "[a-z].gif", "{a,b}.gif"],
  "what a shell runs": ["$(reboot).gif", "`reboot`.gif", ";reboot.gif", "|sh", "a&&b>c.gif", "'; echo '.gif", "#.gif"],
  "markup": ["<script>alert(1)</script>.gif", "<img src=x onerror=alert(1)>", "&lt;b&gt;.gif", "[a](javascript:b).gif"],
  "formats": ["%s%n%d.gif", "%1$s.gif", "${jndi:ldap://x}.gif", "{{7*7}}.gif"],
  "lines of a manual page": [".so /etc/passwd", "\\fBbold.gif", "'br.gif"],
  "twins": ["\u00e9.gif", "e\u0301.gif", "\u212b.gif", "\u00c5.gif", "\uac00.gif", "\u1100\u1161.gif"],
  "blanks and dots at the ends": ["x.gif ", "x.gif.", "x.gif...", " x.gif", "x.gif\u00a0", "x.gif\u3000"],
  "what ends a string": [
    '","kind":"owned","a":".gif',
    "\\u001b[2J.gif",
    "\\",
    '"}\n{"kind":"owned"}',
    "__proto__",
  ],
  "what ends an entry": ["a,127.0.0.1:1", `b;${"0".repeat(32)},c.gif`, "100%", "%zz%1.gif", "ERR cut.gif"],
};

/** All of them. */
export const HOSTILE_NAMES: readonly string[] = Object.values(HOSTILE_GROUPS).flat();

/**
 * What a plain client of ours writes to a terminal: it takes the line away that moves, and colours faults. `script` ends
 * lines by CR LF.
 */
// deno-lint-ignore no-control-regex -- an escape sequence is just what is looked for
export const OWN_SEQUENCES = /\r\x1b\[K|\r\n|\x1b\[(?:31|39)m/g;

/**
 * What the interactive client writes beside it, by Ink: styles, the cursor's moves, lines erased, the cursor hidden and
 * shown, a frame's beginning and end, pasted text marked.
 */
// deno-lint-ignore no-control-regex -- as above
export const SCREEN_SEQUENCES = /\x1b\[(?:[0-9;]*m|\d*[ABCDEFGJK]|\?(?:25|2026|2004)[hl])|\r\x1b\[K|\r?\n|\r/g;

/** What cannot be seen or turns the line round, but for the joiners of emoji and of words. */
export const UNSEEN = `(?![\\u200c\\u200d])\\p{Cf}|${IDLE_JOINER}`;

/** What must not come out: controls, what cannot be seen, separators of lines. */
const HARMFUL = new RegExp(`${UNSEEN}|[\\p{Zl}\\p{Zp}]|[^\\P{Cc}\\n]`, "u");

/** That nothing in what was shown steers a terminal or hides, but for what the program writes itself. */
export function assertHarmless(shown: string, own: RegExp = /(?!)/g): void {
  const rest = shown.replace(own, "\n");
  const at = rest.search(HARMFUL);
  ok(at < 0, `a character ${rest.codePointAt(at)?.toString(16)} in ${JSON.stringify(rest.slice(at - 40, at + 40))}`);
}
