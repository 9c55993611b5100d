import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { formatRequest, parseRequest, type TrackerRequest } from "../../lib/protocol/request.ts";
import { parseList } from "../../lib/protocol/list.ts";
import { replyText } from "../../lib/protocol/reply.ts";
import { threadTime } from "../support.ts";
import { bytes, CAT, DOG, imageArbitrary, passwordArbitrary, plainRecord, portArbitrary } from "./arbitraries.ts";

const cat = { md5: CAT, name: "cat.png" };
const dog = { md5: DOG, name: "dog.jpg" };

/** Messages and their bytes: formatted exactly so, and read back the same. */
const EXACT: [string, TrackerRequest][] = [
  ["LST", { type: "LST" }],
  ["END abc123 5000", { type: "END", password: "abc123", port: 5000 }],
  ["REG abc123 5000 ", { type: "REG", password: "abc123", port: 5000, images: [] }],
  [`REG abc123 5000 ${CAT},cat.png`, { type: "REG", password: "abc123", port: 5000, images: [cat] }],
  [`UPD p@ss;wörd 65535 ${CAT},cat.png;${DOG},dog.jpg`, {
    type: "UPD",
    password: "p@ss;wörd",
    port: 65535,
    images: [cat, dog],
  }],
  [`REG x 1 ${CAT},a%20b%2Cc%3B100%25.png`, {
    type: "REG",
    password: "x",
    port: 1,
    images: [{ md5: CAT, name: "a b,c;100%.png" }],
  }],
];

/** What programs in the wild send, and what it means. */
const QUIRKS: [string, string, TrackerRequest][] = [
  ["a newline", "LST\n", { type: "LST" }],
  ["CR LF", "END abc123 5000\r\n", { type: "END", password: "abc123", port: 5000 }],
  ["NULs of a C string", "LST\0\0\0", { type: "LST" }],
  ["a blank after the last field", "LST ", { type: "LST" }],
  ["a blank after END", "END abc123 5000 ", { type: "END", password: "abc123", port: 5000 }],
  ["blanks in a name", `REG x 1 ${CAT},my  cat .png`, {
    type: "REG",
    password: "x",
    port: 1,
    images: [{ md5: CAT, name: "my  cat .png" }],
  }],
  ["a comma in a name", `REG x 1 ${CAT},cat,black.png`, {
    type: "REG",
    password: "x",
    port: 1,
    images: [{ md5: CAT, name: "cat,black.png" }],
  }],
  ["an MD5 in upper case", `REG x 1 ${CAT.toUpperCase()},cat.png`, {
    type: "REG",
    password: "x",
    port: 1,
    images: [cat],
  }],
  ["single quotes", `REG x 1 '${CAT},cat.png';'${DOG},dog.jpg'`, {
    type: "REG",
    password: "x",
    port: 1,
    images: [cat, dog],
  }],
  ["quotes around nothing", "REG x 1 ''", { type: "REG", password: "x", port: 1, images: [] }],
  ["a semicolon at the end", `UPD x 1 ${CAT},cat.png;`, { type: "UPD", password: "x", port: 1, images: [cat] }],
  ["one MD5 twice", `REG x 1 ${CAT},cat.png;${CAT},copy.png`, { type: "REG", password: "x", port: 1, images: [cat] }],
  ["a line separator in a name", `REG x 1 ${CAT},a b\u2028c`, {
    type: "REG",
    password: "x",
    port: 1,
    images: [{ md5: CAT, name: "a b\u2028c" }],
  }],
  ["a percent sign that encodes nothing", `REG x 1 ${CAT},100%.png`, {
    type: "REG",
    password: "x",
    port: 1,
    images: [{ md5: CAT, name: "100%.png" }],
  }],
];

