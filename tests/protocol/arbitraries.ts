/** Values for the tests of the wire: fixed ones and generators. */
import fc from "fast-check";
import { MAX_NAME_LENGTH } from "../../lib/protocol/limits.ts";
import type { Address } from "../../lib/protocol/address.ts";
import type { Image, ListedImage } from "../../lib/protocol/image.ts";

export const CAT = "0123456789abcdef0123456789abcdef";
export const DOG = "d41d8cd98f00b204e9800998ecf8427e";

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Records as object literals make them: those of fast-check have no prototype, which a deep comparison sees. */
export function plainRecord<T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> {
  return fc.record(model, { noNullPrototype: true }) as fc.Arbitrary<T>;
}

export const portArbitrary = fc.integer({ min: 1, max: 65_535 });

export const md5Arbitrary: fc.Arbitrary<string> = fc.uint8Array({ minLength: 16, maxLength: 16 })
  .map((digest) => digest.toHex());

/** Any name that a file can have, and many that none should. */
export const nameArbitrary: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 }),
  fc.string({ unit: "binary", minLength: 1, maxLength: 40 }),
  fc.constantFrom(
    "..",
    ".",
    "../../etc/passwd",
    "a;b,c%d",
    "%41",
    "%",
    "C:\\con",
    "a\u202egnp.exe",
    "\0",
    "'q'",
    '"q"',
  ),
).filter((name) => name.trim() !== "" && name.length <= MAX_NAME_LENGTH);

export const passwordArbitrary: fc.Arbitrary<string> = fc.stringMatching(/^[!-~]{1,40}$/);

export const imageArbitrary: fc.Arbitrary<Image> = plainRecord({ md5: md5Arbitrary, name: nameArbitrary });

export const addressArbitrary: fc.Arbitrary<Address> = plainRecord({
  host: fc.oneof(fc.ipV4(), fc.constantFrom("::1", "2001:db8::7", "fd00::1")),
  port: portArbitrary,
});

export const listedArbitrary: fc.Arbitrary<ListedImage> = plainRecord({
  md5: md5Arbitrary,
  name: nameArbitrary,
  peers: fc.uniqueArray(addressArbitrary, {
    selector: ({ host, port }) => `${host} ${port}`,
    minLength: 1,
    maxLength: 5,
  }),
});
