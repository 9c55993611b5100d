import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { byteLength, cutLastNames, fitAnnounce, smallerAfter } from "../../lib/announce/fit.ts";
import { parseRequest } from "../../lib/protocol/request.ts";

const utf8 = new TextDecoder("utf-8", { fatal: true });
const md5 = (i: number): string => `${i}`.padStart(32, "0");

/** Names as people have them: Latin, accents, CJK, emoji. */
const name = fc.string({ unit: fc.constantFrom("a", "é", "猫", "🐈", " ", ";"), minLength: 1, maxLength: 60 })
  .filter((it) => it.trim() !== "");

Deno.test("no buffer of a known size ends within a character, and the images arrive unchanged", () => {
  fc.assert(fc.property(fc.array(name, { maxLength: 120 }), fc.integer({ min: 500, max: 9_000 }), (names, room) => {
    const images = names.map((name, i) => ({ md5: md5(i), name }));
    const announce = { type: "REG", password: "0123456789abcdef", port: 5_000, images } as const;
    const { request, images: fitting } = fitAnnounce(announce, room);
    const bytes = new TextEncoder().encode(request);
    ok(bytes.length <= room);
    for (const size of [1_023, 1_024, 2_047, 2_048, 4_095, 4_096]) utf8.decode(bytes.subarray(0, size));
    deepStrictEqual(fitting, images.slice(0, fitting.length));
    deepStrictEqual(parseRequest(bytes), { ...announce, images: fitting });
  }));
});

Deno.test("only a name at a boundary is encoded", () => {
  const head = byteLength("REG pw 5000 ");
  const long = { md5: md5(0), name: "n".repeat(255) };
  const images = [long, { ...long, md5: md5(1) }, { ...long, md5: md5(2) }];
  const start = head + 3 * (32 + 1 + 255 + 1);
  const rest = "m".repeat(1_024 - start - 33 - 1);
  const at = [...images, { md5: md5(3), name: `${rest}猫` }, { md5: md5(4), name: "猫" }];
  const { request } = fitAnnounce({ type: "REG", password: "pw", port: 5_000, images: at }, 65_507);
  ok(request.includes(`${rest}%E7%8C%AB;`));
  ok(request.endsWith(",猫"));
});

Deno.test("the name left by a cut is predicted, encoded or not", () => {
  const names = [...Array.from({ length: 24 }, (_, i) => "n".repeat(i < 2 ? 1 : 7)), "the, last.jpg"];
  const images = names.map((name, i) => ({ md5: md5(i), name }));
  const fitted = fitAnnounce({ type: "REG", password: "aa", port: 5_000, images }, 65_507);
  ok(fitted.request.slice(0, 1_024).endsWith(",the%2C%"));
  deepStrictEqual(cutLastNames(fitted), ["the,", "the,%"]);
});

Deno.test("the size limit of a tracker follows from how many images it took", () => {
  const images = Array.from({ length: 300 }, (_, i) => ({ md5: md5(i), name: `holiday ${i}.jpg` }));
  const announce = { type: "REG", password: "aa", port: 5_000, images } as const;
  const fitted = fitAnnounce(announce, 65_507);
  for (const [buffer, room] of [[1_024, 1_000], [2_048, 2_000], [4_096, 4_000]]) {
    const taken = fitted.request.slice(0, buffer).split(";").length;
    strictEqual(smallerAfter(fitted, announce, taken), room);
  }
});