/** What is no request. */
const MALFORMED: [string, string | Uint8Array][] = [
  ["nothing", ""],
  ["a newline", "\n"],
  ["another type", "GET x"],
  ["lower case", "lst"],
  ["a blank ahead", " LST"],
  ["LST with a field", "LST x"],
  ["LST with two blanks and a field", "LST  x"],
  ["REG alone", "REG"],
  ["no port", "REG abc123"],
  ["no images", "REG abc123 5000"],
  ["no password", `REG  5000 ${CAT},cat.png`],
  ["END without a port", "END abc123"],
  ["END with a field too many", "END abc123 5000 more"],
  ["port 0", `REG x 0 ${CAT},cat.png`],
  ["port 65536", `REG x 65536 ${CAT},cat.png`],
  ["port 12x", `REG x 12x ${CAT},cat.png`],
  ["port +1", `REG x +1 ${CAT},cat.png`],
  ["port 01", `REG x 01 ${CAT},cat.png`],
  ["port 1e3", `REG x 1e3 ${CAT},cat.png`],
  ["an MD5 of 31 digits", `REG x 1 ${CAT.slice(1)},cat.png`],
  ["an MD5 of 33 digits", `REG x 1 0${CAT},cat.png`],
  ["an MD5 with a g", `REG x 1 g${CAT.slice(1)},cat.png`],
  ["an entry without a comma", `REG x 1 ${CAT}`],
  ["an empty name", `REG x 1 ${CAT},`],
  ["a name of blanks", `REG x 1 ${CAT},%20 `],
  ["an empty entry between", `REG x 1 ${CAT},cat.png;;${DOG},dog.jpg`],
  ["only a semicolon", "REG x 1 ;"],
  ["a name of 256 characters", `REG x 1 ${CAT},${"n".repeat(256)}`],
  ["a password of 129 bytes", `REG ${"p".repeat(129)} 1 ${CAT},cat.png`],
  ["a NUL inside", `REG x 1 ${CAT},cat\0.png`],
  ["a newline inside", `REG x 1 ${CAT},cat\n.png`],
  ["bytes that are not UTF-8", new Uint8Array([0x4c, 0x53, 0x54, 0xff])],
  ["65,507 bytes of noise", new Uint8Array(65_507).map((_, i) => (i * 7919) >> 3)],
];

Deno.test("a request has exactly these bytes, and these bytes are exactly this request", () => {
  for (const [text, request] of EXACT) {
    strictEqual(formatRequest(request), text);
    deepStrictEqual(parseRequest(bytes(text)), request);
  }
});

Deno.test("the requests of known programs are understood", () => {
  for (const [what, text, request] of QUIRKS) deepStrictEqual(parseRequest(bytes(text)), request, what);
});

Deno.test("malformed requests are distinguished and answered", () => {
  for (const [what, text] of MALFORMED) {
    const parsed = parseRequest(typeof text === "string" ? bytes(text) : text);
    strictEqual(parsed.type, "malformed", what);
    strictEqual(parsed.type === "malformed" && parsed.answer, true, what);
  }
});

Deno.test("a tracker's own errors get no answer, or two trackers would send errors for ever", () => {
  for (
    const text of [
      "ERR INVALID_MESSAGE_FORMAT",
      "ERR IP_REGISTERED_WITH_DIFFERENT_PASSWORD\n",
      "ERR NO_IMAGES_AVAILABLE",
    ]
  ) {
    const parsed = parseRequest(bytes(text));
    strictEqual(parsed.type === "malformed" && !parsed.answer, true, text);
  }
});

Deno.test("any request can be read back", () => {
  const images = fc.uniqueArray(imageArbitrary, { selector: ({ md5 }) => md5, maxLength: 8 });
  const sender = { password: passwordArbitrary, port: portArbitrary };
  const request = fc.oneof(
    plainRecord({ type: fc.constantFrom("REG", "UPD"), ...sender, images }),
    plainRecord({ type: fc.constant("END"), ...sender }),
    fc.constant({ type: "LST" }),
  ) as fc.Arbitrary<TrackerRequest>;
  fc.assert(fc.property(request, (request) => deepStrictEqual(parseRequest(bytes(formatRequest(request))), request)));
});

Deno.test("a hostile datagram of any kind costs at most a few times as much as an honest one of its size", () => {
  // Not a measurement of speed: a quadratic parser takes a thousand times as long as a linear one for these.
  const time = (text: string): number => {
    const asked = bytes(text);
    const start = threadTime();
    for (let i = 0; i < 5; i++) {
      parseRequest(asked);
      parseList(replyText(asked));
    }
    return threadTime() - start;
  };
  const honest = time(`REG x 1 ${Array.from({ length: 1_600 }, (_, i) => `${`${i}`.padStart(32, "0")},x`).join(";")}`);
  for (const unit of ["\0", "\r", "\n", " ", ";", ",", "'", "%", "%4", ":", "[", "- ", "\x1b[", "REG ", "0"]) {
    const text = `x${unit.repeat(Math.floor(65_000 / unit.length))}x`;
    ok(time(text) < honest * 20 + 100, JSON.stringify(unit));
  }
});

Deno.test("parsing never throws, whatever the bytes are", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => {
    parseRequest(noise);
  }));
  fc.assert(fc.property(fc.constantFrom("REG ", "UPD ", "END ", "LST", "ERR "), fc.string(), (start, rest) => {
    parseRequest(bytes(start + rest));
  }));
});
