import { deepStrictEqual, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import {
  formatGet,
  formatInfo,
  formatRange,
  formatThumbnailRequest,
  parsePeerRequest,
  type PeerRequest,
} from "../../lib/protocol/peer_request.ts";
import { bytes, CAT, DOG } from "./arbitraries.ts";

const md5 = (md5: string): PeerRequest => ({ type: "md5", md5 });

/** All that came so far, whether the sender has ended its half, and what it asks for. */
const CASES: [string, boolean, PeerRequest][] = [
  [`GET ${CAT}`, false, md5(CAT)],
  [`GET ${CAT}`, true, md5(CAT)],
  [`GET ${CAT}\n`, false, md5(CAT)],
  [`GET ${CAT}\r\n`, false, md5(CAT)],
  [`GET ${CAT}\0`, false, md5(CAT)],
  [`get   ${CAT.toUpperCase()}`, false, md5(CAT)],
  [`GET '${CAT}'`, false, md5(CAT)],
  [`GET "${CAT}"\n`, false, md5(CAT)],
  [`GET ${CAT}\nGET ${DOG}`, false, md5(CAT)],
  ["GET cat.png\n", false, { type: "name", name: "cat.png" }],
  ["GET my%20cat.png\r\n", false, { type: "name", name: "my cat.png" }],
  ["GET cat.png", true, { type: "name", name: "cat.png" }],
  [`GET ${CAT.slice(1)}`, false, { type: "more" }],
  ["", false, { type: "more" }],
  ["GE", false, { type: "more" }],
  ["GET ", false, { type: "more" }],
  ["", true, { type: "invalid" }],
  ["GET ", true, { type: "invalid" }],
  ["GET \n", false, { type: "invalid" }],
  [`RNG ${CAT} 0 5\n`, false, { type: "range", md5: CAT, offset: 0, length: 5, taken: 41 }],
  [`RNG ${CAT} 10 4294967296\r\nINF`, false, { type: "range", md5: CAT, offset: 10, length: 2 ** 32, taken: 52 }],
  [`INF ${CAT}\nRNG`, false, { type: "info", md5: CAT, taken: 37 }],
  [`THM ${CAT} 256\nTHM`, false, { type: "thumbnail", md5: CAT, pixels: 256, taken: 41 }],
  [`THM ${CAT} 16\r\n`, false, { type: "thumbnail", md5: CAT, pixels: 16, taken: 41 }],
  [`THM ${CAT} 1024\n`, false, { type: "thumbnail", md5: CAT, pixels: 1_024, taken: 42 }],
  [`THM ${CAT} 25`, false, { type: "more" }],
  [`THM ${CAT} 25`, true, { type: "invalid" }],
  ["TH", false, { type: "more" }],
  ["TH", true, { type: "invalid" }],
  [`THM ${CAT} 15\n`, false, { type: "invalid" }],
  [`THM ${CAT} 1025\n`, false, { type: "invalid" }],
  [`THM ${CAT} 0256\n`, false, { type: "invalid" }],
  [`THM ${CAT} -99\n`, false, { type: "invalid" }],
  [`THM ${CAT} 256 \n`, false, { type: "invalid" }],
  [`THM ${CAT}\n`, false, { type: "invalid" }],
  [`THM ${CAT.toUpperCase()} 256\n`, false, { type: "invalid" }],
  [`thm ${CAT} 256\n`, false, { type: "invalid" }],
  [`RNG ${CAT} 0 5`, false, { type: "more" }],
  [`RNG ${CAT} 0 5`, true, { type: "invalid" }],
  ["RN", false, { type: "more" }],
  ["INF ", false, { type: "more" }],
  [`RNG ${CAT} 0 0\n`, false, { type: "invalid" }],
  [`RNG ${CAT} 00 5\n`, false, { type: "invalid" }],
  [`RNG ${CAT} -1 5\n`, false, { type: "invalid" }],
  [`RNG ${CAT} 4294967297 5\n`, false, { type: "invalid" }],
  [`RNG ${CAT} 0 99999999999\n`, false, { type: "invalid" }],
  [`RNG ${CAT} 0\n`, false, { type: "invalid" }],
  [`RNG ${CAT.toUpperCase()} 0 5\n`, false, { type: "invalid" }],
  [`INF cat.png\n`, false, { type: "invalid" }],
  ["RNX", false, { type: "invalid" }],
  ["PUT x\n", false, { type: "invalid" }],
  ["G3T", false, { type: "invalid" }],
  ["\x16\x03\x01", false, { type: "invalid" }],
];

Deno.test("the received bytes request this", () => {
  for (const [text, ended, request] of CASES) {
    deepStrictEqual(parsePeerRequest(bytes(text), ended), request, `${JSON.stringify(text)} ended: ${ended}`);
  }
});

Deno.test("a request is complete exactly at the 32nd digit, however it is split", () => {
  const whole = bytes(formatGet(CAT));
  strictEqual(whole.length, 36);
  for (let length = 0; length < whole.length; length++) {
    deepStrictEqual(parsePeerRequest(whole.subarray(0, length)), { type: "more" }, `${length} bytes`);
  }
  deepStrictEqual(parsePeerRequest(whole), md5(CAT));
});

Deno.test("a request of our own programs is complete at its newline, however it is split", () => {
  for (const whole of [formatRange(CAT, 1_000, 65_536), formatInfo(DOG), formatThumbnailRequest(CAT, 256)].map(bytes)) {
    for (let length = 0; length < whole.length; length++) {
      deepStrictEqual(parsePeerRequest(whole.subarray(0, length)), { type: "more" }, `${length} bytes`);
    }
    const request = parsePeerRequest(whole);
    strictEqual("taken" in request && request.taken, whole.length);
  }
});

Deno.test("a request for a thumbnail is read as it was written, for exactly the sizes that there are", () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 20_000 }), (pixels) => {
    const text = formatThumbnailRequest(CAT, pixels);
    const request = parsePeerRequest(bytes(text));
    const isRight = pixels >= 16 && pixels <= 1_024;
    deepStrictEqual(
      request,
      isRight ? { type: "thumbnail", md5: CAT, pixels, taken: text.length } : { type: "invalid" },
    );
  }));
});

Deno.test("bytes that are too long or not UTF-8 are invalid, and never throw", () => {
  strictEqual(parsePeerRequest(bytes(`GET ${"x".repeat(3_000)}`)).type, "invalid");
  strictEqual(parsePeerRequest(new Uint8Array([71, 69, 84, 32, 255])).type, "invalid");
  fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), fc.boolean(), (noise, ended) => {
    const { type } = parsePeerRequest(noise, ended);
    strictEqual(type === "more" && ended, false, "an ended request is never unfinished");
  }));
});
