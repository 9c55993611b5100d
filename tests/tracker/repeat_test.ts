import { deepStrictEqual, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { announceHead, parseAgain } from "../../lib/tracker/repeat.ts";
import type { Image } from "../../lib/protocol/image.ts";
import { type Announce, formatRequest, parseRequest } from "../../lib/protocol/request.ts";
import { bytes, CAT, DOG, imageArbitrary, passwordArbitrary } from "../protocol/arbitraries.ts";

const announce = (images: readonly Image[], password = "pw", port = 5000): Announce => ({
  type: "REG",
  password,
  port,
  images,
});

/** Reads `now` by what is different from `before`; `null` when it has to be read whole. */
function again(before: string, now: string): Announce | null {
  const said = parseRequest(bytes(before)) as Announce;
  const head = announceHead(bytes(now));
  return head && parseAgain(bytes(now), head, bytes(before), said.password, said.images);
}

Deno.test("the same announce gives the very same images, also when REG becomes UPD", () => {
  const said = bytes(formatRequest(announce([{ md5: CAT, name: "cat.png" }])));
  const images = [{ md5: CAT, name: "cat.png" }];
  const head = announceHead(said)!;
  strictEqual(parseAgain(said, head, said, "pw", images)?.images, images);
  strictEqual(again(`REG pw 5000 ${CAT},cat.png`, `UPD pw 5000 ${CAT},cat.png`)?.type, "UPD");
});

Deno.test("another password or port, a malformed entry or a doubled one has to be read whole", () => {
  const before = `REG pw 5000 ${CAT},cat.png`;
  strictEqual(again(before, `REG px 5000 ${CAT},cat.png`), null);
  strictEqual(again(before, `REG pw 5001 ${CAT},cat.png`), null);
  strictEqual(again(before, `REG pw 5000 ${CAT},cat.png;${DOG}`), null);
  strictEqual(again(before, `REG pw 5000 ${CAT},cat.png;${CAT},copy.png`), null);
  strictEqual(again(before, `REG pw 5000 ${CAT},cat.png;`), null);
  strictEqual(again(before, `REG pw 5000 ${CAT},ca\nt.png`), null);
  strictEqual(
    again(`REG pw 5000 '${CAT},cat.png'`, `REG pw 5000 '${CAT},dog.png'`)?.images[0].name ?? "dog.png",
    "dog.png",
  );
});

Deno.test("no beginning that parseRequest refuses is taken for one", () => {
  for (
    const text of [
      "REG",
      "REG ",
      "REG pw",
      "REG pw 5000",
      "REG pw 0 x",
      "REG pw 05000 x",
      "REG pw 70000 x",
      "LST a b c",
    ]
  ) {
    strictEqual(announceHead(bytes(text)), null, text);
  }
  deepStrictEqual(announceHead(bytes("UPD pw 5000 ")), { type: "UPD", port: 5000, images: 12 });
});

Deno.test("read by what is different, any announce is what it is when it is read whole", () => {
  const pool = fc.uniqueArray(imageArbitrary, { selector: ({ md5 }) => md5, minLength: 1, maxLength: 12 });
  const edit = fc.record({ at: fc.nat(12), remove: fc.nat(3), insert: fc.array(fc.nat(11), { maxLength: 3 }) });
  let differently = 0;
  fc.assert(
    fc.property(
      pool,
      fc.array(edit, { maxLength: 3 }),
      passwordArbitrary,
      fc.string({ maxLength: 3 }),
      (pool, edits, password, noise) => {
        const images = pool.slice(0, Math.ceil(pool.length / 2));
        const changed = [...images];
        for (const { at, remove, insert } of edits) {
          changed.splice(at, remove, ...insert.map((i) => pool[i % pool.length]));
        }
        const before = formatRequest(announce(images, password));
        for (const now of [formatRequest(announce(changed, password)), before.slice(0, -1) + noise, before + noise]) {
          const read = again(before, now);
          if (!read) continue;
          differently++;
          deepStrictEqual(read, parseRequest(bytes(now)), now);
        }
      },
    ),
    { numRuns: 2_000 },
  );
  strictEqual(differently > 1_000, true, `${differently} were read by what is different`);
});
