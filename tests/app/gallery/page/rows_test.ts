import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { moved } from "../../../../lib/app/gallery/page/model/moves.ts";
import { layOut, rowAt, tileRatio } from "../../../../lib/app/gallery/page/model/rows.ts";

const OPTIONS = { width: 1000, target: 200, gap: 10 };

const ratios = fc.array(fc.double({ min: 0, max: 9, noNaN: true }), { maxLength: 60 });

Deno.test("rows hold each picture once, in order, fill the width, and are nearly as high as wanted", () => {
  fc.assert(fc.property(ratios, fc.double({ min: 0, max: 1, noNaN: true }), (shapes, share) => {
    const anchor = Math.floor(share * shapes.length);
    const { starts, heights, ratios } = layOut(shapes, OPTIONS, anchor);
    strictEqual(starts.length, heights.length + 1);
    strictEqual(starts[0], 0);
    strictEqual(starts.at(-1), shapes.length);
    ok(shapes.length === 0 || starts.includes(anchor));
    for (const [row, height] of heights.entries()) {
      const inside = shapes.slice(starts[row], starts[row + 1]);
      ok(inside.length > 0 && height > 0 && height <= OPTIONS.target * 5 / 3);
      const width = inside.reduce((sum, it) => sum + tileRatio(it) * height, 0) + OPTIONS.gap * (inside.length - 1);
      ok(width <= OPTIONS.width + 0.01, `${width}`);
      for (let place = starts[row]; place < starts[row + 1]; place++) {
        strictEqual(rowAt({ starts, heights, ratios }, place), row);
      }
    }
  }));
});

Deno.test("rows from an anchor on stay as they are when pictures before it come and go", () => {
  fc.assert(fc.property(ratios, ratios, ratios, (before, others, after) => {
    const heightsAfter = (shapes: number[], anchor: number): number[] => {
      const layout = layOut(shapes, OPTIONS, anchor);
      return after.length === 0 ? [] : layout.heights.slice(rowAt(layout, anchor));
    };
    deepStrictEqual(
      heightsAfter([...before, ...after], before.length),
      heightsAfter([...others, ...after], others.length),
    );
  }));
});

Deno.test("keys lead to the next picture, to the one above or below, by pages, and to both ends", () => {
  // Three rows: 0 1 2 3, 4 5, 6 7 8 9; the pictures of the second are twice as wide.
  const shapes = [1.3, 1.3, 1.3, 1.3, 2.6, 2.6, 1.3, 1.3, 1.3, 1.3];
  const layout = layOut(shapes, { width: 1000, target: 200, gap: 0 });
  deepStrictEqual(layout.starts, [0, 4, 6, 10]);
  const cases: [string, number, number | null][] = [
    ["ArrowRight", 0, 1],
    ["ArrowRight", 9, 9],
    ["ArrowLeft", 0, 0],
    ["ArrowLeft", 4, 3],
    ["ArrowDown", 0, 4],
    ["ArrowDown", 3, 5],
    ["ArrowDown", 5, 8],
    ["ArrowDown", 7, 7],
    ["ArrowUp", 9, 5],
    ["ArrowUp", 2, 2],
    ["PageDown", 1, 7],
    ["PageUp", 8, 2],
    ["Home", 7, 0],
    ["End", 0, 9],
    ["x", 0, null],
    ["constructor", 0, null],
  ];
  for (const [key, from, to] of cases) {
    strictEqual(moved(key, from, layout, 2), to, `${key} from ${from}`);
  }
});
