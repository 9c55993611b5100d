import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import type { ListedImage } from "../../lib/protocol/image.ts";
import { formatListed, parseList } from "../../lib/protocol/list.ts";
import { formatReply, parseReply, type Reply, replyText } from "../../lib/protocol/reply.ts";
import { threadTime } from "../support.ts";
import { bytes, CAT, DOG, listedArbitrary } from "./arbitraries.ts";

const EXACT: [string, Reply][] = [
  ["OK 0_REGISTERED_IMAGES", { type: "registered", count: 0 }],
  ["OK 12_REGISTERED_IMAGES", { type: "registered", count: 12 }],
  ["OK 3_REGISTERED_FILES", { type: "updated", count: 3 }],
  ["OK CLIENT_FINISHED", { type: "finished" }],
  ["ERR INVALID_MESSAGE_FORMAT", { type: "error", reason: "INVALID_MESSAGE_FORMAT" }],
  ["ERR IP_REGISTERED_WITH_DIFFERENT_PASSWORD", {
    type: "error",
    reason: "IP_REGISTERED_WITH_DIFFERENT_PASSWORD",
  }],
];

const one = { host: "192.168.0.5", port: 4000 };
const two = { host: "192.168.0.7", port: 4100 };
const cat: ListedImage = { md5: CAT, name: "cat.png", peers: [one, two] };
const dog: ListedImage = { md5: DOG, name: "dog.jpg", peers: [two] };

/** Lists as trackers in the wild write them. */
const LISTS: [string, string, ListedImage[]][] = [
  ["as specified", `${CAT},cat.png,192.168.0.5:4000,192.168.0.7:4100;${DOG},dog.jpg,192.168.0.7:4100`, [cat, dog]],
  ["a semicolon at the end", `${DOG},dog.jpg,192.168.0.7:4100;`, [dog]],
  ["fields swapped", `cat.png,${CAT},192.168.0.5:4000,192.168.0.7:4100`, [cat]],
  ["addresses swapped", `${CAT},cat.png,4000:192.168.0.5,4100:192.168.0.7`, [cat]],
  ["MD5 in upper case", `${DOG.toUpperCase()},dog.jpg,192.168.0.7:4100`, [dog]],
  [
    "one image per line in brackets",
    `[ ${CAT} - cat.png - clientes: 192.168.0.5:4000,192.168.0.7:4100 ]\n[ ${DOG} - dog.jpg - clientes: 192.168.0.7:4100 ]`,
    [cat, dog],
  ],
  [
    "a name with the separator of the brackets",
    `[ ${DOG} - my - dog.jpg - clientes: 192.168.0.7:4100 ]`,
    [{ ...dog, name: "my - dog.jpg" }],
  ],
  ["one entry per line", `${CAT},cat.png,192.168.0.5:4000,192.168.0.7:4100\r\n${DOG},dog.jpg,192.168.0.7:4100\n`, [
    cat,
    dog,
  ]],
  ["the same MD5 twice", `${CAT},cat.png,192.168.0.5:4000;${CAT},other.png,192.168.0.7:4100,192.168.0.5:4000`, [cat]],
  ["a name with a comma", `${DOG},my,dog.jpg,192.168.0.7:4100`, [{ ...dog, name: "my,dog.jpg" }]],
  ["a name with blanks", `${DOG},my dog.jpg,192.168.0.7:4100`, [{ ...dog, name: "my dog.jpg" }]],
  ["an encoded name", `${DOG},my%20dog%2C.jpg,192.168.0.7:4100`, [{ ...dog, name: "my dog,.jpg" }]],
  ["blanks after the separators", `${CAT}, cat.png, 192.168.0.5:4000, 192.168.0.7:4100`, [{
    ...cat,
    name: " cat.png",
  }]],
  ["IPv6", `${DOG},dog.jpg,[2001:db8::1]:4100`, [{ ...dog, peers: [{ host: "2001:db8::1", port: 4100 }] }]],
  ["entries in quotes, with brackets", `[ '${DOG} - dog.jpg' - clientes: 192.168.0.7:4100 ]`, [dog]],
  ["entries in quotes", `'${DOG},dog.jpg',192.168.0.7:4100`, [dog]],
  ["entries in double quotes, swapped", `dog.jpg","${DOG},192.168.0.7:4100`, [dog]],
  ["whole entries in quotes", `'${CAT},cat.png,192.168.0.5:4000,192.168.0.7:4100'`, [cat]],
  ["one MD5 with quotes and without", `'${CAT},cat.png',192.168.0.5:4000;${CAT},cat.png,192.168.0.7:4100`, [cat]],
  ["a name that has quotes of its own", `${DOG},'dog'.jpg',192.168.0.7:4100`, [{ ...dog, name: "'dog'.jpg'" }]],
  ["a name with an address in it", `${DOG},a,1.2.3.4:5,b,192.168.0.7:4100`, [{ ...dog, name: "a,1.2.3.4:5,b" }]],
  ["nobody has it", `${DOG},dog.jpg`, []],
  ["a host name for an address", `${DOG},dog.jpg,evil.example:80`, []],
  ["port 0", `${DOG},dog.jpg,192.168.0.7:0`, []],
  ["nothing", "", []],
  ["an error", "ERR NO_IMAGES_AVAILABLE", []],
  ["a sentence", "Nenhuma imagem disponivel no momento.", []],
  ["an entry cut off in the middle", `${DOG},dog.jpg,192.168.0.7:4100;${CAT.slice(5)}`, [dog]],
];

