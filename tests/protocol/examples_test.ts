import { ok } from "node:assert/strict";

/** The bytes and the text of an example in PROTOCOL.md, each with `…` for what is left out. */
const EXAMPLE = /^ {4}((?:[0-9a-f]{2} |… ?)+) {2,}(\S.*)$/gm;

Deno.test("the bytes of each example in PROTOCOL.md are those of its text", async () => {
  const document = await Deno.readTextFile(new URL("../../PROTOCOL.md", import.meta.url));
  const examples = [...document.matchAll(EXAMPLE)];
  ok(examples.length >= 18, `${examples.length} examples`);
  for (const [line, hex, shown] of examples) {
    const bytes = hex.trim().split(" ").map((it) => it === "…" ? it : String.fromCharCode(parseInt(it, 16))).join("");
    const text = shown.replace("\\n", "\n").replace(/, and \d+ bytes$/, "\n…");
    const [[first], [other]] = [bytes, text].map((it) => it.split("…"));
    ok(first.startsWith(other) || other.startsWith(first) || first === `${other}\n`, line);
    const [end, otherEnd] = [bytes, text].map((it) => it.split("…").at(-1)!.trimEnd());
    ok(end.endsWith(otherEnd) || otherEnd.endsWith(end), line);
  }
});
