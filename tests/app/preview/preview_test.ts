import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { Buffer } from "node:buffer";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { type PeekBytes, previewUnfetched } from "../../../lib/app/preview/preview_unfetched.ts";
import { DECODER_TIMEOUTS } from "../../../lib/app/preview/decoder.ts";
import { type Preview, Previewer } from "../../../lib/app/preview/preview.ts";
import { taskFlags } from "../../../scripts/task_flags.ts";
import { ROOT, SAMPLES, soon, withSegment } from "../../support.ts";
import { MANY_PARTS, manyScans } from "../../formats/many_parts.ts";
import { blackPng, MAGICS, PATIENT, sample, SIZES, withExif } from "./pictures.ts";
import { linesOf, pixel, SCREENS, seen } from "./screens.ts";

const ROOM = { columns: 8, rows: 4 };

/** A picture that must be there. */
function shown(preview: Preview): Exclude<Preview, { wrong: string }> {
  if ("wrong" in preview) throw new Error(`it is ${preview.wrong}`);
  return preview;
}

Deno.test("every sample is shown in every kind of terminal, with the same picture in each", async () => {
  using previewer = new Previewer(PATIENT);
  for (const name of Object.keys(SIZES)) {
    const bytes = await sample(name);
    const looks = Object.fromEntries(
      await Promise.all(
        Object.entries(SCREENS).map(async ([screen, graphics]) => {
          const look = shown(await previewer.render(bytes, graphics, ROOM));
          ok(look.columns >= 1 && look.columns <= 8 && look.rows >= 1 && look.rows <= 4, `${name} in ${screen}`);
          return [screen, look];
        }),
      ),
    );
    const [kitty, iterm2, sixel] = await Promise.all(
      (["kitty", "iterm2", "sixel"] as const).map((kind) => seen(looks[kind], kind)),
    );
    deepStrictEqual([iterm2.width, iterm2.height], [kitty.width, kitty.height], name);
    deepStrictEqual([sixel.width, sixel.height], [kitty.width, kitty.height], name);
    deepStrictEqual(Array.from(iterm2.rgba), Array.from(kitty.rgba), name);
    for (const [x, y] of [[0, 0], [kitty.width - 1, 0], [kitty.width >> 1, kitty.height >> 1]]) {
      const [a, b] = [pixel(kitty, x, y), pixel(sixel, x, y)];
      strictEqual(b[3] === 0, a[3] < 128, name);
      // Colours of neighbours are mixed, of which a small picture has few.
      if (b[3] > 0) a.slice(0, 3).forEach((it, i) => ok(Math.abs(it - b[i]) < 64, `${name} at ${x},${y}: ${a}; ${b}`));
    }
    for (const screen of ["blocks in all colours", "blocks in 256 colours", "blocks without colours"]) {
      for (const line of linesOf(looks[screen])) {
        strictEqual(line.replaceAll(new RegExp(String.raw`\x1b\[[\d;]+m`, "g"), "").length, looks[screen].columns);
      }
    }
  }
});

/** The PNG that iTerm2 is sent. */
const PNG_SENT = new RegExp(String.raw`:([A-Za-z0-9+/=]*)\x07`);

Deno.test("the terminal gets nothing of an image but its pixels", async () => {
  using previewer = new Previewer(PATIENT);
  const evil = "\x1b]0;evil\x07";
  const jpeg = withSegment(await sample("sunset.jpg"), Buffer.from(`http://ns.adobe.com/xap/1.0/\0${evil}`));
  const png = await sample("moon.png");
  const body = Buffer.from(`tEXtTitle\0${evil}`);
  const length = Buffer.from([0, 0, 0, body.length - 4]);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(body));
  const pngWithText = new Uint8Array(Buffer.concat([png.subarray(0, 33), length, body, checksum, png.subarray(33)]));
  for (const bytes of [jpeg, pngWithText]) {
    for (const graphics of Object.values(SCREENS)) {
      const { text } = shown(await previewer.render(bytes, graphics, ROOM));
      ok(!text.includes("evil"));
      if (graphics.kind !== "iterm2") continue;
      const sent = Buffer.from(PNG_SENT.exec(text)![1], "base64").toString("latin1");
      ok(!sent.includes("evil") && !sent.includes("tEXt"));
    }
  }
});

