import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { type ByteSource, LineReader } from "../../lib/net/lines.ts";

/** What gives these bytes, at most `step` at a time, and notes how large the buffers are into which it is read. */
function source(bytes: Uint8Array, step: number): ByteSource & { largest: number; last: number } {
  let at = 0;
  return {
    largest: 0,
    last: 0,
    read(into): Promise<number | null> {
      this.last = into.buffer.byteLength;
      this.largest = Math.max(this.largest, this.last);
      const n = Math.min(step, into.length, bytes.length - at);
      into.set(bytes.subarray(at, at + n));
      at += n;
      return Promise.resolve(n === 0 ? null : n);
    },
  };
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array | null): string | null => bytes && new TextDecoder().decode(bytes);

/** All lines, and what stands behind the last one. */
async function readAll(reader: LineReader): Promise<{ lines: (string | null)[]; rest: string | null }> {
  const lines: (string | null)[] = [];
  for (let line = await reader.line(); line; line = await reader.line()) lines.push(decode(line));
  return { lines, rest: decode(reader.pending) };
}

const EDGES = [0, 1, 2, 4_095, 4_096, 12_287, 12_288, 16_383, 16_384, 16_385, 32_768, 100_000];
const STEPS = [1, 2, 4_096, 16_383, 16_384, 16_385, 1 << 20];

Deno.test("lines of every critical length are read, however they arrive", async () => {
  for (const length of EDGES) {
    const text = `${"a".repeat(length)}\n\nb\n${"c".repeat(length)}\nrest`;
    for (const step of STEPS) {
      for (const most of [Math.max(4, length), length + 100_000]) {
        const { lines, rest } = await readAll(new LineReader(source(encode(text), step), most));
        const expected = ["a".repeat(length), "", "b", "c".repeat(length)];
        ok(lines.every((line, i) => line === expected[i]), `${length} by ${step}`);
        deepStrictEqual([lines.length, rest], [4, "rest"], `${length} by ${step}`);
      }
    }
  }
});

Deno.test("a line one byte too long is not returned, and no more is read or kept than necessary to notice it", async () => {
  for (const most of EDGES) {
    for (const step of STEPS) {
      const from = source(encode("x".repeat(most + 1) + "\n" + "y".repeat(100_000)), step);
      const reader = new LineReader(from, most);
      strictEqual(await reader.line(), null);
      ok(reader.isTooLong && reader.pending.length === most + 1 && from.largest === most + 1, `${most} by ${step}`);
      strictEqual(await reader.more(), 0);
    }
  }
});

Deno.test("any text in any pieces is read as the lines that splitting it gives", async () => {
  const text = fc.array(fc.constantFrom("\n", "a", "é", "\r", "bcd"), { maxLength: 60 }).map((parts) => parts.join(""));
  await fc.assert(fc.asyncProperty(text, fc.integer({ min: 1, max: 9 }), async (text, step) => {
    const expected = text.split("\n");
    deepStrictEqual(await readAll(new LineReader(source(encode(text), step), 1_000)), {
      rest: expected.pop()!,
      lines: expected,
    });
  }));
});

Deno.test("bytes after a line are read unchanged, and skipped bytes are gone", async () => {
  for (const step of [1, 3, 100]) {
    const reader = new LineReader(source(encode("head\nGET body"), step), 20);
    strictEqual(decode(await reader.line()), "head");
    while (reader.pending.length < 4) await reader.more();
    reader.skip(4);
    let body = "";
    const into = new Uint8Array(2);
    for (let n = await reader.read(into); n !== null; n = await reader.read(into)) body += decode(into.subarray(0, n));
    strictEqual(body, "body");
  }
});

Deno.test("a long line leaves no large buffer behind, and only a few bytes are read beyond it", async () => {
  const long = "x".repeat(1 << 20);
  const from = source(encode(`${long}\n${"short\n".repeat(100_000)}`), 1 << 20);
  const reader = new LineReader(from, 8 << 20);
  const line = await reader.line();
  const { pending } = reader;
  ok(
    pending.length <= 16 << 10 && pending.buffer.byteLength <= 16 << 10,
    `${pending.length} of ${pending.buffer.byteLength}`,
  );
  deepStrictEqual([decode(line) === long, from.largest > 1 << 20], [true, true]);
  for (let i = 0; i < 100_000; i++) strictEqual(decode(await reader.line()), "short");
  strictEqual(await reader.line(), null);
  strictEqual(from.last, 16 << 10);
});