Deno.test("a reply has exactly these bytes, and these bytes are exactly this reply", () => {
  for (const [text, reply] of EXACT) {
    strictEqual(formatReply(reply), text);
    deepStrictEqual(parseReply(text), reply);
  }
});

Deno.test("the replies of known trackers are understood", () => {
  deepStrictEqual(parseReply("ERR"), { type: "error", reason: "" });
  deepStrictEqual(parseReply("ERROR: no images"), { type: "error", reason: "no images" });
  for (const text of ["", "OK", "OK x_REGISTERED_IMAGES", `${CAT},cat.png,1.2.3.4:5`, "ERRATA", "END"]) {
    strictEqual(parseReply(text), null, text);
  }
});

Deno.test("colors, line ends and NULs around a reply are removed", () => {
  strictEqual(replyText(bytes("\x1b[32mOK CLIENT_FINISHED\x1b[0m\r\n\0\0")), "OK CLIENT_FINISHED");
  strictEqual(replyText(new Uint8Array()), "");
});

Deno.test("lists of every form are understood", () => {
  for (const [what, text, images] of LISTS) deepStrictEqual(parseList(text), images, what);
});

Deno.test("a list is written as specified: without blanks or a final separator, and with dangerous names encoded", () => {
  strictEqual(formatListed(cat), `${CAT},cat.png,192.168.0.5:4000,192.168.0.7:4100`);
  strictEqual(formatListed({ ...dog, name: "../a b,c;.jpg" }), `${DOG},..%2Fa%20b%2Cc%3B.jpg,192.168.0.7:4100`);
});

Deno.test("any list can be read back", () => {
  const list = fc.uniqueArray(listedArbitrary, { selector: ({ md5 }) => md5, maxLength: 8 });
  fc.assert(fc.property(list, (images) => {
    const text = images.map(formatListed).join(";");
    strictEqual(/\s/.test(text), false);
    deepStrictEqual(parseList(text), images);
  }));
});

Deno.test("a list of one image with endless addresses, or an endless name, is read within limits", () => {
  const peers = Array.from({ length: 5_000 }, (_, i) => `10.0.${i >> 8}.${i & 255}:4000`);
  strictEqual(parseList(`${CAT},cat.png,${peers.join(",")}`)[0].peers.length, 1_000);
  strictEqual(parseList(`${CAT},${"n".repeat(60_000)},10.0.0.1:4000`)[0].name.length, 255);
  for (
    const [name, read] of [
      [`${"a/".repeat(200)}${"n".repeat(100)}/cat.png`, `${"a/".repeat(73)}${"n".repeat(100)}/cat.png`],
      [`${"n".repeat(300)}%2Fcat.png`, "cat.png"],
      [`a/${"n".repeat(300)}`, `a/${"n".repeat(253)}`],
      [`${"/".repeat(60_000)}`, "/".repeat(255)],
    ]
  ) strictEqual(parseList(`${CAT},${name},10.0.0.1:4000`)[0].name, read);
  const twice = peers.slice(0, 600).join(",");
  strictEqual(parseList(`${CAT},cat.png,${twice};${CAT},cat.png,${peers.join(",")}`)[0].peers.length, 1_000);
});

/** Lists of several MiB that would cost much more than their size if they were split, decoded or spread before they are cut. */
const MIB = 1024 * 1024;
const HOSTILE: [string, string][] = [
  ["percent signs", `${CAT},${"%".repeat(4 * MIB)},10.0.0.1:4000`],
  ["percent signs in many names", `${CAT},${"%".repeat(60_000)},10.0.0.1:4000;`.repeat(270)],
  ["commas", `${CAT},cat.png${",".repeat(4 * MIB)}`],
  ["semicolons and a letter", "a;".repeat(2 * MIB)],
  ["blanks", `${CAT},${" ".repeat(4 * MIB)},10.0.0.1:4000`],
  ["brackets", `[ ${CAT}${" - ".repeat(1 * MIB)}: 10.0.0.1:4000 ]`],
  ["quotes", `'${CAT},${"'".repeat(4 * MIB)},10.0.0.1:4000`],
  [
    "addresses of one image",
    `${CAT},cat.png,${Array.from({ length: 130_000 }, (_, i) => `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}:4000`)}`,
  ],
  [
    "one image in many entries",
    Array.from({ length: 130_000 }, (_, i) => `${CAT},c,10.${i >> 16}.${(i >> 8) & 255}.${i & 255}:4000`).join(";"),
  ],
];

/** A list of as many bytes, each image with its own MD5. */
const HONEST = Array.from({ length: 90_000 }, (_, i) => `${i.toString(16).padStart(32, "0")},c,10.0.0.1:4000`).join(
  ";",
);

/** How long it takes to read a list, in milliseconds. */
function timeOf(text: string): number {
  const start = threadTime();
  parseList(text);
  return threadTime() - start;
}

Deno.test("a hostile list costs little more memory and time than an honest list of its size", () => {
  const honest = Math.max(timeOf(HONEST), timeOf(HONEST));
  for (const [what, text] of HOSTILE) {
    const before = Deno.memoryUsage().heapTotal;
    const start = threadTime();
    const images = parseList(text);
    const [ms, bytes] = [threadTime() - start, Deno.memoryUsage().heapTotal - before];
    ok(images.length <= 1 && (images[0]?.peers.length ?? 0) <= 1_000, what);
    ok(bytes < 100 * MIB, `${what}: ${Math.round(bytes / MIB)} MiB`);
    // What grows with the square of the size takes a thousand times as long.
    ok(ms < 20 * honest + 100, `${what}: ${ms} ms, an honest list ${honest} ms`);
  }
});