Deno.test("hostile images are refused soon with a reason, and the next image is shown", async () => {
  using previewer = new Previewer(PATIENT);
  const look = (bytes: Uint8Array): Promise<Preview> => previewer.render(bytes, SCREENS.kitty, ROOM);
  shown(await look(await sample("moon.png")));
  for (const magic of Object.values(MAGICS)) {
    const noise = Uint8Array.from({ length: 5_000 }, (_, i) => Math.imul(i + 1, 2_654_435_761) >>> 24);
    const bytes = new Uint8Array([...Uint8Array.from(magic, (char) => char.charCodeAt(0)), ...noise]);
    ok("wrong" in await soon(look(bytes), "an end"), magic);
  }
  deepStrictEqual(await look(blackPng(60_000, 60_000, 10)), { wrong: "too-large" });
  deepStrictEqual(await look(new Uint8Array((64 << 20) + 1)), { wrong: "too-large" });
  shown(await look(await sample("moon.png")));
});

Deno.test("an image of too many parts is not decoded at all, since decoding cannot be interrupted", async () => {
  using previewer = new Previewer(PATIENT);
  const look = (bytes: Uint8Array, part = false): Promise<Preview> =>
    soon(previewer.render(bytes, SCREENS.kitty, ROOM, { part }), "an end");
  shown(await look(await sample("moon.png")));
  const hostile = { ...MANY_PARTS, "a JPEG of many scans": (): [string, Uint8Array] => ["", manyScans(400_000, 8, 8)] };
  for (const [what, make] of Object.entries(hostile)) {
    const preview = await look(make()[1]);
    ok("wrong" in preview && preview.wrong !== "too-large", what);
  }
  deepStrictEqual(await look(manyScans(2_000, 10_000, 8_000)), { wrong: "too-slow" });
  const thumbnail = manyScans(2_000, 100, 100);
  deepStrictEqual(await look(withExif(await sample("sunset.jpg"), 1, thumbnail), true), { wrong: "too-slow" });
  shown(await look(manyScans(10, 1_000, 1_000)));
});

/** How many workers were started, and how many of them were at work at the same time. */
function countingWorkers(): Disposable & { started: number } {
  const { Worker } = globalThis;
  const count = { started: 0, [Symbol.dispose]: () => void (globalThis.Worker = Worker) };
  globalThis.Worker = class extends Worker {
    constructor(url: string | URL, options?: WorkerOptions) {
      super(url, options);
      count.started++;
    }
  };
  return count;
}

Deno.test("no decoder is started while a terminated one is still running", async () => {
  using workers = countingWorkers();
  // Two seconds of a decoder, at most; the next look waits shorter than that.
  const long = manyScans(39, 10_000, 10_000);
  const look = async (timeouts: typeof DECODER_TIMEOUTS, bytes: Uint8Array): Promise<Preview> => {
    using previewer = new Previewer(timeouts);
    return await previewer.render(bytes, SCREENS.kitty, ROOM);
  };
  const short = { ...PATIENT, answer: 400 };
  deepStrictEqual(await look(short, long), { wrong: "too-slow" });
  deepStrictEqual(await look({ ...short, answer: 1 }, await sample("moon.png")), { wrong: "blocked" });
  strictEqual(workers.started, 1);
  shown(await look(PATIENT, await sample("moon.png")));
  strictEqual(workers.started, 2);
});

Deno.test("an image that takes too long is aborted, and the next one is shown", async () => {
  const timeouts = { ...PATIENT, answer: 0 };
  using previewer = new Previewer(timeouts);
  const large = blackPng(5_000, 5_000);
  const looks = [large, large].map((bytes) => previewer.render(bytes, SCREENS.kitty, ROOM));
  const [first, second] = await Promise.all(looks);
  deepStrictEqual(first, { wrong: "too-slow" });
  // On a busy machine the first may be ended before it has begun, and then does not keep the second from a decoder.
  ok("wrong" in second && ["blocked", "too-slow"].includes(second.wrong), Deno.inspect(second));
  timeouts.answer = PATIENT.answer;
  strictEqual(shown(await previewer.render(large, SCREENS.kitty, ROOM)).rows, 4);
});

Deno.test("a decoder that does not start in time is terminated", async () => {
  using previewer = new Previewer({ ...DECODER_TIMEOUTS, start: 0 });
  deepStrictEqual(await previewer.render(await sample("moon.png"), SCREENS.kitty, ROOM), { wrong: "too-slow" });
});

