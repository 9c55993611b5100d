import { deepStrictEqual } from "node:assert/strict";
import fc from "fast-check";
import { ImageBytes } from "../../lib/formats/bytes.ts";
import { blockData, endOfBlock } from "../../lib/formats/gif.ts";

/** Sub-blocks as a GIF has them: a length and so many bytes each, and a length of 0. */
function encoded(blocks: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from([...blocks.flatMap((block) => [block.length, ...block]), 0]);
}

Deno.test("the data of a block are those of its sub-blocks, in one piece of memory for any number of them", () => {
  const subBlock = fc.uint8Array({ minLength: 1, maxLength: 255 });
  fc.assert(fc.property(fc.array(subBlock, { maxLength: 30 }), fc.nat(9), (blocks, start) => {
    const all = encoded(blocks);
    const image = ImageBytes.of(Uint8Array.from([...new Uint8Array(start), ...all, 0x3b]));
    let copies = 0;
    const copy = image.copy.bind(image);
    image.copy = (from, to) => {
      copies++;
      return copy(from, to);
    };
    deepStrictEqual([...blockData(image, start)], blocks.flatMap((block) => [...block]));
    deepStrictEqual([endOfBlock(image, start), copies], [start + all.length, 1]);
  }));
});
