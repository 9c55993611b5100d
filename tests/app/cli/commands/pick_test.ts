import { deepStrictEqual } from "node:assert/strict";
import { ofPeer, pick } from "../../../../lib/app/cli/commands/pick.ts";

const md5 = (digit: string): string => digit.repeat(32);
const at = (host: string, port: number) => ({ host, port });
const LISTED = [
  { md5: md5("a"), name: "cat.png", peers: [at("10.0.0.1", 5000), at("10.0.0.2", 5000)] },
  { md5: md5("b"), name: "Cat (2).png", peers: [at("10.0.0.2", 5001)] },
  { md5: md5("c"), name: "3", peers: [at("10.0.0.1", 5000)] },
  { md5: md5("d"), name: "trip/dog.jpg", peers: [at("10.0.0.3", 5000)] },
  { md5: md5("e"), name: "a\\b.jpg", peers: [at("10.0.0.3", 5000)] },
];

Deno.test("images are meant by number, MD5, name and pattern, each once, in the list's order", () => {
  const table: [string[], string, string[]?][] = [
    [["1"], "a"],
    [["4", "2-4", "2"], "bcd"],
    [["3"], "c"], // A name goes before a number.
    [[md5("B")], "b"],
    [["trip/dog.jpg", "cat.png"], "ad"],
    [["*.png"], "ab"],
    [["*.{png,jpg}", "?"], "abcde"],
    [["a*.jpg"], "e"],
    [["0", "6", "3-2", "-1", "1-", "cat", md5("f")], "", ["0", "6", "3-2", "-1", "1-", "cat", md5("f")]],
    [["0-1", "bird*", "[", "1"], "a", ["0-1", "bird*", "["]],
    [["__proto__"], "", ["__proto__"]],
  ];
  for (const [words, images, unknown = []] of table) {
    const picked = pick(words, LISTED);
    deepStrictEqual(
      [picked.images.map((it) => it.md5[0]).join(""), picked.unknown],
      [images, unknown],
      words.join(" "),
    );
  }
});

Deno.test("a name is the same however its accents are written", () => {
  const listed = ["NFC", "NFD"].map((form) => ({
    md5: md5(form === "NFC" ? "a" : "b"),
    name: "férias.png".normalize(form),
    peers: [],
  }));
  for (const word of ["férias.png", "f?rias.*", "fé*"].flatMap((it) => [it.normalize("NFC"), it.normalize("NFD")])) {
    deepStrictEqual(pick([word], listed).images.map(({ md5 }) => md5[0]), ["a", "b"], word);
  }
});

Deno.test("what a peer has is fetched from this peer alone", () => {
  deepStrictEqual(ofPeer({ host: "10.0.0.2" }, LISTED).map(({ name, peers }) => [name, peers]), [
    ["cat.png", [at("10.0.0.2", 5000)]],
    ["Cat (2).png", [at("10.0.0.2", 5001)]],
  ]);
  deepStrictEqual(ofPeer({ host: "10.0.0.2", port: 5001 }, LISTED).map(({ name }) => name), ["Cat (2).png"]);
  deepStrictEqual(ofPeer({ host: "10.0.0.9" }, LISTED), []);
});