Deno.test("an idle worker ends, and starts again for the next preview", async () => {
  using previewer = new Previewer({ ...PATIENT, idle: 0 });
  const bytes = await sample("moon.png");
  const first = shown(await previewer.render(bytes, SCREENS.kitty, ROOM));
  await new Promise((resolve) => setTimeout(resolve, 0));
  deepStrictEqual(await previewer.render(bytes, SCREENS.kitty, ROOM), first);
});

Deno.test("a preview aborted before its turn is skipped, and closing ends the running one", async () => {
  const previewer = new Previewer(PATIENT);
  const bytes = await sample("moon.png");
  const giveUp = new AbortController();
  const first = previewer.render(bytes, SCREENS.kitty, ROOM);
  const second = rejects(previewer.render(bytes, SCREENS.kitty, ROOM, { signal: giveUp.signal }), {
    name: "AbortError",
  });
  giveUp.abort();
  shown(await first);
  await second;
  const third = rejects(previewer.render(blackPng(5_000, 5_000), SCREENS.kitty, ROOM), { name: "AbortError" });
  const fourth = rejects(previewer.render(bytes, SCREENS.kitty, ROOM), { name: "AbortError" });
  previewer[Symbol.dispose]();
  await soon(Promise.all([third, fourth]), "the end");
});

Deno.test("the caller's bytes are unchanged, and may be a part of a larger buffer", async () => {
  const bytes = await sample("moon.png");
  const memory = new Uint8Array(bytes.length + 100);
  memory.set(bytes, 50);
  const part = memory.subarray(50, 50 + bytes.length);
  using previewer = new Previewer(PATIENT);
  shown(await previewer.render(part, SCREENS["blocks in 256 colours"], ROOM));
  deepStrictEqual(Array.from(part), Array.from(bytes));
});

Deno.test("all samples are shown with the client's permissions, and no message is printed about undecodable ones", async () => {
  const names = [...Object.keys(SIZES), "README.md"];
  const { stdout, stderr, code } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      ...taskFlags("client"),
      "tests/app/preview/preview_program.ts",
      ...names.map((it) => join(SAMPLES, it)),
    ],
    cwd: ROOT,
  }).output();
  deepStrictEqual([code, new TextDecoder().decode(stderr)], [0, ""]);
  const lines = new TextDecoder().decode(stdout).trim().split("\n");
  deepStrictEqual(lines, [
    "3 x 2",
    "2 x 1",
    "8 x 4",
    "4 x 2",
    "2 x 1",
    "6 x 3",
    "4 x 2",
    "10 x 4",
    "unreadable",
    "unreadable",
  ]);
});

/** An image that is elsewhere, and how much of it was asked for. */
function elsewhere(bytes: Uint8Array, size?: number): { asked: number[]; peek: PeekBytes } {
  const asked: number[] = [];
  const peek: PeekBytes = (most) => {
    asked.push(most);
    return Promise.resolve({ bytes: bytes.subarray(0, most), whole: bytes.length <= most, size });
  };
  return { asked, peek };
}

/** An image with nothing behind it, so large. */
function filled(bytes: Uint8Array, size: number): Uint8Array {
  const larger = new Uint8Array(size);
  larger.set(bytes);
  return larger;
}

Deno.test("the preview of an image elsewhere fetches only what it needs", async () => {
  using previewer = new Previewer(PATIENT);
  const jpeg = await sample("sunset.jpg");
  const [head, all] = [256 << 10, 16 << 20];
  const cases: [string, Uint8Array, number | undefined, number[], boolean][] = [
    ["a small one", jpeg, jpeg.length, [head], true],
    ["one with a thumbnail", filled(withExif(jpeg, 1, jpeg), 20 << 20), 20 << 20, [head], true],
    ["one without", filled(jpeg, 2 << 20), 2 << 20, [head, all], true],
    ["a PNG", filled(await sample("moon.png"), 2 << 20), undefined, [head, all], true],
    ["a large one", filled(jpeg, 17 << 20), 17 << 20, [head], false],
    ["a large one of unknown size", filled(jpeg, 17 << 20), undefined, [head, all], false],
  ];
  for (const [what, bytes, size, asks, isShown] of cases) {
    const { asked, peek } = elsewhere(bytes, size);
    const preview = await previewUnfetched(previewer, peek, SCREENS.kitty, ROOM);
    deepStrictEqual(asked, asks, what);
    if (isShown) shown(preview);
    else deepStrictEqual(preview, { wrong: "too-large" }, what);
  }
});
