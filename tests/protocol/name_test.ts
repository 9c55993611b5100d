import { strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { decodeName, encodeName } from "../../lib/protocol/name.ts";
import { nameArbitrary } from "./arbitraries.ts";

/** Names and what travels. */
const EXACT: [string, string][] = [
  ["cat.png", "cat.png"],
  ["café.png", "café.png"],
  ["猫.png", "猫.png"],
  ["my cat.png", "my%20cat.png"],
  ["100%.png", "100%25.png"],
  ["a,b;c.png", "a%2Cb%3Bc.png"],
  ["'quoted'.png", "%27quoted%27.png"],
  ["../up.png", "..%2Fup.png"],
  ["C:\\x.png", "C%3A%5Cx.png"],
  ["..", "%2E%2E"],
  [".", "%2E"],
  ["a\u2028b\u00a0c", "a%E2%80%A8b%C2%A0c"],
  ["\x1b[31m", "%1B[31m"],
];

Deno.test("a name is sent in this form, and decoded again", () => {
  for (const [name, wire] of EXACT) {
    strictEqual(encodeName(name), wire);
    strictEqual(decodeName(wire), name);
  }
});

Deno.test("a name from a program that does not encode is unchanged", () => {
  for (const name of ["100%.png", "50%-off.png", "%zz", "%ff", "%E2%80", "my cat.png"]) {
    strictEqual(decodeName(name), name);
  }
});

Deno.test("any name can be decoded again, and never breaks a list or leads out of a directory", () => {
  fc.assert(fc.property(nameArbitrary, (name) => {
    const wire = encodeName(name);
    strictEqual(decodeName(wire), name.toWellFormed());
    strictEqual(/[\s,;/\\:'"\p{Cc}]/u.test(wire) || wire === "." || wire === "..", false);
  }));
});
